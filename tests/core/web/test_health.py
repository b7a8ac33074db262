from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from core.web import health
from tests.away import take_valkey_away
from tests.faults.storages import use_storage
from tests.faulty_storages import SilentStorage

PARTS = ("postgres", "valkey", "originals", "originals-copy", "renditions")
ALL_WELL = {"status": "ok", "parts": dict.fromkeys(PARTS, "ok")}
AWAY, SLOW = "tests.faulty_storages.AwayStorage", "tests.faulty_storages.SilentStorage"


def test_healthz_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_names_every_part(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, ALL_WELL)


@pytest.mark.django_db
def test_readyz_with_valkey_away_says_so_and_is_ready(client: Client, settings: Settings) -> None:
    take_valkey_away(settings)

    response = client.get("/readyz")

    parts = {**ALL_WELL["parts"], "valkey": "away"}  # type: ignore[dict-item]
    assert (response.status_code, response.json()) == (200, {"status": "ok", "parts": parts})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "away", "quorum", "status"),
    [
        ("upload", ["originals"], 1, 200),
        ("upload", ["originals-copy"], 2, 503),
        ("upload", ["originals", "originals-copy"], 1, 503),
        ("upload", ["renditions"], 2, 200),
        ("web", ["originals", "originals-copy"], 2, 200),
        ("all", ["originals-copy"], 2, 200),
    ],
)
def test_readyz_names_storages_that_are_away_which_only_a_pool_for_uploads_cannot_do_without(
    client: Client, settings: Settings, media_folders: Path, role: str, away: list[str], quorum: int, status: int
) -> None:
    settings.ROLE, settings.ORIGINAL_QUORUM = role, quorum
    for alias in away:
        use_storage(alias, AWAY)

    response = client.get("/readyz")

    expected = {part: "away" if part in away else "ok" for part in PARTS}
    assert (response.status_code, response.json()["parts"]) == (status, expected)


@pytest.mark.django_db
def test_readyz_does_not_wait_for_a_storage_that_says_nothing(
    client: Client, media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)
    use_storage("renditions", SLOW)

    try:
        states = [client.get("/readyz").json()["parts"]["renditions"] for _ in range(2)]
    finally:
        SilentStorage.speak.set()

    assert (states, SilentStorage.asked) == (["away", "away"], 1)
