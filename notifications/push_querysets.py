from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from accounts.models import AccessToken, AppPermission
from accounts.sessions import SessionStore

if TYPE_CHECKING:
    from notifications.models import PushSubscription  # noqa: F401  the base class below names it


class PushSubscriptionQuerySet(QuerySet["PushSubscription"]):
    def live(self) -> "PushSubscriptionQuerySet":
        """Those of open accounts whose session, app or token may still speak for the person."""
        now = timezone.now()
        sessions = SessionStore.get_model_class().objects.filter(expire_date__gt=now)
        owns = {"user": OuterRef("user"), "application": OuterRef("app")}
        has_app = (
            Exists(AppPermission.objects.filter(user=OuterRef("user"), app=OuterRef("app"), scopes__contains=["push"])),
            Exists(get_refresh_token_model().objects.filter(**owns, revoked=None))
            | Exists(get_access_token_model().objects.filter(**owns, expires__gt=now)),
        )
        return self.filter(
            Q(Exists(sessions.filter(session_key=OuterRef("device__session"))))
            | (Q(has_app[0]) & Q(has_app[1]))
            | Q(Exists(AccessToken.objects.live().filter(pk=OuterRef("token")))),
            user__is_active=True,
            user__suspended_at=None,
        )
