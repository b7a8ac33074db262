import io

import pytest

from photos.imaging.outlines.ebml import is_ebml_complete, read_doc_type

HEADER = b"\x1aE\xdf\xa3\x87\x42\x82\x84webm"
SEGMENT = b"\x18\x53\x80\x67"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (HEADER, "webm"),
        (b"\x1aE\xdf\xa3\x8b\x42\x82\x88matroska", "matroska"),
        (b"\x1aE\xdf\xa3\x8b\x42\x86\x81\x01\x42\x82\x84webm", "webm"),
        (b"\x1aE\xdf\xa3\x88\x42\x82\x85webm\x00", "webm"),
        (b"\x1aE\xdf\xa3\x84\x42\x86\x81\x01\x42\x82\x84webm", ""),
        (b"\x1aE\xdf\xa3\x87\x42\x82\xff", ""),
        (b"\x1aE\xdf\xa3", ""),
        (b"\x1aE\xdf\xa3\x00\x00", ""),
        (b"", ""),
        (b"not at all", ""),
    ],
)
def test_read_doc_type_tells_what_a_file_calls_itself(head: bytes, name: str) -> None:
    assert read_doc_type(head) == name


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEADER + SEGMENT + b"\x84abcd", id="whole"),
        pytest.param(HEADER + SEGMENT + b"\x84abcd" + b"more", id="something behind"),
        pytest.param(HEADER + SEGMENT + b"\xffabcd", id="unknown length"),
        pytest.param(HEADER + SEGMENT + b"\x01\xff\xff\xff\xff\xff\xff\xff" + b"abcd", id="long unknown length"),
        pytest.param(HEADER + b"\xec\x82\0\0" + SEGMENT + b"\x84abcd", id="an empty element between"),
    ],
)
def test_file_with_its_whole_segment_is_complete(data: bytes) -> None:
    assert is_ebml_complete(io.BytesIO(data), len(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEADER, id="no segment"),
        pytest.param(HEADER + SEGMENT + b"\x84abc", id="a byte missing"),
        pytest.param(HEADER + SEGMENT[:2], id="half a head"),
        pytest.param(HEADER + b"\xec\xff" + SEGMENT + b"\x84abcd", id="an endless element between"),
        pytest.param(b"\0" * 40, id="zeros"),
    ],
)
def test_file_without_it_is_not(data: bytes) -> None:
    assert not is_ebml_complete(io.BytesIO(data), len(data))
