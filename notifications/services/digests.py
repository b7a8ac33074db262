"""The daily mail: at DIGEST_HOUR of the person's day, if there is something new and unread, and each thing once."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import User
from core.ids import first_id_at
from core.mail import send_mail_later
from core.media_urls import absolute
from core.valkey import valkey, when_away
from notifications.links import target_of
from notifications.models import Notification, Reader
from notifications.selectors import Group, newest_id
from notifications.unsubscribe_tokens import unsubscribe_url
from notifications.untold import News, news_for_mail
from notifications.words import details, sentence

AT_ONCE = 500  # people
WORDS = 200  # signs of somebody's words
LOOK_BACK = timedelta(minutes=5)  # longer than a transaction that tells somebody can last
LONGEST_LOOK_BACK = timedelta(days=2)  # after a time without workers
PLANNED_KEY = "notifications:digests planned up to"

logger = logging.getLogger(__name__)


def plan_digests() -> int:
    """Give those who were told something lately the time of their next mail; returns how many.

    Only looks at what came since the last time, as far as Valkey remembers that.
    """
    now = timezone.now()
    mark = when_away(lambda: valkey().get(PLANNED_KEY), None)
    longest = first_id_at(now - LONGEST_LOOK_BACK)
    since = max(int(mark), longest) if isinstance(mark, bytes) else longest
    told = Notification.objects.filter(pk__gte=since).filter(_has_no_time())
    people = list(told.order_by().values_list("recipient_id", "recipient__time_zone").distinct())
    planned = sum(_plan(people[start : start + AT_ONCE], now) for start in range(0, len(people), AT_ONCE))
    when_away(lambda: valkey().set(PLANNED_KEY, first_id_at(now - LOOK_BACK)), None)
    return planned


def send_digests() -> int:
    """Write the mails that are due; returns how many. What fails for one person is tried again in an hour."""
    sent = 0
    tried: set[int] = set()
    while due := _due(tried):
        tried |= set(due)
        for user_id in due:
            try:
                sent += send_digest(user_id)
            except Exception:  # one person's news must not keep the mails of all others
                logger.exception("a digest failed", extra={"user": user_id})
                Reader.objects.filter(pk=user_id).update(digest_at=timezone.now() + timedelta(hours=1))
    return sent


def send_digest(user_id: int) -> bool:
    """Write the mail of this person if it is due; whether there was one.

    The mail stands in the outbox of the very transaction that notes how far it tells, so that what dies before the
    commit has done nothing, and what dies after it has done all; two at once wait for nothing and write one.
    """
    now = timezone.now()
    with transaction.atomic():
        due = Reader.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=user_id, digest_at__lte=now)
        reader = due.select_related("user").first()
        if reader is None or reader.digest_at is None:
            return False
        user, told_up_to = reader.user, max(reader.read_up_to, reader.mailed_up_to)
        if reader.digest_at != next_digest(user.time_zone, reader.digest_at - timedelta(seconds=1)):
            Reader.objects.filter(pk=user_id).update(digest_at=next_digest(user.time_zone, now))
            return False
        newest = max(newest_id(user), reader.mailed_up_to)
        Reader.objects.filter(pk=user_id).update(digest_at=None, mailed_up_to=newest)
        news = news_for_mail(user, told_up_to) if _may_get(reader) else News([], 0)
        if news.groups:
            _write(user, news)
    return bool(news.groups)


def next_digest(time_zone: str, after: datetime) -> datetime:
    """When it is DIGEST_HOUR for the next time after this moment in this zone; UTC for a zone that there is not."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    today = after.astimezone(zone).date()
    for days in range(3):
        day = today + timedelta(days=days)
        at = datetime(day.year, day.month, day.day, settings.DIGEST_HOUR, tzinfo=zone).astimezone(UTC)
        if at > after:
            return at
    raise AssertionError(time_zone)  # no day is longer than three


def _has_no_time() -> Q:
    reader = "recipient__notification_reader"
    return Q(**{reader: None}) | Q(**{f"{reader}__digest_at": None, f"{reader}__wants_digest": True})


def _plan(people: Iterable[tuple[int, str]], now: datetime) -> int:
    """By compare-and-set: whoever has a time keeps it."""
    whole = sorted(people, key=itemgetter(1))
    Reader.objects.bulk_create([Reader(user_id=user_id) for user_id, _ in whole], ignore_conflicts=True)
    planned = 0
    for zone, rows in groupby(whole, key=itemgetter(1)):
        waiting = Reader.objects.filter(pk__in=[user_id for user_id, _ in rows], digest_at=None, wants_digest=True)
        planned += waiting.update(digest_at=next_digest(zone, now))
    return planned


def _due(tried: set[int]) -> list[int]:
    rows = Reader.objects.filter(digest_at__lte=timezone.now()).exclude(pk__in=tried).order_by("digest_at")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def _may_get(reader: Reader) -> bool:
    user = reader.user
    return reader.wants_digest and user.is_active and user.suspended_at is None and not user.awaits_approval


def _write(user: User, news: News) -> None:
    url = unsubscribe_url(user.pk)
    ways = [f"<{url}>"]
    if settings.UNSUBSCRIBE_ADDRESS:
        ways.append(f"<mailto:{settings.UNSUBSCRIBE_ADDRESS}?subject=unsubscribe>")
    headers = {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    lines = [_line(group, user) for group in news.groups]
    context = {"user": user, "lines": lines, "more": news.more, "unsubscribe_url": url}
    send_mail_later("digest", to=user.email, context=context, headers=headers)


def _line(group: Group, user: User) -> dict[str, str]:
    head, names = group.head, [row.actor.name for row in group.newest if row.actor is not None]
    words = details(head) or (head.post.title if head.post is not None else "")
    return {
        "sentence": " ".join(sentence(head, names, group.people).split()),
        "words": Truncator(" ".join(words.split())).chars(WORDS),
        "url": absolute(target_of(group, user)),
    }
