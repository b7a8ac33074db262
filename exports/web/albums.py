"""An album as an archive of its originals: asking for it, how far it is, and its bytes."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from core.exceptions import NotFound
from core.web.client_address import client_address
from core.web.redirects import see_other
from exports.models import Export
from exports.services.albums import album_archive, ask_for_album
from exports.services.exports import LIVE_HOURS
from exports.web.archive import archive_answer


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, album_id: int) -> HttpResponse:
    """The page asks again by itself while the archive is made."""
    if request.method == "POST":
        ask_for_album(request.user, album_id, address=client_address(request))
        return see_other(request.path)
    found = album_archive(request.user, album_id)
    working = found.export is not None and found.export.state == Export.State.WORKING
    context = {"archive": found, "album": found.album, "working": working, "hours": LIVE_HOURS}
    response = render(request, "exports/album.html", context)
    if working:
        response["Refresh"] = "5"
    return response


@require_safe
def download(request: HttpRequest, album_id: int) -> HttpResponseBase:
    """The rule is asked at each request: who may not have all of it any more gets nothing of it."""
    found = album_archive(request.user, album_id)
    if found.export is None or not found.is_ready:
        raise NotFound
    return archive_answer(request, found.export)
