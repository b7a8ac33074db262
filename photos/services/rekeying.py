"""When fewer people may see a post, its renditions move to new random names, so addresses given out before die."""

import logging
import posixpath

from django.core.files.storage import storages
from django.db import transaction

from core.storage import delete_everywhere, random_key, save_bytes
from photos.models import Post, Rendition

logger = logging.getLogger(__name__)


def rekey_post(post_id: int) -> None:
    """Move every rendition of the post. A profile picture keeps its square, which is public by purpose."""
    renditions = Rendition.objects.filter(media__post=post_id)
    for rendition in renditions.exclude(name="square", media__avatar_of__isnull=False):
        _move(rendition)


def rekey_account(user_id: int) -> None:
    """Move the renditions of everything the account has published to everyone."""
    open_posts = Post.objects.filter(author=user_id, state=Post.State.PUBLISHED, audience__in=["public", "unlisted"])
    for post_id in open_posts.order_by("-id").values_list("pk", flat=True):
        rekey_post(post_id)


def _move(rendition: Rendition) -> None:
    old = rendition.key
    new = random_key(posixpath.splitext(old)[1])
    try:
        with storages["renditions"].open(old, "rb") as file:
            save_bytes("renditions", new, file.read())
    except FileNotFoundError:
        logger.warning("a rendition is missing", extra={"rendition": rendition.pk})
        return
    with transaction.atomic():
        moved = Rendition.objects.filter(pk=rendition.pk, key=old).update(key=new)
        transaction.on_commit(lambda: delete_everywhere(["renditions"], old if moved else new))
