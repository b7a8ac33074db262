from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "feeds"

    def ready(self) -> None:
        from core.web import express  # all of these need the app registry
        from feeds import metrics, receivers  # the same
        from feeds.api.express import answer_feed  # the same
        from feeds.web.express import answer_home  # the same

        metrics.connect()
        receivers.connect()
        express.register("/", answer_home)
        for path in ("/rest/v1/feed", "/rest/v1/feed/"):
            express.register(path, answer_feed)
