"""What searching finds posts by: an empty table with its indexes, which locks nothing that is in use."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("photos", "0006_headers"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostWords",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="kept_words",
                        serialize=False,
                        to="photos.post",
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="Weight A from the title, B from tags, C from the caption."
                    ),
                ),
                (
                    "near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="Finds words of title and tags that have a slip in them.",
                        size=None,
                    ),
                ),
                ("indexed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="photos_words"),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(
                            models.F("words"),
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                            template="ts_filter(%(expressions)s, '{a}')",
                        ),
                        name="photos_words_title",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(
                            models.F("words"),
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                            template="ts_filter(%(expressions)s, '{a,b}')",
                        ),
                        name="photos_words_tags",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["near"], name="photos_words_near"),
                ],
            },
        ),
    ]
