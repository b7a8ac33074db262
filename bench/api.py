"""Calls of the API through granian, beside F, the least that a page of the feed takes (docs/performance.md).

A call of one row is no page of twenty posts: the ratio says what a call costs beside the cheapest feed there could be.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, CloseFriend, Follow, Mute, User
from accounts.services.tokens import create_token
from bench.feed_read import People, Target, make_floors, measure, ratio, summary
from bench.load import load_generator
from bench.readers import make_readers
from bench.site import PORT, send
from bench.tables import print_table
from core.models import new_id
from feeds.services.explore import refresh_explore
from photos.models import Media, Post, PostTag, Tag

CLIENTS = (1, 32)
_NUMBER = re.compile(r"[0-9]{9,}")
LISTED = 20  # people in each list of a reader
HEADS = ("call", "SQL queries", "requests/s", "p50 ms", "p99 ms", "server", "Postgres", "Valkey", "of F")


@dataclass(frozen=True)
class Call:
    """`path` under /rest/v1/; what is not GET changes nothing the second time."""

    path: str
    method: str = "GET"
    about: str = ""

    @property
    def name(self) -> str:
        """The call without the numbers in it."""
        return f"{self.method} /{_NUMBER.sub('…', self.path)}{self.about}"


def main() -> None:
    readers = make_readers()
    programs = [{"Authorization": f"Bearer {reader.token}"} for reader in readers]
    browsers = [{"Cookie": f"session={reader.session}; csrf={'a' * 32}"} for reader in readers]
    author = User.objects.get(username="author1")
    post = Post.objects.filter(author=author).latest("pk")
    theirs = [{"Authorization": f"Bearer {create_token(author, scopes=['read'])[1]}"}]
    fill(author, [reader.user_id for reader in readers])
    calls = calls_about(author, post)
    for call in calls:
        if call.method != "GET":  # what it changes is changed for everybody before the feeds of the floor are kept
            for program in programs:
                send(call.method, f"/rest/v1/{call.path}", program)
    make_floors(readers, programs, browsers)
    floor = Target("F", "/bare/bench/floor/feed", programs)
    own = own_calls(author)
    counts = {call.name: count(call, programs[0]) for call in calls}
    counts |= {call.name: count(call, theirs[0]) for call in own}
    with load_generator(PORT) as generator:
        for clients in CLIENTS:
            targets = [floor, *targets_of(calls, programs), *targets_of(own, theirs)]
            rounds = measure(generator, targets, clients)
            rows = [
                [name, counts.get(name, 0), *summary(each), ratio(each, rounds["F"])] for name, each in rounds.items()
            ]
            print_table(f"{clients} clients, CPU in ms a request", HEADS, rows)


def calls_about(author: User, post: Post) -> list[Call]:
    """What anybody may ask about somebody else, and everybody about themselves."""
    name = author.username
    paths = [
        *("feed?limit=20", "feed?limit=20&ranking=latest", "explore?range=all", "suggestions"),
        *(f"posts/{post.pk}", f"posts/{post.pk}/likes", "tags/kiln", "tags/kiln/posts"),
        *(f"users/{name}", f"users/{name}/posts", f"users/{name}/followers", f"users/{name}/following"),
        *("me", "blocks", "mutes", "close-friends", "follow-requests", "instance"),
    ]
    return [*map(Call, paths), Call(f"posts/{post.pk}/like", "PUT"), Call(f"users/{name}/follow", "PUT")]


def own_calls(person: User) -> list[Call]:
    """What one person alone may ask."""
    media = Media.objects.filter(owner=person).latest("pk")
    return [
        Call(f"media/{media.pk}"),
        Call(f"media/{media.pk}/receipt"),
        Call(f"users/{person.username}/posts", about=", own"),
    ]


def targets_of(calls: Sequence[Call], people: People) -> list[Target]:
    return [Target(call.name, f"/rest/v1/{call.path}", people, call.method) for call in calls]


def fill(author: User, readers: Sequence[int]) -> None:
    """Lists of LISTED people for each reader, a tag at every post, followers, and Explore."""
    others = list(User.objects.filter(username__startswith="reader").values_list("pk", flat=True)[:LISTED])
    pairs = [(reader, pk) for reader in readers for pk in others if pk != reader]
    Block.objects.bulk_create(Block(id=new_id(one), blocker_id=one, blocked_id=other) for one, other in pairs)
    Mute.objects.bulk_create(Mute(id=new_id(one), muter_id=one, muted_id=other) for one, other in pairs)
    CloseFriend.objects.bulk_create(CloseFriend(id=new_id(one), owner_id=one, friend_id=other) for one, other in pairs)
    Follow.objects.bulk_create(
        Follow(id=new_id(pk), follower_id=author.pk, followee_id=pk, state=Follow.State.ACCEPTED) for pk in others
    )
    tag = Tag.objects.create(name="kiln")
    PostTag.objects.bulk_create(PostTag(post=post, tag=tag) for post in Post.objects.all())
    refresh_explore()


def count(call: Call, headers: dict[str, str]) -> int:
    """SQL queries, the third time: the first notes the use of the token, the second makes everything ready."""
    client = Client(headers={**headers, "Host": "localhost"})
    for _ in range(2):
        client.generic(call.method, f"/rest/v1/{call.path}")
    with CaptureQueriesContext(connection) as queries:
        response = client.generic(call.method, f"/rest/v1/{call.path}")
    if response.status_code != 200:
        raise RuntimeError(f"{call.name}: {response.status_code}")
    return len(queries)
