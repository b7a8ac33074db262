"""`/s/<code>`: what a share link shows to whoever holds it, without a log-in. All that opens nothing answers alike."""

import re
from dataclasses import replace

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import rate_limits
from core.exceptions import NotFound
from core.web.client_address import client_address
from core.web.cookies import get_choice, remember_choice
from core.web.paging import next_page_url
from core.web.redirects import see_other
from photos.cards import is_public, post_card, post_url, tile_cards
from sharing.models import ShareLink
from sharing.offers import title_of
from sharing.previews import NOBODY
from sharing.selectors import address_seconds, find_link, post_of, posts_in
from sharing.services.links import is_password_of, note_opening
from sharing.web.forms import PasswordForm

WALL_PAGE = 40
OPEN_SECONDS = 6 * 3600  # for which a browser that gave the password is not asked again
UNKNOWN = "unknown link by address"
# Programs that fetch links to show or to index them; no browser says so of itself.
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|slack|discord|embedly|fetcher|monitor",
    re.IGNORECASE,
)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, code: str) -> HttpResponse:
    found = _find(request, code)
    if not _may_open(request, found):
        return _closed(_ask_password(request, found))
    if request.method == "POST":  # a password that was asked for elsewhere meanwhile
        return _closed(see_other(request.path))
    if found.album_id:
        return _closed(_album(request, found))
    return _closed(_post(request, found))


@require_safe
def in_album(request: HttpRequest, code: str, post_id: int) -> HttpResponse:
    """One post of the album that a link shows."""
    found = _find(request, code)
    if found.album is None or not _may_open(request, found):
        raise NotFound
    post = post_of(found, post_id)
    context = {
        "card": post_card(post, NOBODY, seconds=address_seconds(found)),
        "title": title_of(post),
        "album": found.album.title,
        "up_url": reverse("sharing:link", args=[found.code]),
    }
    _note(request, found, is_first=False)
    return _closed(render(request, "sharing/opened_post.html", {**context, "viewer": None}))


def _find(request: HttpRequest, code: str) -> ShareLink:
    """RateLimited for an address that has tried too many codes of which none was any good."""
    address = client_address(request)
    rate_limits.refuse_exceeded(UNKNOWN, address)
    try:
        return find_link(request.user, code)
    except NotFound:
        rate_limits.count(UNKNOWN, address)
        raise


def _post(request: HttpRequest, found: ShareLink) -> HttpResponse:
    """A public post has a page of its own, which stays when the link ends."""
    post = post_of(found)
    _note(request, found)
    if is_public(post):
        return HttpResponseRedirect(post_url(post))
    card = post_card(post, NOBODY, seconds=address_seconds(found))
    return render(request, "sharing/opened_post.html", {"card": card, "title": title_of(post), "viewer": None})


def _album(request: HttpRequest, found: ShareLink) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    page = posts_in(found, cursor=cursor, limit=WALL_PAGE)
    _note(request, found, is_first=not cursor)
    context = {
        "album": found.album,
        "owner": found.owner.display_name or found.owner.username,
        "tiles": [
            replace(tile, url=reverse("sharing:link-post", args=[found.code, tile.id]), like_count=None)
            for tile in tile_cards(page.items, seconds=address_seconds(found))
        ],
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "sharing/opened_album.html", {**context, "viewer": None})


def _ask_password(request: HttpRequest, found: ShareLink) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if is_password_of(found, form.cleaned_data["password"], address=client_address(request)):
            response = see_other(request.path)
            _remember(response, found)
            return response
        form.add_error("password", _("That is not the password of this link."))
    context = {"form": form, "viewer": None}
    response = render(request, "sharing/link_password.html", context, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "same-origin"  # with none at all browsers say that the form comes from nowhere
    return response


def _may_open(request: HttpRequest, found: ShareLink) -> bool:
    """Whether the link asks for no password, or this browser gave it lately; its owner is not asked."""
    if not found.password or found.owner_id == request.user.pk:
        return True
    try:
        told = _signer(found).unsign(get_choice(request, _cookie(found)), max_age=OPEN_SECONDS)
    except BadSignature:
        return False
    return constant_time_compare(told, str(found.pk))


def _remember(response: HttpResponse, found: ShareLink) -> None:
    remember_choice(response, _cookie(found), _signer(found).sign(str(found.pk)), seconds=OPEN_SECONDS)


def _signer(found: ShareLink) -> TimestampSigner:
    """What it signs is worth nothing for another link, or once the link has another password."""
    return TimestampSigner(salt=salted_hmac("sharing.opened", f"{found.pk}:{found.password}").hexdigest())


def _cookie(found: ShareLink) -> str:
    return f"link-{found.pk}"


def _note(request: HttpRequest, found: ShareLink, *, is_first: bool = True) -> None:
    """Count who opens it: not its owner, no program, and no look that only asks whether it is there."""
    if request.method != "GET" or found.owner_id == request.user.pk:
        return
    agent = request.headers.get("User-Agent", "")
    is_early = "prefetch" in (request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or "")
    note_opening(found, is_counted=is_first and not is_early and not _PROGRAMS.search(agent))


def _closed(response: HttpResponse) -> HttpResponse:
    """In no cache and no search engine; and the code in no Referer, but to the form for the password of this page."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.setdefault("Referrer-Policy", "no-referrer")
    return response
