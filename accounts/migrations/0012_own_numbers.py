"""Who is restricted by somebody reads numbers in which their own likes are."""

from typing import Any

from django.db import migrations, models


def fill_in(apps: Any, schema_editor: Any) -> None:
    restricted = apps.get_model("accounts", "Restriction").objects.values("restricted")
    apps.get_model("accounts", "User").objects.filter(pk__in=restricted).update(has_blocks=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_more_kinds_of_events")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="has_blocks",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="A block, or a restriction, gives this person numbers of their own.",
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
