"""Log-in by another site (OpenID Connect): who comes from there, and how that is tied to an account."""

import secrets

from allauth.account.adapter import get_adapter as account_adapter
from allauth.socialaccount import signals
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.services.registration import Admission
from accounts.services.sign_up import NOTHING, sign_up
from accounts.services.ways_in import lock_way_in
from core.exceptions import Malformed, NotFound

PROVIDER = "oidc"


def check_configured() -> None:
    """NotFound where no provider is set up."""
    if not settings.OIDC_SERVER_URL:
        raise NotFound


def vouched_address(login: SocialLogin) -> str:
    """The e-mail address of which the provider says that it has verified it, or ""."""
    return next((each.email.lower() for each in login.email_addresses if each.verified), "")


def has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def join(login: SocialLogin, *, username: str, admission: Admission = NOTHING) -> User:
    """Make an account for who comes from the provider, with the address that it vouches for.

    InvalidInput as at `sign_up`. It has no password: who wants one asks for a reset.
    """
    words = {"username": username, "email": vouched_address(login), "password": secrets.token_urlsafe(32)}
    try:
        with transaction.atomic():
            user = sign_up(**words, verified=True, admission=admission)
            user.set_unusable_password()
            user.save(update_fields=["password"])
            SocialAccount.objects.create(user=user, provider=login.account.provider, uid=login.account.uid)
    except IntegrityError as error:
        raise Malformed("This was done already. Please log in.", code="provider_taken") from error
    return user


def disconnect(actor: User, *, request: HttpRequest) -> int:
    """Nobody gets in from the provider any longer; returns how many ties were cut. The password stays as it is.

    InvalidInput when that is the only way into the account.
    """
    with transaction.atomic():
        ties = list(SocialAccount.objects.filter(user=actor, provider=PROVIDER))
        lock_way_in(actor, without=ties)
        for tie in ties:
            SocialAccount.objects.filter(pk=tie.pk).delete()
            signals.social_account_removed.send(sender=SocialAccount, request=request, socialaccount=tie)
            account_adapter(request).send_notification_mail("account_disconnected", actor)
    return len(ties)
