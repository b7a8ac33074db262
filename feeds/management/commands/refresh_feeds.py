from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import User
from core.ids import to_code
from feeds.management.progress import Progress
from feeds.services.chunks import build_people
from feeds.services.refresh import active_ids
from feeds.services.window import load_window
from feeds.timeline import read_timeline
from photos.models import Post

PEOPLE_AT_ONCE = 1000


class Command(BaseCommand):
    help = "Build feeds now, without waiting for the hour: of everybody who has been here lately, or of one person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", help="username of one person")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["user"] is None:
                self._build(active_ids(timezone.now()))
            else:
                self._build_one(options["user"])
        except RedisError as error:
            raise CommandError(f"Valkey is away, so that feeds cannot be kept: {error}") from error
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. The feeds built so far are kept.", returncode=130) from stop

    def _build(self, people: list[int]) -> None:
        progress = Progress(self.stdout, len(people), "feeds built")
        window = load_window()
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            some = people[start : start + PEOPLE_AT_ONCE]
            build_people(some, window)
            progress.advance(len(some))
        progress.finish()

    def _build_one(self, username: str) -> None:
        person = User.objects.filter(username=username.removeprefix("@").lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {username!r}.")
        build_people([person.pk], load_window())
        timeline = read_timeline(person.pk)
        posts = list(timeline.post_ids) if timeline else []
        self.stdout.write(f"The feed of {person.username} has {len(posts)} posts{', best first:' if posts else '.'}")
        known = Post.objects.select_related("author").in_bulk(posts)
        for place, post in enumerate((known[post_id] for post_id in posts if post_id in known), 1):
            self.stdout.write(f"{place:4}  /p/{to_code(post.pk)}/  @{post.author.username}  {post.title}".rstrip())
