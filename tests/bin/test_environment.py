from pathlib import Path

import pytest

from engines.environment import base_environment, is_given, site_environment, suite_environment
from engines.places import Places

CHOSEN = ("SECRET_KEY", "ORIGIN", "ALLOWED_HOSTS", "STYLEGUIDE", "DEBUG", "DATABASE_URL", "REDIS_URL")


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CHOSEN:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def test_secret_key_is_made_once_and_readable_by_its_owner_only(places: Places) -> None:
    first = base_environment(places)["SECRET_KEY"]

    assert base_environment(places)["SECRET_KEY"] == first
    assert len(first) >= 32
    assert (places.state / "secret_key").stat().st_mode & 0o777 == 0o600


def test_secret_key_of_the_person_wins_and_none_is_made(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")

    assert base_environment(places)["SECRET_KEY"] == "mine"
    assert not (places.state / "secret_key").exists()


def test_site_answers_at_its_own_port_on_both_names(places: Places) -> None:
    made = site_environment(base_environment(places), port=8123, debug=False)

    assert made["ORIGIN"] == "http://localhost:8123"
    assert made["ALLOWED_HOSTS"] == "localhost,127.0.0.1"
    assert made["STYLEGUIDE"] == "true"
    assert "DEBUG" not in made


def test_origin_of_the_person_is_kept_with_its_hosts(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN", "https://photos.example.org")

    made = site_environment(base_environment(places), port=8123, debug=True)

    assert made["ORIGIN"] == "https://photos.example.org"
    assert "ALLOWED_HOSTS" not in made
    assert made["DEBUG"] == "true"


@pytest.mark.parametrize(("name", "value", "given"), [("X", "a", True), ("X_FILE", "/a", True), ("X", " ", False)])
def test_variable_is_given_by_value_or_file(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, *, given: bool
) -> None:
    monkeypatch.setenv(name, value)

    assert is_given("X") is given


def test_no_setting_of_the_person_reaches_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env.example").write_text("# Explained.\n#S3_BUCKET=\n#TRASH_DAYS=30\n")
    (tmp_path / ".env").write_text("export S3_BUCKET=mine\n")
    monkeypatch.setenv("TRASH_DAYS", "3")
    monkeypatch.setenv("S3_BUCKET", "mine")

    made = suite_environment(tmp_path, {"DATABASE_URL": "postgresql:///test"})

    assert made["S3_BUCKET"] == ""
    assert "TRASH_DAYS" not in made
    assert made["DATABASE_URL"] == "postgresql:///test"
