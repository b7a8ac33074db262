"""What a picture is developed to: every rendition fetched from where its address leads, and decoded."""

import io
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from tests.e2e.rest import Rest, wait_for
from tests.faults.harness.batch import Person
from tests.faults.harness.pictures import SIZES, draw

Shape = frozenset[tuple[str, str, int, int]]  # name, content type, width, height
Shapes = dict[tuple[tuple[int, int], bool], Shape]


def shape_of(media: dict[str, Any]) -> Shape:
    """AssertionError when a rendition is not there, is damaged, or is not what the API says of it."""
    return frozenset(_decoded(each) for each in media["renditions"])


def learn_shapes(person: Person, seed: int) -> Shapes:
    """Of a picture of each size, as it is and turned, while nothing is broken."""
    shapes: Shapes = {}
    for number in range(len(SIZES)):
        picture = draw(seed, number)
        media_id = person.app.keep(picture, resumable=False)
        shapes[picture.size, False] = shape_of(_developed(person, media_id))
        person.app.call("PATCH", f"media/{media_id}", {"recipe": {"rotate": 90}})
        shapes[picture.size, True] = shape_of(_developed(person, media_id))
    return shapes


def _developed(person: Person, media_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        media: dict[str, Any] = person.app.call("GET", f"media/{media_id}").json
        return media if media["state"] in ("ready", "failed") else None

    return wait_for("developing", look)


def _decoded(rendition: dict[str, Any]) -> tuple[str, str, int, int]:
    parts = urlsplit(rendition["url"])
    answer = Rest(f"{parts.scheme}://{parts.netloc}").fetch(rendition["url"])
    assert answer.status == 200, f"{rendition['name']} answers {answer.status}"
    assert len(answer.body) == rendition["bytes"], f"{rendition['name']} has {len(answer.body)} bytes"
    with Image.open(io.BytesIO(answer.body)) as image:
        image.load()
        assert image.size == (rendition["width"], rendition["height"]), f"{rendition['name']} is {image.size}"
        assert Image.MIME[image.format or ""] == rendition["content_type"]
    return rendition["name"], rendition["content_type"], *image.size
