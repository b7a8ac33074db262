"""What a person has saved, and their collections: pages that nobody else can open."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput
from core.web.forms import add_errors
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import see_other
from photos.access import get_own_collection, get_published_post_for
from photos.cards import TileCard, post_url, tile_cards
from photos.models import Collection
from photos.saved import CollectionAbout, collected_page, collection_about, collections_page, saved_page, shelves
from photos.services.collections import create_collection, delete_collection, file_post, rename_collection
from photos.web.forms import CollectionForm, ShelvesForm
from photos.web.shelves import as_new_name
from photos.web.walls import found_tiles

WALL_PAGE = 40
COLLECTIONS_PAGE = 24
ON_SAVED = 6  # collections that the page of everything begins with


@require_safe
@signed_in
def saved(request: SignedInRequest) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    page = saved_page(request.user, cursor=cursor, limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager=not cursor, by_link=True),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    shown = collections_page(request.user, cursor="", limit=ON_SAVED)
    more = {"collections": _with_covers(shown.items), "has_more": bool(shown.next_cursor)}
    return render(request, "photos/saved.html", {**context, **more})


@require_safe
@signed_in
def collections(request: SignedInRequest) -> HttpResponse:
    page = collections_page(request.user, cursor=request.GET.get("cursor", ""), limit=COLLECTIONS_PAGE)
    context = {
        "collections": _with_covers(page.items),
        "next_url": next_page_url(request, page.next_cursor),
    }
    return render(request, "photos/collections.html", context)


@require_safe
@signed_in
def collection(request: SignedInRequest, collection_id: int) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    page = collected_page(request.user, collection_id, cursor=cursor, limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager=not cursor, by_link=True),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    about = collection_about(request.user, collection_id)
    return render(request, "photos/collection.html", {**context, "about": about})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    form = CollectionForm(request.POST if request.method == "POST" else None)
    made = _named(form, lambda name: create_collection(request.user, name))
    if made is not None:
        return see_other(reverse("photos:collection", args=[made.pk]))
    return render(request, "photos/collection_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest, collection_id: int) -> HttpResponse:
    row = get_own_collection(request.user, collection_id)
    form = CollectionForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    if _named(form, lambda name: rename_collection(request.user, collection_id, name)) is not None:
        messages.success(request, _("Renamed."))
        return see_other(reverse("photos:collection", args=[row.pk]))
    context = {"form": form, "collection": row}
    return render(request, "photos/collection_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest, collection_id: int) -> HttpResponse:
    row = get_own_collection(request.user, collection_id)
    if request.method != "POST":
        return render(request, "photos/collection_delete.html", {"collection": row})
    delete_collection(request.user, row.pk)
    messages.success(request, _("The collection is gone. Its pictures are still saved."))
    return see_other(reverse("photos:saved"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: SignedInRequest, post_id: int) -> HttpResponse:
    """In which collections a post stands; sending the page saves the post as well."""
    post = get_published_post_for(request.user, post_id)
    form = ShelvesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            file_post(request.user, post.pk, **form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, as_new_name(error))
        else:
            messages.success(request, _("Saved."))
            return see_other(reverse("photos:post-detail", args=[post.pk]))
    found = shelves(request.user, post)
    newest = max((each.collection.pk for each in found), default=0)
    context = {"form": form, "post": post, "shelves": found, "newest": newest, "post_url": post_url(post)}
    return render(request, "photos/post_collections.html", context, status=422 if form.errors else 200)


def _named(form: CollectionForm, change: Callable[[str], Collection]) -> Collection | None:
    """What `change` makes of the name in the form; None, with errors in the form, when nothing good was sent."""
    if not form.is_valid():
        return None
    try:
        return change(form.cleaned_data["name"])
    except InvalidInput as error:
        add_errors(form, error)
        return None


def _with_covers(found: Sequence[CollectionAbout]) -> list[tuple[CollectionAbout, TileCard | None]]:
    """Each with a tile of its cover, if it has one that has a picture."""
    return [(about, next(iter(tile_cards([about.cover] if about.cover else [])), None)) for about in found]
