"""Resetting a forgotten password: whoever asks learns nothing; a worker finds out whom there is."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from core import rate_limits
from core.events import enqueue
from core.mail import send_mail_later


def ask_for_reset(name: str, *, address: str) -> None:
    """Let a worker send the link to the person with this name or e-mail address, if there is one.

    RateLimited after too many from one network `address`; for one person the surplus is dropped in silence.
    """
    rate_limits.allow("mail by address", address, closed_when_away=True)
    enqueue("accounts.send_reset", name=name.strip()[:254])


def send_reset(name: str) -> bool:
    """Mail the link, good for one use within an hour; False when nobody is called so or enough were sent."""
    called = Q(email__iexact=name) if "@" in name else Q(username=name.lower())
    user = User.objects.filter(called, is_active=True).first()
    if user is None:
        return False
    sent = rate_limits.count("mail to one address", f"reset {user.pk}")
    if sent is not None and sent.exceeded:
        return False
    send_mail_later("password_reset_key", to=user.email, context={"user": user, "url": reset_url(user)})
    return True


def reset_url(user: User) -> str:
    """Dead after its use, a log-in, another password or another e-mail address."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.ORIGIN + reverse("account_reset_password_from_key", kwargs=key)
