"""Albums as archives: one for everybody who may have the same originals of it, made when the first of them asks."""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.querysets import Viewer
from core import rate_limits
from core.events import enqueue
from core.exceptions import NotFound
from core.models import new_id
from exports.models import Export
from exports.services.exports import end_over
from photos.albums import originals_in
from photos.models import Album


@dataclass(frozen=True, slots=True)
class AlbumArchive:
    """What a viewer may have of an album, `bytes` in all without the words, and the newest archive of just that.

    `wanted` tells what one viewer may have from what another one may.
    """

    album: Album
    media_ids: list[int]
    bytes: int
    wanted: str
    export: Export | None

    @property
    def is_ready(self) -> bool:
        return self.export is not None and self.export.state_now == Export.State.READY


def album_archive(viewer: Viewer, album_id: int) -> AlbumArchive:
    """NotFound for an album that is not theirs to open, and one with nothing that they may download."""
    album, originals = originals_in(viewer, album_id)
    if not originals:
        raise NotFound
    media_ids = [media_id for media_id, _size in originals]
    wanted = hashlib.sha256(",".join(map(str, media_ids)).encode()).hexdigest()
    export = Export.objects.filter(album=album, wanted=wanted).select_related("owner", "album").order_by("-pk").first()
    return AlbumArchive(album, media_ids, sum(size for _, size in originals), wanted, export)


def ask_for_album(viewer: Viewer, album_id: int, *, address: str) -> AlbumArchive:
    """Begin the archive of what `viewer` may download of an album, unless there is one. `address` is the caller's."""
    rate_limits.allow("album archive", str(viewer.pk) if viewer.is_authenticated else address)
    found = album_archive(viewer, album_id)
    try:
        with transaction.atomic():
            _begin(found)
    except IntegrityError:  # somebody else has just begun the same
        pass
    return album_archive(viewer, album_id)


def _begin(found: AlbumArchive) -> None:
    owner_id = found.album.owner_id
    if not User.objects.select_for_update(no_key=True).get(pk=owner_id).is_active:
        raise NotFound
    same = Export.objects.filter(album=found.album, wanted=found.wanted)
    end_over(same)
    if same.filter(state__in=Export.LIVE).exists():
        return
    told = {"media_ids": found.media_ids, "wanted": found.wanted, "total": len(found.media_ids)}
    export = Export.objects.create(id=new_id(owner_id), owner_id=owner_id, album=found.album, **told)
    enqueue("exports.make_part", export_id=export.pk)
