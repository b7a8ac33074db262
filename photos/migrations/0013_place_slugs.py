"""Slugs of places, for their pages: a column that old processes need not know, filled in pieces that lock nothing."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from photos.places import fold_place

CHUNK = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    """Begun again, it goes on where it was. What old processes write meanwhile is caught up with every night."""
    posts = apps.get_model("photos", "Post").objects
    last = 0
    while True:
        waiting = posts.filter(pk__gt=last, place_slug="").exclude(location_name="")
        rows = list(waiting.order_by("pk").values_list("pk", "location_name")[:CHUNK])
        if not rows:
            return
        for post_id, name in rows:
            posts.filter(pk=post_id, location_name=name).update(place_slug=fold_place(name))
        last = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("photos", "0012_albums")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="place_slug",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="Of the location name.",
                max_length=100,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("SET statement_timeout = 0", "SET statement_timeout = 0"),  # it may take minutes
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(place_slug__gt=""), fields=["place_slug", "-id"], name="photos_post_place"
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", "RESET statement_timeout"),
    ]
