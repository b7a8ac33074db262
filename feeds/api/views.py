"""The feed and people's posts under /rest/v1/."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.models import User
from core.api.calls import Call, Parameter
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from feeds.api.answers import FeedPage, feed_answer
from feeds.selectors import named_profile_page, profile_page, tagged_in_page
from feeds.services.home import RANKINGS, feed_page
from photos.api.answers import PostPage
from photos.ready.viewing import posts_for
from photos.representations import represent_posts

RANKING = Parameter(
    "ranking", "The best first, or the newest.", {"type": "string", "enum": list(RANKINGS)}, example=RANKINGS[0]
)


class FeedView(ApiView):
    calls = {"get": Call(name="getFeed", summary="Your feed", answer=FeedPage, parameters=(RANKING,), tag="Feed")}

    def get(self, request: PersonRequest) -> HttpResponse:
        ranking = request.query_params.get("ranking", RANKINGS[0])
        page = feed_page(
            request.user.pk, ranking=ranking, cursor=page_cursor(request), limit=page_limit(request), kind="j"
        )
        return feed_answer(request.path, request.query_params.dict(), page, ranking=ranking)


class UserTaggedView(ApiView):
    public = True
    calls = {"get": Call(name="listUserTagged", summary="Posts that a person is in", answer=PostPage, tag="People")}

    def get(self, request: Request, username: str) -> Response:
        page = tagged_in_page(request.user, username, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, posts_for(request.user, page.items), page.next_cursor)


class UserPostsView(ApiView):
    public = True
    calls = {"get": Call(name="listUserPosts", summary="A person's posts", answer=PostPage, tag="People")}

    def get(self, request: Request, username: str) -> Response:
        viewer, cursor, limit = request.user, page_cursor(request), page_limit(request)
        if isinstance(viewer, User) and viewer.username == username.lower():
            page = profile_page(viewer, viewer, cursor=cursor, limit=limit)
            return page_answer(request, represent_posts(page.items, viewer), page.next_cursor)
        page = named_profile_page(viewer, username, cursor=cursor, limit=limit)
        return page_answer(request, posts_for(viewer, page.items), page.next_cursor)
