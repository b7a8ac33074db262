"""What a viewer has to do with posts: part of the query that loads them, as in `accounts.standings`."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F, Func, TextField

from accounts.models import User
from accounts.querysets import Viewer
from accounts.standings import HIDDEN, STRANGERS, Standing, has_own_numbers, standing_in, with_standing
from photos.models import Post
from photos.querysets import PostQuerySet

ROW = "viewer_row"  # the attribute of a post with the JSON that `post_standing` understands
_LIKED = "EXISTS (SELECT FROM photos_like mine WHERE mine.user_id = {viewer} AND mine.post_id = %(expressions)s)"
# Likes by people whom the viewer may not see, without those that are in no counter as the author restricts who likes;
# and less the viewer's own, if it is in none.
_SURPLUS = """(
    SELECT count(*) FROM photos_like mark JOIN photos_post liked ON liked.id = mark.post_id
    WHERE mark.post_id = %(expressions)s AND mark.user_id = {hidden} AND NOT EXISTS (
        SELECT FROM accounts_restriction tie WHERE tie.owner_id = liked.author_id AND tie.restricted_id = mark.user_id
    )
) - (
    SELECT count(*) FROM photos_like mark JOIN photos_post liked ON liked.id = mark.post_id
    JOIN accounts_restriction tie ON tie.owner_id = liked.author_id AND tie.restricted_id = mark.user_id
    WHERE mark.post_id = %(expressions)s AND mark.user_id = {viewer}
)"""


@dataclass(frozen=True, slots=True)
class PostStanding:
    """`surplus_likes`: what the counter of the post has too many for the viewer. `author`: how they stand to them."""

    liked: bool = False
    surplus_likes: int = 0
    author: Standing = STRANGERS


def seen_by(posts: PostQuerySet, viewer: Viewer) -> PostQuerySet:
    """The posts, each with what `post_standing` says."""
    if viewer.is_anonymous:
        return posts
    return with_standing(posts, viewer, person="author").annotate(**{ROW: _viewer_row(viewer)})


def post_standing(post: Post, viewer: Viewer) -> PostStanding:
    """Of a post loaded with `seen_by`, which one does not need for nobody. No query."""
    if viewer.is_anonymous:
        return PostStanding()
    liked, surplus = orjson.loads(post.viewer_row or "")
    return PostStanding(liked, surplus, standing_in(post, viewer, post.author_id))


def surplus_likes(viewer_id: int | None, post_ids: Collection[int]) -> dict[int, int]:
    """What the counter of each post has too many for this viewer, who has numbers of their own. One query."""
    if viewer_id is None or not post_ids:
        return {}
    surplus = _viewer_row(User(pk=viewer_id, has_blocks=True))
    rows = Post.objects.filter(pk__in=post_ids).values_list("pk", surplus)
    return {post_id: orjson.loads(row)[1] for post_id, row in rows}


def _viewer_row(viewer: User) -> "Func[Any]":
    values = {"viewer": int(viewer.pk), "hidden": HIDDEN.format(viewer=int(viewer.pk))}
    surplus = _SURPLUS.format(**values) if has_own_numbers(viewer) else "0"
    return Func(
        F("pk"), template=f"json_build_array({_LIKED.format(**values)}, {surplus})::text", output_field=TextField()
    )
