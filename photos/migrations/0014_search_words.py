"""Searching learns stems, places, authors and operators, and corrects by a list of words: new tables, and the words of
all posts made anew, in pieces that lock nothing; begun again, it goes on where it was.

What old processes write meanwhile is caught up with by the nightly task `photos.index_words`.
"""

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from photos.places import place_words
from photos.spelling import use_trigrams
from photos.stemming import lex, stems_in
from photos.words import RULES, Said, kept_words, marks_of, near_forms

CHUNK = 1000


def keep_words(apps: Any, schema_editor: Any) -> None:
    posts = apps.get_model("photos", "Post").objects
    last = 0
    while ids := list(posts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        behind = posts.filter(pk__in=ids).exclude(kept_words__rules=RULES)
        _keep(apps, {post: said_in(post) for post in behind.prefetch_related("tags", "media", "author")})
        last = ids[-1]
    use_trigrams()


def said_in(post: Any) -> Said:
    tags, kinds = sorted(tag.name for tag in post.tags.all()), sorted({item.kind for item in post.media.all()})
    rest = f"{post.location_name} {post.author.username} {post.author.display_name}"
    return Said(post.title, tags, post.caption, rest, marks_of(post.author_id, tags, post.place_slug, kinds))


def _keep(apps: Any, told: dict[Any, Said]) -> None:
    kept, known, places = (apps.get_model("photos", name) for name in ("PostWords", "KnownWord", "Place"))
    lexed = lex({word for said in told.values() for word in said.plain_words()}, settings.SEARCH_LANGUAGES)
    rows = [
        kept(
            post=post,
            words=kept_words(said, stems_in(said.plain_words(), lexed)),
            rules=RULES,
            indexed_at=timezone.now(),
        )
        for post, said in told.items()
    ]
    kept.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["post"], update_fields=["words", "rules", "indexed_at"]
    )
    words = sorted({word for said in told.values() for word in said.spelled_words()})
    known.objects.bulk_create([known(word=word, near=near_forms(word)) for word in words], ignore_conflicts=True)
    slugs = sorted({post.place_slug for post in told} - {""})
    places.objects.bulk_create([places(slug=slug, words=place_words(slug)) for slug in slugs], ignore_conflicts=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("photos", "0013_place_slugs")]

    operations = [
        migrations.CreateModel(
            name="KnownWord",
            fields=[
                ("word", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), help_text="Of `near_forms`.", size=None
                    ),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["near"], name="photos_known_near")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=100, unique=True)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="photos_place_words")],
            },
        ),
        migrations.AddField(
            model_name="postwords",
            name="rules",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Of photos/words.py, when they were made."
            ),
        ),
        migrations.AlterField(
            model_name="postwords",
            name="words",
            field=django.contrib.postgres.search.SearchVectorField(
                help_text="Weight A from the title, B from tags, C from the caption, D from the rest."
            ),
        ),
        migrations.RemoveIndex(model_name="postwords", name="photos_words_near"),
        migrations.RunSQL(  # nothing that runs from now on knows the column
            "ALTER TABLE photos_postwords ALTER COLUMN near SET DEFAULT '{}'",
            migrations.RunSQL.noop,
            state_operations=[migrations.RemoveField(model_name="postwords", name="near")],
        ),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE photos_postwords DROP COLUMN near",
            "ALTER TABLE photos_postwords ADD COLUMN near bigint[] NOT NULL DEFAULT '{}'",
        ),
    ]
