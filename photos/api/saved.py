"""What a person has saved, and their collections, under /rest/v1/saved and /rest/v1/collections."""

from typing import Any

from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call, Parameter
from core.api.idempotency import answer_once
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import NotFound
from core.ids import parse_id, to_code
from core.media_urls import absolute
from core.times import iso_utc
from photos.access import get_own_collection
from photos.api.answers import CollectionAnswer, CollectionPage, Post, PostPage
from photos.api.posts import post_answer
from photos.api.serializers import CollectionInput
from photos.cards import tile_cards
from photos.ready.viewing import posts_for
from photos.saved import CollectionAbout, collected_page, collection_about, collections_page, saved_page
from photos.services import collections
from photos.services.saves import save_post, unsave_post

COLLECTION = Parameter("collection", "The id of a collection of yours: only what stands in it.", example="7234567890")


class SaveView(ApiView):
    """PUT saves, DELETE takes it back; both answer the post as it is now."""

    calls = {
        "put": Call(name="savePost", summary="Save a post", answer=Post, problems=(410,)),
        "delete": Call(name="unsavePost", summary="Save it no longer", answer=Post, problems=(410,)),
    }

    def put(self, request: PersonRequest, post_id: int) -> Response:
        save_post(request.user, post_id)
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int) -> Response:
        unsave_post(request.user, post_id)
        return post_answer(request, post_id)


class SavedView(ApiView):
    calls = {
        "get": Call(
            name="listSaved",
            summary="What you have saved, the newest save first",
            answer=PostPage,
            parameters=(COLLECTION,),
            problems=(404,),
        )
    }

    def get(self, request: PersonRequest) -> Response:
        owner, cursor, limit = request.user, page_cursor(request), page_limit(request)
        asked = request.query_params.get("collection", "")
        if asked:
            page = collected_page(owner, _id_of(asked), cursor=cursor, limit=limit)
        else:
            page = saved_page(owner, cursor=cursor, limit=limit)
        return page_answer(request, posts_for(owner, page.items, by_link=True), page.next_cursor)


class CollectionListView(ApiView):
    calls = {
        "get": Call(name="listCollections", summary="Your collections, the newest first", answer=CollectionPage),
        "post": Call(
            name="createCollection",
            summary="Make a collection",
            takes=CollectionInput,
            answer=CollectionAnswer,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        ),
    }

    def get(self, request: PersonRequest) -> Response:
        page = collections_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, [represent_collection(each) for each in page.items], page.next_cursor)

    def post(self, request: PersonRequest) -> Response:
        name = _name_in(request)

        def create() -> Response:
            made = collections.create_collection(request.user, name)
            return _answer(request, made.pk, status=201)

        return answer_once(request, request.user.pk, request.data, create)


class CollectionView(ApiView):
    calls = {
        "get": Call(name="getCollection", summary="A collection of yours", answer=CollectionAnswer),
        "patch": Call(
            name="renameCollection", summary="Rename a collection", takes=CollectionInput, answer=CollectionAnswer
        ),
        "delete": Call(name="deleteCollection", summary="Delete a collection; its posts stay saved"),
    }

    def get(self, request: PersonRequest, collection_id: int) -> Response:
        return _answer(request, collection_id)

    def patch(self, request: PersonRequest, collection_id: int) -> Response:
        get_own_collection(request.user, collection_id)
        collections.rename_collection(request.user, collection_id, _name_in(request))
        return _answer(request, collection_id)

    def delete(self, request: PersonRequest, collection_id: int) -> Response:
        collections.delete_collection(request.user, collection_id)
        return Response(status=204)


class CollectionPostView(ApiView):
    """PUT saves the post and puts it in, DELETE takes it out and leaves it saved; both answer the collection."""

    calls = {
        "put": Call(
            name="addToCollection", summary="Put a post into a collection", answer=CollectionAnswer, problems=(410,)
        ),
        "delete": Call(
            name="takeFromCollection", summary="Take it out; it stays saved", answer=CollectionAnswer, problems=(410,)
        ),
    }

    def put(self, request: PersonRequest, collection_id: int, post_id: int) -> Response:
        collections.add_to_collection(request.user, collection_id, post_id)
        return _answer(request, collection_id)

    def delete(self, request: PersonRequest, collection_id: int, post_id: int) -> Response:
        collections.take_from_collection(request.user, collection_id, post_id)
        return _answer(request, collection_id)


def represent_collection(about: CollectionAbout) -> dict[str, Any]:
    """The cover is null without a picture, and where that is sensitive."""
    tile = next(iter(tile_cards([about.cover] if about.cover else [])), None)
    cover = tile.square_src if tile and not tile.sensitive else ""
    return {
        "id": str(about.collection.pk),
        "url": absolute(f"/saved/{to_code(about.collection.pk)}/"),
        "name": about.collection.name,
        "post_count": about.post_count,
        "cover_url": absolute(cover) if cover else None,
        "created_at": iso_utc(about.collection.created_at),
    }


def _answer(request: PersonRequest, collection_id: int, status: int = 200) -> Response:
    return Response(represent_collection(collection_about(request.user, collection_id)), status=status)


def _name_in(request: PersonRequest) -> str:
    sent = CollectionInput(data=request.data)
    sent.is_valid(raise_exception=True)
    return str(sent.validated_data["name"])


def _id_of(text: str) -> int:
    """NotFound for what is no id: there is no such collection."""
    try:
        return parse_id(text)
    except ValueError:
        raise NotFound from None
