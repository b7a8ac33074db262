"""The signed-in person, with the room their originals take."""

from typing import Any

from accounts.api.serializers import CloseAccountInput, ProfileInput
from accounts.api.views import MeView as AccountMeView
from accounts.models import User
from core.api.calls import Call
from photos.api.answers import Me
from photos.services.quota import quota_of, used_bytes


class MeView(AccountMeView):
    calls = {
        "get": Call(name="getMe", summary="Your account", answer=Me),
        "patch": Call(name="editMe", summary="Change your account", takes=ProfileInput, may_be_empty=True, answer=Me),
        "delete": Call(name="closeMe", summary="Close your account", takes=CloseAccountInput),
    }

    def represent(self, user: User) -> dict[str, Any]:
        return {**super().represent(user), "storage": {"used_bytes": used_bytes(user), "quota_bytes": quota_of(user)}}
