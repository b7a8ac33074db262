from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from accounts.unread import count_with  # all of these need the app registry
        from notifications import receivers  # the same
        from notifications.selectors import count_unread  # the same

        count_with(count_unread)
        receivers.connect()
