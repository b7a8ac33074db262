import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from photos.imaging import darkroom
from photos.imaging.darkroom import DecoderDied, develop_safely
from photos.imaging.errors import UnreadableImage
from photos.imaging.formats import JPEG, PHOTO_FORMATS, PNG, Format
from photos.imaging.render import Development, develop
from tests.bombs import BLOATED, png_with
from tests.files import FORMAT_NAMES, picture_with_metadata
from tests.images import encode, jpeg

GIGABYTE = 1024**3
ROOT = Path(darkroom.__file__).parents[2]
WORKER = """
import sys
from photos.imaging import darkroom
from photos.imaging.formats import format_of
darkroom.develop_safely(sys.argv[1], format_of(sys.argv[2]), max_pixels=10**8, seconds=600, memory=2**30)
print(darkroom._idle[0].process.pid)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@pytest.fixture(autouse=True)
def _no_keeper_left() -> Iterator[None]:
    darkroom._end_all()
    yield
    darkroom._end_all()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.jpg"
    path.write_bytes(jpeg(400, 300))
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A PNG that takes a second to develop and 200 MB of memory."""
    path = tmp_path / "large.png"
    path.write_bytes(encode(Image.new("RGB", (7000, 7000)), "PNG"))
    return path


def safely(
    path: Path, format: Format = JPEG, *, seconds: float = 60, memory: int = GIGABYTE, max_pixels: int = 100_000_000
) -> Development:
    return develop_safely(str(path), format, max_pixels=max_pixels, seconds=seconds, memory=memory)


def keeper_pid() -> int:
    (keeper,) = darkroom._idle
    return keeper.process.pid


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until_gone(pid: int) -> bool:
    """Whether the process ended; waits for it as long as tests wait for anything."""
    for _ in range(2000):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        threading.Event().wait(0.01)
    return False


def first_child(pid: int) -> int:
    for _ in range(3000):
        found = children(pid)
        if found:
            return found[0]
        threading.Event().wait(0.01)
    raise AssertionError(f"process {pid} never had a child")


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_develop_safely_gives_what_develop_gives(format: Format, tmp_path: Path) -> None:
    path = tmp_path / f"picture{format.suffix}"
    path.write_bytes(picture_with_metadata(format))

    with path.open("rb") as file:
        assert safely(path, format) == develop(file, format, max_pixels=1_000_000)


def test_develop_safely_develops_with_a_recipe(small: Path) -> None:
    recipe = {"version": 1, "rotate": 90, "look": "silver"}

    development = develop_safely(str(small), JPEG, max_pixels=1_000_000, recipe=recipe, seconds=60, memory=GIGABYTE)

    assert (development.width, development.height) == (300, 400)


def test_develop_safely_twice_uses_the_same_keeper(small: Path) -> None:
    safely(small)
    first = keeper_pid()

    safely(small)

    assert (keeper_pid(), children(keeper_pid())) == (first, [])


def test_develop_safely_in_threads_gives_every_one_its_own_picture(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(jpeg(100 + number, 50))
        paths.append(path)

    with ThreadPoolExecutor(3) as pool:
        widths = [development.width for development in pool.map(safely, paths)]

    assert widths == [100, 101, 102, 103]
    assert 1 <= len(darkroom._idle) <= 3


def test_develop_safely_of_a_damaged_picture_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "half.jpg"
    path.write_bytes(jpeg(400, 300)[:4000])

    with pytest.raises(UnreadableImage) as caught:
        safely(path)

    assert caught.value.code == "damaged"


def test_develop_safely_of_too_many_pixels_tells_it(small: Path) -> None:
    with pytest.raises(UnreadableImage) as caught:
        safely(small, max_pixels=100 * 100)

    assert caught.value.code == "too_many_pixels"


def test_develop_safely_beyond_its_time_kills_the_child_and_works_again(small: Path, large: Path) -> None:
    safely(small)
    before = keeper_pid()

    with pytest.raises(UnreadableImage) as caught:
        safely(large, PNG, seconds=0.05)

    assert (caught.value.code, wait_until_gone(before)) == ("too_slow", True)
    assert safely(small).width == 400


def test_develop_safely_beyond_its_memory_tells_it_and_works_again(small: Path, large: Path) -> None:
    with pytest.raises(UnreadableImage) as caught:
        safely(large, PNG, memory=256 * 1024**2)

    assert caught.value.code == "too_complex"
    assert safely(small).width == 400


def test_develop_safely_of_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_with((b"zTXt", b"Comment\0\0" + BLOATED)))

    with pytest.raises(UnreadableImage) as caught:
        safely(path, PNG)

    assert caught.value.code == "too_complex"


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_develop_safely_whose_child_is_killed_says_so_and_works_again(
    small: Path, large: Path, kind: signal.Signals
) -> None:
    safely(small)
    keeper = keeper_pid()
    held = darkroom._idle[0].process

    with ThreadPoolExecutor(1) as pool:
        os.kill(keeper, signal.SIGSTOP)  # so that the child is only made when this test looks for it
        developing = pool.submit(safely, large, PNG)
        os.kill(keeper, signal.SIGCONT)
        os.kill(first_child(keeper), kind)

        with pytest.raises(DecoderDied):
            developing.result()

    assert (held.poll(), safely(small).width) == (None, 400)


