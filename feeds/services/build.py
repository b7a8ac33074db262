"""Building feeds: candidates from Postgres, ranking, and the packed result into Valkey."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core.ids import first_id_at, split_id
from core.valkey import when_away
from feeds.ranking import Candidate, rank
from feeds.selectors import closeness, feed_posts
from feeds.timeline import Timeline, new_build_id, write_timeline

WINDOW = timedelta(days=30)
MAX_CANDIDATES = 5000


def build_timeline(person: User) -> Timeline:
    """The Top feed of one person as of now: the best FEED_LENGTH posts of 30 days. Two queries, nothing written."""
    return Timeline(new_build_id(), rank(_candidates(person), settings.FEED_LENGTH))


def build_and_keep(person: User) -> Timeline:
    """Build the feed and keep it in Valkey; with Valkey away it is still returned."""
    timeline = build_timeline(person)
    when_away(lambda: write_timeline(person.pk, timeline), None)
    return timeline


def _candidates(person: User) -> list[Candidate]:
    now = timezone.now()
    close = closeness(person)
    rows = feed_posts(person).filter(id__gte=first_id_at(now - WINDOW)).order_by("-id")
    return [
        Candidate(
            post_id=post_id,
            author_id=author_id,
            age_hours=(now - split_id(post_id).created_at).total_seconds() / 3600,
            likes=likes,
            comments=comments,
            closeness=close[author_id],
        )
        for post_id, author_id, likes, comments in rows.values_list("id", "author_id", "like_count", "comment_count")[
            :MAX_CANDIDATES
        ]
    ]
