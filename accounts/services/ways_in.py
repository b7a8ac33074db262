"""What logs a person in: a password, a person at a provider, a passkey that needs no password. One of them stays."""

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from core.exceptions import InvalidInput


def lock_way_in(actor: User, *, without: Collection[SocialAccount | Authenticator]) -> None:
    """InvalidInput when nothing but a mail would let `actor` in any more; for the transaction that deletes `without`.

    A second factor logs nobody in, and may always go.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    ways = [*SocialAccount.objects.filter(user=user), *_passkeys(user)]
    lost = [way for way in ways if way in without]
    if lost and len(lost) == len(ways) and not user.has_usable_password():
        text = "This is the only way into your account. Set a password first, by “Forgot your password?”."
        raise InvalidInput(text, code="last_way_in")


def _passkeys(user: User) -> list[Authenticator]:
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return [key for key in keys if key.wrap().is_passwordless]
