"""One author with a post of every audience in every state, and everybody who may come along."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.test import Client

from accounts.models import Follow, User
from accounts.services.tokens import create_token
from core.ids import to_code
from core.models import new_id
from photos.models import Media, Post
from tests.factories import make_block, make_follow, make_mute, make_post, make_user

AUDIENCES = ("public", "unlisted", "followers", "only_me")
STATES = ("publishing", "published", "trashed")
VIEWERS = ("anonymous", "stranger", "requested", "follower", "blocked", "blocker", "muting", "muted", "owner")

# Who comes along at what kind of account; the owner of a closed one is logged in from before.
WORLDS = [
    *product(VIEWERS, ("open", "private")),
    *product(("anonymous", "stranger", "follower", "owner"), ("closed",)),
]

Kind = tuple[str, str]
KINDS: list[Kind] = list(product(AUDIENCES, STATES))


@dataclass(frozen=True)
class World:
    author: User
    viewer: User | None
    page: Client
    api: Client
    posts: dict[Kind, Post]


def make_world(viewer: str, account: str) -> World:
    """`viewer` stands to the author as the word says, to an account that is open, private or closed."""
    author = make_user("author", is_private=account == "private")
    person = (
        {"anonymous": None, "owner": author}.get(viewer) if viewer in ("anonymous", "owner") else make_user("viewer")
    )
    posts = {(audience, state): _post(author, audience, state) for audience, state in KINDS}
    if person is not None and person != author:
        _relate(person, author, viewer)
    page, api = Client(), Client()
    if person is not None:
        page.force_login(person)
        _, token = create_token(person, scopes=["read", "write", "follow"])
        api = Client(headers={"Authorization": f"Bearer {token}"})
    if account == "closed":
        User.objects.filter(pk=author.pk).update(is_active=False)
    return World(author, person, page, api, posts)


def _relate(person: User, author: User, viewer: str) -> None:
    """Blocked people still follow here, as rows of an interrupted block might: the block alone must hold."""
    if viewer == "requested":
        Follow.objects.create(id=new_id(person.pk), follower=person, followee=author, state="requested")
    elif viewer != "stranger":
        make_follow(person, author)
    acts: dict[str, Callable[[], Any]] = {
        "blocked": lambda: make_block(author, person),
        "blocker": lambda: make_block(person, author),
        "muting": lambda: make_mute(person, author),
        "muted": lambda: make_mute(author, person),
    }
    if viewer in acts:
        acts[viewer]()


def _post(author: User, audience: str, state: str) -> Post:
    post = make_post(author, audience=audience, state=state, downloads=True, title=f"{audience} {state}")
    media = media_of(post)
    for copy in media.copies.all():
        write_file(copy.storage, media.original_key, media.bytes)
    for rendition in media.renditions.all():
        write_file("renditions", rendition.key, rendition.bytes)
    return post


def write_file(storage: str, key: str, size: int) -> None:
    path = Path(storages[storage].path(key))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def media_of(post: Post) -> Media:
    return post.media.get()


def names_of(post_id: int, media_id: int) -> list[str]:
    """How a post and its media are called in addresses."""
    return [to_code(post_id), str(post_id), str(media_id)]
