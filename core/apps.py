from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import figures, receivers  # both need the app registry

        figures.connect()
        receivers.connect()
