import json
from typing import Any

import pytest

from photos.imaging.errors import UnreadableImage
from photos.imaging.render import Development, Rendered
from photos.imaging.results import BrokenResult, pack, pack_mistake, pack_refusal, unpack

DEVELOPMENT = Development(
    400,
    300,
    (Rendered("w640", "image/jpeg", 400, 300, b"one"), Rendered("square", "image/avif", 300, 300, b"three")),
    "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "data:image/webp;base64,",
    (2**64 - 1, 5),
)


def framed(head: Any, data: bytes = b"") -> bytes:
    text = json.dumps(head).encode()
    return len(text).to_bytes(4) + text + data


def test_unpack_of_a_packed_development_gives_it_back() -> None:
    assert unpack(pack(DEVELOPMENT)) == DEVELOPMENT


def test_unpack_of_a_refusal_raises_it() -> None:
    with pytest.raises(UnreadableImage) as caught:
        unpack(pack_refusal(UnreadableImage("damaged", "It is damaged.")))

    assert (caught.value.code, caught.value.detail) == ("damaged", "It is damaged.")


def test_unpack_of_a_mistake_of_ours_raises_it() -> None:
    with pytest.raises(RuntimeError, match="the line that failed"):
        unpack(pack_mistake("the line that failed"))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\0\0\x02{}", id="empty"),
        pytest.param(b"\xff\xff\xff\xff{}", id="too long"),
        pytest.param(b"\0\0\0\x02[]", id="a list"),
        pytest.param(pack(DEVELOPMENT)[:-1], id="a byte missing"),
        pytest.param(pack(DEVELOPMENT) + b"x", id="a byte too many"),
        pytest.param(
            framed(
                {
                    "width": 1,
                    "height": 1,
                    "blurhash": "",
                    "placeholder": "",
                    "renditions": [["w640", "text/html", 1, 1, 3]],
                },
                b"<p>",
            ),
            id="a page",
        ),
        pytest.param(
            framed({"width": 1, "height": 1, "blurhash": "", "placeholder": "", "renditions": []}), id="no files"
        ),
        pytest.param(framed({"width": 1}), id="half"),
    ],
)
def test_unpack_of_anything_else_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenResult):
        unpack(data)
