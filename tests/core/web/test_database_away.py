"""The site while nobody answers at the address of the database; the requests run in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json, os
from concurrent.futures import ThreadPoolExecutor
from django.conf import settings

settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
import django

django.setup()
from django.test import Client


def ask(method, path, **headers):
    client = Client(headers={"Host": "localhost", **headers}, raise_request_exception=False)
    response = getattr(client, method)(path)
    kept = ("Content-Type", "Retry-After", "X-Request-Id")
    return [response.status_code, {name: response.get(name) for name in kept}, response.text]


requests = {
    "page": ("get", "/@alma/", {}),
    "page of a session": ("get", "/activity/", {"Cookie": "session=abcdefghijklmnopqrstuvwxyz012345"}),
    "api": ("get", "/rest/v1/users/alma", {}),
    "api with a token": ("put", "/rest/v1/users/alma/follow", {"Authorization": "Bearer cst_0123456789"}),
    "login page": ("get", "/login/", {}),
    "healthz": ("get", "/healthz", {}),
    "readyz": ("get", "/readyz", {}),
    "metrics": ("get", "/metrics", {}),
    "missing": ("get", "/nothing/", {}),
}
with ThreadPoolExecutor(len(requests)) as threads:
    asked = {name: threads.submit(ask, method, path, **headers) for name, (method, path, headers) in requests.items()}
    print(json.dumps({name: each.result() for name, each in asked.items()}), flush=True)
os._exit(0)
"""
AWAY = "Saving is not possible for a moment. Nothing you sent was changed; please try again."


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    nowhere = tmp_path_factory.mktemp("nobody-listens-here")
    environment = {**os.environ, "DATABASE_URL": f"postgresql://x@/x?host={nowhere}", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


@pytest.mark.parametrize("name", ["page", "page of a session"])
def test_page_with_the_database_away_says_to_come_back(answers: dict[str, Any], name: str) -> None:
    status, headers, text = answers[name]

    assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "10", "text/html; charset=utf-8")
    assert AWAY in text
    assert f"Error 503 · request {headers['X-Request-Id']}" in text


@pytest.mark.parametrize("name", ["api", "api with a token"])
def test_api_with_the_database_away_is_a_problem_document(answers: dict[str, Any], name: str) -> None:
    status, headers, text = answers[name]

    assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "10", "application/problem+json")
    assert json.loads(text) == {
        "type": "urn:problem:unavailable",
        "title": "Not available for a moment",
        "status": 503,
        "code": "unavailable",
        "detail": AWAY,
        "errors": [],
        "request_id": headers["X-Request-Id"],
    }


@pytest.mark.parametrize(("name", "status"), [("login page", 200), ("healthz", 200), ("missing", 404)])
def test_what_needs_no_database_works_with_the_database_away(answers: dict[str, Any], name: str, status: int) -> None:
    assert answers[name][0] == status


def test_metrics_with_the_database_away_say_so_and_tell_the_rest(answers: dict[str, Any]) -> None:
    status, _, text = answers["metrics"]

    assert status == 200
    assert 'contact_sheet_up{part="postgres"} 0.0' in text
    assert 'contact_sheet_queue_tasks{queue="media"} 0.0' in text
    assert "contact_sheet_storage_alarms" not in text


def test_readyz_with_the_database_away_says_so(answers: dict[str, Any]) -> None:
    status, _, text = answers["readyz"]

    assert status == 503
    assert json.loads(text) == {
        "status": "unavailable",
        "parts": {"postgres": "away", "valkey": "ok", "originals": "ok", "originals-copy": "ok", "renditions": "ok"},
    }
