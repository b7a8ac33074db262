"""Who has blocks is known without looking."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def fill_in(apps: Any, schema_editor: Any) -> None:
    Block = apps.get_model("accounts", "Block")
    User = apps.get_model("accounts", "User")
    blocked = Q(pk__in=Block.objects.values("blocked")) | Q(pk__in=Block.objects.values("blocker"))
    User.objects.filter(blocked).update(has_blocks=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_relation_imports")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_blocks",
            field=models.BooleanField(
                default=False, editable=False, help_text="There is a block with somebody, in either direction."
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
