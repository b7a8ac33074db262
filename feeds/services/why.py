"""Why a post is in somebody's feed, or is not: from what that person may know, and with the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Follow, Mute, User
from core.valkey import when_away
from feeds.ranking import Candidate, Explanation, explain, score_terms
from feeds.selectors import closeness
from feeds.storing import read_seen
from feeds.timeline import read_timeline
from feeds.weights import created_ms, current_weights, now_ms, window_span
from photos.access import get_post_for
from photos.counts import post_counts
from photos.models import Post, TagFollow


@dataclass(frozen=True, slots=True)
class TopPlace:
    """Where a post stands in a Top feed: `number` from 1 of `count`, or None when it is not in it."""

    number: int | None
    count: int
    built_at: datetime


@dataclass(frozen=True, slots=True)
class Why:
    """What the page tells. `code` is one of own, unlisted, requested, not_followed, muted, followed.

    Only for `followed`: the `terms` with their product `score`, the `place` in Top (None when there is no ranked feed),
    and `too_old` for posts that Top does not go back to. `latest_tags` are followed tags by which it is in Latest
    though its author is not followed.
    """

    post: Post
    code: str
    latest_tags: Sequence[str] = ()
    terms: Sequence[Explanation] = ()
    score: float = 0.0
    place: TopPlace | None = None
    too_old: bool = False

    @property
    def is_for_close_friends(self) -> bool:
        return self.post.audience == Post.Audience.CLOSE_FRIENDS


def explain_post(viewer: User, post_id: int) -> Why:
    """NotFound when the post is not the viewer's to see."""
    post = get_post_for(viewer, post_id)
    code = _code(viewer, post)
    if code != "followed":
        tags = _latest_tags(viewer, post) if code in ("requested", "not_followed") else []
        return Why(post, code, latest_tags=tags)
    candidate = _candidate(viewer, post)
    weights, now = current_weights(), now_ms()
    return Why(
        post,
        code,
        terms=explain(candidate, weights, now, author=post.author.name),
        score=score_terms(candidate, weights, now).score,
        place=when_away(lambda: _place(viewer, post), None),
        too_old=now - candidate.created_ms > window_span().total_seconds() * 1000,
    )


def _code(viewer: User, post: Post) -> str:
    if post.author_id == viewer.pk:
        return "own"
    if post.audience == Post.Audience.UNLISTED:
        return "unlisted"
    follow = Follow.objects.filter(follower=viewer, followee=post.author_id).first()
    if follow is None:
        return "not_followed"
    if follow.state == Follow.State.REQUESTED:
        return "requested"
    return "muted" if _is_muted(viewer, post) else "followed"


def _latest_tags(viewer: User, post: Post) -> list[str]:
    """The followed tags that bring this post into the Latest of somebody who does not follow its author."""
    if not viewer.tags_in_latest or _is_muted(viewer, post):
        return []
    followed = TagFollow.objects.filter(user=viewer, tag__post_tags__post=post)
    return list(followed.order_by("tag__name").values_list("tag__name", flat=True))


def _is_muted(viewer: User, post: Post) -> bool:
    return Mute.objects.in_force().filter(muter=viewer, muted=post.author_id).exists()


def _candidate(viewer: User, post: Post) -> Candidate:
    counts = post_counts(viewer, [post])[post.pk]
    return Candidate(
        post_id=post.pk,
        author_id=post.author_id,
        created_ms=created_ms(post.pk),
        likes=counts.likes or 0,
        comments=counts.comments,
        closeness=closeness(viewer, {post.author_id})[post.author_id],
        seen=when_away(lambda: post.pk in read_seen([viewer.pk]).get(viewer.pk, ()), False),
    )


def _place(viewer: User, post: Post) -> TopPlace | None:
    timeline = read_timeline(viewer.pk)
    if timeline is None:
        return None
    ids = list(timeline.post_ids)
    number = ids.index(post.pk) + 1 if post.pk in ids else None
    return TopPlace(number, len(ids), timeline.built_at)
