"""One author with a post of every audience in every state, and everybody who may come along."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from accounts.models import Follow, Restriction, User
from accounts.services.tokens import create_token
from core.ids import to_code
from core.models import new_id
from photos.models import Comment, Media, OriginalCopy, Post, PostTag, Rendition, Tag
from photos.services.wording import catch_up
from tests.factories import make_block, make_close_friend, make_follow, make_mute, make_user

AUDIENCES = ("public", "unlisted", "followers", "close_friends", "only_me")
STATES = ("draft", "publishing", "failed", "published", "archived", "trashed", "removed")
VIEWERS = (
    "anonymous",
    "stranger",
    "requested",
    "follower",
    "close_friend",  # and no follower
    "close_follower",
    "blocked",
    "blocker",
    "muting",
    "muted",
    "restricted",
    "moderator",
    "owner",
)
FOLLOWING = ("follower", "close_follower", "muting", "muted", "restricted", "blocked", "blocker")

# Who comes along at what kind of account; the owner of a closed one is logged in from before.
WORLDS = [
    *product(VIEWERS, ("open", "private")),
    *product(("anonymous", "stranger", "follower", "close_follower", "moderator", "owner"), ("closed",)),
]
# Each viewer is in both, mostly once: for what asks a gate of which there is a test with every world.
HALVES = tuple([world for place, world in enumerate(WORLDS) if (place + place // 2) % 2 == half] for half in (0, 1))

Kind = tuple[str, str]
KINDS: list[Kind] = list(product(AUDIENCES, STATES))
# Every audience of what is published, and every other state once: for surfaces behind a gate that was asked of all.
SOME_KINDS: list[Kind] = [
    *((audience, "published") for audience in AUDIENCES),
    *((AUDIENCES[number % 5], state) for number, state in enumerate(STATES) if state != "published"),
]
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
TAG = "kiln"
PLACE = "porto"
SIZES = (("w640", 640, 427), ("square", 320, 320), ("poster", 640, 427))


class Watching(Client):
    """A client that keeps every answer it was given."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.given: list[bytes] = []

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if not response.streaming:
            self.given.append(response.content)
        return response


@dataclass(frozen=True)
class World:
    """`marks` are words that stand in the title, caption and alt text of a post and in the names of its files."""

    author: User
    viewer: User | None
    page: Watching
    api: Watching
    posts: dict[Kind, Post]
    media: dict[Kind, Media]

    def leaked(self, seen: set[Kind]) -> set[Kind]:
        """Posts of which something was given to the viewer, in any answer so far, who may not see them."""
        given = b"\0".join([*self.page.given, *self.api.given])
        return {kind for kind in KINDS if kind not in seen and mark_of(kind).encode() in given}


def mark_of(kind: Kind) -> str:
    return f"mark{NUMBER[kind]:02}x"


def make_world(viewer: str, account: str) -> World:
    """`viewer` stands to the author as the word says, to an account that is open, private or closed."""
    author = make_user("author", is_private=account == "private")
    person = {"anonymous": None, "owner": author}.get(viewer) or (
        None if viewer == "anonymous" else make_user("viewer", is_staff=viewer == "moderator")
    )
    posts, media = _make_posts(author)
    if person is not None and person != author:
        _relate(person, author, viewer)
    page, api = Watching(), Watching()
    if person is not None:
        page.force_login(person)
        _, token = create_token(person, scopes=["read", "write", "follow"])
        api = Watching(headers={"Authorization": f"Bearer {token}"})
    if account == "closed":
        User.objects.filter(pk=author.pk).update(is_active=False)
    return World(author, person, page, api, posts, media)


