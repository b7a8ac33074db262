"""Posts and likes under /rest/v1/posts."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.answers import UserPage
from accounts.api.relations import people_answer
from accounts.api.requests import PersonRequest
from core.api.calls import IDEMPOTENCY_KEY, Call
from core.api.idempotency import answer_once
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from photos.access import get_own_post, get_post_for
from photos.api.answers import Post, PostPage
from photos.api.serializers import NewPostInput, PostInput
from photos.representations import represent_post, represent_posts
from photos.selectors import archive_page, likers_page, trash_page
from photos.services.archive import archive_post, unarchive_post
from photos.services.drafts import PostDraft
from photos.services.likes import like_post, unlike_post
from photos.services.posts import create_post, edit_post
from photos.services.trash import restore_post, trash_post


class PostListView(ApiView):
    calls = {
        "post": Call(
            name="createPost",
            summary="Publish a post",
            takes=NewPostInput,
            answer=Post,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(404, 409),
        )
    }

    def post(self, request: PersonRequest) -> Response:
        sent = NewPostInput(data=request.data)
        sent.is_valid(raise_exception=True)

        def create() -> Response:
            draft = PostDraft().changed(sent.changes())
            ids, people = sent.validated_data["media_ids"], sent.placed() or ()
            post = create_post(request.user, media_ids=ids, draft=draft, people=people)
            return post_answer(request, post.pk, status=201)

        return answer_once(request, request.user.pk, request.data, create)


class PostView(ApiView):
    public = True
    calls = {
        "get": Call(name="getPost", summary="One post", answer=Post, problems=(410,)),
        "patch": Call(
            name="editPost",
            summary="Change a post",
            takes=PostInput,
            may_be_empty=True,
            answer=Post,
            problems=(409, 410),
        ),
        "delete": Call(name="trashPost", summary="Put a post into the trash", problems=(409, 410)),
    }

    def get(self, request: Request, post_id: int) -> Response:
        return post_answer(request, post_id)

    def patch(self, request: PersonRequest, post_id: int) -> Response:
        post = get_own_post(request.user, post_id)
        sent = PostInput(data=request.data)
        sent.is_valid(raise_exception=True)
        edit_post(request.user, post, sent.changes(), people=sent.placed())
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int) -> Response:
        trash_post(request.user, get_own_post(request.user, post_id))
        return Response(status=204)


class RestoreView(ApiView):
    calls = {"post": Call(name="restorePost", summary="Take a post out of the trash", answer=Post, problems=(409, 410))}

    def post(self, request: PersonRequest, post_id: int) -> Response:
        restore_post(request.user, get_own_post(request.user, post_id, trashed=True))
        return post_answer(request, post_id)


class TrashView(ApiView):
    calls = {"get": Call(name="listTrash", summary="Your trash", answer=PostPage)}

    def get(self, request: PersonRequest) -> Response:
        page = trash_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, represent_posts(page.items, request.user), page.next_cursor)


class ArchiveView(ApiView):
    """PUT puts the post into the archive, DELETE takes it out; both answer the post as it is now."""

    calls = {
        "put": Call(name="archivePost", summary="Into the archive", answer=Post, problems=(409, 410)),
        "delete": Call(name="unarchivePost", summary="Out of the archive", answer=Post, problems=(409, 410)),
    }

    def put(self, request: PersonRequest, post_id: int) -> Response:
        archive_post(request.user, get_own_post(request.user, post_id))
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int) -> Response:
        unarchive_post(request.user, get_own_post(request.user, post_id))
        return post_answer(request, post_id)


class ArchiveListView(ApiView):
    calls = {"get": Call(name="listArchive", summary="Your archive", answer=PostPage)}

    def get(self, request: PersonRequest) -> Response:
        page = archive_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, represent_posts(page.items, request.user), page.next_cursor)


class LikeView(ApiView):
    """PUT likes, DELETE takes it back; both answer the post as it is now."""

    calls = {
        "put": Call(name="likePost", summary="Like a post", answer=Post, problems=(410,)),
        "delete": Call(name="unlikePost", summary="Like it no longer", answer=Post, problems=(410,)),
    }

    def put(self, request: PersonRequest, post_id: int) -> Response:
        like_post(request.user, post_id)
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int) -> Response:
        unlike_post(request.user, post_id)
        return post_answer(request, post_id)


class LikersView(ApiView):
    public = True
    calls = {"get": Call(name="listLikers", summary="Who likes a post", answer=UserPage, problems=(410,))}

    def get(self, request: Request, post_id: int) -> Response:
        page = likers_page(request.user, post_id, cursor=page_cursor(request), limit=page_limit(request))
        return people_answer(request, page)


def post_answer(request: Request, post_id: int, status: int = 200) -> Response:
    """The post as this viewer sees it."""
    post = get_post_for(request.user, post_id)
    return Response(represent_post(post, request.user), status=status)
