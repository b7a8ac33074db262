"""What accepting an upload costs, against the programs that do the least: `sha256sum` and one `cp` for each storage.

And how long its answer takes while nothing and while a thousand items wait for the worker (there is none).
"""

import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from django.conf import settings

from accounts.models import User
from bench.cpu import cpu_clock
from bench.site import send
from bench.tables import print_table
from bench.upload_to_ready import drawn, make_token, with_comment
from core.models import new_id
from photos.models import Media
from photos.services.queueing import queue_development

ROUNDS, UPLOADS = 5, 8
PADDING = 16 * 1024**2  # behind the picture, as the film of a motion photo is
BACKLOG = 1000
ANSWERS = 60


def main() -> None:
    token = make_token()
    picture = drawn()
    large = picture + bytes(range(256)) * (PADDING // 256)
    print_cost(token, large)
    print_backlog(token, picture)


def print_cost(token: str, file: bytes) -> None:
    """CPU of the web processes for a megabyte, alternating with the floor."""
    clock = cpu_clock()
    rounds = []
    accept(token, file, 0)
    for number in range(1, ROUNDS + 1):
        before = clock()
        for each in range(UPLOADS):
            accept(token, file, number * 100 + each)
        used = clock().since(before, UPLOADS)
        rounds.append((used.server, used.postgres, floor(file)))
    server, postgres, least = (median(each[column] for each in rounds) for column in range(3))
    ratio = median(each[0] / each[2] for each in rounds)
    megabytes = len(file) / 1e6
    rows = [
        ["POST /media, web processes", server, server / megabytes, ratio],
        ["  and Postgres", postgres, postgres / megabytes, ""],
        [f"sha256sum and {len(settings.ORIGINAL_COPIES)} cp", least, least / megabytes, 1.0],
    ]
    title = f"CPU of accepting a file of {megabytes:.0f} MB into {len(settings.ORIGINAL_COPIES)} folders"
    print_table(title, ["", "ms a file", "ms a MB", "of the floor"], rows)


def floor(file: bytes) -> float:
    """CPU milliseconds of `sha256sum` and one `cp` for each storage. The copies stay, as those of the product do."""
    folder = Path(tempfile.mkdtemp(dir=settings.STATE_DIR))
    source = folder / "source"
    source.write_bytes(file)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number in range(UPLOADS):
        subprocess.run(["sha256sum", source], check=True, stdout=subprocess.DEVNULL)
        for alias in settings.ORIGINAL_COPIES:
            subprocess.run(["cp", source, folder / f"{alias}-{number}"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000 / UPLOADS


def print_backlog(token: str, picture: bytes) -> None:
    """The answer of an upload while `BACKLOG` items wait, against its answer while none does."""
    Media.objects.all().delete()
    idle = answers(token, picture, 10_000)
    wait_for_nobody(BACKLOG)
    busy = answers(token, picture, 20_000)
    rows = [
        ["none", median(idle), p95(idle), ""],
        [f"{BACKLOG:,}", median(busy), p95(busy), p95(busy) / p95(idle)],
    ]
    title = f"The answer of an upload of {len(picture) / 1e6:.1f} MB while items wait for the worker"
    print_table(title, ["waiting", "median ms", "p95 ms", "p95 of idle"], rows)


def answers(token: str, picture: bytes, number: int) -> list[float]:
    times = []
    for each in range(ANSWERS):
        started = time.perf_counter()
        accept(token, picture, number + each)
        times.append((time.perf_counter() - started) * 1000)
    return times


def wait_for_nobody(count: int) -> None:
    """Rows as uploads leave them, each with its message in the queue, though nobody takes any."""
    owner = User.objects.get(username="author")
    template = Media.objects.filter(owner=owner).first()
    assert template is not None  # noqa: S101  answers() has just made some
    for number in range(count):
        template.pk = new_id(owner.pk)
        template.original_key = f"waiting/{number}"
        template.sha256 = f"{number:064x}"
        template.save(force_insert=True)
        queue_development(template.pk, template.kind)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def accept(token: str, file: bytes, number: int) -> int:
    """Upload `file` as another one; the id of its media."""
    sent = with_comment(file, number)
    head = 'form-data; name="file"; filename="sheet.jpg"'
    start = f"--sheet\r\nContent-Disposition: {head}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=sheet"}
    answer = send("POST", "/rest/v1/media", headers, start + sent + b"\r\n--sheet--\r\n")
    return int(json.loads(answer)["id"])
