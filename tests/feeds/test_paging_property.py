"""Pages of Top while everything about the feed changes: whatever the order of events, one walk is whole and lawful.

Walk: the pages from a first one to the one without a next. In it nothing comes twice, nothing comes that the rule
forbids at that moment, and what was in the feed at the beginning and was visible all the time has come at the end.
PAGING_EXAMPLES sets how many stories are tried.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.services.blocks import block_user, unblock_user
from accounts.services.follows import follow_user, unfollow_user
from accounts.services.mutes import mute_user, unmute_user
from accounts.services.profiles import set_account_private
from core.valkey import valkey
from feeds.selectors import feed_posts
from feeds.services.build import build_and_keep
from feeds.services.home import feed_page
from feeds.services.push import push_published
from feeds.timeline import read_timeline
from photos.models import Media, Post
from photos.services.posts import edit_post
from photos.services.trash import restore_post, trash_post
from tests.factories import make_follow, make_media, make_post, make_user
from tests.queue import run_queue
from tests.ready import lift_bars

EXAMPLES = int(os.environ.get("PAGING_EXAMPLES", "20"))
AUDIENCES = ("public", "followers", "unlisted", "only_me")


@dataclass
class World:
    """`walk` is what the pages so far have shown, None between walks; `owed` what they have to show before they end;
    `walks` are the walks that have ended, `wrong` says what no walk may do and one did.
    """

    viewer: User
    authors: list[User]
    posts: list[int]
    walk: list[int] | None = None
    cursor: str = ""
    owed: set[int] = field(default_factory=set)
    walks: int = 0
    wrong: list[str] = field(default_factory=list)

    def author(self, number: int) -> User:
        return User.objects.get(pk=self.authors[number % len(self.authors)].pk)

    def post(self, number: int) -> Post:
        return Post.objects.select_related("author").get(pk=self.posts[number % len(self.posts)])


def post_of(author: User, **fields: Any) -> int:
    """A post that can come back from the trash, with as few rows as that takes."""
    post = make_post(author, pictures=0, **fields)
    make_media(author, post, state="received")
    Media.objects.filter(post=post).update(state="ready")
    return post.pk


def visible(world: World) -> set[int]:
    return set(feed_posts(world.viewer).values_list("pk", flat=True))


def read(world: World, number: int) -> None:
    """The next page, or the first of another walk."""
    page = feed_page(world.viewer.pk, ranking="top", cursor=world.cursor, limit=number % 4 + 1, kind="j")
    if world.walk is None:
        kept = read_timeline(world.viewer.pk)
        world.walk, world.owed = [], set(kept.post_ids if kept else ()) & visible(world)
    shown = [item.post_id for item in page.items]
    world.wrong += [f"{post_id} is forbidden" for post_id in set(shown) - visible(world)]
    world.walk += shown
    world.cursor = page.next_cursor
    if not page.next_cursor:
        end(world, world.walk)


def end(world: World, walk: list[int]) -> None:
    """After its last page a walk is looked at as a whole."""
    world.wrong += [f"{post_id} came {times} times" for post_id, times in Counter(walk).items() if times > 1]
    world.wrong += [f"{post_id} did not come" for post_id in world.owed - set(walk)]
    world.walk, world.walks = None, world.walks + 1


def publish(world: World, number: int) -> None:
    post_id = post_of(world.author(number), audience=AUDIENCES[number % 2])
    world.posts.append(post_id)
    push_published(post_id)


def trash(world: World, number: int) -> None:
    post = world.post(number)
    trash_post(post.author, post)


def restore(world: World, number: int) -> None:
    post = world.post(number)
    restore_post(post.author, post)


def show_to(world: World, number: int) -> None:
    post = world.post(number // len(AUDIENCES))
    if post.state == Post.State.PUBLISHED:
        edit_post(post.author, post, {"audience": AUDIENCES[number % len(AUDIENCES)]})


def push_again(world: World, number: int) -> None:
    push_published(world.posts[number % len(world.posts)])


def follow(world: World, number: int) -> None:
    author = world.author(number)
    unblock_user(author, world.viewer)
    User.objects.filter(pk=author.pk).update(is_private=False)
    follow_user(world.viewer, author)


def close(world: World, number: int) -> None:
    author = world.author(number)
    set_account_private(author, is_private=not author.is_private)


EVENTS: dict[str, Callable[[World, int], object]] = {
    "read": read,
    "read on": read,
    "build": lambda world, number: build_and_keep(world.viewer.pk),
    "publish": publish,
    "trash": trash,
    "restore": restore,
    "show to": show_to,
    "push again": push_again,
    "follow": follow,
    "unfollow": lambda world, number: unfollow_user(world.viewer, world.author(number)),
    "mute": lambda world, number: mute_user(world.viewer, world.author(number)),
    "unmute": lambda world, number: unmute_user(world.viewer, world.author(number)),
    "block": lambda world, number: block_user(world.author(number), world.viewer),
    "make private or open": close,
}


TO_THE_END = [("read", 3), ("read", 3)]  # of the walk that a story begins with


@contextmanager
def told() -> Iterator[None]:
    """As after a commit, with the work of the queue done."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        yield
    while True:
        with TestCase.captureOnCommitCallbacks(execute=True):
            done = run_queue()
        if not done:
            lift_bars()
            return


@contextmanager
def story() -> Iterator[World]:
    """Two people and one with very many followers, whom the viewer follows; nothing of it stays."""
    valkey().flushdb()
    with transaction.atomic():
        viewer = make_user("viewer")
        authors = [make_user("plain"), make_user("other"), make_user("hot")]
        now = timezone.now()
        posts = []
        with told():
            for number, author in enumerate(authors):
                make_follow(viewer, author)
                for hours in (0.2, 3, 30):
                    at = now - timedelta(hours=hours, minutes=number)
                    posts.append(post_of(author, at=at))
        User.objects.filter(username="hot").update(follower_count=10**8)
        yield World(viewer, authors, posts)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example([*TO_THE_END, ("push again", 0), ("read", 0)])
@example([*TO_THE_END, ("push again", 6), ("read", 0)])
@example([("build", 0), ("publish", 0), ("build", 0), ("read", 1), ("publish", 2), ("trash", 4), ("restore", 4)])
@given(st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.integers(0, 63)), min_size=4, max_size=30))
def test_walk_has_no_doubles_no_gaps_and_nothing_forbidden_whatever_happens(events: list[tuple[str, int]]) -> None:
    with story() as world:
        for name, number in [("read", 0), *events]:
            with told():
                EVENTS[name](world, number)
            world.owed &= visible(world)
        while world.walk is not None:
            read(world, 1)

    assert (world.wrong, world.walks > 0) == ([], True)
