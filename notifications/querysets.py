"""The one rule of what a person is told, `shown_to`: for what is written down, counted, listed, pushed and mailed."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Block, Follow, Mute, Restriction, User
from accounts.querysets import not_limited_for
from photos.models import Comment, CommentLike, CommentMention, Like, Media, PersonTag, Post

if TYPE_CHECKING:  # models import this module
    from notifications.models import Notification  # noqa: F401  the base class below names it


class Probe(Exists):
    """An EXISTS that is asked row by row, by an index, as only the newest of the many rows of a person are looked at.

    To answer it for all of them at once, Postgres would rather read whole tables: OFFSET 0 is its fence against that.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


class NotificationQuerySet(QuerySet["Notification"]):
    def shown_to(self, viewer: User) -> "NotificationQuerySet":
        """What `viewer` is told, as far as it still holds and they may still see it.

        Nothing from people who are out of sight, blocked in either direction, muted in everything or restricted; of a
        limited account only what people hear who follow it. Nothing at posts and comments that the viewer may not see,
        or that are gone. Nothing that was taken back: likes, follows, requests, tags.
        """
        mine = self.filter(recipient=viewer.pk)
        return mine.filter(Q(actor=None) | Q(_is_heard(viewer)), _still_holds(viewer), _may_see(viewer))


def _is_heard(viewer: User) -> Probe:
    """Whether the viewer hears of the actor of a notification."""
    viewer_id, actor = viewer.pk, OuterRef("pk")
    blocks = Block.objects.filter(Q(blocker=viewer_id, blocked=actor) | Q(blocker=actor, blocked=viewer_id))
    mutes = Mute.objects.of_everything().filter(muter=viewer_id, muted=actor)
    restrictions = Restriction.objects.filter(owner=viewer_id, restricted=actor)
    heard = User.objects.filter(not_limited_for(viewer), pk=OuterRef("actor"), is_active=True)
    return Probe(heard.exclude(Exists(blocks)).exclude(Exists(mutes)).exclude(Exists(restrictions)))


def _may_see(viewer: User) -> Q:
    """Whether the viewer may see the post, and the comment is there for them."""
    posts = Post.objects.visible_to(viewer).filter(pk=OuterRef("post"))
    comments = Comment.objects.visible_to(viewer).filter(pk=OuterRef("comment"))
    return (Q(post=None) | Q(Probe(posts))) & (Q(comment=None) | Q(Probe(comments)))


def _still_holds(viewer: User) -> Q:
    """Whether what was told of is so still. Of kinds that are not named here it is, as long as their row is there."""
    post, comment, actor = OuterRef("post"), OuterRef("comment"), OuterRef("actor")
    follows = Follow.objects.filter(follower=actor, followee=viewer.pk)
    tags = PersonTag.objects.filter(post=post, person=viewer.pk)
    holds = {
        "like": Like.objects.filter(user=actor, post=post),
        "comment_like": CommentLike.objects.filter(user=actor, comment=comment),
        "comment_waiting": Comment.objects.filter(pk=comment, state="waiting"),
        "tag": tags.filter(state="shown"),
        "tag_waiting": tags.filter(state="waiting"),
        "follow": follows.filter(state="accepted"),
        "request": follows.filter(state="requested"),
        "accepted": Follow.objects.filter(follower=viewer.pk, followee=actor, state="accepted"),
        "upload_failed": Media.objects.filter(post=post, state="failed"),
    }
    named = Q(comment=None) | Q(Probe(CommentMention.objects.filter(comment=comment, person=viewer.pk)))
    query = ~Q(kind__in=[*holds, "mention"]) | (Q(kind="mention") & named)
    for kind, rows in holds.items():
        query |= Q(kind=kind) & Q(Probe(rows))
    return query
