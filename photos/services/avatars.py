"""The face of an account: its profile picture and the header of its profile, chosen, replaced, removed."""

from collections.abc import Callable, Mapping
from typing import IO, Any

from django.db import transaction

from accounts.models import User
from accounts.services.profiles import set_avatar, set_header
from core.events import enqueue
from core.exceptions import Unavailable
from photos.models import Avatar, Header, Media
from photos.services.drafts import clean_alt_text
from photos.services.publishing import show_face
from photos.services.uploads import accept_upload

Face = type[Avatar] | type[Header]

TRIES = 3


def change_avatar(actor: User, file: IO[bytes], *, size: int) -> Media:
    """Make `file` the profile picture of `actor`, at once or as soon as a worker has made its square.

    The one of before is deleted once it is not shown any more, unless it is in a post.
    """
    return _choose(Avatar, actor, file, size=size)


def change_header(actor: User, file: IO[bytes], *, size: int, alt_text: str = "") -> Media:
    """The same for the picture on top of the profile; `alt_text` says what it shows."""
    return _choose(Header, actor, file, size=size, alt_text=clean_alt_text(alt_text))


def describe_header(actor: User, alt_text: str) -> bool:
    """Say in other words what the header shows, or will show; False when there is none."""
    alt_text = clean_alt_text(alt_text)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        chosen = Header.objects.filter(user=actor).update(alt_text=alt_text)
        if locked.header:
            set_header(actor.pk, {**locked.header, "alt_text": alt_text})
    return bool(chosen)


def remove_avatar(actor: User) -> None:
    _drop(Avatar, actor, lambda shown: [shown.avatar_key], lambda: set_avatar(actor.pk, ""))


def remove_header(actor: User) -> None:
    _drop(Header, actor, lambda shown: shown.header_keys, lambda: set_header(actor.pk, None))


def _choose(face: Face, actor: User, file: IO[bytes], *, size: int, **words: str) -> Media:
    for _ in range(TRIES):  # the same bytes may be an old picture of the profile that is just being deleted
        media, _is_new = accept_upload(actor, file, size=size, photos_only=True)
        if _is_chosen(face, actor, media, words):
            return media
    raise Unavailable("That picture was being deleted. Please send it again.")


def _is_chosen(face: Face, actor: User, media: Media, words: Mapping[str, str]) -> bool:
    """Make `media` the face; False when it is not there any more."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        locked = Media.objects.select_for_update(no_key=True).filter(pk=media.pk).first()
        if locked is None:
            return False
        before = _chosen(face, actor)
        face.objects.update_or_create(user=actor, defaults={"media": locked, **words})
        if locked.state == Media.State.READY:
            show_face(locked)
        _forget({before} - {media.pk})
    return True


def _drop(face: Face, actor: User, keys: Callable[[User], list[str]], hide: Callable[[], Any]) -> None:
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        shown = Media.objects.filter(owner=actor, renditions__key__in=keys(locked)).values_list("pk", flat=True)
        gone = {*shown, _chosen(face, actor)}
        face.objects.filter(user=actor).delete()
        hide()
        _forget(gone)


def _chosen(face: Face, actor: User) -> int | None:
    return face.objects.filter(user=actor).values_list("media", flat=True).first()


def _forget(media_ids: set[int | None]) -> None:
    """What is in a post, or still shown until the new one is made, is not deleted by this task."""
    for media_id in media_ids - {None}:
        enqueue("photos.delete_unused_media", media_id=media_id)
