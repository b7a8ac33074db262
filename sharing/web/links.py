"""One's own share links: making them, seeing them, ending them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError, RateLimited
from core.paging import DEFAULT_LIMIT
from core.web.forms import add_errors
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other
from photos.access import get_own_album, get_own_post
from photos.models import Post
from sharing.access import get_own_link
from sharing.cards import link_card, link_url
from sharing.offers import title_of
from sharing.selectors import count_album, links_page, links_to
from sharing.services.links import DEFAULT_DAYS, Shared, create_link, revoke_all_links, revoke_link
from sharing.web.forms import NEVER, LinkForm
from sharing.web.share import qr_answer


@require_safe
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    page = links_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {
        "links": [link_card(link) for link in page.items],
        "next_url": next_page_url(request, page.next_cursor),
    }
    return _unkept(render(request, "sharing/settings_links.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """The links to a post of one's own, and the form for another."""
    post = get_own_post(request.user, post_id)
    here = reverse("sharing:post-links", args=[post.pk])
    is_public = post.audience == Post.Audience.PUBLIC and not post.author.is_private
    context = {"name": title_of(post), "up_url": reverse("sharing:post-share", args=[post.pk]), "is_public": is_public}
    return _make_or_show(request, post, here, {**context, "may_link": post.state == Post.State.PUBLISHED})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_album(request: SignedInRequest, album_id: int) -> HttpResponse:
    """The same of an album, with how much of it a link shows."""
    album = get_own_album(request.user, album_id)
    here = reverse("sharing:album-links", args=[album.pk])
    context = {"name": album.title, "up_url": reverse("sharing:album-share", args=[album.pk])}
    is_public = album.audience == Post.Audience.PUBLIC and not album.owner.is_private
    more = {"is_public": is_public, "count": count_album(album), "may_link": True}
    return _make_or_show(request, album, here, {**context, **more})


@require_POST
@signed_in
def revoke(request: SignedInRequest, link_id: int) -> HttpResponse:
    revoke_link(request.user, link_id)
    messages.success(request, _("The link is revoked. It opens nothing any more."))
    return see_other(safe_next(request, reverse("sharing:settings-links")))


@require_POST
@signed_in
def revoke_all(request: SignedInRequest) -> HttpResponse:
    count = revoke_all_links(request.user)
    messages.success(request, ngettext("%(n)d link is revoked.", "%(n)d links are revoked.", count) % {"n": count})
    return see_other(reverse("sharing:settings-links"))


@require_safe
@signed_in
def qr(request: SignedInRequest, link_id: int, kind: str) -> HttpResponse:
    return _unkept(qr_answer(link_url(get_own_link(request.user, link_id)), kind))


def _make_or_show(request: SignedInRequest, shared: Shared, here: str, context: dict[str, object]) -> HttpResponse:
    ends = NEVER if context["is_public"] else str(DEFAULT_DAYS)
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"ends": ends})
    if form.is_valid() and _made(request, shared, form):
        messages.success(request, _("The link is made. Copy it from the list."))
        return see_other(here)
    links = [link_card(link) for link in links_to(request.user, shared).select_related("post", "album")]
    context = {**context, "form": form, "links": links, "here": here}
    return _unkept(render(request, "sharing/links.html", context, status=422 if form.errors else 200))


def _made(request: SignedInRequest, shared: Shared, form: LinkForm) -> bool:
    """Whether the link was made; else what stood against it is in the form."""
    try:
        create_link(request.user, shared, form.wish())
    except RateLimited:
        raise
    except AppError as error:
        add_errors(form, error)
        return False
    return True


def _unkept(response: HttpResponse) -> HttpResponse:
    """No browser keeps the addresses of links."""
    response["Cache-Control"] = "private, no-store"
    return response
