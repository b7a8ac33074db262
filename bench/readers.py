"""Many people with feeds of their own, as rows: nothing is developed, all renditions are there."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import Follow, User
from accounts.services.tokens import create_token
from core.models import new_id
from photos.models import Like, Media, Post, Rendition

AUTHORS, POSTS, READERS = 100, 2_000, 200
FOLLOWS, LIKES = 40, 50  # of each reader
SIZES = {"w320": 320, "w640": 640, "w1080": 1080, "w1440": 1440, "w2048": 2048, "square": 320}
TYPES = {"image/jpeg": "jpg", "image/avif": "avif"}
CAPTION = "A frame of a roll that was drawn for a measurement, with a #tag and a name, @author1, in it."


@dataclass(frozen=True)
class Reader:
    """One who reads, as a program and as a browser."""

    user_id: int
    token: str
    session: str


def make_readers() -> list[Reader]:
    """READERS people who follow FOLLOWS of AUTHORS people with POSTS posts, and like some of them."""
    chance = random.Random(20)
    authors = _people("author", AUTHORS)
    posts = _posts(authors, chance)
    readers = _people("reader", READERS)
    Follow.objects.bulk_create(
        Follow(id=new_id(reader.pk), follower=reader, followee=author, state=Follow.State.ACCEPTED)
        for reader in readers
        for author in chance.sample(authors, FOLLOWS)
    )
    Like.objects.bulk_create(
        Like(id=new_id(reader.pk), user=reader, post=post) for reader in readers for post in chance.sample(posts, LIKES)
    )
    return [_reader(user) for user in readers]


def _people(name: str, count: int) -> list[User]:
    now = timezone.now()
    people = [
        User(
            username=f"{name}{number}",
            email=f"{name}{number}@example.org",
            display_name=f"{name.title()} {number}",
            bio="Draws for measurements.",
            password=f"!{secrets.token_hex(16)}",
            public_post_count=POSTS // AUTHORS if name == "author" else 0,
            last_seen_at=now,
        )
        for number in range(count)
    ]
    return list(User.objects.bulk_create(people))


def _posts(authors: Sequence[User], chance: random.Random) -> list[Post]:
    now = timezone.now()
    posts = []
    for number in range(POSTS):
        author, at = chance.choice(authors), now - timedelta(minutes=5 * number + 1)
        words = {"title": f"Frame {number}", "caption": CAPTION, "like_count": chance.randrange(500)}
        posts.append(
            Post(id=new_id(author.pk, at=at), author=author, state="published", published_at=at, created_at=at, **words)
        )
    Post.objects.bulk_create(posts)
    media = Media.objects.bulk_create(_media(post) for post in posts)
    Rendition.objects.bulk_create((each for item in media for each in _renditions(item)), batch_size=4_000)
    return posts


def _media(post: Post) -> Media:
    return Media(
        id=new_id(post.author_id),
        owner_id=post.author_id,
        post=post,
        state="ready",
        state_changed_at=post.created_at,
        original_key=f"aa/{secrets.token_hex(16)}.jpg",
        sha256=secrets.token_hex(32),
        bytes=5_000_000,
        content_type="image/jpeg",
        width=4000,
        height=3000,
        alt_text="Drawn for a measurement",
        blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    )


def _renditions(media: Media) -> list[Rendition]:
    return [
        Rendition(
            media=media,
            name=name,
            content_type=content_type,
            key=f"bb/{secrets.token_hex(16)}.{suffix}",
            width=width,
            height=width * 3 // 4,
            bytes=width * 100,
        )
        for name, width in SIZES.items()
        for content_type, suffix in TYPES.items()
    ]


def _reader(user: User) -> Reader:
    _, token = create_token(user, scopes=["read", "write", "follow"])
    browser = Client()
    browser.force_login(user)
    return Reader(user.pk, token, browser.cookies["session"].value)
