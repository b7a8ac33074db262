"""A photograph of 12 megapixels to all its renditions, as the worker makes them, against `vipsthumbnail`.

CPU of our child processes and of its, alternating, the median of five rounds.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.tables import print_table
from bench.upload_to_ready import PHOTOGRAPH, drawn
from photos.imaging.formats import JPEG
from photos.imaging.render import AVIF_QUALITY, JPEG_QUALITY, SQUARE, WIDTHS

ROUNDS = 5
DEVELOP = """
import sys
from photos.imaging import render
from photos.imaging.formats import JPEG
if sys.argv[2] == "jpeg":
    render.CONTENT_TYPES = ("image/jpeg",)
for _ in range(int(sys.argv[3])):
    with open(sys.argv[1], "rb") as file:
        render.develop(file, JPEG, max_pixels=10**8)
"""


def main() -> None:
    vips = shutil.which("vipsthumbnail")
    if vips is None:
        print("vipsthumbnail is missing: apt-get install libvips-tools", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.jpg"
        picture.write_bytes(PHOTOGRAPH.read_bytes() if PHOTOGRAPH.is_file() else drawn())
        rounds = [
            (
                ours(picture, "jpeg"),
                ours(picture, "all"),
                cpu(lambda: thumbnails(vips, picture, "jpg", f"Q={JPEG_QUALITY},optimize-coding,interlace,strip")),
                cpu(lambda: thumbnails(vips, picture, "avif", f"Q={AVIF_QUALITY},effort=0,strip")),
            )
            for _ in range(ROUNDS)
        ]
    jpeg, everything, vips_jpeg, vips_avif = (median(each[column] for each in rounds) for column in range(4))
    rows = [
        ["ours, JPEG", jpeg, median(each[0] / each[2] for each in rounds)],
        ["ours, JPEG and AVIF", everything, median(each[1] / each[2] for each in rounds)],
        ["vipsthumbnail, JPEG", vips_jpeg, 1.0],
        ["vipsthumbnail, JPEG and AVIF", vips_jpeg + vips_avif, (vips_jpeg + vips_avif) / vips_jpeg],
    ]
    title = f"{JPEG.name} of 12 megapixels to {len(WIDTHS) + 1} sizes, CPU"
    print_table(title, ["", "ms", "of vipsthumbnail, JPEG"], rows)


def ours(picture: Path, what: str) -> float:
    """CPU milliseconds of one development, without the start of the interpreter, which a worker has behind it."""
    command = [sys.executable, "-c", DEVELOP, str(picture), what]
    return cpu(lambda: run([*command, "2"])) - cpu(lambda: run([*command, "1"]))


def thumbnails(vips: str, picture: Path, suffix: str, options: str) -> None:
    for width in WIDTHS:
        run([vips, str(picture), "--size", f"{width}x", "-o", f"{picture.parent}/w{width}.{suffix}[{options}]"])
    square = [f"{SQUARE}x{SQUARE}", "--smartcrop", "centre"]
    run([vips, str(picture), "--size", *square, "-o", f"{picture.parent}/square.{suffix}[{options}]"])


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, env={**os.environ, "VIPS_CONCURRENCY": "1"})


def cpu(work: Callable[[], None]) -> float:
    """Milliseconds of CPU that child processes used meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
