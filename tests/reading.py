"""What a reader finds in the answers of pages and API."""

import re
from typing import Any

from core.ids import from_code

_TILE_ADDRESS = re.compile(r'href="/p/([0-9A-Za-z]{1,11})/"')
_POST_ADDRESS = re.compile(rb"/p/([0-9A-Za-z]{1,11})/")


def posts_on(response: Any) -> set[int]:
    """The ids of all posts whose address stands anywhere on the page."""
    return {from_code(code.decode()) for code in _POST_ADDRESS.findall(response.content)}


def tiles_on(response: Any) -> list[int]:
    """The ids of the posts whose tiles are on the page, in order."""
    return [from_code(code) for code in _TILE_ADDRESS.findall(" ".join(response.context["tiles"]))]


def ids_in(response: Any) -> list[int]:
    """The ids in a page of results of the API, in order; of feed entries those of the posts."""
    return [int(result.get("post", result)["id"]) for result in response.json()["results"]]


def problem_of(response: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def next_path(response: Any) -> str:
    """Path and query of the next page that a list of the API names; "" on the last."""
    url = response.json()["next"]
    return "/" + url.split("/", 3)[3] if url else ""
