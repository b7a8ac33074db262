"""What calls about feeds answer: that of the feed itself as it is sent, the others for the schema."""

from collections.abc import Mapping

from django.http import HttpResponse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from accounts.api.answers import User
from core.api.calls import Answer, Page, page_example
from core.web.express import etag_of
from feeds.services.api_page import feed_json, link_headers, next_feed_url
from feeds.services.explore_lists import RANGES
from feeds.services.home import RANKINGS
from feeds.services.home import FeedPage as ReadyPage
from photos.api.answers import PlaceAnswer, Post, PostPage, TagAnswer


class Reason(Answer):
    """Why something is shown: a code for programs, a sentence for people."""

    code = serializers.CharField()
    text = serializers.CharField()

    example = {"code": "fresh", "text": "You follow this person; posted 2 hours ago, 11 likes."}


class FeedItem(Answer):
    post = Post()
    reason = Reason()

    example = {"post": Post.example, "reason": Reason.example}


class FeedPage(Page):
    results = FeedItem(many=True)
    built_at = serializers.DateTimeField(allow_null=True)
    ranking = serializers.ChoiceField(RANKINGS)
    stale = serializers.BooleanField(help_text="The database is away, and this may not be the newest.")

    example = page_example(
        "feed?ranking=top", FeedItem.example, built_at="2026-03-02T06:00:00.000Z", ranking="top", stale=False
    )


FOUND = PolymorphicProxySerializer(
    component_name="Found",
    serializers=[Post, User, TagAnswer, PlaceAnswer],
    resource_type_field_name=None,
    many=True,
)
FOUND.child.example = Post.example  # type: ignore[attr-defined]  # with `many` it is a list of these


@extend_schema_field(FOUND)
class FoundList(serializers.ListField):
    """Things of one of these sorts."""


class ExplorePage(PostPage):
    built_at = serializers.DateTimeField(allow_null=True)
    range = serializers.ChoiceField(RANGES)
    widened_to = serializers.ChoiceField(
        RANGES, allow_null=True, help_text="The wider range that older posts are from, null if this one had enough."
    )

    example = page_example(
        "explore?range=day", Post.example, built_at="2026-03-02T06:02:00.000Z", range="day", widened_to=None
    )


class SearchPage(Page):
    """Posts, people, tags or places, as `type` says."""

    results = FoundList()

    example = page_example("search?q=lake", Post.example)


class Suggestion(Answer):
    user = User()
    reason = Reason()

    example = {"user": User.example, "reason": {"code": "mutual", "text": "Followed by milo and 2 more you follow"}}


class SuggestionPage(Page):
    """One list, the best first; `next` is always null."""

    results = Suggestion(many=True)

    example = {"results": [Suggestion.example], "next": None}


def feed_answer(path: str, parameters: Mapping[str, str], page: ReadyPage, *, ranking: str) -> HttpResponse:
    """The answer to GET of the feed at `path` with these parameters; `page` must be of kind "j"."""
    next_url = next_feed_url(path, parameters, page.next_cursor)
    body, marks = feed_json(page, ranking=ranking, next_url=next_url)
    headers = {"ETag": etag_of(*marks), **link_headers(next_url)}
    return HttpResponse(body, content_type="application/json", headers=headers)
