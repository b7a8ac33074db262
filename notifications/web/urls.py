from django.urls import path

import core.converters  # noqa: F401  registers <id:...>
from notifications.web import activity, devices, settings, unsubscribing, worker

app_name = "notifications"

urlpatterns = [
    path("sw.js", worker.worker, name="worker"),
    path("activity/", activity.activity, name="activity"),
    path("activity/read/", activity.read, name="read"),
    path("settings/notifications/", settings.notifications, name="settings-notifications"),
    path("settings/notifications/devices/", devices.devices, name="settings-devices"),
    path("settings/notifications/devices/<id:subscription_id>/", devices.device, name="settings-device"),
    path("settings/notifications/devices/<id:subscription_id>/remove/", devices.remove, name="device-remove"),
    path("settings/notifications/devices/<id:subscription_id>/trial/", devices.trial, name="device-trial"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
