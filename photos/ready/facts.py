"""What is kept ready about a post: the facts that decide who sees it, and the names its cards are kept under."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from accounts.ready import TOMBSTONE, new_version
from core.ready import Key, forget
from photos.models import Post

KINDS = ("j", "h", "t", "w")  # JSON of the API, card of a page, square tile, tile that keeps its ratio
MADE_WITH = ("templates/components", "photos/ready")
POST_SECONDS = 24 * 3600
LIKE_COUNT, COMMENT_COUNT = 3, 4  # the fields of the facts, counted from 1
AUDIENCE_LETTERS: Mapping[str, bytes] = {
    "public": b"p",
    "followers": b"f",
    "close_friends": b"c",
    "unlisted": b"u",
    "only_me": b"o",
}
AUDIENCES = {letter: audience for audience, letter in AUDIENCE_LETTERS.items()}


@dataclass(frozen=True, slots=True)
class PostFacts:
    """`audience` is one of Post.Audience."""

    author_id: int
    post_id: int
    like_count: int
    comment_count: int
    audience: str
    version: bytes


def post_key(post_id: int) -> Key:
    """`<author> <post> <likes> <comments> <p|f|c|u|o> <version>`; TOMBSTONE when it is not published."""
    return b"post:" + post_id.to_bytes(8)


def card_key(kind: str, post_id: int, post_version: bytes, person_version: bytes) -> Key:
    """A card under the versions of the post and of its author: when either changes nobody asks for it again."""
    return b"card:%b:%d:%b:%b" % (edition(kind).encode(), post_id, post_version, person_version)


@cache
def edition(kind: str) -> str:
    """The kind with a print of what cards are made with: another release, origin or key does not show old ones."""
    digest = hashlib.sha256(
        f"{settings.VERSION} {settings.ORIGIN} {settings.SECRET_KEY} {settings.S3_DELIVERY}".encode()
    )
    for file in sorted(file for folder in MADE_WITH for file in (settings.BASE_DIR / folder).glob("*.[ph]*")):
        digest.update(file.read_bytes())
    return f"{kind}.{digest.hexdigest()[:8]}"


def post_facts(post: Post | None) -> bytes:
    """The facts of a post as it is now; None for one that is not there."""
    if post is None or post.state != Post.State.PUBLISHED:
        return TOMBSTONE
    return b"%d %d %d %d %b %b" % (
        post.author_id,
        post.pk,
        post.like_count,
        post.comment_count,
        AUDIENCE_LETTERS[post.audience],
        new_version(),
    )


def read_facts(text: bytes) -> PostFacts:
    """What `post_facts` wrote, unless it is TOMBSTONE."""
    author, post, likes, comments, audience, version = text.split(b" ")
    return PostFacts(int(author), int(post), int(likes), int(comments), AUDIENCES[audience], version)


def forget_posts(*post_ids: int | None) -> None:
    """Call inside the transaction that changes anything others see of these posts; None is no post."""
    forget(*(post_key(post_id) for post_id in post_ids if post_id is not None))
