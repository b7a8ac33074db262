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
from accounts.services.profiles import set_avatar, set_header
from core.events import enqueue
from core.storage import delete_everywhere, random_key
from photos.models import Post, Rendition
from photos.querysets import PostQuerySet
from photos.ready.facts import forget_posts
from photos.services.publishing import HEADER_RENDITIONS

logger = logging.getLogger(__name__)


SWEEP_AFTER = timedelta(seconds=30)
CHUNK = 50
CHOSEN_AS_FACE = Q(name="square", media__avatar_of__isnull=False) | Q(
    name__in=HEADER_RENDITIONS, media__header_of__isnull=False
)


def want_rekey(posts: PostQuerySet) -> None:
    """Remember in the database that the files of `posts` must move, and queue it; the sweeper repeats what is lost."""
    ids = list(posts.values_list("pk", flat=True))
    Post.objects.filter(pk__in=ids).update(rekey_wanted_at=timezone.now())
    for start in range(0, len(ids), CHUNK):
        enqueue("photos.rekey_posts", post_ids=ids[start : start + CHUNK])


def rekey_post(post_id: int) -> None:
    """Move every rendition of the post. What is shown as the face of the account stays: it is public by purpose."""
    wanted_at = Post.objects.filter(pk=post_id).values_list("rekey_wanted_at", flat=True).first()
    renditions = Rendition.objects.filter(media__post=post_id).select_related("media")
    shown = [key for user in User.objects.filter(posts=post_id) for key in user.shown_keys]
    for rendition in renditions.exclude(CHOSEN_AS_FACE).exclude(key__in=shown):
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
    """Move profile picture and header, which `rekey_post` leaves where they are; those that wait for theirs, too."""
    keys = [key for user in User.objects.filter(pk=user_id) for key in user.shown_keys]
    shown = Q(media__in=Rendition.objects.filter(key__in=keys).values("media"), name="square") | Q(key__in=keys)
    faces = Rendition.objects.filter(shown | CHOSEN_AS_FACE, media__owner=user_id).select_related("media")
    with transaction.atomic():
        moved = {rendition.key: _move(rendition) for rendition in faces}
        for user in User.objects.select_for_update(no_key=True).filter(pk=user_id):
            set_avatar(user_id, moved.get(user.avatar_key, user.avatar_key))
            if user.header:
                pictures = [(moved.get(key, key), *size) for key, *size in user.header["pictures"]]
                set_header(user_id, {**user.header, "pictures": pictures})


def sweep_rekeys() -> int:
    """Queue again the posts whose files should have moved by now; returns how many."""
    late = Post.objects.filter(rekey_wanted_at__lt=timezone.now() - SWEEP_AFTER)
    ids = list(late.order_by("rekey_wanted_at").values_list("pk", flat=True)[:1000])
    want_rekey(Post.objects.filter(pk__in=ids))
    return len(ids)


def _move(rendition: Rendition) -> str:
    """Returns the name under which the file is to be found now."""
    old = rendition.key
    new = random_key(posixpath.splitext(old)[1])
    try:
        with storages["renditions"].open(old, "rb") as file:
            storages["renditions"].save(new, File(file))
    except FileNotFoundError:
        logger.warning("a rendition is missing", extra={"rendition": rendition.pk})
        return old
    with transaction.atomic():
        moved = Rendition.objects.filter(pk=rendition.pk, key=old).update(key=new)
        forget_posts(rendition.media.post_id)
        transaction.on_commit(lambda: delete_everywhere(["renditions"], old if moved else new))
    return new if moved else old
