"""Share links to whatever a world has, also to what nobody could make one to any more."""

from collections.abc import Iterable

from accounts.models import User
from core.models import new_id
from photos.models import Post
from sharing.models import ShareLink
from tests.factories import make_album


def link_to(post: Post) -> str:
    """The code of a link that was made while the post could be shared."""
    return _link(post.author, post=post, audience=post.audience).code


def link_to_album(owner: User, posts: Iterable[Post]) -> str:
    album = make_album(owner, *posts, audience="only_me")
    return _link(owner, album=album, audience=album.audience).code


def _link(owner: User, **fields: object) -> ShareLink:
    number = new_id(owner.pk)
    return ShareLink.objects.create(id=number, owner=owner, code=f"{number:022}", **fields)
