"""Logging in and out, and changing the password."""

from django.contrib.auth import authenticate, login, update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User
from accounts.services.sign_up import password_problems
from core import rate_limits
from core.exceptions import InvalidInput
from core.web.client_address import client_address


def log_in(request: HttpRequest, name: str, password: str) -> User:
    """Log `name` (username or e-mail) in to this browser.

    InvalidInput says the same for an unknown name and a wrong password.
    """
    rate_limits.allow("log-in by address", client_address(request), closed_when_away=True)
    rate_limits.allow("log-in by account", name.strip().lower()[:254], closed_when_away=True)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        raise InvalidInput("Name or password is not right.", code="log_in_failed")
    login(request, user)
    return user


def change_password(request: HttpRequest, actor: User, *, current: str, new: str) -> None:
    """Set a new password; every other session of this person ends."""
    rate_limits.allow("log-in by account", actor.username, closed_when_away=True)
    if not actor.check_password(current):
        raise InvalidInput.field("current", "This is not your current password.", code="password_wrong")
    problems = password_problems(new, actor, field="new")
    if problems:
        raise InvalidInput(errors=problems)
    actor.set_password(new)
    actor.save(update_fields=["password"])
    update_session_auth_hash(request, actor)
