from typing import IO

from django.db import transaction

from accounts.models import User
from accounts.services.profiles import set_avatar
from photos.models import Avatar, Media
from photos.services.publishing import show_avatar
from photos.services.uploads import accept_upload


def change_avatar(actor: User, file: IO[bytes], *, size: int) -> Media:
    """Make `file` the profile picture of `actor`, at once or as soon as a worker has made its square."""
    media, _ = accept_upload(actor, file, size=size)
    with transaction.atomic():
        Avatar.objects.update_or_create(user=actor, defaults={"media": media})
        locked = Media.objects.select_for_update(no_key=True).get(pk=media.pk)
        if locked.state == Media.State.READY:
            show_avatar(locked)
    return media


def remove_avatar(actor: User) -> None:
    with transaction.atomic():
        Avatar.objects.filter(user=actor).delete()
        set_avatar(actor.pk, "")
