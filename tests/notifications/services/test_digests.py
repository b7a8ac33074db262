import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as site
from django.core import mail
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services.follows import follow_user
from core.events import relay
from core.models import OutboxTask
from notifications.models import Choice, Kind, Notification, Reader
from notifications.services.choosing import choose_digest
from notifications.services.digests import next_digest, plan_digests, send_digest, send_digests
from photos.services.likes import like_post
from tests.away import take_valkey_away
from tests.conftest import Settled
from tests.factories import make_block, make_post, make_user
from tests.notifications.pushed import note, notice
from tests.notifications.rows import say
from tests.parallel import together
from tests.queue import run_queue
from tests.smtp import mail_server

pytestmark = pytest.mark.django_db


def make_due(*people: User) -> None:
    """As if DIGEST_HOUR had just come."""
    for person in people:
        at = next_digest(person.time_zone, timezone.now() - timedelta(days=1))
        Reader.objects.update_or_create(user=person, defaults={"digest_at": at})


def mailed(settled: Settled) -> list[Any]:
    """The mails that are written when digests are sent now."""
    before = len(mail.outbox)
    with settled():
        send_digests()
    return mail.outbox[before:]


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("UTC", "2026-03-01 07:59", "2026-03-01 08:00"),
        ("UTC", "2026-03-01 08:00", "2026-03-02 08:00"),
        ("Europe/Vienna", "2026-03-28 12:00", "2026-03-29 06:00"),  # the night on which summer begins
        ("Europe/Vienna", "2026-10-24 12:00", "2026-10-25 07:00"),  # and ends
        ("Asia/Tokyo", "2026-03-01 12:00", "2026-03-01 23:00"),
        ("Asia/Kathmandu", "2026-03-01 12:00", "2026-03-02 02:15"),
        ("Pacific/Apia", "2011-12-29 20:00", "2011-12-30 18:00"),  # where a day was left out
        ("Nowhere/Atall", "2026-03-01 07:59", "2026-03-01 08:00"),
    ],
)
def test_mail_is_due_at_eight_by_the_clock_of_the_person(zone: str, after: str, expected: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)

    assert next_digest(zone, moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_hour_that_a_clock_leaves_out_or_has_twice_comes_once(settings: Settings) -> None:
    settings.DIGEST_HOUR = 2
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)

    at = [next_digest("Europe/Vienna", spring), next_digest("Europe/Vienna", autumn)]

    assert at == [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)]
    assert next_digest("Europe/Vienna", at[1]) == datetime(2026, 10, 26, 1, tzinfo=UTC)


def test_news_of_a_day_is_one_mail_in_text_and_html(alma: User, boris: User, carla: User, settled: Settled) -> None:
    post = make_post(alma, title="Kiln <b>shelves</b>")
    comment = say(boris, post, text="What\nlight & shade")
    with settled():
        like_post(boris, post.pk)
        like_post(carla, post.pk)
        follow_user(boris, alma)
    note(alma, Kind.COMMENT, actor=boris, post=post, comment=comment, about=post.pk)
    make_due(alma)

    (sent,) = mailed(settled)

    html = sent.alternatives[0][0]
    assert (sent.to, sent.subject) == ([alma.email], f"What is new for you on {site.SITE_NAME}")
    assert "* carla and boris liked your post\n  “Kiln <b>shelves</b>”\n  http" in sent.body
    assert "* boris commented on your post\n  “What light & shade”\n" in sent.body
    assert "* boris followed you\n" in sent.body
    assert ("Kiln &lt;b&gt;shelves&lt;/b&gt;" in html, "<img" in html) == (True, False)
    links = [word for word in sent.body.split() if word.startswith("http")]
    assert {link.startswith(f"{site.ORIGIN}/") or link == site.ORIGIN for link in links} == {True}


