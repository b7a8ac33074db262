import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from core.outbound import AddressRefused, NoAnswer, Target, find_target, is_public, post
from tests.push_service import Answer, PushService, push_service

BODY = b"sealed"
INSIDE = [
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]
OUTSIDE = ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]
REFUSED = [
    "http://push.example.net/x",
    "ftp://push.example.net/x",
    "https:push.example.net",
    "https:///x",
    "https://",
    "//push.example.net/x",
    "https://localhost/x",
    "https://localhost:8443/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://127.1/x",
    "https://0/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:7f00:1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[fe80::1%25lo]/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1:443/x",
    "https://8.8.8.8:22/x",
    "https://8.8.8.8:0/x",
    "https://8.8.8.8:99999/x",
    "https://push.example.net@127.0.0.1/x",
    "https://127.0.0.1#@push.example.net/x",
    "https://127.0.0.1\\@push.example.net/x",
    "https://push.example.net\r\nHost: x/",
    "https://push.example.net/\x00",
    "https://push.example.net/ x",
    "https://%31%32%37.0.0.1/x",
    "https://１２７.0.0.1/x",
    "https://no-such-name.invalid/x",
    "https://8.8.8.8/" + "x" * 2000,
]


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def target_of(service: PushService) -> Target:
    return find_target(f"{service.origin}/push/device?part=1")


def test_addresses_of_the_internet_are_public_and_no_others() -> None:
    assert [place for place in INSIDE + OUTSIDE if is_public(place)] == OUTSIDE


def test_every_address_that_must_not_be_asked_is_refused_in_the_same_words() -> None:
    said = {}
    for url in REFUSED:
        with pytest.raises(AddressRefused) as refusal:
            find_target(url)
        said[url] = str(refusal.value)

    assert said == dict.fromkeys(REFUSED, "This address is not asked.")


def test_public_address_is_found_with_its_host_and_path() -> None:
    assert find_target("https://8.8.8.8/a/b?c=d") == Target("8.8.8.8", 443, "/a/b?c=d", ("8.8.8.8",))


def test_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(host: str, port: int, **options: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)

    with pytest.raises(AddressRefused):
        find_target("https://push.example.net/x")


def test_name_that_changes_after_it_was_checked_is_not_looked_up_again(
    service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_of(service)
    look_up, asked = socket.getaddrinfo, []

    def note(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", note)

    answer = post(target, BODY, {}, seconds=5)

    assert (answer.status, set(asked)) == (201, {"127.0.0.1"})


def test_post_arrives_whole_at_the_name_that_was_asked(service: PushService) -> None:
    answer = post(target_of(service), BODY, {"TTL": "60"}, seconds=5)

    ((name, headers, body),) = service.taken
    assert (answer.status, name, body) == (201, "device?part=1", BODY)
    assert (headers["host"], headers["ttl"], headers["content-length"]) == (service.origin[8:], "60", "6")


def test_redirect_is_an_answer_and_not_followed(service: PushService) -> None:
    service.answer = Answer(307, {"Location": f"{service.origin}/elsewhere"})

    answer = post(target_of(service), BODY, {}, seconds=5)

    assert (answer.status, len(service.taken)) == (307, 1)


def test_answer_behind_a_go_on_is_the_one_that_counts(service: PushService) -> None:
    service.answer = Answer(
        raw=b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 410 Gone\r\nRetry-After: 5\r\n\r\n"
    )

    answer = post(target_of(service), BODY, {}, seconds=5)

    assert (answer.status, answer.headers) == (410, {"retry-after": "5"})


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 99 x\r\n\r\n",
        b"HTTP/1.1 201",
        b"HTTP/1.1 201 x\r\nA: " + b"x" * 50_000,
        b"\x00\r\n\r\n",
    ],
    ids=["another protocol", "no status", "cut off", "endless", "nothing"],
)
def test_what_is_no_answer_is_none(raw: bytes, service: PushService) -> None:
    service.answer = Answer(raw=raw)

    with pytest.raises(NoAnswer):
        post(target_of(service), BODY, {}, seconds=5)


def test_large_body_of_an_answer_is_not_read(service: PushService) -> None:
    service.answer = Answer(raw=b"HTTP/1.1 201 Created\r\n\r\n" + b"x" * 10_000_000)

    assert post(target_of(service), BODY, {}, seconds=5).status == 201


def test_slow_answer_is_given_up(service: PushService) -> None:
    service.answer = Answer(slow=2)

    with pytest.raises(NoAnswer):
        post(target_of(service), BODY, {}, seconds=0.3)


def test_server_whose_certificate_nobody_knows_is_not_told_anything(service: PushService, settings: Settings) -> None:
    settings.PUSH_CA_FILE = ""

    with pytest.raises(NoAnswer):
        post(target_of(service), BODY, {}, seconds=5)

    assert service.taken == []


def test_nobody_there_is_no_answer(service: PushService) -> None:
    target = target_of(service)
    service.shutdown()
    service.server_close()

    with pytest.raises(NoAnswer):
        post(target, BODY, {}, seconds=5)


def test_header_with_a_line_break_is_not_sent(service: PushService) -> None:
    with pytest.raises(NoAnswer):
        post(target_of(service), BODY, {"Topic": "x\r\nA: b"}, seconds=5)

    assert service.taken == []
