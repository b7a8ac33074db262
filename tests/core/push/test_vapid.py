import pytest
from pytest_django import Settings

from core.push.vapid import authorization, new_private_key, server_key
from instagram import env
from tests.push_service import PRIVATE_KEY, check_sender, encode, point, site_key


@pytest.fixture(autouse=True)
def on(settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = PRIVATE_KEY, "mailto:staff@example.org"


def test_token_proves_to_one_push_service_who_sends() -> None:
    header = authorization("https://push.example.net")

    check_sender(header, "https://push.example.net")
    with pytest.raises(Exception, match="udience"):
        check_sender(header, "https://other.example.net")


def test_public_key_is_the_one_that_belongs_to_the_private_key() -> None:
    assert server_key() == encode(point(site_key()))


def test_there_is_no_public_key_where_push_is_off(settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""

    assert server_key() is None


def test_new_keys_are_accepted_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_private_key()
    monkeypatch.setenv("VAPID_PRIVATE_KEY", key)

    assert env.vapid_key("VAPID_PRIVATE_KEY") == key


@pytest.mark.parametrize("value", ["short", "A" * 43, "%" * 43, "_" * 43, "é" * 43])
def test_what_is_no_key_refuses_to_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAPID_PRIVATE_KEY", value)

    with pytest.raises(env.ConfigError, match="create_push_keys"):
        env.vapid_key("VAPID_PRIVATE_KEY")
