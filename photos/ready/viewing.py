"""Posts of the API for one viewer from ready cards."""

from collections.abc import Iterable, Sequence

import orjson

from accounts.querysets import Viewer
from accounts.selectors import Relationship, relationships
from photos.models import Post
from photos.ready.joining import author_part_for, counts_part, join_json, viewer_part
from photos.ready.reading import ReadyPost, ready_posts
from photos.representations import represent_posts
from photos.selectors import liked_posts


def posts_for(viewer: Viewer, found: Sequence[Post]) -> list[orjson.Fragment]:
    """`found`, published posts of which only id and audience need to be loaded, in its order.

    Eleven queries at most. One's own posts tell their author more than others, and are made from the rows.
    """
    posts = still_ready(viewer, found, "j")
    own = _own(viewer, [post.post_id for post in posts if post.author_id == viewer.pk])
    liked = liked_posts(viewer, [post.post_id for post in posts])
    known = relationships(viewer, {post.author_id for post in posts})
    return [
        own.get(post.post_id) or _joined(post, known.get(post.author_id), liked=post.post_id in liked) for post in posts
    ]


def still_ready(viewer: Viewer, found: Sequence[Post], kind: str) -> list[ReadyPost]:
    """The ready cards of `found`, without posts that have changed their audience, or gone out of sight, since."""
    audiences = {post.pk: post.audience for post in found}
    posts = still_listed(viewer, ready_posts(audiences, kind).values())
    return [post for post in posts if post.audience == audiences[post.post_id]]


def still_listed(viewer: Viewer, posts: Iterable[ReadyPost]) -> list[ReadyPost]:
    """Those of the posts that `viewer` may find now, with the audience they have now. One query.

    A list asks the rule before it reads its cards, and a card may be newer than that answer: so it is asked again.
    """
    cards = list(posts)
    published = Post.objects.listed_for(viewer).filter(state=Post.State.PUBLISHED)
    ids = [card.post_id for card in cards]
    audiences = dict(published.filter(pk__in=ids).values_list("pk", "audience")) if ids else {}
    return [card for card in cards if audiences.get(card.post_id) == card.audience]


def _own(viewer: Viewer, post_ids: Sequence[int]) -> dict[int, orjson.Fragment]:
    posts = list(Post.objects.filter(pk__in=post_ids, author=viewer.pk).for_cards()) if post_ids else []
    return {
        post.pk: orjson.Fragment(orjson.dumps(data))
        for post, data in zip(posts, represent_posts(posts, viewer), strict=True)
    }


def _joined(post: ReadyPost, relationship: Relationship | None, *, liked: bool) -> orjson.Fragment:
    joined = join_json(
        post.body,
        author=author_part_for(post.person, relationship),
        counts=counts_part(post.like_count, post.comment_count),
        viewer=viewer_part(liked=liked),
    )
    return orjson.Fragment(joined)
