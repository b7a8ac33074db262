from core.api.routes import both
from notifications.api.views import NotificationsView, ReadView, SettingsView

urlpatterns = [
    *both("notifications", NotificationsView.as_view(), name="notifications"),
    *both("notifications/read", ReadView.as_view(), name="notifications-read"),
    *both("me/notifications", SettingsView.as_view(), name="me-notifications"),
]
