"""Explore under /rest/v1/."""

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.calls import Call, Parameter
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.times import iso_utc
from feeds.api.answers import ExplorePage
from feeds.services.explore import explore_page
from feeds.services.explore_lists import RANGES
from photos.ready.viewing import posts_for

OLDEST = Parameter("range", "How old posts may be.", {"type": "string", "enum": list(RANGES)}, example=RANGES[0])


class ExploreView(ApiView):
    """`widened_to` names the wider range that older posts were taken from, null if the range itself had enough."""

    public = True
    calls = {"get": Call(name="explore", summary="What many like", answer=ExplorePage, parameters=(OLDEST,))}

    def get(self, request: Request) -> Response:
        wanted = request.query_params.get("range", "day")
        page = explore_page(request.user, range_name=wanted, cursor=page_cursor(request), limit=page_limit(request))
        about = {"range": page.range, "widened_to": page.widest if page.widest != page.range else None}
        return page_answer(
            request, posts_for(request.user, page.posts), page.next_cursor, built_at=iso_utc(page.built_at), **about
        )
