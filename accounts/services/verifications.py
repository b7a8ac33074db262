"""Signing up through the API: an account is made, and its address verified by the code that was mailed there.

What is asked of an address that has an account looks the same from outside; its owner is told by mail.
"""

import hashlib
import secrets
from typing import Any, cast

import orjson
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from redis.exceptions import RedisError

from accounts.models import SecurityEvent, User
from accounts.services.registration import Admission
from accounts.services.security_log import note_event
from accounts.services.sign_up import EmailTaken, sign_up
from core import rate_limits
from core.exceptions import InvalidInput, Unavailable
from core.mail import send_mail_later
from core.valkey import valkey

SECONDS = 15 * 60
MOST_TRIES = 5


def begin(admission: Admission, **fields: str) -> str:
    """Make the account of `fields` (those of `sign_up`) and mail the code; returns the name of this verification.

    InvalidInput names what cannot be accepted. RateLimited after too many mails to the address, Unavailable while
    Valkey is away: then nothing is made.
    """
    name, code = secrets.token_urlsafe(32), str(get_adapter().generate_email_verification_code())
    try:
        with transaction.atomic():
            user = sign_up(admission=admission, **fields)  # type: ignore[arg-type]  # all of them are words
            note_event(user, SecurityEvent.Kind.SIGNED_UP)
            count_code_mail(user.email)
            send_mail_later("email_confirmation_signup", to=user.email, context={"code": code})
            _keep(name, user.pk, code)
    except EmailTaken as taken:
        get_adapter().send_account_already_exists_mail(taken.email)
        _keep(name, 0, code)
    return name


def count_code_mail(email: str) -> None:
    """RateLimited after too many mails with codes to one mailbox: nobody fills it, and guesses are few."""
    rate_limits.allow("mail to one address", f"code {email.lower()}", closed_when_away=True)


def finish(name: str, code: str) -> User:
    """The person whose address the `code` proves. InvalidInput for a wrong one, or after MOST_TRIES, or too late."""
    try:
        kept = cast("bytes | None", valkey().get(_key(name)))
        tries = valkey().incr(_key(name) + ":tries")
        valkey().expire(_key(name) + ":tries", SECONDS)
    except (RedisError, OSError) as error:
        raise _away() from error
    known: dict[str, Any] = orjson.loads(kept) if kept and tries <= MOST_TRIES else {}
    people = User.objects.filter(Q(is_active=True) | Q(awaits_approval=True))
    user = people.filter(pk=known.get("user") or 0).first()
    if not secrets.compare_digest(known.get("code", ""), _digest(name, code)) or user is None:
        raise InvalidInput.field("code", "This is not the code, or it is too old.", code="code_wrong")
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    valkey().delete(_key(name))
    return user


def _keep(name: str, user_id: int, code: str) -> None:
    value = orjson.dumps({"user": user_id, "code": _digest(name, code)})
    try:
        valkey().set(_key(name), value, ex=SECONDS)
    except (RedisError, OSError) as error:
        raise _away() from error


def _key(name: str) -> str:
    return f"verification:{hashlib.sha256(name.encode()).hexdigest()}"


def _digest(name: str, code: str) -> str:
    return hashlib.sha256(f"{name} {code.strip()}".encode()).hexdigest()


def _away() -> Unavailable:
    return Unavailable("Signing up is paused for a moment. Please try again soon.")
