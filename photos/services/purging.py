"""Deleting everything of a person for good, so that nothing is left in any table or storage."""

from functools import partial

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Follow, User
from accounts.ready import forget_person
from accounts.services.follows import unfollow_user
from accounts.services.receipts import complete_receipt, note_counts
from accounts.services.usernames import hold_names_of
from accounts.signals import account_deleted
from core.models import IdempotentAnswer
from core.valkey import valkey, when_away
from photos.models import Comment, CommentLike, Like, Media, OriginalCopy, Post, Rendition, Upload
from photos.services.comment_counting import count_comment_like
from photos.services.comments import erase_comment, lock_post
from photos.services.counting import count_like
from photos.services.finishing import terminate_upload
from photos.services.trash import forget_media, purge_post, trash_post


def purge_account(user_id: int) -> bool:
    """Delete a closed account with all it uploaded, said and liked; False when its time is not over.

    Goes step by step, each in a transaction of its own: what breaks off goes on when called again. The counters of
    other people follow.
    """
    user = User.objects.filter(pk=user_id, is_active=False, delete_at__lte=timezone.now()).first()
    if user is None:
        return False
    note_counts(user.pk, _counts(user))
    _leave_everybody(user)
    _take_back_likes(user)
    _take_back_words(user)
    deleted = False
    while not deleted:  # a last upload may have ended meanwhile
        _delete_works(user)
        deleted = _delete_person(user)
    return True


def _counts(user: User) -> dict[str, int]:
    """How much of each kind is about to be deleted, for the receipt."""
    return {
        "posts": Post.objects.filter(author=user).count(),
        "photos and videos": Media.objects.filter(owner=user).count(),
        "copies of originals": OriginalCopy.objects.filter(media__owner=user).count(),
        "files made from them": Rendition.objects.filter(media__owner=user).count(),
        "likes": Like.objects.filter(user=user).count() + CommentLike.objects.filter(user=user).count(),
        "comments": Comment.objects.filter(author=user).count(),
        "follows": Follow.objects.filter(Q(follower=user) | Q(followee=user)).count(),
    }


def _leave_everybody(user: User) -> None:
    follows = Follow.objects.filter(Q(follower=user) | Q(followee=user)).select_related("follower", "followee")
    for follow in follows.iterator():
        unfollow_user(follow.follower, follow.followee)


def _take_back_likes(user: User) -> None:
    for like in Like.objects.filter(user=user).iterator():
        with transaction.atomic():
            deleted, _ = Like.objects.filter(pk=like.pk).delete()
            if deleted:
                count_like(like.post_id, user.pk, -1)


def _take_back_words(user: User) -> None:
    for like in CommentLike.objects.filter(user=user).select_related("comment__post").iterator():
        with transaction.atomic():
            deleted, _ = CommentLike.objects.filter(pk=like.pk).delete()
            if deleted:
                count_comment_like(like.comment, user.pk, -1)
    for post_id, comment_id in Comment.objects.filter(author=user).order_by("pk").values_list("post_id", "pk"):
        with transaction.atomic():
            lock_post(post_id)
            for comment in Comment.objects.filter(pk=comment_id):  # gone already with what it was under, or still there
                erase_comment(comment)


def _delete_works(user: User) -> None:
    for post in Post.objects.filter(author=user):
        _discard(user, post)
        purge_post(post.pk)
    for upload in Upload.objects.filter(owner=user):
        terminate_upload(upload)
    for media in Media.objects.filter(owner=user, post=None):
        with transaction.atomic():
            forget_media(Media.objects.select_for_update(of=("self",)).filter(pk=media.pk))
            Media.objects.filter(pk=media.pk).delete()


def _discard(user: User, post: Post) -> None:
    """Into the trash, also what the people who run the site have removed: its author could not do that."""
    removed = Post.objects.filter(pk=post.pk, state=Post.State.REMOVED)
    if not removed.update(state=Post.State.TRASHED, trashed_at=timezone.now()):
        trash_post(user, post)


def _delete_person(user: User) -> bool:
    """False when something of theirs is there still: deleting the row would leave its objects behind."""
    with transaction.atomic():
        locked = User.objects.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            return True
        works = (Media.objects.filter(owner=user), Post.objects.filter(author=user), Upload.objects.filter(owner=user))
        if any(each.exists() for each in works):
            return False
        account_deleted.send(sender=None, user_id=user.pk)
        IdempotentAnswer.objects.filter(owner_id=user.pk).delete()
        hold_names_of(locked)
        _forget_in_log(user.pk)
        locked.delete()
        complete_receipt(user.pk)
        forget_person(user.pk)
        transaction.on_commit(partial(_forget_keys, user.pk))
    return True


def _forget_in_log(user_id: int) -> None:
    """The log of the admin goes on telling what staff did and when, but not to which account."""
    lines = LogEntry.objects.filter(content_type__app_label="accounts", object_id=str(user_id))
    lines.update(object_repr="", object_id=None)


def _forget_keys(user_id: int) -> None:
    """Take out every key of Valkey that names this person, whichever app keeps it; while away, they run out alone."""
    when_away(lambda: _unlink_keys(user_id), None)


def _unlink_keys(user_id: int) -> None:
    for pattern in (f"*:{user_id}", f"*:{user_id}:*"):
        for key in valkey().scan_iter(match=pattern, count=1000):
            valkey().unlink(key)
