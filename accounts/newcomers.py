"""What somebody may do in an hour, and how much less of it in the first hours of an account."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core import rate_limits

BY_NEW = " by new account"


def is_new(user: User) -> bool:
    """Whether the account is younger than NEW_ACCOUNT_HOURS."""
    return timezone.now() - user.created_at < timedelta(hours=settings.NEW_ACCOUNT_HOURS)


def allow_mentions(actor: User, count: int) -> None:
    """The same for so many people named after an @, of which only new accounts have a limit."""
    if count and is_new(actor):
        for _ in range(count):
            rate_limits.allow(f"mention{BY_NEW}", str(actor.pk))


def allow_person(action: str, actor: User) -> None:
    """Count an `action` of RATE_LIMITS for this person; RateLimited beyond its limit, and sooner for a new account
    where there is one named so (`like by new account`).
    """
    rate_limits.allow(action, str(actor.pk))
    if action + BY_NEW in settings.RATE_LIMITS and is_new(actor):
        rate_limits.allow(action + BY_NEW, str(actor.pk))
