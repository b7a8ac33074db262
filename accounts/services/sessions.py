"""Logging in and out, and changing the password."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import SecurityEvent, User
from accounts.services.security_log import failed_logins, note_event, wrong_codes
from accounts.services.sign_up import password_problems
from accounts.snapshots import viewer_key
from core import rate_limits
from core.exceptions import InvalidInput
from core.mail import send_mail_later
from core.ready import forget
from core.web.client_address import client_address


def check_log_in(request: HttpRequest, name: str, password: str) -> User:
    """Who is called `name` (username or e-mail) and has this password; nobody is logged in yet.

    InvalidInput says the same for an unknown name and a wrong password. AccountClosed for the right password of an
    account that its person has closed, AccountSuspended of one that was suspended.
    """
    count_try(client_address(request), name)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        raise InvalidInput("Name or password is not right.", code="log_in_failed")
    return user


def enter(request: HttpRequest, user: User, target: str, *, method: str = "password") -> HttpResponse:
    """Log `user` in to this browser and go to `target`, or to what is asked before: a code, a second factor."""
    record_authentication(request, user, method=method)
    login = Login(user=user, redirect_url=target)
    return go_on(perform_login(request, login))


def go_on(response: HttpResponse) -> HttpResponse:
    """An answer of allauth to a form: where it leads is fetched with GET, as with every form of ours."""
    if response.status_code == 302:
        response.status_code = 303
    return response


def change_password(request: HttpRequest, actor: User, *, current: str, new: str) -> None:
    """Set a new password; every other session of this person ends."""
    count_try(client_address(request), actor.username)
    if not actor.check_password(current):
        raise InvalidInput.field("current", "This is not your current password.", code="password_wrong")
    problems = password_problems(new, actor, field="new")
    if problems:
        raise InvalidInput(errors=problems)
    actor.set_password(new)
    with transaction.atomic():
        actor.save(update_fields=["password"])
        forget(viewer_key(actor.pk))
        note_event(actor, SecurityEvent.Kind.PASSWORD_CHANGED, request=request)
        send_mail_later("password_changed", to=actor.email, context={"ip": client_address(request)})
    update_session_auth_hash(request, actor)


def count_try(address: str, name: str) -> None:
    """Few tries from one address, more from all together: a stranger's guesses must not lock the owner out.

    The security log counts as well, so that emptying Valkey gives nobody new tries. It lets twice as many through, as
    who is unknown has no log: what is refused by it was refused before, and says nothing.
    """
    account = name.strip().lower()[:254]
    rate_limits.allow("log-in by address", address, closed_when_away=True)
    rate_limits.allow("log-in by account and address", f"{account} {address}", closed_when_away=True)
    rate_limits.allow("log-in by account", account, closed_when_away=True)
    since, left = rate_limits.window_of("log-in by account")
    for action, failed in failed_logins(account, address=address, since=since).items():
        if failed >= 2 * settings.RATE_LIMITS[action][0]:
            raise rate_limits.exceeded(left)


def count_code(user: User) -> None:
    """RateLimited after too many codes of a second factor for one person, Unavailable while Valkey is away.

    The security log counts the wrong ones as well, for when Valkey was emptied.
    """
    rate_limits.allow("second step", str(user.pk), closed_when_away=True)
    since, left = rate_limits.window_of("second step")
    if wrong_codes(user, since=since) >= settings.RATE_LIMITS["second step"][0]:
        raise rate_limits.exceeded(left)
