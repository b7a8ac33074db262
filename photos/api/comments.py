"""Comments under /rest/v1/posts/{id}/comments and /rest/v1/comments."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.answers import UserPage
from accounts.api.relations import people_answer
from accounts.api.requests import PersonRequest
from core.api.calls import ID_PATTERN, IDEMPOTENCY_KEY, Call, Parameter
from core.api.fields import Text
from core.api.idempotency import answer_once
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import Malformed
from core.ids import parse_id
from photos import conversations
from photos.access import get_comment_of_post_for
from photos.api.comment_answers import Comment, CommentPage, CommentVersionPage
from photos.api.serializers import IdField
from photos.comment_representations import represent_threads, represent_version
from photos.models.comments import COMMENT_LENGTH
from photos.services import comment_approvals
from photos.services.comment_likes import like_comment, unlike_comment
from photos.services.comments import delete_comment, edit_comment, post_comment

PARENT = Parameter(
    "parent",
    "Only the replies to this comment.",
    {"type": "string", "pattern": ID_PATTERN},
    may_be_empty=True,
    example="7234567890123456801",
)


class CommentInput(serializers.Serializer):  # type: ignore[type-arg]
    text = Text(max_length=100_000, words={"maxLength": COMMENT_LENGTH})

    example: ClassVar[dict[str, Any]] = {"text": "When did you get up?"}


class NewCommentInput(CommentInput):
    parent_id = IdField(required=False, allow_null=True, help_text="The comment that this replies to.")

    example: ClassVar[dict[str, Any]] = {**CommentInput.example, "parent_id": None}


class CommentListView(ApiView):
    """Pinned comments first, then the oldest; each has its first replies."""

    public = True
    calls = {
        "get": Call(
            name="listComments",
            summary="What is said about a post",
            answer=CommentPage,
            parameters=(PARENT,),
            problems=(410,),
        ),
        "post": Call(
            name="createComment",
            summary="Comment a post, or reply to a comment",
            takes=NewCommentInput,
            answer=Comment,
            status=201,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409, 410),
        ),
    }

    def get(self, request: Request, post_id: int) -> Response:
        asked: Mapping[str, Any] = {"cursor": page_cursor(request), "limit": page_limit(request)}
        parent_id = _parent(request)
        if parent_id is None:
            page = conversations.comments_page(request.user, post_id, **asked)
        else:
            page = conversations.replies_page(
                request.user, get_comment_of_post_for(request.user, post_id, parent_id), **asked
            )
        return page_answer(request, represent_threads(page.items, request.user), page.next_cursor)

    def post(self, request: PersonRequest, post_id: int) -> Response:
        sent = NewCommentInput(data=request.data)
        sent.is_valid(raise_exception=True)

        def create() -> Response:
            comment = post_comment(request.user, post_id, **sent.validated_data)
            return comment_answer(request, comment.pk, status=201)

        return answer_once(request, request.user.pk, request.data, create)


class CommentView(ApiView):
    public = True
    calls = {
        "get": Call(name="getComment", summary="One comment", answer=Comment, problems=(410,)),
        "patch": Call(
            name="editComment", summary="Say it in other words", takes=CommentInput, answer=Comment, problems=(410,)
        ),
        "delete": Call(name="deleteComment", summary="Delete a comment with its replies", problems=(410,)),
    }

    def get(self, request: Request, comment_id: int) -> Response:
        return comment_answer(request, comment_id)

    def patch(self, request: PersonRequest, comment_id: int) -> Response:
        sent = CommentInput(data=request.data)
        sent.is_valid(raise_exception=True)
        edit_comment(request.user, comment_id, **sent.validated_data)
        return comment_answer(request, comment_id)

    def delete(self, request: PersonRequest, comment_id: int) -> Response:
        delete_comment(request.user, comment_id)
        return Response(status=204)


class CommentHistoryView(ApiView):
    public = True
    calls = {
        "get": Call(
            name="listCommentVersions", summary="What a comment said before", answer=CommentVersionPage, problems=(410,)
        )
    }

    def get(self, request: Request, comment_id: int) -> Response:
        asked: Mapping[str, Any] = {"cursor": page_cursor(request), "limit": page_limit(request)}
        page = conversations.history_page(request.user, comment_id, **asked)
        return page_answer(request, [represent_version(version) for version in page.items], page.next_cursor)


class CommentLikeView(ApiView):
    """PUT likes, DELETE takes it back; both answer the comment as it is now."""

    calls = {
        "put": Call(name="likeComment", summary="Like a comment", answer=Comment, problems=(409, 410)),
        "delete": Call(name="unlikeComment", summary="Like it no longer", answer=Comment, problems=(410,)),
    }

    def put(self, request: PersonRequest, comment_id: int) -> Response:
        like_comment(request.user, comment_id)
        return comment_answer(request, comment_id)

    def delete(self, request: PersonRequest, comment_id: int) -> Response:
        unlike_comment(request.user, comment_id)
        return comment_answer(request, comment_id)


class CommentLikersView(ApiView):
    public = True
    calls = {"get": Call(name="listCommentLikers", summary="Who likes a comment", answer=UserPage, problems=(410,))}

    def get(self, request: Request, comment_id: int) -> Response:
        asked: Mapping[str, Any] = {"cursor": page_cursor(request), "limit": page_limit(request)}
        return people_answer(request, conversations.comment_likers_page(request.user, comment_id, **asked))


class PinView(ApiView):
    """PUT pins a comment at a post of yours, DELETE takes it down; both answer the comment as it is now."""

    calls = {
        "put": Call(name="pinComment", summary="Put a comment on top", answer=Comment, problems=(409, 410)),
        "delete": Call(name="unpinComment", summary="On top no longer", answer=Comment, problems=(410,)),
    }

    def put(self, request: PersonRequest, comment_id: int) -> Response:
        comment_approvals.pin_comment(request.user, comment_id)
        return comment_answer(request, comment_id)

    def delete(self, request: PersonRequest, comment_id: int) -> Response:
        comment_approvals.unpin_comment(request.user, comment_id)
        return comment_answer(request, comment_id)


class ApprovalView(ApiView):
    """PUT lets a waiting comment at a post of yours out, DELETE refuses it: then it is deleted."""

    calls = {
        "put": Call(name="approveComment", summary="Let a comment out", answer=Comment, problems=(410,)),
        "delete": Call(name="refuseComment", summary="Refuse a comment", problems=(409, 410)),
    }

    def put(self, request: PersonRequest, comment_id: int) -> Response:
        comment_approvals.approve_comment(request.user, comment_id)
        return comment_answer(request, comment_id)

    def delete(self, request: PersonRequest, comment_id: int) -> Response:
        comment_approvals.refuse_comment(request.user, comment_id)
        return Response(status=204)


class WaitingView(ApiView):
    calls = {
        "get": Call(
            name="listWaitingComments", summary="Comments that wait for you to let them out", answer=CommentPage
        )
    }

    def get(self, request: PersonRequest) -> Response:
        page = conversations.waiting_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        waiting = [conversations.Thread(comment) for comment in page.items]
        return page_answer(request, represent_threads(waiting, request.user), page.next_cursor)


def comment_answer(request: Request, comment_id: int, status: int = 200) -> Response:
    """The comment as this viewer reads it."""
    thread = conversations.thread_of(request.user, comment_id)
    return Response(represent_threads([thread], request.user)[0], status=status)


def _parent(request: Request) -> int | None:
    text = request.query_params.get("parent")
    if not text:
        return None
    try:
        return parse_id(text)
    except ValueError as error:
        raise Malformed("parent must be the id of a comment.", code="parent_invalid") from error
