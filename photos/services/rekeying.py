"""When fewer people may see a post, its renditions move to new random names, so addresses given out before die."""

import logging
import posixpath
from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.ready import forget_person
from core.events import enqueue
from core.storage import delete_everywhere, random_key
from photos.models import Post, Rendition
from photos.querysets import PostQuerySet
from photos.ready.facts import forget_posts

logger = logging.getLogger(__name__)


SWEEP_AFTER = timedelta(seconds=30)
CHUNK = 50


def want_rekey(posts: PostQuerySet) -> None:
    """Remember in the database that the files of `posts` must move, and queue it; the sweeper repeats what is lost."""
    ids = list(posts.values_list("pk", flat=True))
    Post.objects.filter(pk__in=ids).update(rekey_wanted_at=timezone.now())
    for start in range(0, len(ids), CHUNK):
        enqueue("photos.rekey_posts", post_ids=ids[start : start + CHUNK])


def rekey_post(post_id: int) -> None:
    """Move every rendition of the post. A profile picture keeps its square, which is public by purpose."""
    wanted_at = Post.objects.filter(pk=post_id).values_list("rekey_wanted_at", flat=True).first()
    renditions = Rendition.objects.filter(media__post=post_id).select_related("media")
    shown = User.objects.filter(posts=post_id).values("avatar_key")
    for rendition in renditions.exclude(name="square", media__avatar_of__isnull=False).exclude(key__in=shown):
        _move(rendition)
    Post.objects.filter(pk=post_id, rekey_wanted_at=wanted_at).update(rekey_wanted_at=None)


def rekey_account(user_id: int) -> None:
    """Move the renditions of everything the account has published to everyone."""
    want_rekey(Post.objects.filter(author=user_id, state=Post.State.PUBLISHED, audience__in=["public", "unlisted"]))


def rekey_closed_account(user_id: int) -> None:
    """Move everything that others were given addresses of when nobody may see the account any more."""
    want_rekey(Post.objects.filter(author=user_id, state=Post.State.PUBLISHED))
    enqueue("photos.rekey_avatar", user_id=user_id)


def rekey_avatar(user_id: int) -> None:
    """Move the profile picture, which `rekey_post` leaves where it is; one that waits for its successor, too."""
    shown = Rendition.objects.filter(key__in=User.objects.filter(pk=user_id).values("avatar_key")).first()
    whose = Q(media__avatar_of=user_id) if shown is None else Q(media__avatar_of=user_id) | Q(media=shown.media_id)
    squares = list(Rendition.objects.filter(whose, name="square").select_related("media"))
    with transaction.atomic():
        for square in squares:
            _move(square)
        if shown is not None:
            moved = Rendition.objects.filter(pk=shown.pk).values("key")[:1]
            User.objects.filter(pk=user_id, avatar_key=shown.key).update(avatar_key=moved)
            forget_person(user_id)


def sweep_rekeys() -> int:
    """Queue again the posts whose files should have moved by now; returns how many."""
    late = Post.objects.filter(rekey_wanted_at__lt=timezone.now() - SWEEP_AFTER)
    ids = list(late.order_by("rekey_wanted_at").values_list("pk", flat=True)[:1000])
    want_rekey(Post.objects.filter(pk__in=ids))
    return len(ids)


def _move(rendition: Rendition) -> None:
    old = rendition.key
    new = random_key(posixpath.splitext(old)[1])
    try:
        with storages["renditions"].open(old, "rb") as file:
            storages["renditions"].save(new, File(file))
    except FileNotFoundError:
        logger.warning("a rendition is missing", extra={"rendition": rendition.pk})
        return
    with transaction.atomic():
        moved = Rendition.objects.filter(pk=rendition.pk, key=old).update(key=new)
        forget_posts(rendition.media.post_id)
        transaction.on_commit(lambda: delete_everywhere(["renditions"], old if moved else new))
