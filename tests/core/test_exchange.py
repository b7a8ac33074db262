"""Whole exchanges with addresses that somebody else chose, over real sockets."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from core.exchange import Request, exchange
from core.outbound import AddressRefused, NoAnswer, Target, Trust, find_target
from tests.push_service import Answer, PushService, push_service


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def target_of(service: PushService) -> Target:
    return find_target(f"{service.origin}/push/x")


def test_bytes_and_files_arrive_as_one_body(service: PushService, tmp_path: Path) -> None:
    file = tmp_path / "film"
    file.write_bytes(b"f" * 200_000)

    exchange(target_of(service), Request("POST", {}, (b"a", file, b"z")))

    ((_, headers, body),) = service.taken
    assert body == b"a" + b"f" * 200_000 + b"z"
    assert headers["content-length"] == "200002"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", b"hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n", b"hello"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nx\r\n0\r\n\r\n\r\n0\r\n\r\n", b"x\r\n0\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["length", "chunks", "a chunk like an end", "to the end", "none"],
)
def test_body_is_read_however_its_end_is_told(raw: bytes, body: bytes, service: PushService) -> None:
    service.answer = Answer(raw=raw)

    assert exchange(target_of(service), Request("POST")).body == body


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhel\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"x" * 3_000,
    ],
    ids=["cut off", "cut chunk", "no chunk", "endless", "too long"],
)
def test_what_is_cut_off_or_too_long_is_no_answer_of_a_request_that_was_sent(raw: bytes, service: PushService) -> None:
    service.answer = Answer(raw=raw)

    with pytest.raises(NoAnswer) as silence:
        exchange(target_of(service), Request("POST", longest=1_000))

    assert silence.value.is_sent is True


def test_whom_nobody_reaches_was_sent_nothing(service: PushService) -> None:
    target = target_of(service)
    service.shutdown()
    service.server_close()

    with pytest.raises(NoAnswer) as silence:
        exchange(target, Request("GET", seconds=2))

    assert silence.value.is_sent is False


def test_trust_of_one_kind_is_not_that_of_another(service: PushService, settings: Settings) -> None:
    with pytest.raises(AddressRefused):
        find_target(f"{service.origin}/", Trust())


def test_header_with_a_line_break_is_not_sent(service: PushService) -> None:
    headers: dict[str, Any] = {"A": "x\r\nB: y"}

    with pytest.raises(NoAnswer):
        exchange(target_of(service), Request("POST", headers))

    assert service.taken == []
