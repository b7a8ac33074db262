import io

import pytest
from rest_framework.exceptions import ParseError, UnsupportedMediaType

from core.api.parsers import MAX_JSON_BYTES, StrictJSONParser
from core.exceptions import UploadTooLarge


def parse(body: bytes, media_type: str = "application/json") -> object:
    return StrictJSONParser().parse(io.BytesIO(body), media_type)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b'{"a": [1, null, "\xc3\xa4"]}', {"a": [1, None, "ä"]}),
        (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_json_is_read(body: bytes, value: object) -> None:
    assert parse(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1,}',
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"\x1f\x8b\x08 gzip",
        "{}".encode("utf-16"),
    ],
)
def test_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="The body is not valid JSON"):
        parse(body)


@pytest.mark.parametrize("body", [b'{"a": 1, "a": 2}', b'{"x": [{"a": 1, "\\u0061": 1}]}'])
def test_name_that_stands_twice_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="A name stands twice"):
        parse(body)


@pytest.mark.parametrize("depth", [500, 1000, 1024, 1025])
def test_deep_nesting_is_read_or_refused(depth: int) -> None:
    try:
        parse(b"[" * depth + b"]" * depth)
    except ParseError:
        assert depth > 500


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8; x=y"])
def test_json_in_utf_8_is_read(charset: str) -> None:
    assert parse(b"{}", f"application/json; charset={charset}") == {}


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-7", "x"])
def test_json_in_another_charset_is_refused(charset: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        parse(b"{}", f"application/json; charset={charset}")


def test_json_of_a_megabyte_is_read_and_of_more_refused() -> None:
    fits = b'"' + b"x" * (MAX_JSON_BYTES - 2) + b'"'

    assert parse(fits) == "x" * (MAX_JSON_BYTES - 2)
    with pytest.raises(UploadTooLarge):
        parse(fits + b" ")
