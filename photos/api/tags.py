"""Tags under /rest/v1/tags."""

from typing import Any
from urllib.parse import quote

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.requests import PersonRequest
from accounts.querysets import Viewer
from core.api.calls import Call
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.media_urls import absolute
from photos.access import get_tag_for
from photos.api.answers import PostPage, TagAnswer
from photos.models import Tag
from photos.ready.viewing import posts_for
from photos.selectors import TagAbout, tag_about, tagged_page
from photos.services.tag_follows import follow_tag, unfollow_tag


class TagView(ApiView):
    public = True
    calls = {"get": Call(name="getTag", summary="A tag", answer=TagAnswer)}

    def get(self, request: Request, name: str) -> Response:
        return Response(represent_tag(get_tag_for(request.user, name), request.user))


class TagPostsView(ApiView):
    """Newest first."""

    public = True
    calls = {"get": Call(name="listTagPosts", summary="Its posts, newest first", answer=PostPage)}

    def get(self, request: Request, name: str) -> Response:
        page = tagged_page(request.user, name, cursor=page_cursor(request), limit=page_limit(request))
        return page_answer(request, posts_for(request.user, page.items), page.next_cursor)


class TagFollowView(ApiView):
    """PUT follows, DELETE ends it; both answer the tag as it is now."""

    write_scope = "follow"
    calls = {
        "put": Call(name="followTag", summary="Follow a tag", answer=TagAnswer, problems=(422,)),
        "delete": Call(name="unfollowTag", summary="Follow it no longer", answer=TagAnswer),
    }

    def put(self, request: PersonRequest, name: str) -> Response:
        return Response(represent_tag(follow_tag(request.user, name), request.user))

    def delete(self, request: PersonRequest, name: str) -> Response:
        return Response(represent_tag(unfollow_tag(request.user, name), request.user))


def represent_tag(tag: Tag, viewer: Viewer) -> dict[str, Any]:
    return represent_tag_about(tag_about(viewer, tag))


def represent_tag_about(about: TagAbout) -> dict[str, Any]:
    """`following` is null for who is not signed in."""
    return {
        "name": about.name,
        "url": absolute(f"/tags/{quote(about.name)}/"),
        "post_count": about.post_count,
        "following": about.following,
    }
