"""From the answer to an upload until its renditions are ready, by a real worker, against bare Pillow doing as much."""

import io
import json
import struct
import time
from pathlib import Path
from statistics import median

from PIL import Image, ImageOps

from accounts.services.sign_up import sign_up
from accounts.services.tokens import create_token
from bench.site import send
from bench.tables import print_table
from photos.imaging.render import AVIF_QUALITY, AVIF_SPEED, JPEG_QUALITY, SQUARE, WIDTHS
from photos.models import Media

UPLOADS = 12
PHOTOGRAPH = Path(__file__).resolve().parents[2] / "shared" / "photos" / "book-beside-flowers.jpg"
LOOK_EVERY = 0.01


def main() -> None:
    picture = PHOTOGRAPH.read_bytes() if PHOTOGRAPH.is_file() else drawn()
    kind = "real photograph" if PHOTOGRAPH.is_file() else "drawn picture"
    token = make_token()
    upload_and_wait(token, with_comment(picture, 0))  # warms up
    rounds = [
        (*upload_and_wait(token, with_comment(picture, number)), bare_develop(picture))
        for number in range(1, UPLOADS + 1)
    ]
    answered, waited, bare = ([each[column] for each in rounds] for column in range(3))
    ratio = median(ours / floor for ours, floor in zip(waited, bare, strict=True))
    rows = [
        ["upload until its answer", median(answered) * 1000, max(answered) * 1000, ""],
        ["answer until ready", median(waited) * 1000, max(waited) * 1000, ratio],
        ["bare Pillow, the same files", median(bare) * 1000, max(bare) * 1000, 1.0],
    ]
    title = f"{UPLOADS} uploads of a {kind} of 12 megapixels, {len(picture) / 1e6:.1f} MB, one after the other"
    print_table(title, ["", "median ms", "slowest ms", "of the floor"], rows)


def make_token() -> str:
    user = sign_up(username="author", email="author@example.org", password="kiln-shelf-93")  # noqa: S106
    return create_token(user, scopes=["read", "write"])[1]


def upload_and_wait(token: str, picture: bytes) -> tuple[float, float]:
    """Seconds until the answer, and from the answer until the worker has committed the renditions."""
    started = time.perf_counter()
    media_id = upload(token, picture)
    answered = time.perf_counter()
    media = Media.objects.get(pk=media_id)
    while media.state != Media.State.READY:
        if media.state == Media.State.FAILED:
            raise RuntimeError(media.failure_detail)
        time.sleep(LOOK_EVERY)
        media.refresh_from_db(fields=["state", "failure_detail"])
    return answered - started, time.perf_counter() - answered


def upload(token: str, picture: bytes) -> int:
    """The id of the new media."""
    disposition = 'form-data; name="file"; filename="sheet.jpg"'
    head = f"--sheet\r\nContent-Disposition: {disposition}\r\nContent-Type: image/jpeg\r\n\r\n"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=sheet"}
    answer = send("POST", "/rest/v1/media", headers, head.encode() + picture + b"\r\n--sheet--\r\n")
    return int(json.loads(answer)["id"])


def bare_develop(picture: bytes) -> float:
    """Seconds that the same decoding, shrinking and encoding takes with nothing around it."""
    started = time.perf_counter()
    image: Image.Image = Image.open(io.BytesIO(picture))
    native = image.width
    image.draft("RGB", (WIDTHS[0], WIDTHS[0]))
    image = image.convert("RGB")
    for width in WIDTHS:
        if width <= native:
            size = (width, round(image.height * width / image.width))
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
            _encode(image)
    _encode(ImageOps.fit(image, (SQUARE, SQUARE), Image.Resampling.LANCZOS))
    return time.perf_counter() - started


def _encode(image: Image.Image) -> None:
    image.save(io.BytesIO(), "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    image.save(io.BytesIO(), "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1)


def with_comment(jpeg: bytes, number: int) -> bytes:
    """Other bytes, the same picture: what was sent before would not be developed again."""
    return jpeg[:2] + struct.pack(">BBHI", 0xFF, 0xFE, 6, number) + jpeg[2:]


def drawn() -> bytes:
    noise = Image.effect_noise((1512, 2016), 60).resize((3024, 4032), Image.Resampling.BICUBIC)
    data = io.BytesIO()
    Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
        data, "JPEG", quality=85
    )
    return data.getvalue()
