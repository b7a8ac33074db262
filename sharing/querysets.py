"""Which links count, and what they lead to."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:  # models import this module
    from accounts.models import User
    from sharing.models import ShareLink  # noqa: F401  the base class below names it


class ShareLinkQuerySet(QuerySet["ShareLink"]):
    def live(self) -> "ShareLinkQuerySet":
        """Links that are neither revoked nor over. What they lead to may be out of sight (`sharing.selectors`)."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)

    def owned_by(self, person: "User") -> "ShareLinkQuerySet":
        return self.filter(owner=person)

    def over_since(self, moment: datetime) -> "ShareLinkQuerySet":
        """Links that were revoked, or expired, before `moment`."""
        return self.filter(Q(revoked_at__lt=moment) | Q(expires_at__lt=moment))
