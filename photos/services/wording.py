"""Keeping what searching finds posts by: written with the post, and caught up where something has been missed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from photos.models import Post, PostWords
from photos.words import kept_near, kept_words

BATCH = 1000


def keep_words(post: Post, tags: Iterable[str]) -> None:
    """Call inside the transaction that changes title, tags or caption."""
    _write([_row(post, list(tags), timezone.now())])


def catch_up(*, everything: bool = False) -> int:
    """Keep the words of posts that have none yet, or were edited by a version that keeps none; returns how many.

    With `everything` those of all posts, after the rules of photos/words.py have changed. In pieces, so that nobody
    waits for a lock.
    """
    done, last = 0, 0
    while ids := list(Post.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _catch_up_with(ids, everything=everything)
        last = ids[-1]
    return done


def _catch_up_with(ids: list[int], *, everything: bool) -> int:
    behind = Q(kept_words=None) | Q(kept_words__indexed_at__lt=F("edited_at"))
    wanted = Post.objects.filter(pk__in=ids) if everything else Post.objects.filter(behind, pk__in=ids)
    post_ids = list(wanted.values_list("pk", flat=True))
    with transaction.atomic():
        now = timezone.now()
        posts = Post.objects.select_for_update(no_key=True).filter(pk__in=post_ids).order_by("pk")
        rows = [_row(post, sorted(tag.name for tag in post.tags.all()), now) for post in posts.prefetch_related("tags")]
        _write(rows)
    return len(rows)


def _row(post: Post, tags: list[str], now: datetime) -> PostWords:
    words = kept_words(post.title, tags, post.caption)
    return PostWords(post=post, words=words, near=kept_near(post.title, tags), indexed_at=now)


def _write(rows: list[PostWords]) -> None:
    PostWords.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["post"], update_fields=["words", "near", "indexed_at"]
    )
