"""Albums: looking at one, making and describing it, and which of one's own posts stand in it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.cards import may_engines_list, person_card
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput, NotAllowed, NotFound
from core.ids import parse_id
from core.text import linkify
from core.web.forms import add_errors
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import see_other
from photos.access import get_own_album, get_own_post
from photos.albums import AlbumAbout, album_about, album_shelves, placed_posts, posts_for_album, posts_in_album
from photos.cards import TileCard, post_url, tile_cards
from photos.models import Album, Post
from photos.models.albums import ALBUM_TITLE_LENGTH
from photos.services import albums
from photos.web.forms import AlbumForm, AlbumPostsForm, ShelvesForm
from photos.web.shelves import as_new_name
from photos.web.walls import found_tiles

WALL_PAGE = 40
FORM_PAGE = 60  # a form may have some more fields than that
Made = TypeVar("Made", Album, Post)


@require_safe
def detail(request: HttpRequest, album_id: int) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    about = album_about(request.user, album_id)
    page = posts_in_album(about.album, request.user, cursor=cursor, limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager=not cursor, by_link=True),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    return render(request, "photos/album.html", {**context, **_told(request, about)})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    form = AlbumForm(request.POST if request.method == "POST" else None)
    made = _done(form, lambda: albums.create_album(request.user, albums.AlbumDraft(**form.cleaned_data)))
    if made is not None:
        return see_other(reverse("photos:album-add", args=[made.pk]))
    return render(request, "photos/album_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest, album_id: int) -> HttpResponse:
    album = get_own_album(request.user, album_id)
    form = AlbumForm(request.POST if request.method == "POST" else None, initial=asdict(albums.AlbumDraft.of(album)))
    if _done(form, lambda: albums.change_album(request.user, album.pk, form.cleaned_data)) is not None:
        messages.success(request, _("Changed."))
        return see_other(reverse("photos:album", args=[album.pk]))
    context = {"form": form, "album": album}
    return render(request, "photos/album_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest, album_id: int) -> HttpResponse:
    album = get_own_album(request.user, album_id)
    if request.method != "POST":
        return render(request, "photos/album_delete.html", {"album": album})
    albums.delete_album(request.user, album.pk)
    messages.success(request, _("The album is gone. Its posts are where they were."))
    return see_other(reverse("feeds:albums", args=[request.user.username]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: SignedInRequest, album_id: int) -> HttpResponse:
    """One's own posts to choose from, a page at a time; sending a page goes on to the next one if that was asked."""
    album = get_own_album(request.user, album_id)
    cursor = request.GET.get("cursor", "")
    page = posts_for_album(request.user, album, cursor=cursor, limit=FORM_PAGE)
    form = AlbumPostsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = [post.pk for post in page.items] if form.cleaned_data["all"] else form.cleaned_data["posts"]
        if _done(form, lambda: albums.add_to_album(request.user, album.pk, chosen)) is not None:
            return _added(request, album, len(chosen), form.cleaned_data["next"])
    context = {"form": form, "album": album, "tiles": tile_cards(page.items), "next_cursor": page.next_cursor}
    return render(request, "photos/album_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def arrange(request: SignedInRequest, album_id: int) -> HttpResponse:
    """The posts of an album in their order, each with its place as a number, and with buttons."""
    album = get_own_album(request.user, album_id)
    cursor = request.GET.get("cursor", "")
    placed = placed_posts(request.user, album, cursor=cursor, limit=FORM_PAGE)
    if request.method != "POST":
        rows = list(enumerate(tile_cards(placed.posts), placed.first))
        next_url = next_page_url(request, placed.next_cursor)
        context = {"album": album, "rows": rows, "total": placed.total, "next_url": next_url}
        return render(request, "photos/album_arrange.html", context)
    _arrange(request, album, {post.pk: place for place, post in enumerate(placed.posts, placed.first)})
    return HttpResponse(status=204) if wants_fragment(request) else see_other(request.get_full_path())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: SignedInRequest, post_id: int) -> HttpResponse:
    """In which albums a post of one's own stands."""
    post = get_own_post(request.user, post_id)
    sent = request.POST if request.method == "POST" else None
    form = ShelvesForm(sent, new_label=_("New album"), most=ALBUM_TITLE_LENGTH)
    if _done(form, lambda: _file(request, post, form), named=True) is not None:
        messages.success(request, _("Saved."))
        return see_other(post_url(post))
    found = album_shelves(request.user, post)
    newest = max((each.album.pk for each in found), default=0)
    context = {"form": form, "post": post, "shelves": found, "newest": newest, "post_url": post_url(post)}
    return render(request, "photos/post_albums.html", context, status=422 if form.errors else 200)


