"""Every route there is, found in the URLconf, with things behind its ids: what is added is tried without being told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from core.ids import to_code
from exports.services.albums import album_archive
from photos.models import Media
from photos.services.collections import create_collection
from sharing.services.links import LinkWish, create_link
from tests.factories import make_album, make_comment, make_export, make_post, make_push_subscription, make_upload
from tests.privacy.world import write_file
from tests.sharing.stand_ins.placed import make_connection, make_cross_post

Thing = TypeVar("Thing")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_CONVERTED = re.compile(r"(?<!\?P)<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?P<inner>(?:[^()]|\([^()]*\))*)\)")


@dataclass(frozen=True)
class Route:
    pattern: str
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("rest/")

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    @property
    def is_wild(self) -> bool:
        return "<" in self.pattern

    def path(self, values: Mapping[str, str]) -> str:
        """The address with `values` for its parameters, by "kind:name" or name; for others something that fits."""
        path = _CONVERTED.sub(lambda match: _value(match["kind"] or "str", match["name"], values), self.pattern)
        path = _GROUP.sub(lambda match: values.get(match["name"]) or _fitting(match["inner"]), path)
        return "/" + re.sub(r"\\(.)", r"\1", re.sub(r"(^|/)\^|\$$|\\Z", r"\1", path))


def all_routes() -> list[Route]:
    """Each once: what is for programs answers the same with a slash at its end."""
    routes = list(_walk(get_resolver().url_patterns, ""))
    patterns = {route.pattern for route in routes}
    return [route for route in routes if not (route.pattern.endswith("/") and route.pattern[:-1] in patterns)]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, whole)
        else:
            yield Route(whole, pattern.callback)


def _value(kind: str, name: str, values: Mapping[str, str]) -> str:
    usual = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000", "id": "1", "code": "1"}
    return values.get(f"{kind}:{name}") or values.get(name) or usual.get(kind, "x")


def _fitting(regex: str) -> str:
    """The first choice of `a|b`, else a letter and a digit, which most classes of characters take."""
    first = regex.split("|", maxsplit=1)[0]
    return first if re.fullmatch(r"\w+", first) else "a1"


def share_of(things: Sequence[Thing], number: int, parts: int) -> list[Thing]:
    """Of `parts` cases, the share that number `number` is tried with: each thing is in the share of one of them."""
    return [thing for place, thing in enumerate(things, number) if place % parts == 0]


def values_of(owner: User) -> dict[str, str]:
    """Things that are all `owner`'s own, for every parameter that a route has."""
    post = make_post(owner, tags=("kiln",), title="Bowls", location_name="Porto")
    make_post(owner, state="trashed")
    media = Media.objects.get(post=post)
    for copy in media.copies.all():
        write_file(copy.storage, media.original_key, media.bytes)
    upload, comment = make_upload(owner), make_comment(owner, post)
    shelf, link = create_collection(owner, "Light"), create_link(owner, post, LinkWish())
    album = make_album(owner, post)
    connection = make_connection(owner)
    cross_post = make_cross_post(post, connection)
    make_export(owner, album=album, wanted=album_archive(owner, album.pk).wanted)
    return {
        "code:album_id": to_code(album.pk),
        "id:album_id": str(album.pk),
        "code:collection_id": to_code(shelf.pk),
        "id:collection_id": str(shelf.pk),
        "code:link_id": to_code(link.pk),
        "id:link_id": str(link.pk),
        "linkcode:code": link.code,
        "qrkind:kind": "svg",
        "code:post_id": to_code(post.pk),
        "id:post_id": str(post.pk),
        "media_id": str(media.pk),
        "upload_id": str(upload.pk),
        "subscription_id": str(make_push_subscription(owner).pk),
        "code:connection_id": to_code(connection.pk),
        "id:connection_id": str(connection.pk),
        "code:cross_post_id": to_code(cross_post.pk),
        "id:cross_post_id": str(cross_post.pk),
        "slug:network": "mastodon",
        "id:comment_id": str(comment.pk),
        "code:comment_id": to_code(comment.pk),
        "username": owner.username,
        "tag:name": "kiln",
        "place:slug": "porto",
        "object_id": str(post.pk),
        "alias": "renditions",
        "key": "bb/nothing.jpg",
    }


def caller(person: User | None) -> Callable[..., Any]:
    """`Client.generic` of somebody who logs in again whenever an answer has ended or changed the session."""
    clients = [browser(person)]

    def ask(*asked: Any, **options: Any) -> Any:
        response = clients[-1].generic(*asked, **options)
        if settings.SESSION_COOKIE_NAME in response.cookies:
            clients.append(browser(person))
        return response

    return ask


def browser(person: User | None, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    if person is not None:
        client.force_login(person)
    return client
