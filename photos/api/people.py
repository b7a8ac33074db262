"""Who is in pictures, under /rest/v1/posts/{id}/people and /rest/v1/me/tags."""

from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.models import User
from core.api.calls import Call, Parameter
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import Malformed, NotFound
from photos.access import get_own_post, get_published_post_for
from photos.api.answers import Post, PostPage
from photos.api.posts import post_answer
from photos.api.serializers import PlaceInput
from photos.people import STATES, tags_of_me_page
from photos.ready.viewing import posts_for
from photos.services.people import Placed, allow_tag, leave_pictures, tag_person, untag_person

STATE = Parameter(
    "state", "`waiting`: those that wait for you.", {"type": "string", "enum": list(STATES)}, example="waiting"
)


class PersonView(ApiView):
    """PUT says that somebody is in a picture, DELETE takes it back; both answer the post as it is now."""

    calls = {
        "put": Call(
            name="tagPerson",
            summary="Say who is in a picture of your post, or where",
            takes=PlaceInput,
            answer=Post,
            problems=(409, 410),
            tag="Posts",
        ),
        "delete": Call(
            name="untagPerson",
            summary="Take it back: of your post, or, for good, about yourself",
            answer=Post,
            problems=(409, 410),
            tag="Posts",
        ),
    }

    def put(self, request: PersonRequest, post_id: int, username: str) -> Response:
        post = get_own_post(request.user, post_id)
        sent = PlaceInput(data=request.data)
        sent.is_valid(raise_exception=True)
        tag_person(request.user, post, Placed(username=username, **sent.validated_data))
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int, username: str) -> Response:
        post = get_published_post_for(request.user, post_id)
        if post.author_id == request.user.pk:
            untag_person(request.user, post, username)
        elif request.user.username == username:
            leave_pictures(request.user, post_id)
        else:
            raise NotFound
        return post_answer(request, post_id)


class ApprovalView(ApiView):
    """PUT lets what waits for you be shown, DELETE refuses it for good; both answer the post as it is now."""

    calls = {
        "put": Call(
            name="allowTag", summary="Let others see that you are in it", answer=Post, problems=(410,), tag="Posts"
        ),
        "delete": Call(name="refuseTag", summary="Refuse that, for good", answer=Post, problems=(410,), tag="Posts"),
    }

    def put(self, request: PersonRequest, post_id: int, username: str) -> Response:
        allow_tag(_self(request, username), post_id)
        return post_answer(request, post_id)

    def delete(self, request: PersonRequest, post_id: int, username: str) -> Response:
        leave_pictures(_self(request, username), post_id)
        return post_answer(request, post_id)


class TagsOfMeView(ApiView):
    """Posts; each of them, read alone, says in which picture."""

    calls = {
        "get": Call(
            name="listTagsOfMe",
            summary="Posts that say you are in them",
            answer=PostPage,
            parameters=(STATE,),
            tag="Me",
        )
    }

    def get(self, request: PersonRequest) -> Response:
        state = request.query_params.get("state", STATES[0])
        if state not in STATES:
            raise Malformed(f"state must be one of {', '.join(STATES)}.", code="state_unknown")
        page = tags_of_me_page(request.user, state, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, posts_for(request.user, page.items, by_link=True), page.next_cursor)


def _self(request: PersonRequest, username: str) -> User:
    """NotFound for what is not about the one who asks."""
    if request.user.username != username:
        raise NotFound
    return request.user
