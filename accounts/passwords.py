from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.snapshots import viewer_key
from core.ready import forget

LONGEST = 4096  # bytes; more is refused before anything is hashed


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MB, two passes and one lane for each hash, so that many at once fit into a small machine."""

    memory_cost = 19 * 1024  # kB
    time_cost = 2
    parallelism = 1


class MaximumLengthValidator:
    """Refuses passwords beyond `max_length` bytes, so that hashing stays cheap to ask for."""

    def __init__(self, max_length: int = LONGEST) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password.encode()) > self.max_length:
            raise ValidationError(_("This password is too long."), code="password_too_long")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Django tells every validator when a password was saved, whoever did it: its sessions end everywhere."""
        forget(viewer_key(user.pk))

    def get_help_text(self) -> str:
        return _("Your password can be a whole sentence.")
