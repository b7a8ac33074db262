"""The settings read in processes of their own, as the programs read them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINIMUM = {"SECRET_KEY": "x" * 32, "DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://localhost/0"}


def run_settings(
    given: dict[str, str], *shown: str, folder: Path = ROOT, missing: str = ""
) -> "subprocess.CompletedProcess[str]":
    """`import instagram.settings` with MINIMUM and `given` as the whole environment; prints the settings `shown`."""
    code = f"import json, instagram.settings as s; print(json.dumps([getattr(s, name) for name in {shown!r}]))"
    environment = {"PATH": os.environ["PATH"], **MINIMUM, **given}
    environment.pop(missing, None)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def read(given: dict[str, str], *shown: str, folder: Path = ROOT, missing: str = "") -> list[object]:
    done = run_settings(given, *shown, folder=folder, missing=missing)
    assert done.returncode == 0, done.stderr
    values: list[object] = json.loads(done.stdout)
    return values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "too-short"),
        ("DEBUG", "perhaps"),
        ("ORIGIN", "photos.example.org"),
        ("DATABASE_URL", "mysql://u:p@h/n"),
        ("REDIS_URL", "localhost:6379"),
        ("CELERY_BROKER_URL", "amqp://h"),
        ("STATE_DIR", "var"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("PHOTO_MAX_BYTES", "100 MB"),
        ("POST_MAX_ITEMS", "21"),
        ("REGISTRATION", "perhaps"),
        ("TIME_ZONE", "Mars/Base"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("S3_COPY_BUCKET", "only-one"),
    ],
)
def test_wrong_value_refuses_to_start_with_one_line_that_names_the_variable(name: str, value: str) -> None:
    done = run_settings({name: value})

    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith("S3_BUCKET: " if name == "S3_COPY_BUCKET" else f"{name}: ")
    assert line.endswith("(see .env.example)")


@pytest.mark.parametrize("name", MINIMUM)
def test_missing_value_refuses_to_start_and_names_the_variable(name: str) -> None:
    done = run_settings({}, missing=name)

    assert (done.returncode, done.stderr) == (1, f"{name}: is not set (see .env.example)\n")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"S3_BUCKET": "a"}, "S3_COPY_BUCKET: is not set"),
        ({"S3_BUCKET": "a", "S3_COPY_BUCKET": "a"}, "S3_COPY_BUCKET: must be another bucket"),
        ({"S3_BUCKET": "a", "S3_COPY_BUCKET": "b"}, "S3_ACCESS_KEY_ID: is not set"),
        (
            {
                "S3_BUCKET": "a",
                "S3_COPY_BUCKET": "b",
                "S3_ACCESS_KEY_ID": "k",
                "S3_SECRET_ACCESS_KEY": "s",
                "S3_ENDPOINT_URL": "s3.example.org",
            },
            "S3_ENDPOINT_URL: is 's3.example.org'",
        ),
    ],
)
def test_half_a_bucket_refuses_to_start(given: dict[str, str], problem: str) -> None:
    done = run_settings(given)

    assert done.returncode == 1
    assert done.stderr.startswith(problem)


@pytest.mark.parametrize(("origin", "code"), [("https://photos.example.org", 1), ("http://localhost:8000", 0)])
def test_site_over_https_refuses_a_provider_that_is_not(origin: str, code: int) -> None:
    client = {"OIDC_CLIENT_ID": "photos", "OIDC_CLIENT_SECRET": "shared"}

    done = run_settings({"ORIGIN": origin, "OIDC_SERVER_URL": "http://id.example.org", **client})

    assert (done.returncode, done.stderr.startswith("OIDC_SERVER_URL: must start with https://")) == (code, bool(code))


def test_site_over_https_has_secure_cookies_and_hsts() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    device = ("DEVICE_COOKIE_NAME",)
    more = ("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")

    values = read({"ORIGIN": "https://photos.example.org"}, *names, *device, *more)

    assert values == [
        *("__Host-session", "__Host-csrf", True, True, "__Host-device"),
        *(365 * 24 * 3600, True, ["photos.example.org"], ["https://photos.example.org"]),
    ]


def test_site_over_plain_http_works_without_them() -> None:
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS")

    assert read({"ORIGIN": "http://[fe80::1]:8000"}, *names) == ["session", False, 0, ["[fe80::1]"]]


@pytest.mark.parametrize(("count", "header"), [("0", None), ("1", ["HTTP_X_FORWARDED_PROTO", "https"])])
def test_scheme_a_proxy_reports_is_believed_only_behind_proxies(count: str, header: object) -> None:
    assert read({"TRUSTED_PROXY_COUNT": count}, "SECURE_PROXY_SSL_HEADER") == [header]


def test_defaults_are_the_safe_ones() -> None:
    shown = ("DEBUG", "STYLEGUIDE", "TRUSTED_PROXY_COUNT", "CELERY_TASK_SERIALIZER", "CELERY_ACCEPT_CONTENT")

    assert read({}, *shown) == [False, False, 0, "json", ["json"]]


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, "open"),
        ({"SIGNUP_OPEN": "false"}, "closed"),
        ({"SIGNUP_OPEN": "true"}, "open"),
        ({"SIGNUP_OPEN": "false", "REGISTRATION": "invite"}, "invite"),
    ],
)
def test_older_name_of_the_registration_setting_is_understood(given: dict[str, str], mode: str) -> None:
    assert read(given, "REGISTRATION") == [mode]


def test_queue_lies_one_database_behind_the_cache() -> None:
    assert read({"REDIS_URL": "redis://h:6379/4"}, "CELERY_BROKER_URL") == ["redis://h:6379/5"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The configuration alone, in a folder where an `.env` may be written."""
    shutil.copytree(ROOT / "instagram", tmp_path / "instagram", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_env_file_in_the_folder_of_the_site_is_read(clone: Path) -> None:
    (clone / ".env").write_text("SITE_NAME='From the file'\nPOST_MAX_ITEMS=7\n")

    assert read({}, "SITE_NAME", "POST_MAX_ITEMS", folder=clone) == ["From the file", 7]


def test_environment_goes_before_the_env_file(clone: Path) -> None:
    (clone / ".env").write_text("SITE_NAME='From the file'\n")

    assert read({"SITE_NAME": "Real"}, "SITE_NAME", folder=clone) == ["Real"]


def test_secret_key_in_a_file_starts_the_site(clone: Path) -> None:
    (clone / "key").write_text("y" * 40 + "\n")

    values = read({"SECRET_KEY_FILE": str(clone / "key")}, "SECRET_KEY", folder=clone, missing="SECRET_KEY")

    assert values == ["y" * 40]


def test_wrong_line_in_the_env_file_refuses_to_start(clone: Path) -> None:
    (clone / ".env").write_text("SITE_NAME\n")

    done = run_settings({}, folder=clone)

    assert (done.returncode, done.stderr) == (1, ".env line 1: is not NAME=value (see .env.example)\n")
