"""The hourly task on demand."""

import time

from celery import Celery
from redis import Redis

from engines.temporary import TemporarySite
from feeds.timeline import unpack
from instagram import env
from tests.e2e.rest import wait_for


class Hour:
    """`feeds.refresh`, sent through the broker, done by the worker."""

    def __init__(self, site: TemporarySite) -> None:
        self.site = site
        self.redis_url = site.environment["REDIS_URL"]

    def strike(self, user_id: int, post_id: int) -> None:
        """Start `feeds.refresh` as beat does, as if no hour was done yet; wait for a fresh feed with the post in it."""
        asked = time.time_ns() // 1_000_000
        number = env.redis_database(self.redis_url)
        broker = env.celery_broker(env.with_redis_database(self.redis_url, number + 1))
        with Redis.from_url(self.redis_url) as valkey:
            self.site.manage("shell", "-c", "from feeds.models import FeedRun; FeedRun.objects.all().delete()")
            with Celery(broker=broker) as sender, sender.connection_for_write() as connection:
                sender.send_task("feeds.refresh", queue="feeds", connection=connection)
            wait_for("the hourly build", lambda: self._is_built(valkey, asked, user_id, post_id))

    def _is_built(self, valkey: Redis, asked: int, user_id: int, post_id: int) -> bool:
        value = valkey.get(f"feed:{user_id}")
        if not isinstance(value, bytes):
            return False
        timeline = unpack(value)
        return timeline.build_id >= asked and post_id in timeline.post_ids
