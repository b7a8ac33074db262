from datetime import timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import SecurityEvent, User
from accounts.names import clean_username
from accounts.services.blocklists import email_problems, tell_held, word_problems
from accounts.services.registration import Admission, admit, take_place
from accounts.services.usernames import claim_username
from core.exceptions import AppError, FieldError, InvalidInput
from core.text import clean_line

NOTHING = Admission()
UNPROVED_DAYS = 7


class EmailTaken(InvalidInput):
    """Everything is right, but somebody has this address: whoever asks must not learn it."""

    def __init__(self, email: str) -> None:
        super().__init__("This address cannot be used for a new account.", code="email_taken")
        self.email = email


def sign_up(
    *,
    username: str,
    email: str,
    password: str,
    display_name: str = "",
    verified: bool = False,
    admission: Admission = NOTHING,
) -> User:
    """A new account; without `verified` the code that is mailed has to be given before it can be used.

    By the rules of `accounts.services.registration`: it may also have to wait for approval. InvalidInput names every
    field that cannot be accepted. EmailTaken, only where everything else is right and in about the same time, when the
    address has an account. NotAllowed where nobody new is let in.
    """
    problems = admission.problems()
    name = username
    try:
        name = clean_username(username)
    except AppError as error:
        problems.extend(error.errors)
    email = email.strip()
    problems.extend(_email_problems(email))
    refused, held = word_problems("names", {"username": username, "display_name": display_name})
    problems.extend([] if admission.by_house else refused)
    problems.extend(password_problems(password, User(username=name, email=email, display_name=display_name)))
    if problems:
        raise InvalidInput(errors=problems)
    is_taken = User.objects.filter(email__iexact=email).exists()
    try:
        with transaction.atomic():
            if not admission.by_house:
                take_place()
            claim_username(name)
            words = {"display_name": clean_line(display_name)}
            address = f"{name}@{uuid4().hex}.invalid" if is_taken else email
            user = User.objects.create_user(name, address, password, verified=verified, **words)
            admit(user, admission)
            tell_held("person", user.pk, held)
            if is_taken:
                raise EmailTaken(email.lower())  # which undoes all of it: the answer came no sooner, nor is it another
    except IntegrityError as error:
        raise _taken(error, email) from error
    return user


def forget_unproved(limit: int = 1000) -> int:
    """Delete accounts that somebody asked for and never came to: their address was not proved for UNPROVED_DAYS.

    Name and address are free again; nothing else can hang on such an account. Returns how many.
    """
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    asked = SecurityEvent.objects.filter(user=OuterRef("pk"), kind=SecurityEvent.Kind.SIGNED_UP)
    nobody = User.objects.filter(last_login=None, last_seen_at=None, is_active=True, is_staff=False, application="")
    old = nobody.filter(Exists(asked), created_at__lt=timezone.now() - timedelta(days=UNPROVED_DAYS))
    unproved = old.filter(Exists(addresses), ~Exists(addresses.filter(verified=True)))
    forgotten = 0
    for user in unproved.order_by("pk")[:limit]:
        forgotten += bool(unproved.filter(pk=user.pk).delete()[0])
    return forgotten


def password_problems(password: str, user: User, field: str = "password") -> list[FieldError]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [FieldError(field, str(each.code), " ".join(each.messages)) for each in error.error_list]
    return []


def _email_problems(email: str) -> list[FieldError]:
    try:
        validate_email(email)
    except ValidationError:
        return [FieldError("email", "email_invalid", "Enter an e-mail address, such as name@example.org.")]
    return email_problems(email)


def _taken(error: IntegrityError, email: str) -> InvalidInput:
    if "accounts_email_once" in str(error):
        return EmailTaken(email.lower())
    return InvalidInput.field("username", "Somebody has this name already.", code="username_taken")
