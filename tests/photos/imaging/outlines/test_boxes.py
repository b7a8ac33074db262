import io
import struct

import pytest

from photos.imaging.outlines.boxes import are_boxes_complete


def box(kind: bytes, content: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack(">I", 8 + len(content) if length is None else length) + kind + content


START = box(b"ftyp", b"isom") + box(b"moov", b"x" * 20)


def complete(data: bytes) -> bool:
    return are_boxes_complete(io.BytesIO(data), len(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(START + box(b"mdat", b"x" * 40), id="index first"),
        pytest.param(box(b"wide") + box(b"mdat", b"x" * 40) + box(b"moov", b"x" * 20), id="index last"),
        pytest.param(box(b"ftyp", b"heic") + box(b"meta", b"x") + box(b"mdat", b"x"), id="picture"),
        pytest.param(START + struct.pack(">I4sQ", 1, b"mdat", 16 + 40) + b"x" * 40, id="long length"),
        pytest.param(START + box(b"mdat", b"x" * 40, length=0), id="up to the end"),
        pytest.param(START + box(b"mdat", b"x" * 40) + b"\0\1\2\3\4\5\6\7\x08", id="no box behind"),
    ],
)
def test_boxes_that_lie_within_the_file_are_complete(data: bytes) -> None:
    assert complete(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(box(b"ftyp", b"isom") + box(b"mdat", b"x" * 40), id="no index"),
        pytest.param(START + box(b"mdat", b"x" * 40)[:-1], id="a byte missing"),
        pytest.param(START + b"\0\0\0", id="half a head"),
        pytest.param(START + box(b"mdat", length=1), id="no long length"),
        pytest.param(START + box(b"mdat", length=3), id="shorter than its head"),
        pytest.param(START + struct.pack(">I4sQ", 1, b"mdat", 3), id="long and shorter than its head"),
        pytest.param(START + struct.pack(">I4sQ", 1, b"mdat", 2**63), id="beyond everything"),
    ],
)
def test_boxes_that_do_not_are_not(data: bytes) -> None:
    assert not complete(data)
