from typing import Any

from django.db import migrations, models

CHUNK = 10_000


def copy_sizes(apps: Any, schema_editor: Any) -> None:
    """Media of before have no recipe, so their size is that of the original, and those that are ready are done.

    In pieces, so that nobody waits for a lock.
    """
    media = apps.get_model("photos", "Media").objects
    last = 0
    while ids := list(media.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        unset = media.filter(pk__in=ids, original_width=0)
        unset.update(original_width=models.F("width"), original_height=models.F("height"))
        media.filter(pk__in=ids, state="ready").update(progress=100)
        last = ids[-1]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("photos", "0002_uploads_videos_recipes")]

    operations = [migrations.RunPython(copy_sizes, migrations.RunPython.noop)]
