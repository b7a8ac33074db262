"""What goes into the security log, whoever makes the change."""

import pytest
from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.dispatch import Signal
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import SecurityEvent, User
from accounts.sessions import SessionStore
from core.models import OutboxTask
from tests.conftest import AsUser
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_alma() -> HttpRequest:
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
    request.user, request.session = AnonymousUser(), SessionStore()
    return request


def lines() -> list[tuple[str, str, str]]:
    return list(SecurityEvent.objects.order_by("id").values_list("kind", "detail", "address"))


@pytest.mark.parametrize(
    ("signal", "kind"),
    [
        (account.user_signed_up, "signed_up"),
        (account.password_set, "password_changed"),
        (account.password_changed, "password_changed"),
        (account.password_reset, "password_reset"),
        (mfa.authentication_failed, "code_failed"),
    ],
)
def test_change_of_an_account_is_a_line(request_of_alma: HttpRequest, alma: User, signal: Signal, kind: str) -> None:
    signal.send(sender=User, request=request_of_alma, user=alma)

    assert lines() == [(kind, "", "203.0.113.9")]


@pytest.mark.parametrize(
    ("signal", "type_of", "kinds"),
    [
        (mfa.authenticator_added, "totp", ["totp_added"]),
        (mfa.authenticator_added, "webauthn", ["passkey_added"]),
        (mfa.authenticator_added, "recovery_codes", ["codes_made"]),
        (mfa.authenticator_reset, "recovery_codes", ["codes_made"]),
        (mfa.authenticator_removed, "totp", ["totp_removed"]),
        (mfa.authenticator_removed, "webauthn", ["passkey_removed"]),
        (mfa.authenticator_removed, "recovery_codes", []),
        (mfa.authenticator_used, "recovery_codes", ["code_used", "reauthenticated"]),
        (mfa.authenticator_used, "totp", ["reauthenticated"]),
    ],
)
def test_change_of_a_second_factor_is_a_line(
    request_of_alma: HttpRequest, alma: User, signal: Signal, type_of: str, kinds: list[str]
) -> None:
    authenticator, used = Authenticator(user=alma, type=type_of), signal is mfa.authenticator_used

    signal.send(
        sender=Authenticator, request=request_of_alma, user=alma, authenticator=authenticator, reauthenticated=used
    )

    assert [kind for kind, _, _ in lines()] == kinds


def test_other_address_and_other_ways_in_are_lines_that_name_them(request_of_alma: HttpRequest, alma: User) -> None:
    address, other = EmailAddress(user=alma, email="new@example.org"), SocialAccount(user=alma, provider="oidc")

    account.email_changed.send(
        sender=User, request=request_of_alma, user=alma, from_email_address=None, to_email_address=address
    )
    social.social_account_added.send(
        sender=User, request=request_of_alma, sociallogin=SocialLogin(user=alma, account=other)
    )
    social.social_account_removed.send(sender=User, request=request_of_alma, socialaccount=other)

    assert [line[:2] for line in lines()] == [
        ("email_changed", "new@example.org"),
        ("provider_added", "oidc"),
        ("provider_removed", "oidc"),
    ]


def test_password_given_again_is_a_line_right_or_wrong(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    for password in ("wrong", PASSWORD):
        client.post("/confirm/", {"password": password})

    assert [kind for kind, _, _ in lines()] == ["logged_in", "login_failed", "reauthenticated"]


def test_guess_without_a_request_is_not_noted(alma: User) -> None:
    authenticate(username="alma", password="wrong")

    assert OutboxTask.objects.count() == 0
