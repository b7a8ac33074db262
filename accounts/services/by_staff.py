"""What the people who run the site change of an account: its person is told, and the sessions of before end."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest

from accounts.models import SecurityEvent, User
from accounts.services.devices import end_other_devices
from accounts.services.security_log import note_event
from accounts.snapshots import viewer_key
from core.mail import send_mail_later
from core.ready import forget

RIGHTS = frozenset({"is_staff", "is_superuser", "groups", "user_permissions"})
ENDING = RIGHTS | {"email", "is_active"}

Kind = SecurityEvent.Kind


def follow_changes(user: User, changed: Collection[str], *, email_before: str, request: HttpRequest) -> None:
    """Do what belongs to a change of the fields `changed`, which are saved; `request` is that of staff.

    Another address has to be proved at the next log-in, and the one of before is told. Staff who change themselves
    stay logged in, under a new key.
    """
    with transaction.atomic():
        if "email" in changed:
            _follow_email(user, email_before)
        if not RIGHTS.isdisjoint(changed):
            note_event(user, Kind.RIGHTS_CHANGED)
        if not ENDING.isdisjoint(changed):
            _end_sessions(user, request)


def follow_role(user: User) -> None:
    """Do what belongs to other rights of somebody else than who gives them: it is in their log, and sessions end."""
    with transaction.atomic():
        forget(viewer_key(user.pk))
        note_event(user, Kind.RIGHTS_CHANGED)
        end_other_devices(user, None)


def follow_password(user: User) -> None:
    """Do what belongs to a password that staff have set, or taken away; no session of before it is good any more."""
    with transaction.atomic():
        forget(viewer_key(user.pk))
        note_event(user, Kind.PASSWORD_CHANGED)
        send_mail_later("password_changed", to=user.email, context={})


def _follow_email(user: User, before: str) -> None:
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    note_event(user, Kind.EMAIL_CHANGED, detail=user.email)
    send_mail_later("email_changed", to=before, context={"from_email": before, "to_email": user.email})


def _end_sessions(user: User, request: HttpRequest) -> None:
    if request.user == user:
        end_other_devices(user, request.session.session_key)
        request.session.cycle_key()
    else:
        end_other_devices(user, None)
