"""Sent to a real service on the loopback; `Device.messages` opens what came, and checks who sent it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services.follows import follow_user, unfollow_user
from accounts.services.tokens import create_token, revoke_token
from core.models import OutboxTask
from core.valkey import valkey
from notifications.models import Choice, Kind, PushSubscription, Reader
from notifications.services.pushing import TRIES, TTL, push
from notifications.services.subscribing import Origin, Wishes, forget_subscriptions, send_trial
from photos.services.likes import like_post
from tests.away import take_valkey_away
from tests.conftest import AsUser, Settled
from tests.factories import make_block, make_post
from tests.notifications.pushed import add, note, notice, told_on
from tests.notifications.rows import say
from tests.push_service import Answer, Device, PushService, push_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    with push_service(settings) as running:
        yield running


def waiting() -> list[tuple[int, int]]:
    """The number of tries behind each push that waits, and in how many seconds it is tried again."""
    now = timezone.now()
    rows = OutboxTask.objects.filter(task="notifications.push").order_by("next_try_at")
    return [(row.arguments["tried"], round((row.next_try_at - now).total_seconds())) for row in rows]


def test_follower_is_told_to_the_browser_without_a_name(
    alma: User, boris: User, service: PushService, settled: Settled
) -> None:
    browser = told_on(alma, service)

    with settled():
        follow_user(boris, alma)

    assert browser.messages == [
        {
            "title": site.SITE_NAME,
            "body": "You have a new follower",
            "url": f"{site.ORIGIN}/@boris/",
            "tag": f"follow:{boris.pk}",
        }
    ]


def test_names_and_words_are_in_the_message_where_the_person_wants_them(
    alma: User, boris: User, service: PushService
) -> None:
    browser = told_on(alma, service, Wishes(shows_text=True))
    post = make_post(alma)
    comment = say(boris, post, text="What\nlight! " + "x" * 5000)

    push(note(alma, Kind.COMMENT, actor=boris, post=post, comment=comment).pk)

    (message,) = browser.messages
    assert (message["title"], message["body"][:12]) == ("boris commented on your post", "What light! ")
    assert len(message["body"]) == 200


def test_post_of_few_is_not_named_to_the_push_service(alma: User, boris: User, service: PushService) -> None:
    browser, post = told_on(alma, service), make_post(alma, audience="followers")
    comment = say(boris, post)

    push(note(alma, Kind.COMMENT, actor=boris, post=post, comment=comment).pk)

    (headers,) = browser.pushes
    shown = {name: headers[name] for name in ("ttl", "urgency", "content-encoding")}
    assert shown == {"ttl": str(TTL), "urgency": "normal", "content-encoding": "aes128gcm"}
    assert len(headers["topic"]) == 32
    assert str(comment.pk) not in str(headers)


def test_each_browser_is_told_of_the_kinds_it_wants(alma: User, boris: User, service: PushService) -> None:
    all_kinds = told_on(alma, service)
    comments = told_on(alma, service, Wishes(kinds=[Kind.COMMENT]))
    notices = told_on(alma, service, Wishes(kinds=[Kind.NOTICE, Kind.TAG]))
    of_somebody_else = told_on(boris, service)

    push(notice(alma).pk)

    told = [len(each.messages) for each in (all_kinds, comments, notices, of_somebody_else)]
    assert told == [1, 0, 1, 0]


def test_kind_that_is_not_pushed_reaches_no_browser(
    alma: User, boris: User, service: PushService, settled: Settled
) -> None:
    browser = told_on(alma, service)
    Choice.objects.create(user=alma, kind=Kind.FOLLOW, in_app=True, push=False, mail=True)

    with settled():
        follow_user(boris, alma)
        like_post(boris, make_post(alma).pk)

    assert browser.messages == []


def test_news_that_is_given_out_twice_is_sent_once(alma: User, service: PushService) -> None:
    browser, news = told_on(alma, service), notice(alma)

    push(news.pk)
    push(news.pk)

    assert len(browser.messages) == 1


def test_news_is_sent_while_valkey_is_away(alma: User, service: PushService, settings: Settings) -> None:
    browser, news = told_on(alma, service), notice(alma)
    take_valkey_away(settings)

    push(news.pk)

    assert len(browser.messages) == 1


def test_what_was_read_taken_back_or_hidden_before_is_not_sent(alma: User, boris: User, service: PushService) -> None:
    browser = told_on(alma, service)
    read = notice(alma)
    Reader.objects.create(user=alma, read_up_to=read.pk)
    follow_user(boris, alma)
    followed = note(alma, Kind.FOLLOW, actor=boris).pk
    unfollow_user(boris, alma)
    comment = say(boris, make_post(alma))
    said = note(alma, Kind.COMMENT, actor=boris, post=comment.post, comment=comment).pk
    make_block(alma, boris)

    for news in (read.pk, followed, said, 1):
        push(news)

    assert browser.pushes == []


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_removed(status: int, alma: User, service: PushService) -> None:
    told_on(alma, service)
    service.answer = Answer(status)

    push(notice(alma).pk)

    assert (PushSubscription.objects.count(), waiting()) == (0, [])


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer(429), 60),
        (Answer(429, {"Retry-After": "600"}), 600),
        (Answer(503, {"Retry-After": "99999999999"}), 24 * 3600),
        (Answer(500, {"Retry-After": "soon"}), 60),
        (Answer(raw=b"nonsense\r\n\r\n"), 60),
    ],
)
def test_service_that_cannot_now_is_asked_again_when_it_says(
    answer: Answer, seconds: int, alma: User, service: PushService
) -> None:
    told_on(alma, service)
    service.answer = answer

    push(notice(alma).pk)

    assert waiting() == [(1, seconds)]
    assert PushSubscription.objects.get().failures == 1


def test_push_that_failed_arrives_at_the_second_try(alma: User, service: PushService) -> None:
    browser, news = told_on(alma, service), notice(alma)
    service.answers = [Answer(500)]
    push(news.pk)
    (again,) = OutboxTask.objects.filter(task="notifications.push")
    valkey().delete(f"push:pause:{PushSubscription.objects.get().pk}")

    push(**again.arguments)

    assert [len(browser.pushes), PushSubscription.objects.get().failures] == [2, 0]


def test_other_news_waits_while_a_service_asks_for_a_pause(alma: User, service: PushService) -> None:
    browser = told_on(alma, service)
    service.answer = Answer(429, {"Retry-After": "600"})
    push(notice(alma).pk)

    push(notice(alma).pk)

    assert len(browser.pushes) == 1
    assert waiting() == [(1, 600), (1, 600)]


def test_pause_grows_with_each_failure_and_tries_end(alma: User, service: PushService) -> None:
    told_on(alma, service)
    PushSubscription.objects.update(failures=2)
    service.answer = Answer(500)

    push(notice(alma).pk)
    first = waiting()
    valkey().flushdb()
    push(notice(alma).pk, tried=TRIES - 1)

    assert (first, waiting()) == ([(1, 60 * 16)], first)


def test_answer_that_says_no_is_not_asked_again(alma: User, service: PushService) -> None:
    told_on(alma, service)
    service.answer = Answer(403)

    push(notice(alma).pk)

    assert (waiting(), PushSubscription.objects.get().failures) == ([], 1)


def test_browser_that_fails_for_days_is_removed(alma: User, service: PushService) -> None:
    for days in (1, 4):
        told_on(alma, service)
        PushSubscription.objects.filter(used_at=None).update(used_at=timezone.now() - timedelta(days=days), failures=7)
    service.answer = Answer(500)

    push(notice(alma).pk)

    assert [row.failures for row in PushSubscription.objects.all()] == [8]


def test_endpoint_whose_name_leads_inside_later_is_sent_nothing(
    alma: User, service: PushService, settings: Settings
) -> None:
    browser = told_on(alma, service)
    settings.PUSH_ALLOWED_HOSTS = frozenset()

    push(notice(alma).pk)

    assert (browser.pushes, PushSubscription.objects.get().failures) == ([], 1)


def test_old_news_is_not_sent(alma: User, service: PushService) -> None:
    browser, news = told_on(alma, service), notice(alma)
    type(news).objects.update(created_at=timezone.now() - timedelta(seconds=TTL + 1))

    push(news.pk)

    assert browser.pushes == []


def test_nothing_is_sent_where_push_is_off(alma: User, service: PushService, settings: Settings) -> None:
    browser = told_on(alma, service)
    settings.VAPID_PRIVATE_KEY = ""

    push(notice(alma).pk)

    assert browser.pushes == []


def test_trial_arrives(alma: User, service: PushService, settled: Settled) -> None:
    browser = told_on(alma, service)

    with settled():
        send_trial(alma, PushSubscription.objects.get().pk)

    (message,) = browser.messages
    assert message["url"] == f"{site.ORIGIN}/settings/notifications/devices/"


def test_browser_is_told_nothing_after_its_session(alma: User, service: PushService, as_user: AsUser) -> None:
    browser, client = Device(service), as_user(alma)
    add(alma, browser, origin=Origin(device_id=client.session["device"]))

    push(notice(alma).pk)
    client.post("/logout/")
    push(notice(alma).pk)

    assert len(browser.messages) == 1
    assert (forget_subscriptions(), PushSubscription.objects.count()) == (1, 0)


def test_app_is_told_nothing_after_its_token(alma: User, service: PushService) -> None:
    token, _ = create_token(alma, scopes=["push"])
    app = Device(service)
    add(alma, app, origin=Origin(token_id=token.pk))

    push(notice(alma).pk)
    revoke_token(alma, token.pk)
    push(notice(alma).pk)

    assert len(app.messages) == 1


@pytest.mark.parametrize("field", ["is_active", "suspended_at"])
def test_account_out_of_sight_is_told_nothing(field: str, alma: User, service: PushService) -> None:
    browser, news = told_on(alma, service), notice(alma)
    User.objects.filter(pk=alma.pk).update(**{field: timezone.now() if field == "suspended_at" else False})

    push(news.pk)

    assert browser.pushes == []
