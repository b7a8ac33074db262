from django.db import transaction

from accounts.models import User
from accounts.newcomers import allow_person
from core.exceptions import Conflict, NotFound
from core.models import new_id
from photos.access import get_comment_for
from photos.models import Comment, CommentLike, Post
from photos.services.comment_counting import count_comment_like
from photos.services.comments import reload_locked
from photos.signals import comment_liked


def like_comment(actor: User, comment_id: int) -> Comment:
    """One like of `actor` on the comment, however often it is said. NotFound when it is not theirs to read."""
    allow_person("like", actor)
    with transaction.atomic():
        comment = _lock(actor, comment_id)
        if comment.state != Comment.State.PUBLISHED:
            raise Conflict("This comment is not out yet.", code="comment_waiting")
        like = CommentLike(id=new_id(actor.pk), user=actor, comment=comment)
        CommentLike.objects.bulk_create([like], ignore_conflicts=True)
        if CommentLike.objects.filter(pk=like.pk).exists():
            count_comment_like(comment, actor.pk, 1)
            comment_liked.send(sender=None, comment_id=comment.pk, user_id=actor.pk)
    return comment


def unlike_comment(actor: User, comment_id: int) -> Comment:
    with transaction.atomic():
        comment = _lock(actor, comment_id)
        deleted, _ = CommentLike.objects.filter(user=actor, comment=comment).delete()
        if deleted:
            count_comment_like(comment, actor.pk, -1)
    return comment


def _lock(actor: User, comment_id: int) -> Comment:
    """A comment that `actor` may read, at a post that is out."""
    if get_comment_for(actor, comment_id).post.state != Post.State.PUBLISHED:
        raise NotFound
    return reload_locked(comment_id)
