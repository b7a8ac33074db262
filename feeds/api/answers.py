from collections.abc import Mapping

from django.http import HttpResponse

from core.web.express import etag_of
from feeds.services.api_page import feed_json, link_headers, next_feed_url
from feeds.services.home import FeedPage


def feed_answer(path: str, parameters: Mapping[str, str], page: FeedPage, *, ranking: str) -> HttpResponse:
    """The answer to GET of the feed at `path` with these parameters; `page` must be of kind "j"."""
    next_url = next_feed_url(path, parameters, page.next_cursor)
    body, marks = feed_json(page, ranking=ranking, next_url=next_url)
    headers = {"ETag": etag_of(*marks), **link_headers(next_url)}
    return HttpResponse(body, content_type="application/json", headers=headers)
