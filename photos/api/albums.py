"""Albums under /rest/v1/albums and /rest/v1/users/{username}/albums."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.querysets import Viewer
from accounts.representations import represent_user
from accounts.standings import standing_in
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.ids import to_code
from core.media_urls import absolute
from core.times import iso_utc
from photos.access import get_own_album, get_own_post
from photos.albums import AlbumAbout, album_about, album_posts_page, albums_page, named_albums_page
from photos.api.answers import AlbumAnswer, AlbumPage, PostPage
from photos.api.serializers import AlbumInput, AlbumPostsInput, NewAlbumInput
from photos.cards import tile_cards
from photos.ready.viewing import posts_for
from photos.services import albums


class AlbumListView(ApiView):
    calls = {
        "get": Call(name="listAlbums", summary="Your albums, the newest first", answer=AlbumPage),
        "post": Call(
            name="createAlbum",
            summary="Make an album",
            takes=NewAlbumInput,
            answer=AlbumAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        ),
    }

    def get(self, request: PersonRequest) -> Response:
        page = albums_page(request.user, request.user, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, _represent(page.items, request.user), page.next_cursor)

    def post(self, request: PersonRequest) -> Response:
        sent = NewAlbumInput(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        post_ids = values.pop("posts", ())

        def create() -> Response:
            made = albums.create_album(request.user, albums.AlbumDraft(**values), post_ids)
            return _answer(request, made.pk, status=201)

        return answer_once(request, request.user.pk, request.data, create)


class UserAlbumsView(ApiView):
    public = True
    calls = {"get": Call(name="listUserAlbums", summary="A person's albums", answer=AlbumPage, tag="People")}

    def get(self, request: Request, username: str) -> Response:
        page = named_albums_page(request.user, username, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, _represent(page.items, request.user), page.next_cursor)


class AlbumView(ApiView):
    public = True
    calls = {
        "get": Call(name="getAlbum", summary="An album", answer=AlbumAnswer),
        "patch": Call(
            name="changeAlbum", summary="Change words, audience or cover", takes=AlbumInput, answer=AlbumAnswer
        ),
        "delete": Call(name="deleteAlbum", summary="Delete an album; its posts stay"),
    }

    def get(self, request: Request, album_id: int) -> Response:
        return _answer(request, album_id)

    def patch(self, request: PersonRequest, album_id: int) -> Response:
        get_own_album(request.user, album_id)
        sent = AlbumInput(data=request.data)
        sent.is_valid(raise_exception=True)
        albums.change_album(request.user, album_id, sent.validated_data)
        return _answer(request, album_id)

    def delete(self, request: PersonRequest, album_id: int) -> Response:
        albums.delete_album(request.user, album_id)
        return Response(status=204)


class AlbumPostsView(ApiView):
    """POST puts posts at the end; PUT orders those that are in it: the named ones first, the others as they were."""

    public = True
    calls = {
        "get": Call(name="listAlbumPosts", summary="What is in an album, in its order", answer=PostPage),
        "post": Call(
            name="addToAlbum",
            summary="Put posts at its end",
            takes=AlbumPostsInput,
            answer=AlbumAnswer,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        ),
        "put": Call(
            name="orderAlbum",
            summary="Order its posts: those named come first",
            takes=AlbumPostsInput,
            answer=AlbumAnswer,
        ),
    }

    def get(self, request: Request, album_id: int) -> Response:
        page = album_posts_page(request.user, album_id, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, posts_for(request.user, page.items, by_link=True), page.next_cursor)

    def post(self, request: PersonRequest, album_id: int) -> Response:
        post_ids = _posts_in(request, album_id)

        def add() -> Response:
            albums.add_to_album(request.user, album_id, post_ids)
            return _answer(request, album_id)

        return answer_once(request, request.user.pk, request.data, add)

    def put(self, request: PersonRequest, album_id: int) -> Response:
        albums.order_album(request.user, album_id, _posts_in(request, album_id))
        return _answer(request, album_id)


class AlbumPostView(ApiView):
    calls = {
        "put": Call(name="putIntoAlbum", summary="Put a post into an album", answer=AlbumAnswer, problems=(410,)),
        "delete": Call(name="takeFromAlbum", summary="Take a post out; it stays", answer=AlbumAnswer),
    }

    def put(self, request: PersonRequest, album_id: int, post_id: int) -> Response:
        get_own_album(request.user, album_id)
        albums.add_to_album(request.user, album_id, [get_own_post(request.user, post_id).pk])
        return _answer(request, album_id)

    def delete(self, request: PersonRequest, album_id: int, post_id: int) -> Response:
        albums.take_from_album(request.user, album_id, post_id)
        return _answer(request, album_id)


def represent_album(about: AlbumAbout, viewer: Viewer) -> dict[str, Any]:
    """`AlbumAnswer`; the cover is null without a picture, and its address where it is sensitive. No query."""
    album = about.album
    tile = next(iter(tile_cards([about.cover] if about.cover else [])), None)
    cover = tile.square_src if tile and not tile.sensitive else ""
    return {
        "id": str(album.pk),
        "url": absolute(f"/albums/{to_code(album.pk)}/"),
        "owner": represent_user(album.owner, viewer, standing_in(album, viewer, album.owner_id)),
        "title": album.title,
        "text": album.text,
        "audience": album.audience,
        "post_count": about.post_count,
        "cover_post_id": str(about.cover.pk) if about.cover else None,
        "cover_url": absolute(cover) if cover else None,
        "created_at": iso_utc(album.created_at),
        "edited_at": iso_utc(album.edited_at),
        "viewer": {"can_edit": album.owner_id == viewer.pk, "can_download": about.can_download},
    }


def _represent(found: Any, viewer: Viewer) -> list[dict[str, Any]]:
    return [represent_album(about, viewer) for about in found]


def _answer(request: Request, album_id: int, status: int = 200) -> Response:
    return Response(represent_album(album_about(request.user, album_id), request.user), status=status)


def _posts_in(request: PersonRequest, album_id: int) -> list[int]:
    """NotFound for an album of somebody else, before what was sent is read."""
    get_own_album(request.user, album_id)
    sent = AlbumPostsInput(data=request.data)
    sent.is_valid(raise_exception=True)
    return list(sent.validated_data["posts"])
