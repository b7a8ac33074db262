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
_SAVED = "EXISTS (SELECT FROM photos_save mine WHERE mine.user_id = {viewer} AND mine.post_id = %(expressions)s)"
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

# The same for comments, where a reply goes with what it is under: those written by, or under one by, people whom the
# viewer may not see; less those that are, or are under, the viewer's own, and in no counter for that.
_SAID = """
    SELECT count(*) FROM photos_comment said
    JOIN photos_post about ON about.id = said.post_id
    JOIN accounts_user writer ON writer.id = said.author_id AND writer.counted
    LEFT JOIN photos_comment above ON above.id = said.parent_id
    LEFT JOIN accounts_user first ON first.id = above.author_id
    WHERE said.post_id = %(expressions)s AND said.state = 'published'
    AND (above.id IS NULL OR above.state = 'published' AND first.counted)
"""
_SURPLUS_COMMENTS = """(
    {said} AND (said.author_id = {hidden} OR coalesce(above.author_id = {hidden}, false)) AND NOT EXISTS (
        SELECT FROM accounts_restriction tie
        WHERE tie.owner_id = about.author_id AND tie.restricted_id IN (said.author_id, above.author_id)
    )
) - (
    {said} AND {viewer} IN (said.author_id, above.author_id) AND EXISTS (
        SELECT FROM accounts_restriction tie WHERE tie.owner_id = about.author_id AND tie.restricted_id = {viewer}
    ) AND NOT (said.author_id = {hidden} OR coalesce(above.author_id = {hidden}, false)) AND NOT EXISTS (
        SELECT FROM accounts_restriction tie WHERE tie.owner_id = about.author_id
        AND tie.restricted_id IN (said.author_id, above.author_id) AND tie.restricted_id <> {viewer}
    )
)"""


@dataclass(frozen=True, slots=True)
class Surplus:
    """What the counters of a post have too many for a viewer."""

    likes: int = 0
    comments: int = 0


NO_SURPLUS = Surplus()


@dataclass(frozen=True, slots=True)
class PostStanding:
    """`author`: how the viewer stands to who made the post."""

    liked: bool = False
    saved: bool = False
    surplus: Surplus = NO_SURPLUS
    author: Standing = STRANGERS

    @property
    def follows(self) -> bool:
        return self.author.relationship is not None and self.author.relationship.following


def may_comment(viewer: Viewer, post: Post, *, follows: bool) -> bool:
    """Whether `viewer`, who sees the post and follows its author or not, may say something about it. No query."""
    if viewer.is_anonymous or post.state != Post.State.PUBLISHED or post.comments == Post.Comments.OFF:
        return False
    return post.author_id == viewer.pk or post.comments == Post.Comments.EVERYONE or follows


def seen_by(posts: PostQuerySet, viewer: Viewer) -> PostQuerySet:
    """The posts, each with what `post_standing` says."""
    if viewer.is_anonymous:
        return posts
    return with_standing(posts, viewer, person="author").annotate(**{ROW: _viewer_row(viewer)})


def post_standing(post: Post, viewer: Viewer) -> PostStanding:
    """Of a post loaded with `seen_by`, which one does not need for nobody. No query."""
    if viewer.is_anonymous:
        return PostStanding()
    liked, saved, likes, comments = orjson.loads(post.viewer_row or "")
    return PostStanding(liked, saved, Surplus(likes, comments), standing_in(post, viewer, post.author_id))


def surplus_counts(viewer_id: int | None, post_ids: Collection[int]) -> dict[int, Surplus]:
    """What the counters of each post have too many for this viewer, who has numbers of their own. One query."""
    if viewer_id is None or not post_ids:
        return {}
    surplus = _viewer_row(User(pk=viewer_id, has_blocks=True))
    rows = Post.objects.filter(pk__in=post_ids).values_list("pk", surplus)
    return {post_id: Surplus(*orjson.loads(row)[2:]) for post_id, row in rows}


def _viewer_row(viewer: User) -> "Func[Any]":
    values = {"viewer": int(viewer.pk), "hidden": HIDDEN.format(viewer=int(viewer.pk)), "said": _SAID}
    surplus = f"{_SURPLUS}, {_SURPLUS_COMMENTS}" if has_own_numbers(viewer) else "0, 0"
    row = f"json_build_array({_LIKED}, {_SAVED}, {surplus})::text".format(**values)
    return Func(F("pk"), template=row, output_field=TextField())
