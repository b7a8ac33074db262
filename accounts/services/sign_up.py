from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.names import clean_username
from core.exceptions import AppError, FieldError, InvalidInput


def sign_up(*, username: str, email: str, password: str, display_name: str = "") -> User:
    """A new account. InvalidInput names every field that cannot be accepted."""
    problems: list[FieldError] = []
    name = username
    try:
        name = clean_username(username)
    except AppError as error:
        problems.extend(error.errors)
    email = email.strip()
    problems.extend(_email_problems(email))
    problems.extend(password_problems(password, User(username=name, email=email, display_name=display_name)))
    if not problems and User.objects.filter(username=name).exists():
        problems.append(FieldError("username", "username_taken", "Somebody has this name already."))
    if problems:
        raise InvalidInput(errors=problems)
    try:
        with transaction.atomic():
            return User.objects.create_user(name, email, password, display_name=display_name.strip())
    except IntegrityError as error:
        raise _taken(error) from error


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
    return []


def _taken(error: IntegrityError) -> InvalidInput:
    if "accounts_email_once" in str(error):
        return InvalidInput.field("email", "This address cannot be used for a new account.", code="email_taken")
    return InvalidInput.field("username", "Somebody has this name already.", code="username_taken")
