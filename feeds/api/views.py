"""The feed and people's posts under /rest/v1/."""

from dataclasses import asdict

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_user_for
from accounts.api.requests import PersonRequest
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.times import iso_utc
from feeds.selectors import profile_page
from feeds.services.home import feed_page
from photos.api.representations import represent_posts


class FeedView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        ranking = request.query_params.get("ranking", "top")
        page = feed_page(request.user, ranking=ranking, cursor=page_cursor(request), limit=page_limit(request))
        results = [
            {"post": post, "reason": asdict(page.reasons[source.pk])}
            for source, post in zip(page.posts, represent_posts(page.posts, request.user), strict=True)
        ]
        return page_answer(request, results, page.next_cursor, built_at=iso_utc(page.built_at), ranking=ranking)


class UserPostsView(ApiView):
    public = True

    def get(self, request: Request, username: str) -> Response:
        person = get_user_for(request.user, username)
        page = profile_page(request.user, person, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, represent_posts(page.items, request.user), page.next_cursor)