def test_mail_carries_how_to_stop_it_to_a_real_server(alma: User, settled: Settled, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.UNSUBSCRIBE_ADDRESS = "stop@example.org"
    notice(alma)
    make_due(alma)
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        with settled():
            send_digests()

    (taken,) = server.taken
    ways = str(taken["List-Unsubscribe"]).strip().split(", ")
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ways[0].startswith(f"<{site.ORIGIN}/unsubscribe/")
    assert ways[1] == "<mailto:stop@example.org?subject=unsubscribe>"
    assert ways[0].strip("<>") in plain(taken)


def test_nothing_new_is_no_mail(alma: User, boris: User, settled: Settled) -> None:
    read = notice(alma)
    follow = note(alma, Kind.FOLLOW, actor=boris)  # who does not follow any more
    make_due(alma)
    Reader.objects.filter(user=alma).update(read_up_to=read.pk)

    sent = mailed(settled)

    reader = Reader.objects.get(user=alma)
    assert (sent, reader.digest_at, reader.mailed_up_to) == ([], None, follow.pk)


def test_what_a_person_does_not_want_by_mail_or_may_not_see_is_left_out(
    alma: User, boris: User, carla: User, settled: Settled
) -> None:
    with settled():
        follow_user(boris, alma)
        follow_user(carla, alma)
        like_post(carla, make_post(alma, title="Shelves").pk)
    Choice.objects.create(user=alma, kind=Kind.LIKE, in_app=True, push=True, mail=False)
    make_block(alma, boris)
    make_due(alma)

    (sent,) = mailed(settled)

    assert ("carla followed you" in sent.body, "boris" in sent.body, "Shelves" in sent.body) == (True, False, False)


def test_news_is_mailed_once_and_later_news_alone(alma: User, settled: Settled) -> None:
    notice(alma, "The first word.")
    make_due(alma)
    first = mailed(settled)
    notice(alma, "The second word.")
    make_due(alma)

    second = mailed(settled)

    assert [len(first), len(second)] == [1, 1]
    assert ("first word" in second[0].body, "second word" in second[0].body) == (False, True)


def test_no_more_than_twenty_lines_are_written(alma: User, settled: Settled) -> None:
    for number in range(23):
        row = notice(alma, f"Word {number}.")
        Notification.objects.filter(pk=row.pk).update(about=row.pk)
    make_due(alma)

    (sent,) = mailed(settled)

    assert (sent.body.count("* "), "And 3 more" in sent.body) == (20, True)


def test_people_who_are_away_or_want_none_get_none(alma: User, boris: User, carla: User, settled: Settled) -> None:
    for person in (alma, boris, carla):
        notice(person)
    make_due(alma, boris, carla)
    choose_digest(alma, False)
    User.objects.filter(pk=boris.pk).update(is_active=False)
    User.objects.filter(pk=carla.pk).update(suspended_at=timezone.now())

    assert mailed(settled) == []


def test_time_comes_with_the_first_news_and_stays(alma: User, boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(time_zone="Asia/Tokyo")
    for person in (alma, boris):
        notice(person)

    first = plan_digests()
    times = dict(Reader.objects.values_list("user__username", "digest_at"))
    again = plan_digests()

    now = timezone.now()
    assert (first, again) == (2, 0)
    assert times == {"alma": next_digest("UTC", now), "boris": next_digest("Asia/Tokyo", now)}


def test_news_of_people_who_want_no_mail_gives_no_time(alma: User, boris: User) -> None:
    choose_digest(alma, False)
    notice(alma)

    assert (plan_digests(), Reader.objects.get(user=alma).digest_at) == (0, None)


def test_time_is_planned_while_valkey_is_away(alma: User, settings: Settings) -> None:
    notice(alma)
    take_valkey_away(settings)

    assert plan_digests() == 1


def test_person_who_moved_gets_the_mail_at_eight_there(alma: User, settled: Settled) -> None:
    notice(alma)
    make_due(alma)
    User.objects.filter(pk=alma.pk).update(time_zone="Asia/Kathmandu")

    sent = mailed(settled)

    assert (sent, Reader.objects.get(user=alma).digest_at) == ([], next_digest("Asia/Kathmandu", timezone.now()))


def test_failure_at_one_person_keeps_nobody_else_waiting(alma: User, boris: User, settled: Settled) -> None:
    with connection.cursor() as cursor:
        broken = "ALTER TABLE notifications_reader ADD CHECK (mailed_up_to = 0 OR user_id <> %s)"
        cursor.execute(broken, [alma.pk])
    for person in (alma, boris):
        notice(person)
    make_due(alma, boris)

    sent = mailed(settled)

    later = Reader.objects.get(user=alma)
    assert [each.to for each in sent] == [[boris.email]]
    assert (later.digest_at > timezone.now(), later.mailed_up_to) == (True, 0)  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_one_mail() -> None:
    person = make_user("alma")
    notice(person)
    make_due(person)

    written = together([lambda: send_digest(person.pk)] * 6)

    assert sorted(written) == [False] * 5 + [True]
    assert OutboxTask.objects.filter(task="core.send_mail").count() + run_queue() == 1


KILLED = """
import os, sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL = sys.argv[2]
import django
django.setup()
from django.db import transaction
from notifications.services.digests import send_digest
with transaction.atomic():
    if sys.argv[4] == "after":
        transaction.on_commit(lambda: os.kill(os.getpid(), 9))
    send_digest(int(sys.argv[3]))
    if sys.argv[4] == "before":
        os.kill(os.getpid(), 9)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_worker_killed_around_the_commit_leaves_one_mail(moment: str) -> None:
    person = make_user("alma")
    notice(person)
    make_due(person)
    name = str(connection.settings_dict["NAME"])

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, name, site.REDIS_URL, str(person.pk), moment], check=False, capture_output=True
    )
    left = OutboxTask.objects.filter(task="core.send_mail").count()
    send_digests()
    OutboxTask.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    relay()
    run_queue()

    assert (killed.returncode, left) == (-9, 0 if moment == "before" else 1)
    assert len(mail.outbox) == 1


def plain(message: EmailMessage) -> str:
    body: Any = message.get_body(preferencelist=("plain",))
    return str(body.get_content())