def test_develop_safely_after_its_keeper_was_killed_starts_another(small: Path) -> None:
    safely(small)
    killed = keeper_pid()
    os.kill(killed, signal.SIGKILL)
    assert wait_until_gone(killed)

    assert safely(small).width == 400
    assert keeper_pid() != killed


def test_keeper_holds_nothing_of_the_environment(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not-for-children")

    safely(small)

    names = {line.partition(b"=")[0] for line in Path(f"/proc/{keeper_pid()}/environ").read_bytes().split(b"\0")}
    assert names - {b""} == {
        b"PATH",
        b"LANG",
        b"PYTHONPATH",
        b"PYTHONDONTWRITEBYTECODE",
        b"OPENBLAS_NUM_THREADS",
        b"OMP_NUM_THREADS",
    }


def test_keeper_holds_no_open_file_of_the_worker(small: Path, tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)

        safely(small)

        targets = [str(each.readlink()) for each in Path(f"/proc/{keeper_pid()}/fd").iterdir()]
    assert [target for target in targets if str(tmp_path) in target] == []


def test_nothing_is_left_when_the_worker_is_killed(large: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(large), "image/png"]
    worker = subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)})
    keeper = first_child(worker.pid)
    child = first_child(keeper)

    worker.kill()
    worker.wait()

    assert (wait_until_gone(child), wait_until_gone(keeper)) == (True, True)


def test_nothing_is_left_when_the_worker_ends(small: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(small), "image/jpeg"]

    ended = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)

    assert wait_until_gone(int(ended.stdout))
    assert ended.stderr == b""


def test_forked_process_starts_a_keeper_of_its_own(small: Path) -> None:
    script = f"""
import os
from photos.imaging import darkroom
from photos.imaging.formats import JPEG
def develop():
    return darkroom.develop_safely({str(small)!r}, JPEG, max_pixels=10**8, seconds=60, memory=2**30).width
assert develop() == 400
first = darkroom._idle[0].process.pid
child = os.fork()
if child == 0:
    works = develop() == 400 and darkroom._idle[0].process.pid != first
    darkroom._end_all()
    os._exit(0 if works else 1)
assert os.waitpid(child, 0)[1] == 0
assert develop() == 400
assert darkroom._idle[0].process.pid == first
"""

    ended = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_confined_process_opens_no_files_and_reaches_no_network(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not for decoders")
    script = """
import socket, sys
from pathlib import Path
from photos.imaging import keeper
port = socket.create_server(("127.0.0.1", 0)).getsockname()[1]
keeper._confine(2**30, 60)
for attempt in (lambda: Path(sys.argv[1]).read_text(), lambda: socket.create_connection(("127.0.0.1", port), 1)):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__)
    else:
        print("works")
import wave
print("imports")
"""

    command = [sys.executable, "-W", "ignore", "-c", script, str(secret)]
    ended = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True, text=True)

    if "works" in ended.stdout:
        pytest.skip(f"this kernel knows neither Landlock nor user namespaces: {ended.stdout.split()}")
    assert ended.stdout.split() == ["PermissionError", "OSError", "imports"]
