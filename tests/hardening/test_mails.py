"""Mails hold what was typed as text: in their words, in their HTML, and in none of their headers."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail

from accounts.models import User
from accounts.services.registration import await_approval, refuse_account
from core.mail import send_mail_later
from tests.conftest import Settled
from tests.factories import PASSWORD
from tests.hardening.markup import one_line, read
from tests.hardening.routes import browser, share_of
from tests.hostile import ATTACKS, BROKEN, UNSEEN

MAILS = sorted(path.stem for path in (Path(settings.BASE_DIR) / "templates" / "mail").glob("*.txt"))
MAILS = [name for name in MAILS if not name.endswith("_subject")]
TEXTS = {**ATTACKS, **UNSEEN}
# Of these alone a mail is made, whatever is typed.
HEADERS = {"From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version", "Content-Type"}
URL = "https://example.org/a"
NAMES: tuple[str, ...] = (
    "at",
    "before",
    "code",
    "day",
    "days",
    "device",
    "from_email",
    "ip",
    "name",
    "provider_name",
    "reason",
)
NAMES += ("site_name", "to_email", "user", "username", "answer", "decision", "what")
# What nobody types, and the lines of a digest, whose parts are tried as well.
OURS = {"url", "origin", "unsubscribe_url", "n", "line"}


class Words(str):
    """A text whose `name`, `address` and everything else that a template may ask for is that text too."""

    __slots__ = ()
    due_at = None  # the one moment that a mail asks a thing for

    def __getattr__(self, name: str) -> "Words":
        if name.startswith("_"):
            raise AttributeError(name)
        return self


def sent(number: int = -1) -> EmailMessage:
    """A mail as the mailbox of its receiver reads it."""
    message = message_from_bytes(mail.outbox[number].message().as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def asked_for(template: str) -> set[str]:
    """The names that stand in its text."""
    text = (Path(settings.BASE_DIR) / "templates" / "mail" / f"{template}.txt").read_text()
    return set(re.findall(r"\{\{ (\w+)", text)) - OURS


def test_every_name_in_a_mail_is_tried() -> None:
    found = {name for template in MAILS for name in asked_for(template)}

    assert (found, len(MAILS) > 20) == (set(NAMES), True)


@pytest.mark.parametrize("kind", TEXTS)
def test_every_mail_holds_what_was_typed_and_nothing_of_it_in_a_header(db: None, settled: Settled, kind: str) -> None:
    typed = Words(TEXTS[kind])
    digest = {"lines": [{"sentence": typed, "words": typed, "url": URL}], "more": 2, "unsubscribe_url": URL}
    words: dict[str, Any] = {**dict.fromkeys(NAMES, typed), "url": URL, **digest}

    mails = share_of(MAILS, list(TEXTS).index(kind), 4)

    with settled():
        for template in mails:
            send_mail_later(template, to="alma@example.org", context=words)

    wrong = {}
    for number, template in enumerate(mails):
        message = sent(number)
        page = read(part(message, "html"), mail=True)
        shown = [one_line(text) for text in (part(message, "plain"), page.words)]
        is_shown = not asked_for(template) or all(one_line(TEXTS[kind]) in text for text in shown)
        if page.found or not is_shown or set(message) != HEADERS or message["To"] != "alma@example.org":
            wrong[template] = (page.found, shown, dict(message))
    assert (len(mail.outbox), wrong) == (len(mails), {})


@pytest.mark.parametrize("kind", share_of(list(TEXTS), 0, 4))
def test_mail_about_a_new_device_tells_what_it_said_it_is(alma: User, settled: Settled, kind: str) -> None:
    given = {"username": alma.username, "password": PASSWORD}
    with settled():
        browser(None).post("/login/", given, headers={"User-Agent": "Mozilla"})
    agent = TEXTS[kind].encode("utf-8", "replace").decode("latin-1")

    with settled():
        answer = browser(None).post("/login/", given, headers={"User-Agent": agent})

    message = sent()
    said = one_line(re.sub(r"[^\x20-\x7e]", "", agent)[:200])
    assert (answer.status_code, message["To"]) == (303, alma.email)
    assert (set(message), read(part(message, "html"), mail=True).found) == (HEADERS, [])
    assert said in one_line(part(message, "plain"))
    assert said in one_line(read(part(message, "html"), mail=True).words)


@pytest.mark.parametrize("kind", share_of(list(TEXTS), 0, 4))
def test_mail_to_who_is_not_let_in_tells_the_reason_as_it_was_typed(
    boris: User, staff: User, settled: Settled, kind: str
) -> None:
    await_approval(boris, TEXTS[kind])

    with settled():
        refuse_account(staff, boris, TEXTS[kind])

    message = sent()
    page = read(part(message, "html"), mail=True)
    shown = [one_line(text) for text in (part(message, "plain"), page.words)]
    assert (set(message), page.found) == (HEADERS, [])
    assert [one_line(TEXTS[kind]) in text for text in shown] == [True, True]


ADDRESSES = {
    **{kind: f"{text}@example.org" for kind, text in {**TEXTS, **BROKEN}.items()},
    "another receiver": "a@example.org,b@example.org",
    "another header": "a@example.org\r\nBcc: b@example.org",
    "another line": "a@example.org\nBcc: b@example.org",
    "a name": '"x" <a@example.org>',
    "a quoted line": '"a\r\nBcc: b"@example.org',
    "a percent": "a%0d%0aBcc:b@example.org",
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_address_that_is_no_address_gets_no_mail_and_adds_no_header(db: None, settled: Settled, kind: str) -> None:
    address = ADDRESSES[kind].encode("utf-8", "replace").decode()
    details = {"username": "dora", "email": address, "password": PASSWORD}

    with settled():
        answers = [
            browser(None).post("/rest/v1/accounts", details, "application/json"),
            browser(None).post("/signup/", {**details, "password1": PASSWORD}),
            browser(None).post("/password/reset/", {"email": address}),
        ]

    assert [answer.status_code < 500 for answer in answers] == [True] * 3
    assert [message for message in map(sent, range(len(mail.outbox))) if not is_whole(message, address)] == []


def is_whole(message: EmailMessage, address: str) -> bool:
    """Whether it goes to the one address that was typed, and has no header of others."""
    return (set(message), [each.addr_spec for each in message["To"].addresses]) == (HEADERS, [address])
