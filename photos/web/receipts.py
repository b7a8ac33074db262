"""Receipts: a page and a file for the owner, and the key with which anybody can check them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import NotFound
from photos.access import get_own_media
from photos.models import Media, OriginalCopy, Post
from photos.originals import lost_among
from photos.services.receipts import canonical_json, public_key_pem, receipt_of

KEY_SECONDS = 3600


@require_safe
@signed_in
def receipt(request: SignedInRequest, post_id: int, media_id: int) -> HttpResponse:
    media = _own_media_of(request, post_id, media_id)
    copies = sorted(media.copies.all(), key=lambda copy: copy.pk)
    is_lost = not _good(copies) and bool(lost_among([media.pk]))
    context: dict[str, Any] = {
        "media": media,
        "receipt": receipt_of(media),
        "copies": copies,
        "summary": kept_words(copies, is_lost=is_lost),
        "is_lost": is_lost,
    }
    return render(request, "photos/receipt.html", context)


@require_safe
@signed_in
def receipt_file(request: SignedInRequest, post_id: int, media_id: int) -> HttpResponse:
    """The receipt as a download, in the one spelling that its signature covers."""
    media = _own_media_of(request, post_id, media_id)
    response = HttpResponse(canonical_json(receipt_of(media)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{media.pk}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def receipt_key(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(public_key_pem(), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={KEY_SECONDS}"
    return response


def kept_words(copies: Sequence[OriginalCopy], *, is_lost: bool = False) -> str:
    """How well an original is kept, for its owner: "2 copies, verified 3 hours ago". Says the oldest of the checks."""
    good = [copy.verified_at for copy in _good(copies)]
    if is_lost:
        return _("No right copy is left. The people who run this site have been told.")
    if not good:
        return _("No copy is right at the moment. The people who run this site have been told.")
    kept = ngettext("%(n)d copy, verified %(ago)s", "%(n)d copies, verified %(ago)s", len(good)) % {
        "n": len(good),
        "ago": _ago(min(good)),
    }
    damaged = len(copies) - len(good)
    if damaged:
        kept += ngettext("; %d more is being repaired", "; %d more are being repaired", damaged) % damaged
    return kept


def kept_lines(post: Post) -> list[tuple[int, str]]:
    """For the owner of `post`: the id of each item, in order, and how well its original is kept.

    One query, and one more when an item has no right copy.
    """
    copies: dict[int, list[OriginalCopy]] = {media.pk: [] for media in post.media.all()}
    for copy in OriginalCopy.objects.filter(media__in=copies):
        copies[copy.media_id].append(copy)
    without = [media_id for media_id, its in copies.items() if not _good(its)]
    lost = lost_among(without) if without else set()
    return [(media_id, kept_words(its, is_lost=media_id in lost)) for media_id, its in copies.items()]


def _good(copies: Sequence[OriginalCopy]) -> list[OriginalCopy]:
    return [copy for copy in copies if copy.damaged_at is None]


def _ago(moment: datetime) -> str:
    """The largest unit alone: "3 hours ago"."""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("just now")
    return _("%s ago") % timesince(moment, depth=1).replace("\xa0", " ")


def _own_media_of(request: SignedInRequest, post_id: int, media_id: int) -> Media:
    media = get_own_media(request.user, media_id)
    if media.post_id != post_id:
        raise NotFound
    return media
