from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings

from core.mail import TRIES, _plain_engine, send, send_mail_later
from core.models import OutboxTask
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.django_db

MAIL: dict[str, Any] = {"to": "alma@example.org", "subject": "Hello", "text": "Words.\n", "html": "<p>Words.</p>"}


@pytest.fixture(autouse=True)
def templates(tmp_path: Path) -> Iterator[None]:
    """A mail named `kiln`."""
    folder = tmp_path / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "kiln_subject.txt").write_text("{{ name }}\nfrom {{ site_name }}\n")
    (folder / "kiln.txt").write_text("{{ name }} at {{ origin }}/x\n")
    (folder / "kiln.html").write_text("<p>{{ name }}</p>\n")
    engine = {**settings.TEMPLATES[0], "DIRS": [folder.parent]}
    _plain_engine.cache_clear()
    with override_settings(TEMPLATES=[engine]):
        yield
    _plain_engine.cache_clear()


def use(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port


def part(mail: EmailMessage, kind: str) -> str:
    body: Any = mail.get_body(preferencelist=(kind,))
    return str(body.get_content())


def waiting() -> list[tuple[int, float]]:
    """The number of tries behind each mail that waits, and in how many seconds it is tried again."""
    now = timezone.now()
    rows = OutboxTask.objects.filter(task="core.send_mail")
    return [(row.arguments["tried"], round((row.next_try_at - now).total_seconds())) for row in rows]


def test_mail_is_sent_after_the_commit_as_text_and_html(settled: Settled) -> None:
    with settled():
        send_mail_later("kiln", to="alma@example.org", context={"name": "<b>Hana</b> & Co"})
        before = len(outbox.outbox)

    (sent,) = outbox.outbox
    assert before == 0
    assert (sent.to, sent.subject) == (["alma@example.org"], f"<b>Hana</b> & Co from {settings.SITE_NAME}")
    assert sent.body == f"<b>Hana</b> & Co at {settings.ORIGIN}/x\n"
    assert [tuple(each) for each in sent.alternatives] == [("<p>&lt;b&gt;Hana&lt;/b&gt; &amp; Co</p>\n", "text/html")]  # type: ignore[attr-defined]


def test_mail_goes_to_a_real_server_whole(settings: Settings) -> None:
    with mail_server() as server:
        use(server, settings)

        send(mail_id="m1", **MAIL)

    (taken,) = server.taken
    assert (taken["To"], taken["Subject"], taken["Auto-Submitted"]) == ("alma@example.org", "Hello", "auto-generated")
    assert taken["Message-ID"].startswith("<m1@")
    assert [part(taken, "plain").strip(), part(taken, "html").strip()] == ["Words.", "<p>Words.</p>"]


def test_subject_with_line_breaks_adds_no_header(settled: Settled) -> None:
    with settled():
        send_mail_later("kiln", to="alma@example.org", context={"name": "Hana\r\nBcc: carla@example.org"})

    (sent,) = outbox.outbox
    assert sent.subject == f"Hana Bcc: carla@example.org from {settings.SITE_NAME}"
    assert (sent.bcc, sent.recipients()) == ([], ["alma@example.org"])


def test_mail_given_out_twice_is_sent_once() -> None:
    send(mail_id="m1", **MAIL)
    send(mail_id="m1", **MAIL)

    assert len(outbox.outbox) == 1


def test_mail_is_sent_while_valkey_is_away(settings: Settings) -> None:
    take_valkey_away(settings)

    send(mail_id="m1", **MAIL)

    assert len(outbox.outbox) == 1


def test_mail_waits_while_the_server_is_away_longer_each_time_and_goes_then(settings: Settings) -> None:
    with mail_server() as server:
        use(server, settings)
    send(mail_id="m1", **MAIL)
    send(mail_id="m2", tried=3, **MAIL)
    before = waiting()
    with mail_server() as back:
        use(back, settings)

        send(mail_id="m1", tried=1, **MAIL)

    assert before == [(1, 10), (4, 270)]
    assert len(back.taken) == 1


def test_mail_is_given_up_after_the_last_try(settings: Settings) -> None:
    with mail_server() as server:
        use(server, settings)

    send(mail_id="m1", tried=TRIES - 1, **MAIL)

    assert waiting() == []


def test_mail_to_an_address_that_the_server_refuses_is_not_tried_again(settings: Settings) -> None:
    with mail_server("550 nobody here") as server:
        use(server, settings)

        send(mail_id="m1", **MAIL)

    assert (server.taken, waiting()) == ([], [])
