"""Places under /rest/v1/places."""

from typing import Any
from urllib.parse import quote

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.calls import Call
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.media_urls import absolute
from photos.api.answers import PlaceAnswer, PostPage
from photos.place_posts import place_about, place_page
from photos.places import fold_place
from photos.ready.viewing import posts_for
from photos.selectors import PlaceAbout


class PlaceView(ApiView):
    public = True
    calls = {"get": Call(name="getPlace", summary="A place", answer=PlaceAnswer)}

    def get(self, request: Request, slug: str) -> Response:
        return Response(represent_place(place_about(request.user, fold_place(slug))))


class PlacePostsView(ApiView):
    """Newest first."""

    public = True
    calls = {"get": Call(name="listPlacePosts", summary="Posts there, newest first", answer=PostPage)}

    def get(self, request: Request, slug: str) -> Response:
        page = place_page(request.user, fold_place(slug), cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, posts_for(request.user, page.items), page.next_cursor)


def represent_place(about: PlaceAbout) -> dict[str, Any]:
    url = absolute(f"/places/{quote(about.slug)}/")
    return {"name": about.name, "slug": about.slug, "url": url, "post_count": about.post_count}
