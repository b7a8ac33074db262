"""The number beside Activity: kept, right the moment anything changes it, and there without Valkey."""

from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.closing import suspend_account
from accounts.services.mutes import mute_user
from accounts.services.restrictions import restrict_user
from accounts.unread import unread_label, unread_of
from core.valkey import valkey
from notifications.models import Notification
from notifications.services.forgetting import prune
from notifications.services.reading import mark_read
from photos.models import Post
from photos.services.archive import archive_post
from photos.services.likes import like_post, unlike_post
from photos.services.posts import edit_post
from photos.services.trash import trash_post
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_notification, make_post, make_user
from tests.parallel import together
from tests.queue import run_queue

pytestmark = pytest.mark.django_db(transaction=True)

ONLY_ME = {"audience": "only_me"}
Change = Callable[[User, User, Post], object]


def settle() -> None:
    while run_queue():
        pass


CHANGES: dict[str, Change] = {
    "read": lambda alma, boris, post: mark_read(alma, Notification.objects.get().pk),
    "blocked": lambda alma, boris, post: block_user(alma, boris),
    "blocked by": lambda alma, boris, post: block_user(boris, alma),
    "muted": lambda alma, boris, post: mute_user(alma, boris, scope="everything"),
    "restricted": lambda alma, boris, post: restrict_user(alma, boris),
    "suspended": lambda alma, boris, post: suspend_account(boris),
    "taken back": lambda alma, boris, post: unlike_post(boris, post.pk),
    "in the trash": lambda alma, boris, post: trash_post(alma, post),
}


@pytest.mark.parametrize("change", CHANGES)
def test_number_is_kept_and_forgotten_with_the_change(
    change: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    post = make_post(alma)
    like_post(boris, post.pk)
    settle()
    before = unread_of(alma)
    with django_assert_num_queries(0):
        kept = unread_of(alma)

    CHANGES[change](alma, boris, post)

    assert (before, kept, unread_of(alma)) == (1, 1, 0)


@pytest.mark.parametrize("change", [archive_post, lambda author, post: edit_post(author, post, ONLY_ME)])
def test_post_of_somebody_else_that_is_gated_anew_takes_its_number_away(
    change: Callable[[User, Post], object],
) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    post = make_post(boris)
    make_notification(alma, boris, post)
    before = unread_of(alma)

    change(boris, post)

    assert (before, unread_of(alma)) == (1, 0)


def test_fifty_likes_at_once_are_fifty_and_each_is_told_once() -> None:
    alma = make_user("alma")
    post, crowd = make_post(alma), [make_user() for _ in range(50)]
    unread_of(alma)

    together([partial(like_post, person, post.pk) for person in crowd])
    settle()

    assert (unread_of(alma), Notification.objects.count()) == (50, 50)


def test_number_is_counted_while_valkey_is_away(settings: Settings) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_notification(alma, boris, make_post(alma))
    take_valkey_away(settings)

    assert unread_of(alma) == 1


def test_number_of_valkey_that_was_emptied_is_counted_anew() -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_notification(alma, boris, make_post(alma))
    unread_of(alma)
    valkey().flushdb()

    assert unread_of(alma) == 1


def test_label_says_no_more_than_99() -> None:
    assert [unread_label(count) for count in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


def test_home_page_shows_the_mark_on_the_express_way_with_no_query(
    as_user: AsUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    make_post(boris)
    client = as_user(alma)
    for _ in range(4):
        client.get("/")
    like_post(boris, make_post(alma).pk)
    settle()
    told = client.get("/").text

    with django_assert_num_queries(0):
        again = client.get("/").text

    assert ['<span class="dot">1<span' in html for html in (told, again)] == [True, True]


def test_what_is_too_old_is_deleted_and_its_number_with_it(settings: Settings) -> None:
    alma, boris = make_user("alma"), make_user("boris")
    old, new = make_notification(alma, boris, make_post(alma)), make_notification(alma, boris, make_post(alma))
    before = unread_of(alma)
    Notification.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00:00Z")

    done = prune()

    assert (before, done, list(Notification.objects.all()), unread_of(alma)) == (2, 1, [new], 1)
