"""What belongs to the server stays as it is, whatever a body says about it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from core.models import new_id
from tests.conftest import AsApp
from tests.factories import PASSWORD, make_media
from tests.hardening.keeping import Rows, all_rows
from tests.hardening.routes import UNSAFE, Route, all_routes, browser

ROUTES = [route for route in all_routes() if not route.is_admin]
NOBODYS = {
    **dict.fromkeys(("is_staff", "is_superuser", "is_verified", "counted"), True),
    **dict.fromkeys(("is_active", "awaits_approval"), False),
    **dict.fromkeys(("created_at", "published_at", "closed_at", "delete_at", "date_joined"), "2020-01-01T00:00:00Z"),
    **dict.fromkeys(("trashed_at", "archived_at", "removed_at", "verified_at", "used_at"), "2020-01-01T00:00:00Z"),
    **dict.fromkeys(("like_count", "comment_count", "follower_count", "following_count", "post_count"), 999),
    **dict.fromkeys(("quota_bytes", "used_bytes", "received", "offset", "close_friend_post_count"), 10**15),
    **dict.fromkeys(("original_key", "key", "s3_key", "storage", "digest", "look"), "evil"),
    **dict.fromkeys(("state", "removed_for", "kind", "role", "way", "failure_code"), "removed"),
    "groups": [1],
    "user_permissions": [1],
    "sha256": "0" * 64,
    "width": 1,
    "height": 1,
}
WHOSE = ("owner", "author", "user", "follower", "followee", "blocker", "muter", "uploader", "actor", "creator")
# Of a new row: what no chance decides.
OWNED = {*NOBODYS, *(f"{each}_id" for each in WHOSE), "audience", "is_private"} - {"original_key", "key", "digest"}
# Bodies with which a call does its work; without one here a call is tried with what is nobody's alone.
POST = {"title": "New", "caption": "x", "audience": "followers"}
BODIES: dict[str, dict[str, Any]] = {
    "POST rest/v1/posts": {**POST, "media_ids": ["{free}"]},
    "PATCH rest/v1/posts/<id:post_id>": POST,
    "PATCH rest/v1/me": {"display_name": "Alma", "bio": "x", "is_private": True},
    "PATCH rest/v1/media/<id:media_id>": {"alt_text": "x"},
    "POST rest/v1/uploads/direct": {"bytes": 1000, "sha256": "1" * 64},
    "POST rest/v1/accounts": {"username": "dora", "email": "dora@example.org", "password": PASSWORD},
    "POST p/<code:post_id>/edit/": POST,
    "POST p/<code:post_id>/alt/": {"alt": "x"},
    "POST settings/profile/": {"display_name": "Alma", "bio": "x"},
    "POST settings/privacy/": {"is_private": "1"},
    "POST @<username:username>/follow/": {"on": "1"},
    "POST signup/": {"username": "dora", "email": "dora@example.org", "password": PASSWORD, "password1": PASSWORD},
}


def server_owned(other: User) -> dict[str, Any]:
    theirs = {name: value for each in WHOSE for name, value in ((each, other.username), (f"{each}_id", str(other.pk)))}
    return {**NOBODYS, **theirs, "id": str(new_id(other.pk)), "pk": 1}


def sent(client: Any, route: Route, method: str, path: str, body: dict[str, Any]) -> tuple[int, Rows]:
    """Status, and the rows as they are afterwards; nothing of it is kept."""
    with transaction.atomic():
        if route.is_api:
            answer = client.generic(method, path, client._encode_json(body, "application/json"), "application/json")
        else:
            answer = client.post(path, body)
        rows = all_rows()
        transaction.set_rollback(True)
    return answer.status_code, rows


def compared(before: Rows, rows: Rows) -> list[Any]:
    """What can be said of rows without knowing by which chance, and in which second, they came about."""
    return sorted(
        (table, str(key) if key in before[table] else "new", _fixed(row, is_new=key not in before[table]))
        for table, each in rows.items()
        for key, row in each.items()
    )


def _fixed(row: dict[str, Any], *, is_new: bool) -> list[tuple[str, str]]:
    return sorted((name, _told(value)) for name, value in row.items() if not is_new or name in OWNED)


def _told(value: Any) -> str:
    """A time by its year, a new id by its being there."""
    if isinstance(value, datetime):
        return str(value.year)
    return "an id" if isinstance(value, int) and value > 10**15 else str(value)


@pytest.mark.parametrize("method", UNSAFE)
def test_what_belongs_to_the_server_is_ignored_or_refused(
    as_app: AsApp, alma: User, boris: User, values: dict[str, str], method: str
) -> None:
    app = as_app(alma)
    free = str(make_media(alma).pk)
    evil, wrong = server_owned(boris), {}
    before = all_rows()

    for route in ROUTES:
        name = f"{method} {route.pattern}"
        if not _takes(route, method) or "logout" in name:
            continue
        good = {field: [free] if value == ["{free}"] else value for field, value in BODIES.get(name, {}).items()}
        client = app if route.is_api else browser(None if "signup" in name else alma)
        path = route.path({**values, "username": "boris" if "@<" in name or "users/" in name else alma.username})
        plain = sent(client, route, method, path, good)
        tried = sent(client, route, method, path, {**evil, **good})
        if tried[0] >= 500 or (tried[0] < 400 and compared(before, plain[1]) != compared(before, tried[1])):
            wrong[name] = _difference(before, plain, tried)

    assert wrong == {}


def _difference(before: Rows, plain: tuple[int, Rows], tried: tuple[int, Rows]) -> list[Any]:
    one, other = compared(before, plain[1]), compared(before, tried[1])
    return [tried[0], *[each for each in other if each not in one]]


def _takes(route: Route, method: str) -> bool:
    if route.is_api:
        return hasattr(route.view.cls, method.lower())  # type: ignore[attr-defined]
    return method == "POST"


@pytest.mark.parametrize("field", ["media_ids", "tagged", "album", "parent", "draft"])
def test_id_of_somebody_else_in_a_body_is_not_found(as_app: AsApp, alma: User, boris: User, field: str) -> None:
    theirs, own = make_media(boris), make_media(alma)
    body = {"title": "Mine", "media_ids": [str(own.pk)], field: [str(theirs.pk)]}

    answer = as_app(alma).post("/rest/v1/posts", body, "application/json")

    theirs.refresh_from_db()
    assert theirs.post_id is None
    assert answer.status_code in ({404, 422} if field == "media_ids" else {201, 400, 422})
