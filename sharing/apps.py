from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"

    def ready(self) -> None:
        from photos.notes import tell_notes  # needs the app registry
        from sharing import receivers  # needs the app registry
        from sharing.cards import post_notes  # needs the app registry

        receivers.connect()
        tell_notes(post_notes)
