import core.converters  # noqa: F401  registers <id:...>
from core.api.routes import both
from notifications.api import push
from notifications.api.views import NotificationsView, ReadView, SettingsView

urlpatterns = [
    *both("notifications", NotificationsView.as_view(), name="notifications"),
    *both("notifications/read", ReadView.as_view(), name="notifications-read"),
    *both("me/notifications", SettingsView.as_view(), name="me-notifications"),
    *both("push-subscriptions", push.PushSubscriptionsView.as_view()),
    *both("push-subscriptions/<id:subscription_id>", push.PushSubscriptionView.as_view()),
    *both("push-subscriptions/<id:subscription_id>/trial", push.PushTrialView.as_view()),
]
