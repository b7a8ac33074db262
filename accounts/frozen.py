"""What a frozen person may still do: read, take their things along, appeal, keep the account safe, and leave.

Everything else that changes something is refused: for pages by `FrozenMiddleware`, for calls of the API where the
caller is found out (`accounts.api.authentication`). A new page or call is refused until it stands in one of the lists.
"""

from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from accounts.models import User
from core.exceptions import NotAllowed

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

# Names of pages whose forms a frozen person may send.
PAGES = frozenset(
    {
        # logging in and out
        "accounts:login",
        "accounts:logout",
        "account_login",
        "account_logout",
        "accounts:provider-login",
        "account_email_verification_sent",
        "account_reauthenticate",
        "account_reset_password",
        "account_reset_password_from_key",
        "admin:login",
        "admin:logout",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        # the password, the second factor, and who else is in
        "accounts:settings-security",
        "account_change_password",
        "account_set_password",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "accounts:session-end",
        "accounts:sessions-end-others",
        "accounts:token-revoke",
        "accounts:tokens-revoke-all",
        "accounts:app-forbid",
        "sharing:network-disconnect",
        # apps speak for themselves here, whoever is logged in
        "accounts:oauth-token",
        "accounts:oauth-revoke",
        # ending what was given away
        "sharing:link-revoke",
        "sharing:links-revoke-all",
        # taking one's things along, and leaving
        "exports:begin",
        "exports:cancel",
        "exports:album-archive",
        "accounts:account-deactivate",
        "accounts:account-delete",
        # what this browser alone remembers
        "accounts:theme",
        "accounts:announcement-dismiss",
        "sharing:mastodon-host",
        # the password of a link that somebody gave them
        "sharing:link",
        # saying that it is a mistake
        "moderation:appeal",
        "moderation:notice-open",
    }
)
# Calls of the API, by method and route without a slash at its end.
CALLS = frozenset(
    {
        ("DELETE", "rest/v1/me"),
        ("POST", "rest/v1/exports"),
        ("DELETE", "rest/v1/exports/<id:export_id>"),
        ("POST", "rest/v1/albums/<id:album_id>/archive"),
        ("DELETE", "rest/v1/share-links/<id:link_id>"),
        ("DELETE", "rest/v1/connections/<id:connection_id>"),
    }
)


class Frozen(NotAllowed):
    """Staff let this person read, and change nothing but what stands in the lists above."""

    code = "frozen"
    title = "Your account is frozen"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The people who run this site have frozen your account: you can read, but change nothing. They told "
                "you why, and you can appeal. Under Settings you can take along all that is yours, or close it."
            )
        )


def is_refused(user: User, method: str | None, match: ResolverMatch | None) -> bool:
    """Whether `user` may not send this as they are frozen."""
    if method in SAFE or user.frozen_at is None:
        return False
    if match is None:
        return True
    return match.view_name not in PAGES and (method, match.route.rstrip("/")) not in CALLS
