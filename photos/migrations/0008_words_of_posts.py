"""Keeps the words of the posts there are, in pieces that lock nothing; begun again, it goes on where it was."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from photos.words import Said, kept_words

CHUNK = 1000


def keep_words(apps: Any, schema_editor: Any) -> None:
    """What old processes write or edit meanwhile is caught up with by the nightly task `photos.index_words`."""
    posts = apps.get_model("photos", "Post").objects
    kept = apps.get_model("photos", "PostWords")
    last = 0
    while ids := list(posts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        now, rows = timezone.now(), []
        for post in posts.filter(pk__in=ids, kept_words=None).prefetch_related("tags"):
            tags = sorted(tag.name for tag in post.tags.all())
            words = kept_words(Said(post.title, tags, post.caption))
            rows.append(kept(post=post, words=words, near=[], indexed_at=now))
        kept.objects.bulk_create(rows, ignore_conflicts=True)
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("photos", "0007_post_words")]

    operations = [migrations.RunPython(keep_words, migrations.RunPython.noop)]
