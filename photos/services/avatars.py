from typing import IO

from django.db import transaction

from accounts.models import User
from accounts.services.profiles import set_avatar
from core.events import enqueue
from core.exceptions import Unavailable
from photos.models import Avatar, Media
from photos.services.publishing import show_avatar
from photos.services.uploads import accept_upload


def change_avatar(actor: User, file: IO[bytes], *, size: int) -> Media:
    """Make `file` the profile picture of `actor`, at once or as soon as a worker has made its square.

    The one of before is deleted once it is not shown any more, unless it is in a post.
    """
    media, _ = accept_upload(actor, file, size=size, photos_only=True)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        locked = Media.objects.select_for_update(no_key=True).filter(pk=media.pk).first()
        if locked is None:  # it was an old profile picture that was just being deleted
            raise Unavailable("That picture was being deleted. Please send it again.")
        before = Avatar.objects.filter(user=actor).values_list("media", flat=True).first()
        Avatar.objects.update_or_create(user=actor, defaults={"media": locked})
        if locked.state == Media.State.READY:
            show_avatar(locked)
        _forget(before, media.pk)
    return media


def remove_avatar(actor: User) -> None:
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        shown = (
            Media.objects.filter(owner=actor, renditions__key=locked.avatar_key).values_list("pk", flat=True).first()
        )
        before = Avatar.objects.filter(user=actor).values_list("media", flat=True).first()
        Avatar.objects.filter(user=actor).delete()
        set_avatar(actor.pk, "")
        _forget(shown, None)
        _forget(before, shown)


def _forget(media_id: int | None, instead: int | None) -> None:
    """What is in a post, or still shown until the new one is made, is not deleted by this task."""
    if media_id is not None and media_id != instead:
        enqueue("photos.delete_unused_media", media_id=media_id)
