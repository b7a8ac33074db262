from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Follow, User
from core.ids import to_code
from core.valkey import valkey
from feeds.services.build import build_and_keep
from feeds.services.home import feed_page
from feeds.services.hot import announce_hot
from feeds.services.inspecting import look_at_latest, look_at_post, look_at_top
from feeds.timeline import read_timeline
from photos.models import Post
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_block, make_close_friend, make_follow, make_like, make_mute, make_post, make_user
from tests.ready import lift_bars

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_user: AsUser, db: None) -> Client:
    return as_user(make_user("keeper", is_staff=True, is_superuser=True))


def shown(person: User, ranking: str = "top") -> list[int]:
    lift_bars()
    page = feed_page(person.pk, ranking=ranking, cursor="", limit=50, kind="j")
    return [item.post_id for item in page.items]


def test_look_has_the_order_the_person_gets(alma: User, boris: User, carla: User) -> None:
    for author in (boris, carla):
        make_follow(alma, author)
        for hours in (3, 30):
            make_post(author, at=timezone.now() - timedelta(hours=hours))
    make_like(alma, Post.objects.earliest("pk"))

    top, latest = look_at_top(alma, 0), look_at_latest(alma, 0)

    assert [entry.post_id for entry in top.entries] == shown(alma)
    assert [entry.post_id for entry in latest.entries] == shown(alma, "latest")
    assert ([entry.number for entry in top.entries], top.source, top.count, top.hidden) == (
        [1, 2, 3, 4],
        "missing",
        4,
        0,
    )


def test_look_tells_the_terms_whose_product_is_the_score(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris, like_count=3, at=timezone.now() - timedelta(hours=24))

    entry = look_at_top(alma, 0).entries[0]

    assert entry.terms is not None
    assert [round(term, 2) for term in (entry.terms.freshness, entry.terms.applause, entry.terms.nearness)] == [
        0.5,
        1.7,
        1,
    ]
    assert entry.reason == "You follow this person; posted 1 day ago, 3 likes."
    assert look_at_post(alma, post.pk).terms is not None


def close(alma: User, author: User, post: Post) -> None:
    User.objects.filter(pk=author.pk).update(is_active=False)


def trash(alma: User, author: User, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state="trashed")


