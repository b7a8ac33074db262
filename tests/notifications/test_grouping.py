"""Groups and their pages against the same said plainly, in Python, with rows that come while somebody reads."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import split_id
from core.models import new_id
from notifications.models import Kind, Notification
from notifications.selectors import FILTERS, GroupPage, count_unread, groups_page
from notifications.services.reading import mark_read
from photos.models import Like, Post
from tests.factories import make_block, make_notification, make_post, make_user

pytestmark = pytest.mark.django_db


def name(recipient: User, actor: User, post: Post, at: datetime) -> Notification:
    return make_notification(recipient, actor, post, at=at)


def notice(recipient: User, at: datetime) -> Notification:
    """A notice: nothing is ever grouped with it."""
    row = Notification(id=new_id(recipient.pk, at=at), recipient=recipient, kind=Kind.NOTICE, text="Hello.")
    row.about = row.pk
    row.save(force_insert=True)
    return row


def plainly(rows: list[Notification], zone: str) -> list[tuple[int, int]]:
    """The newest row and the number of rows of each group, the newest first."""
    groups = defaultdict(list)
    for row in rows:
        day = split_id(row.pk).created_at.astimezone(ZoneInfo(zone)).date()
        groups[row.kind, row.about, day].append(row.pk)
    return sorted(((max(ids), len(ids)) for ids in groups.values()), reverse=True)


def said(page: GroupPage) -> list[tuple[int, int]]:
    return [(group.head.pk, group.rows) for group in page.groups]


def heads(page: GroupPage) -> list[Notification]:
    return [group.head for group in page.groups]


@pytest.mark.parametrize("seed", range(4))
def test_pages_have_every_group_once_and_lose_no_row_while_new_ones_come(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  nothing is kept secret with it
    zone = chance.choice(["UTC", "Pacific/Auckland", "America/St_Johns"])
    alma = make_user("alma", time_zone=zone)
    posts, actors = [make_post(alma) for _ in range(3)], [make_user() for _ in range(6)]
    pairs = [(actor, post) for actor in actors for post in posts]
    moments = [timezone.now() - timedelta(hours=chance.uniform(1, 96)) for _ in range(30)]
    rows = [name(alma, actor, post, at) for (actor, post), at in zip(pairs[:-2], moments, strict=False)]
    rows += [notice(alma, at) for at in moments[-8:]]
    found: list[tuple[int, int]] = []
    cursor, late = "", list(pairs[-2:])

    while True:
        page = groups_page(alma, cursor=cursor, limit=chance.randint(1, 4))
        found += said(page)
        cursor = page.next_cursor
        if late:
            name(alma, *late.pop(), timezone.now())
        if not cursor:
            break

    assert found == plainly(rows, zone)


def test_day_begins_at_midnight_where_the_person_lives() -> None:
    alma = make_user("alma", time_zone="Asia/Tokyo")
    post, boris, carla = make_post(alma), make_user("boris"), make_user("carla")
    midnight = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    before = name(alma, boris, post, midnight - timedelta(milliseconds=1))
    after = name(alma, carla, post, midnight)

    page = groups_page(alma, limit=10)

    assert said(page) == [(after.pk, 1), (before.pk, 1)]


def test_group_leads_with_its_newest_people_and_counts_the_others(alma: User) -> None:
    post = make_post(alma)
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    people = [make_user(f"person{number}") for number in range(5)]
    for number, person in enumerate([*people, people[0]]):
        if number < 5:
            name(alma, person, post, at + timedelta(minutes=number))

    (group,) = groups_page(alma, limit=10).groups

    assert [row.actor.username for row in group.newest if row.actor] == ["person4", "person3", "person2"]
    assert (group.rows, group.people) == (5, 5)


def test_filters_leave_every_kind_in_all_and_in_exactly_one_other() -> None:
    others = sorted(kind for wanted, kinds in FILTERS.items() if wanted != "all" for kind in kinds)

    assert sorted(FILTERS["all"]) == others


def test_rows_of_somebody_blocked_are_in_no_group_and_no_number(alma: User, boris: User, carla: User) -> None:
    post = make_post(alma)
    kept = name(alma, carla, post, timezone.now())
    name(alma, boris, post, timezone.now())
    make_block(boris, alma)

    page = groups_page(alma, limit=10)

    assert (said(page), count_unread(alma)) == ([(kept.pk, 1)], 1)


def test_what_was_read_is_not_new_and_what_came_after_it_is(alma: User, boris: User) -> None:
    now = timezone.now()
    first = name(alma, boris, make_post(alma), now - timedelta(minutes=2))
    name(alma, boris, make_post(alma), now)

    mark_read(alma, first.pk)

    assert [group.is_new for group in groups_page(alma, limit=10).groups] == [True, False]
    assert count_unread(alma) == 1


def test_page_after_new_ones_knows_so(alma: User, boris: User) -> None:
    now = timezone.now()
    first = name(alma, boris, make_post(alma), now - timedelta(minutes=2))
    name(alma, boris, make_post(alma), now)
    mark_read(alma, first.pk)

    page = groups_page(alma, cursor=groups_page(alma, limit=1).next_cursor, limit=1)

    assert (page.after_new, page.groups[0].is_new) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_two_queries_however_much_is_on_it(
    count: int, alma: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        name(alma, make_user(), make_post(make_user()), timezone.now())

    with django_assert_num_queries(2):
        page = groups_page(alma, limit=10)
        seen = [(row.actor.username, row.post.author.username) for row in heads(page) if row.actor and row.post]

    assert len(seen) == count


def test_page_beside_ten_thousand_likes_looks_at_a_bounded_number_of_them(alma: User) -> None:
    post = make_post(alma)
    crowd = User.objects.bulk_create(
        User(username=f"fan{number}", look=f"fan{number}", email=f"fan{number}@example.org", id=new_id())
        for number in range(1500)
    )
    Like.objects.bulk_create(Like(id=new_id(user.pk), user=user, post=post) for user in crowd)
    Notification.objects.bulk_create(
        Notification(id=new_id(alma.pk), recipient=alma, kind="like", actor=user, post=post, about=post.pk)
        for user in crowd
    )

    (group,) = groups_page(alma, limit=10).groups

    assert (group.rows, group.people, count_unread(alma)) == (1000, 1000, 100)
