"""What somebody may do in an hour, and how much less of it in the first hours of an account."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core import rate_limits
from core.text import mentions

MOST_NAMED = 50  # that are counted of one text
BY_NEW = " by new account"


def is_new(user: User) -> bool:
    """Whether the account is younger than NEW_ACCOUNT_HOURS."""
    return timezone.now() - user.created_at < timedelta(hours=settings.NEW_ACCOUNT_HOURS)


def allow_person(action: str, actor: User) -> None:
    """Count an `action` of RATE_LIMITS for this person; RateLimited beyond its limit, and sooner for a new account
    where there is one named so (`like by new account`).
    """
    rate_limits.allow(action, str(actor.pk))
    _allow_new(action, actor)


def allow_named(actor: User, text: str, before: str = "") -> None:
    """RateLimited for a new account that names too many people: each who is named in `text`, and was not `before`."""
    for _name in list(set(mentions(text)) - set(mentions(before)))[:MOST_NAMED]:
        _allow_new("mention", actor)


def _allow_new(action: str, actor: User) -> None:
    if action + BY_NEW in settings.RATE_LIMITS and is_new(actor):
        rate_limits.allow(action + BY_NEW, str(actor.pk))
