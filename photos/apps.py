from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "photos"

    def ready(self) -> None:
        from photos import metrics, receivers  # both need the app registry

        metrics.connect()
        receivers.connect()
