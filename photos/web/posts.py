"""Looking at one post, its likers, its originals, and one's own trash."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.cards import may_engines_list
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.listing import PeopleList, people_page
from core.exceptions import NotFound
from core.paging import DEFAULT_LIMIT
from core.web.media import download_answer
from core.web.paging import next_page_url
from photos.access import get_original_for, get_own_post, get_post_for
from photos.cards import is_public, picture_card, post_cards, tile_cards
from photos.notes import notes_of
from photos.originals import original_file
from photos.people import people_in
from photos.people_cards import tagged_cards, with_maps
from photos.selectors import archive_page, likers_page, neighbours, trash_page
from photos.web.comments import said_about
from photos.web.receipts import kept_lines


@require_safe
def detail(request: HttpRequest, post_id: int) -> HttpResponse:
    post = get_post_for(request.user, post_id)
    card, tags = post_cards([post], request.user)[0], people_in(request.user, post)
    context = {
        **said_about(request, post),
        "card": with_maps(card, tags),
        "people": tagged_cards(card, tags, request.user),
        "listed": may_engines_list(post.author),
        "is_public": is_public(post),
        "kept": kept_lines(post) if card.can_edit else [],
        "notes": notes_of(post) if card.can_edit else [],
        "neighbours": tile_cards(neighbours(request.user, post), request.user),
    }
    return render(request, "photos/post_detail.html", context)


@require_safe
@signed_in
def status(request: SignedInRequest, post_id: int) -> HttpResponse:
    """How far the worker is; once the post is out, htmx is told to load the page anew."""
    card = post_cards([get_post_for(request.user, post_id)], request.user)[0]
    response = render(request, "photos/_post_status.html", {"card": card})
    if card.state == "published":
        response["HX-Refresh"] = "true"
    return response


@require_safe
@signed_in
def thumb(request: SignedInRequest, post_id: int, media_id: int) -> HttpResponse:
    """One picture of one's own post as soon as there is something to see, for the page where it is described."""
    media = next((item for item in get_own_post(request.user, post_id).media.all() if item.pk == media_id), None)
    if media is None:
        raise NotFound
    context = {"picture": picture_card(media, media.post), "post_id": post_id}
    return render(request, "photos/_thumb.html", context)


@require_safe
def menu(request: HttpRequest, post_id: int) -> HttpResponse:
    card = post_cards([get_post_for(request.user, post_id)], request.user)[0]
    return render(request, "photos/post_menu.html", {"card": card})


@require_safe
def likers(request: HttpRequest, post_id: int) -> HttpResponse:
    page = likers_page(request.user, post_id, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    return people_page(request, page, PeopleList(_("Liked by"), _("Nobody yet.")))


@require_safe
def original(request: HttpRequest, post_id: int, media_id: int) -> HttpResponseBase:
    media = get_original_for(request.user, media_id)
    if media.post_id != post_id:
        raise NotFound
    return download_answer(request, original_file(media))


@require_safe
@signed_in
def archive(request: SignedInRequest) -> HttpResponse:
    page = archive_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {"tiles": tile_cards(page.items), "next_url": next_page_url(request, page.next_cursor)}
    return render(request, "photos/archive.html", context)


@require_safe
@signed_in
def trash(request: SignedInRequest) -> HttpResponse:
    page = trash_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {
        "tiles": tile_cards(page.items),
        "next_url": next_page_url(request, page.next_cursor),
        "trash_days": settings.TRASH_DAYS,
    }
    return render(request, "photos/trash.html", context)
