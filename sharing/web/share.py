"""The share menu: where a post can go from here, or why it cannot."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.web.cookies import get_choice, remember_choice
from core.web.redirects import safe_next, see_other
from photos.access import get_post_for
from photos.albums import album_about
from photos.cards import post_url
from sharing.offers import Offer, album_url, offer_album, offer_post, title_of
from sharing.previews import embed_code
from sharing.qr import KINDS, draw
from sharing.targets import clean_host, mail_address, targets

MASTODON = "mastodon"  # the choice that the browser keeps: the host of one's server
QR_SECONDS = 24 * 3600


@require_safe
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    found = get_post_for(request.user, post_id)
    offer, own = offer_post(found), found.author_id == request.user.pk
    context = {
        **menu_context(request, offer, post_url(found)),
        "name": title_of(found),
        "qr_url": reverse("sharing:post-qr", args=[found.pk, "svg"]),
        "qr_png_url": reverse("sharing:post-qr", args=[found.pk, "png"]),
        "links_url": reverse("sharing:post-links", args=[found.pk]) if own else "",
        "networks_url": reverse("sharing:post-networks", args=[found.pk]) if own and offer.shareable else "",
        "embed_code": embed_code(found) if offer.shareable else "",
    }
    if offer.shareable and offer.shareable.picture_url and (own or found.downloads):
        context["file_url"] = reverse("sharing:post-preview", args=[found.pk])
    return render(request, "sharing/share.html", context)


@require_safe
def album(request: HttpRequest, album_id: int) -> HttpResponse:
    about = album_about(request.user, album_id)
    found, own = about.album, about.album.owner_id == request.user.pk
    context = {
        **menu_context(request, offer_album(found, about.cover), album_url(found)),
        "name": found.title,
        "qr_url": reverse("sharing:album-qr", args=[found.pk, "svg"]),
        "qr_png_url": reverse("sharing:album-qr", args=[found.pk, "png"]),
        "links_url": reverse("sharing:album-links", args=[found.pk]) if own else "",
    }
    return render(request, "sharing/share.html", context)


@require_safe
def post_qr(request: HttpRequest, post_id: int, kind: str) -> HttpResponse:
    """The address of the page of a post, there or not: nothing is looked up, so nothing is told."""
    return qr_answer(f"{settings.ORIGIN}{reverse('photos:post-detail', args=[post_id])}", kind)


@require_safe
def album_qr(request: HttpRequest, album_id: int, kind: str) -> HttpResponse:
    """The same of an album."""
    return qr_answer(f"{settings.ORIGIN}{reverse('photos:album', args=[album_id])}", kind)


@require_POST
def mastodon(request: HttpRequest) -> HttpResponse:
    """Remember the server of who asks; the way there is a link on the page they come back to."""
    host = clean_host(request.POST.get("host", ""))
    response = see_other(safe_next(request, reverse("feeds:home")))
    if host or not request.POST.get("host", "").strip():
        remember_choice(response, MASTODON, host)
    else:
        messages.error(request, _("That is not the address of a server. It looks like mastodon.social."))
    return response


def menu_context(request: HttpRequest, offer: Offer, path: str) -> dict[str, object]:
    """What the menu shows of anything that is offered; `path` is the page of it."""
    host = clean_host(get_choice(request, MASTODON))
    context: dict[str, object] = {"offer": offer, "page_url": path, "address": f"{settings.ORIGIN}{path}", "host": host}
    if offer.shareable is None:
        return context
    found = targets(offer.shareable, mastodon=host)
    return {**context, "targets": found, "mail_url": mail_address(offer.shareable)}


def qr_answer(url: str, kind: str) -> HttpResponse:
    response = HttpResponse(draw(url, kind), content_type=KINDS[kind])
    response["Cache-Control"] = f"private, max-age={QR_SECONDS}"
    return response
