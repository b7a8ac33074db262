"""Which links count, and whose connections and cross-posts these are: nobody but their owner knows of them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:  # models import this module
    from accounts.models import User
    from sharing.models import ShareLink  # noqa: F401  the base class below names it
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.models import User

if TYPE_CHECKING:  # models import this module
    from sharing.models import Connection, CrossPost  # noqa: F401  the base classes below name them


class ShareLinkQuerySet(QuerySet["ShareLink"]):
    def live(self) -> "ShareLinkQuerySet":
        """Links that are neither revoked nor over. What they lead to may be out of sight (`sharing.selectors`)."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)

    def owned_by(self, person: "User") -> "ShareLinkQuerySet":
        return self.filter(owner=person)

    def over_since(self, moment: datetime) -> "ShareLinkQuerySet":
        """Links that were revoked, or expired, before `moment`."""
        return self.filter(Q(revoked_at__lt=moment) | Q(expires_at__lt=moment))


class ConnectionQuerySet(QuerySet["Connection"]):
    def of(self, owner: User) -> "ConnectionQuerySet":
        """Those that `owner` has not disconnected, whether they still work or not."""
        return self.filter(owner=owner.pk).exclude(state="disconnected")

    def working(self) -> "ConnectionQuerySet":
        """Those to which something can be posted: not refused, and of a network that the operator has switched on."""
        return self.filter(state="connected", network__in=list(settings.CONNECTORS))


class CrossPostQuerySet(QuerySet["CrossPost"]):
    def of(self, owner: User) -> "CrossPostQuerySet":
        return self.filter(connection__owner=owner.pk)
