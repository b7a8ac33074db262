"""Asking a world: what every surface answers for every post, and which posts a list has."""

from typing import Any

from django.test import Client

from core.models import new_id
from tests.privacy.answers import comparable, verdict
from tests.privacy.surfaces import GATES, Surface
from tests.privacy.world import KINDS, SOME_KINDS, Kind, World, names_of
from tests.reading import ids_in, next_path, posts_on

Verdicts = dict[tuple[str, str, str], str]


def asked_of(name: str) -> list[Kind]:
    """Which posts a surface is asked for: all for the first of those that share a gate of photos.access."""
    return KINDS if name in GATES else SOME_KINDS


def survey(world: World, surfaces: dict[str, Surface]) -> Verdicts:
    """The verdict on every surface, of the posts that it is asked for."""
    found = {}
    for name, surface in surfaces.items():
        unknown = new_id(world.author.pk), new_id(world.author.pk)
        missing = comparable(surface.ask(world, *unknown), *names_of(*unknown))
        assert missing[0] in (302, 401, 404)
        for kind in asked_of(name):
            ids = world.posts[kind].pk, world.media[kind].pk
            found[name, *kind] = verdict(surface.ask(world, *ids), names_of(*ids), missing)
    return found


def kinds(world: World, post_ids: set[int] | list[int]) -> set[Kind]:
    """Which posts of the world these are. Every one must be of it."""
    known = {post.pk: kind for kind, post in world.posts.items()}
    return {known[post_id] for post_id in post_ids}


def on_pages(world: World, address: str) -> set[Kind]:
    """The posts on a page and on all that follow it; none where there is no such page."""
    found: set[int] = set()
    while address:
        response = world.page.get(address)
        if response.status_code != 200:
            break
        found |= posts_on(response)
        address = (response.context or {}).get("next_url", "")
    return kinds(world, found)


def in_lists(world: World, address: str) -> set[Kind]:
    """The same of a list of the API."""
    found: set[int] = set()
    while address:
        response: Any = world.api.get(address)
        if response.status_code in (401, 404):
            break
        found |= set(ids_in(response))
        address = next_path(response)
    return kinds(world, found)


def paths_in(client: Client, address: str) -> list[str]:
    """The addresses of the pictures of a post of the API, without the origin."""
    media = client.get(address).json()["media"]
    return ["/" + each["url"].split("/", 3)[3] for item in media for each in item["renditions"]]
