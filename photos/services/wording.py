"""Keeping what searching finds posts by: written with the post, and caught up where something has been missed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from photos.models import Media, Post, PostWords
from photos.services.vocabulary import know_places, know_words
from photos.stemming import lex, stems_in
from photos.words import RULES, Said, kept_words, marks_of

BATCH = 1000


def keep_words(post: Post, tags: Iterable[str]) -> None:
    """Call inside the transaction that changes title, tags, caption or place, once the post has its media."""
    kinds = list(Media.objects.filter(post=post).order_by("kind").values_list("kind", flat=True).distinct())
    _write([(post, said_in(post, sorted(tags), kinds))], timezone.now())


def said_in(post: Post, tags: Sequence[str], kinds: Iterable[str]) -> Said:
    """All that searching finds the post by. No query if its author is loaded."""
    author = post.author
    rest = f"{post.location_name} {author.username} {author.display_name}"
    marks = marks_of(post.author_id, tags, post.place_slug, kinds)
    return Said(post.title, tags, post.caption, rest, marks)


def keep_words_of(author_id: int) -> int:
    """Keep those of all posts of a person anew, who has another name now; returns how many posts."""
    done, last = 0, 0
    posts = Post.objects.filter(author=author_id).order_by("pk")
    while ids := list(posts.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        done += _catch_up_with(ids, everything=True)
        last = ids[-1]
    return done


def catch_up(*, everything: bool = False) -> int:
    """Keep the words of posts that have none yet, or were kept by other rules, or edited by a version that keeps none;
    returns how many.

    With `everything` those of all posts, after SEARCH_LANGUAGES have changed. In pieces, so that nobody waits for a
    lock.
    """
    done, last = 0, 0
    while ids := list(Post.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _catch_up_with(ids, everything=everything)
        last = ids[-1]
    return done


def _catch_up_with(ids: list[int], *, everything: bool) -> int:
    behind = Q(kept_words=None) | Q(kept_words__indexed_at__lt=F("edited_at")) | Q(kept_words__rules__lt=RULES)
    wanted = Post.objects.filter(pk__in=ids) if everything else Post.objects.filter(behind, pk__in=ids)
    post_ids = list(wanted.values_list("pk", flat=True))
    with transaction.atomic():
        now = timezone.now()
        posts = Post.objects.select_for_update(no_key=True).filter(pk__in=post_ids).order_by("pk")
        rows = [(post, _said(post)) for post in posts.prefetch_related("tags", "media", "author")]
        _write(rows, now)
    return len(rows)


def _said(post: Post) -> Said:
    """Of a post that is loaded with tags, media and author."""
    return said_in(post, sorted(tag.name for tag in post.tags.all()), sorted({item.kind for item in post.media.all()}))


def _write(rows: Sequence[tuple[Post, Said]], now: datetime) -> None:
    lexed = lex({word for _, said in rows for word in said.plain_words()}, settings.SEARCH_LANGUAGES)
    kept = [
        PostWords(post=post, words=kept_words(said, stems_in(said.plain_words(), lexed)), rules=RULES, indexed_at=now)
        for post, said in rows
    ]
    PostWords.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["post"], update_fields=["words", "rules", "indexed_at"]
    )
    know_words({word for _, said in rows for word in said.spelled_words()})
    know_places({post.place_slug for post, _ in rows} - {""})
