from django.urls import path

from notifications.web import activity, settings

app_name = "notifications"

urlpatterns = [
    path("activity/", activity.activity, name="activity"),
    path("activity/read/", activity.read, name="read"),
    path("settings/notifications/", settings.notifications, name="settings-notifications"),
]
