from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User
from accounts.services.closing import AccountClosed, AccountSuspended, can_reopen, is_suspended


class UsernameOrEmailBackend(ModelBackend):
    """Log-in by username or e-mail address. An unknown name costs the same time as a wrong password.

    AccountClosed when everything is right but the person has closed the account and may still reopen it;
    AccountSuspended when it is suspended.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None or len(password.encode()) > 4096:
            return None
        typed = username.strip()
        user = User.objects.filter(Q(email__iexact=typed) if "@" in typed else Q(username=typed.lower())).first()
        if user is None:
            User().set_password(password)
            return None
        if not user.check_password(password):
            return None
        if can_reopen(user):
            raise AccountClosed(user)
        if is_suspended(user):
            raise AccountSuspended
        return user if self.user_can_authenticate(user) else None