def with_covers(found: Sequence[AlbumAbout]) -> list[tuple[AlbumAbout, TileCard | None]]:
    """Each with a tile of its cover, if it has one."""
    return [(about, next(iter(tile_cards([about.cover] if about.cover else [])), None)) for about in found]


def _told(request: HttpRequest, about: AlbumAbout) -> dict[str, object]:
    album = about.album
    is_public = album.audience == Post.Audience.PUBLIC
    return {
        "about": about,
        "album": album,
        "owner": person_card(album.owner, request.user),
        "text_html": linkify(album.text),
        "is_own": album.owner_id == request.user.pk,
        "listed": is_public and may_engines_list(album.owner),
    }


def _done(
    form: AlbumForm | AlbumPostsForm | ShelvesForm, change: Callable[[], Made], *, named: bool = False
) -> Made | None:
    """What `change` gives; None, with errors in the form, when nothing good was sent. `named`: its title is a name."""
    if not form.is_valid():
        return None
    try:
        return change()
    except (InvalidInput, NotAllowed) as error:
        add_errors(form, as_new_name(error) if named else error)
        return None


def _file(request: SignedInRequest, post: Post, form: ShelvesForm) -> Post:
    return albums.file_in_albums(request.user, post.pk, **form.cleaned_data)


def _added(request: SignedInRequest, album: Album, count: int, cursor: str) -> HttpResponse:
    if count:
        messages.success(request, ngettext("%d post added.", "%d posts added.", count) % count)
    if cursor:
        query = QueryDict(mutable=True)
        query["cursor"] = cursor
        return see_other(f"{reverse('photos:album-add', args=[album.pk])}?{query.urlencode()}")
    return see_other(reverse("photos:album", args=[album.pk]))


def _arrange(request: SignedInRequest, album: Album, places: dict[int, int]) -> None:
    """Do what was pressed; else what was typed into the numbers that differ from `places`."""
    way, _colon, rest = request.POST.get("move", "").partition(":")
    if not way:
        albums.move_in_album(request.user, album.pk, _typed(request.POST, places))
        return
    post_id, _colon, place = rest.partition(":")
    changes: dict[str, Callable[[int], object]] = {
        "up": lambda pk: albums.step_in_album(request.user, album.pk, pk, -1),
        "down": lambda pk: albums.step_in_album(request.user, album.pk, pk, 1),
        "to": lambda pk: albums.move_in_album(request.user, album.pk, {pk: _number(place)}),
        "out": lambda pk: albums.take_from_album(request.user, album.pk, pk),
        "cover": lambda pk: albums.change_album(request.user, album.pk, {"cover": pk}),
    }
    try:
        changes[way](parse_id(post_id))
    except (KeyError, ValueError):
        raise NotFound from None
    except InvalidInput as error:
        raise NotFound from error


def _typed(sent: QueryDict, places: dict[int, int]) -> dict[int, int]:
    """The places that were typed and are not those that the posts have."""
    typed = {post_id: sent.get(f"place_{post_id}", "") for post_id in places}
    return {
        post_id: _number(text)
        for post_id, text in typed.items()
        if text.isascii() and text.isdigit() and _number(text) != places[post_id]
    }


def _number(text: str) -> int:
    """A place, from 1 to more than there are. ValueError for what is no number."""
    return max(1, min(int(text[:9]), albums.MOST_POSTS + 1))