def _relate(person: User, author: User, viewer: str) -> None:
    """Blocked people still follow here, as rows of an interrupted block might: the block alone must hold."""
    if viewer == "requested":
        Follow.objects.create(id=new_id(person.pk), follower=person, followee=author, state="requested")
    elif viewer in FOLLOWING:
        make_follow(person, author)
    acts: dict[str, list[Callable[[], Any]]] = {
        "blocked": [lambda: make_block(author, person), lambda: make_close_friend(author, person)],
        "blocker": [lambda: make_block(person, author), lambda: make_close_friend(author, person)],
        "muting": [lambda: make_mute(person, author)],
        "muted": [lambda: make_mute(author, person)],
        "restricted": [lambda: Restriction.objects.create(id=new_id(author.pk), owner=author, restricted=person)],
        "close_friend": [lambda: make_close_friend(author, person)],
        "close_follower": [lambda: make_close_friend(author, person)],
    }
    for act in acts.get(viewer, ()):
        act()


def _make_posts(author: User) -> tuple[dict[Kind, Post], dict[Kind, Media]]:
    """In few queries, for there are many. All have the same tag and place; the counters of the author are right."""
    posts = {kind: _post(author, kind) for kind in KINDS}
    Post.objects.bulk_create(posts.values())
    media = {kind: _media(author, posts[kind], kind) for kind in KINDS}
    Media.objects.bulk_create(media.values())
    Comment.objects.bulk_create(  # each has the number of its post
        Comment(id=post.pk, post=post, author=author, text=mark_of(kind)) for kind, post in posts.items()
    )
    copies = [(item, storage) for item in media.values() for storage in ("originals", "originals-copy")]
    OriginalCopy.objects.bulk_create(
        OriginalCopy(media=item, storage=storage, verified_at=timezone.now()) for item, storage in copies
    )
    renditions = [each for kind, item in media.items() if item.state == "ready" for each in _renditions(item, kind)]
    Rendition.objects.bulk_create(renditions)
    for item, storage in copies:
        write_file(storage, item.original_key, item.bytes)
    for rendition in renditions:
        write_file("renditions", rendition.key, rendition.bytes)
    tag = Tag.objects.create(name=TAG)
    PostTag.objects.bulk_create(PostTag(post=post, tag=tag) for post in posts.values())
    catch_up()
    User.objects.filter(pk=author.pk).update(
        own_post_count=len(AUDIENCES), public_post_count=1, follower_post_count=1, close_friend_post_count=1
    )
    author.refresh_from_db()
    return posts, media


def _post(author: User, kind: Kind) -> Post:
    audience, state = kind
    now = timezone.now()
    post = Post(id=new_id(author.pk), author=author, audience=audience, downloads=True)
    post.state = "publishing" if state == "failed" else state
    post.title = post.caption = mark_of(kind)
    post.location_name, post.place_slug = PLACE.title(), PLACE
    if state not in ("draft", "publishing", "failed"):
        post.published_at = now
    if state in ("archived", "trashed", "removed"):
        setattr(post, f"{state}_at", now)
    if state == "removed":
        post.removed_for = "No spam."
    return post


def _media(author: User, post: Post, kind: Kind) -> Media:
    state = {"publishing": "received", "failed": "failed"}.get(kind[1], "ready")
    return Media(
        id=new_id(author.pk),
        owner=author,
        post=post,
        state=state,
        state_changed_at=timezone.now(),
        original_key=f"aa/{mark_of(kind)}{secrets.token_hex(16)}.jpg",
        sha256=secrets.token_hex(32),
        bytes=100,
        content_type="image/jpeg",
        width=1200,
        height=800,
        original_width=1200,
        original_height=800,
        alt_text=mark_of(kind),
        placeholder=f"data:image/webp;base64,{mark_of(kind)}",
        failure_code="damaged" if state == "failed" else "",
        failure_detail="It is damaged." if state == "failed" else "",
    )


def _renditions(media: Media, kind: Kind) -> list[Rendition]:
    return [
        Rendition(
            media=media,
            name=name,
            content_type="image/jpeg",
            key=f"bb/{mark_of(kind)}{secrets.token_hex(16)}.jpg",
            width=width,
            height=height,
            bytes=50,
        )
        for name, width, height in SIZES
    ]


def write_file(storage: str, key: str, size: int) -> None:
    path = Path(storages[storage].path(key))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def names_of(post_id: int, media_id: int) -> list[str]:
    """How a post and its media are called in addresses."""
    return [to_code(post_id), str(post_id), str(media_id)]