def narrow(alma: User, author: User, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(audience="close_friends")


WHY = {
    "": lambda alma, author, post: None,
    "trashed": trash,
    "gone": lambda alma, author, post: post.delete(),
    "closed": close,
    "blocked": lambda alma, author, post: make_block(author, alma),
    "muted": lambda alma, author, post: make_mute(alma, author),
    "unfollowed": lambda alma, author, post: Follow.objects.all().delete(),
    "audience": narrow,
}


@pytest.mark.parametrize("reason", WHY)
def test_kept_feed_tells_what_is_not_shown_and_why(alma: User, boris: User, reason: str) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    build_and_keep(alma.pk)
    post_id = post.pk

    WHY[reason](alma, boris, post)
    look = look_at_top(alma, 0)

    assert [(entry.post_id, entry.hidden) for entry in look.entries] == [(post_id, reason)]
    assert (look.source, look.count, look.hidden) == ("kept", 1, int(bool(reason)))
    assert shown(alma) == ([post_id] if not reason else [])


def test_post_for_close_friends_is_shown_to_one(alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_close_friend(boris, alma)
    post = make_post(boris, audience="close_friends")

    assert look_at_post(alma, post.pk).hidden == ""


def test_hot_posts_stand_in_front_as_the_next_reading_will_have_them(alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    build_and_keep(alma.pk)
    hot, foreign = make_post(boris), make_post(carla)
    announce_hot(boris.pk, hot.pk)
    announce_hot(carla.pk, foreign.pk)

    look = look_at_top(alma, 0)

    assert [entry.post_id for entry in look.entries] == shown(alma)
    assert look.entries[0].post_id == hot.pk


def test_feed_is_what_would_be_built_while_valkey_is_away(alma: User, boris: User, settings: Settings) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    take_valkey_away(settings)

    look = look_at_top(alma, 0)

    assert ([entry.post_id for entry in look.entries], look.source) == ([post.pk], "away")


def test_looking_writes_nothing_of_the_person(staff: Client, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    build_and_keep(alma.pk)
    before, last_seen = {key: valkey().dump(key) for key in valkey().keys(f"*{alma.pk}*")}, alma.last_seen_at

    for query in ("", "?ranking=latest", f"?post={to_code(Post.objects.get().pk)}"):
        assert staff.get(f"/admin/feeds/feed/{alma.pk}/change/{query}").status_code == 200

    alma.refresh_from_db()
    kept = read_timeline(alma.pk)
    assert {key: valkey().dump(key) for key in valkey().keys(f"*{alma.pk}*")} == before
    assert (alma.last_seen_at, kept and list(kept.seen)) == (last_seen, [])


def test_each_look_is_in_the_log_of_the_admin(staff: Client, alma: User) -> None:
    staff.get(f"/admin/feeds/feed/{alma.pk}/change/")
    staff.get(f"/admin/feeds/feed/{alma.pk}/change/?ranking=latest")

    told = LogEntry.objects.order_by("pk").values_list("user__username", "object_id", "change_message")
    assert list(told) == [
        ("keeper", str(alma.pk), "Looked into the Top feed."),
        ("keeper", str(alma.pk), "Looked into the Latest feed."),
    ]
    assert "Looked into the Top feed." in staff.get(f"/admin/feeds/feed/{alma.pk}/history/").text


@pytest.mark.parametrize(("audience", "is_told"), [("public", True), ("followers", False), ("close_friends", False)])
def test_staff_read_words_only_of_posts_that_they_would_see_as_anybody(
    staff: Client, alma: User, boris: User, audience: str, is_told: bool
) -> None:
    make_follow(alma, boris)
    make_close_friend(boris, alma)
    post = make_post(boris, audience=audience, title="Secret kiln", caption="Hidden words")

    page = staff.get(f"/admin/feeds/feed/{alma.pk}/change/").text

    key = post.media.get().renditions.get(name="square", content_type="image/jpeg").key
    assert ("Secret kiln" in page, key in page, "boris" in page) == (is_told, is_told, True)
    assert "Hidden words" not in page


@pytest.mark.parametrize(("permission", "status"), [("inspect_feed", 200), ("view_user", 403), ("view_feedrun", 403)])
def test_looking_needs_its_own_permission(as_user: AsUser, alma: User, permission: str, status: int) -> None:
    some = make_user("some", is_staff=True)
    some.user_permissions.add(Permission.objects.get(codename=permission))
    client = as_user(some)

    found = [client.get(path).status_code for path in ("/admin/feeds/feed/", f"/admin/feeds/feed/{alma.pk}/change/")]

    assert found == [status, status]
    assert LogEntry.objects.exists() == (status == 200)


def test_list_of_feeds_cannot_be_filtered_by_what_is_nobodys_business(staff: Client, alma: User) -> None:
    assert staff.get("/admin/feeds/feed/", {"email__startswith": "alma"}).status_code == 400


@pytest.mark.parametrize("asked", ["nothing", "9" * 40, "/p/x!/", "\x00x!"])
def test_question_about_no_post_is_answered(staff: Client, alma: User, asked: str) -> None:
    answer = staff.get(f"/admin/feeds/feed/{alma.pk}/change/", {"post": asked})

    assert (answer.status_code, "There is no post with this address." in answer.text or "deleted" in answer.text) == (
        200,
        True,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_look_takes_the_same_queries_for_one_post_and_three(staff: Client, alma: User, count: int) -> None:
    for _ in range(count):
        author = make_user()
        make_follow(alma, author)
        make_post(author)
    build_and_keep(alma.pk)
    path = f"/admin/feeds/feed/{alma.pk}/change/"
    staff.get(path)

    with CaptureQueriesContext(connection) as queries:
        staff.get(path)

    assert len(queries) == 12
