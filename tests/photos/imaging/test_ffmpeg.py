import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from photos.imaging.ffmpeg import (
    FfmpegFailed,
    FfmpegMissing,
    Limits,
    TookTooLong,
    TookTooMuch,
    run_ffmpeg,
)
from tests.videos import FFMPEG, clip

ENDLESS = ("-re", "-f", "lavfi", "-i", "testsrc", "-f", "null", "-")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can cut a process off")
COUNT = ("-f", "null", "-", "-progress", "pipe:1")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip())
    return path


def run(*arguments: str, reads: Path, writes: Path | None = None, limits: Limits | None = None) -> bytes:
    output = bytearray()
    run_ffmpeg(
        FFMPEG,
        ["-loglevel", "error", *arguments],
        limits=limits or Limits(20),
        reads=reads,
        writes=writes,
        on_output=output.extend,
    )
    return bytes(output)


def children_with(mark: str) -> list[int]:
    """Processes, not yet ended, that have the mark in what they were told."""
    return [pid for pid in _all_processes() if mark in _command(pid) and pid != os.getpid()]


def _all_processes() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def test_run_ffmpeg_passes_its_output_on(video: Path) -> None:
    output = run("-i", str(video), *COUNT, reads=video)

    assert b"progress=end" in output.splitlines()


def test_run_ffmpeg_of_a_bad_file_fails_with_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"only words")

    with pytest.raises(FfmpegFailed) as caught:
        run("-i", str(path), *COUNT, reads=path)

    assert str(path) in caught.value.errors


def test_run_ffmpeg_without_the_program_says_so(video: Path) -> None:
    with pytest.raises(FfmpegMissing):
        run_ffmpeg("no-such-program", [], limits=Limits(1), reads=video, on_output=print)


def test_run_ffmpeg_with_a_program_that_cannot_start_says_so(video: Path, tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/no/such/interpreter")
    program.chmod(0o700)

    with pytest.raises(FfmpegMissing):
        run_ffmpeg(str(program), [], limits=Limits(10), reads=video, on_output=print)


def test_run_ffmpeg_that_lacks_a_part_says_so(video: Path) -> None:
    with pytest.raises(FfmpegMissing):
        run("-i", str(video), "-vf", "no_such_filter", *COUNT, reads=video)


def test_run_ffmpeg_past_its_time_leaves_no_process(video: Path) -> None:
    mark = f"comment=late-{os.getpid()}"

    with pytest.raises(TookTooLong):
        run(*ENDLESS[:-1], "-metadata", mark, "-", reads=video, limits=Limits(0.5))

    assert children_with(mark) == []


def test_run_ffmpeg_with_a_listener_that_fails_leaves_no_process(video: Path) -> None:
    mark = f"comment=refused-{os.getpid()}"

    def refuse(data: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_ffmpeg(
            FFMPEG,
            [*ENDLESS[:-1], "-metadata", mark, "-progress", "pipe:1", "-"],
            limits=Limits(20),
            reads=video,
            on_output=refuse,
        )

    assert children_with(mark) == []


def test_run_ffmpeg_dies_with_the_process_that_started_it(video: Path) -> None:
    mark = f"comment=orphan-{os.getpid()}"
    code = (
        "import sys; from pathlib import Path; from photos.imaging.ffmpeg import Limits, run_ffmpeg\n"
        "run_ffmpeg(sys.argv[1], sys.argv[3:], limits=Limits(60), reads=Path(sys.argv[2]), on_output=print)"
    )
    told = [*ENDLESS[:-1], "-metadata", mark, "-progress", "pipe:1", "-"]
    command = [sys.executable, "-u", "-c", code, FFMPEG, str(video), *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        alive = children_with(mark)

        worker.send_signal(signal.SIGKILL)
        worker.wait()

    assert len(alive) == 2
    assert gone(alive)


def gone(pids: list[int]) -> bool:
    """Waits for the kernel, which tells children of the death of their parent in its own time."""
    for _ in range(200):
        if not any(_command(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_run_ffmpeg_past_its_memory_is_told_apart(video: Path) -> None:
    huge = "color=s=8000x4000,format=gbrpf32le,tile=2x2"

    with pytest.raises(TookTooMuch):
        run("-f", "lavfi", "-i", huge, "-frames:v", "1", *COUNT, reads=video, limits=Limits(20, memory=256 * 1024**2))


def test_run_ffmpeg_past_its_file_size_is_told_apart(video: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.avi"
    target.touch()
    raw = ("-f", "lavfi", "-i", "testsrc=d=1", "-c:v", "rawvideo", "-y", str(target))

    with pytest.raises(TookTooMuch):
        run(*raw, reads=video, writes=target, limits=Limits(20, file=100_000))

    assert target.stat().st_size == 100_000


@on_linux
def test_run_ffmpeg_cannot_read_another_file(video: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(clip())

    with pytest.raises(FfmpegFailed) as caught:
        run("-i", str(other), *COUNT, reads=video)

    assert "Permission denied" in caught.value.errors


@on_linux
def test_run_ffmpeg_cannot_write_another_file(video: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"

    with pytest.raises(FfmpegFailed):
        run("-i", str(video), "-c", "copy", str(other), reads=video)

    assert not other.exists()


@on_linux
def test_run_ffmpeg_cannot_change_the_file_it_reads(video: Path) -> None:
    with pytest.raises(FfmpegFailed):
        run("-y", "-f", "lavfi", "-i", "testsrc=d=1", str(video), reads=video)

    assert video.read_bytes() == clip()


@on_linux
def test_run_ffmpeg_reaches_no_server_of_this_machine(video: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}?timeout=1000000"

        with pytest.raises(FfmpegFailed):
            run("-f", "mov", "-i", address, *COUNT, reads=video)

        with pytest.raises(BlockingIOError):
            server.accept()


@on_linux
def test_run_ffmpeg_gets_nothing_of_our_environment(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FFREPORT", "file=/dev/stdout:level=48")

    output = run("-i", str(video), "-f", "null", "-", reads=video)

    assert output == b""
