"""Who may call what: every call of the API, by everybody who may come along, with every method it has."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import create_token
from tests.factories import make_user
from tests.hardening.routes import Route, all_routes

READING, WRITING = ("GET", "HEAD"), ("POST", "PUT", "PATCH", "DELETE")
# What may be read without a token, and the calls by which somebody gets in.
PUBLIC = re.compile(
    r"rest/v1/(instance|explore|search|users/[^/]+|users/[^/]+/(posts|followers|following|tagged|albums)|posts/[^/]+|posts/[^/]+/(likes|comments|share-targets)"
    r"|(tags|places)/[^/]+|(tags|places)/[^/]+/posts|albums/[^/]+|albums/[^/]+/(posts|archive|archive.zip)|comments/(?!waiting)[^/]+|comments/[^/]+/(likes|history)|media/[^/]+/original|schema)\Z"
)
ENTRANCE = re.compile(r"rest/v1/(accounts|accounts/.*|apps)\Z")
# Calls that need the scope `follow` and not `write`.
RELATIONS = re.compile(
    r"rest/v1/(users/[^/]+/(follow|block|mute|restrict)|followers/.+|follow-requests.*|close-friends.*|tags/[^/]+/follow"
    r"|suggestions.*|relations.*|follows.*|blocks.*|mutes.*)\Z"
)
# Asked with OPTIONS, tus says to everybody what it can.
OTHERWISE = ("rest/v1/uploads",)
REFUSED = {401, 403}


def calls() -> Iterator[tuple[Route, str]]:
    for route in all_routes():
        if route.is_api:
            for method in (*READING, *WRITING):
                if hasattr(route.view.cls, "get" if method == "HEAD" else method.lower()):  # type: ignore[attr-defined]
                    yield route, method


def answers(client: Client, values: dict[str, str]) -> dict[str, int]:
    headers = {"Tus-Resumable": "1.0.0"}
    return {
        f"{method} {route.pattern}": client.generic(
            method, route.path(values), b"{}", "application/json", headers=headers
        ).status_code
        for route, method in calls()
    }


def with_token(user: User, *scopes: str) -> Client:
    return Client(
        raise_request_exception=False, headers={"Authorization": f"Bearer {create_token(user, scopes=scopes)[1]}"}
    )


def is_public(name: str) -> bool:
    method, _, pattern = name.partition(" ")
    return bool(ENTRANCE.match(pattern)) or (method in READING and bool(PUBLIC.match(pattern)))


def test_without_a_token_only_what_is_public_is_read(alma: User, values: dict[str, str]) -> None:
    found = answers(Client(raise_request_exception=False), values)

    assert {name for name, status in found.items() if status != 401 and not is_public(name)} == set()
    assert {name for name, status in found.items() if status in REFUSED and is_public(name)} == set()


@pytest.mark.parametrize("kind", ["unknown", "revoked", "of a suspended person", "of another kind"])
def test_token_that_is_not_good_opens_nothing_not_even_what_is_public(
    alma: User, values: dict[str, str], kind: str
) -> None:
    found = answers(Client(headers={"Authorization": f"Bearer {bad_token(kind)}"}), values)

    assert {
        name: status for name, status in found.items() if status != 401 and not ENTRANCE.match(name.split()[1])
    } == {}


def bad_token(kind: str) -> str:
    person = make_user("carla")
    token, text = create_token(person, scopes=["read", "write", "follow"])
    match kind:
        case "revoked":
            token.revoked_at = timezone.now()
            token.save()
        case "of a suspended person":
            User.objects.filter(pk=person.pk).update(is_active=False)
        case "of another kind":
            return "cst_" + token.digest[:43]
        case _:
            return "cst_" + "x" * 43
    return text


def test_token_for_reading_writes_nothing(alma: User, values: dict[str, str]) -> None:
    found = answers(with_token(alma, "read"), values)

    writes = {name: status for name, status in found.items() if name.split()[0] in WRITING}
    assert {name for name, status in writes.items() if status != 403 and not ENTRANCE.match(name.split()[1])} == set()
    assert {name for name, status in found.items() if name not in writes and status in REFUSED} == set()


def test_token_for_writing_reads_nothing_and_knows_nobody(alma: User, values: dict[str, str]) -> None:
    found = answers(with_token(alma, "write"), values)

    reads = {name: status for name, status in found.items() if name.split()[0] in READING}
    relations = {
        name: status for name, status in found.items() if name not in reads and RELATIONS.match(name.split()[1])
    }
    assert {name for name, status in reads.items() if status != 403} == set()
    assert {name for name, status in relations.items() if status != 403} == set()


def test_token_for_following_changes_relations_alone(alma: User, values: dict[str, str]) -> None:
    found = answers(with_token(alma, "follow"), values)

    allowed = {name.split()[1] for name, status in found.items() if status != 403}
    assert {pattern for pattern in allowed if not (RELATIONS.match(pattern) or ENTRANCE.match(pattern))} == set()


def test_staff_have_no_other_rights_in_the_api_than_everybody(
    alma: User, boris: User, staff: User, values: dict[str, str]
) -> None:
    member, operator = (answers(with_token(who, "read", "write", "follow"), values) for who in (boris, staff))

    assert operator == member


def test_no_cell_is_an_error_of_ours(alma: User, boris: User, values: dict[str, str]) -> None:
    own = answers(with_token(alma, "read", "write", "follow", "push"), values)
    other = answers(with_token(boris, "read", "write", "follow", "push"), values)

    assert {name: status for each in (own, other) for name, status in each.items() if status >= 500} == {}
    assert {name for name, status in {**own, **other}.items() if status in REFUSED} == set()
