from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.away import take_valkey_away

ALL_WELL = {"status": "ok", "parts": {"postgres": "ok", "valkey": "ok", "originals": "ok"}}


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
def test_readyz_with_the_folder_of_originals_away_says_so(
    client: Client, settings: Settings, media_folders: Path
) -> None:
    faulty = {**settings.STORAGES["originals"], "BACKEND": "tests.faulty_storages.AwayStorage"}
    settings.STORAGES = {**settings.STORAGES, "originals": faulty}

    assert client.get("/readyz").json()["parts"]["originals"] == "away"
