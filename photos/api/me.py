"""The signed-in person, with the room their originals take."""

from typing import Any

from accounts.api.views import MeView as AccountMeView
from accounts.models import User
from photos.services.quota import quota_of, used_bytes


class MeView(AccountMeView):
    def represent(self, user: User) -> dict[str, Any]:
        return {**super().represent(user), "storage": {"used_bytes": used_bytes(user), "quota_bytes": quota_of(user)}}
