"""Accounts of before get the look of their name (the oldest of those that look alike) and their day of deletion."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.models import F

from accounts.names import look_of

AT_ONCE = 2000


def fill_in(apps: Any, schema_editor: Any) -> None:
    User = apps.get_model("accounts", "User")
    taken = set()
    batch = []
    for user in User.objects.order_by("pk").only("pk", "username").iterator(chunk_size=AT_ONCE):
        look = look_of(user.username)
        if look in taken:
            continue
        taken.add(look)
        user.look = look
        batch.append(user)
        if len(batch) == AT_ONCE:
            User.objects.bulk_update(batch, ["look"])
            batch = []
    User.objects.bulk_update(batch, ["look"])
    closed = User.objects.filter(is_active=False).exclude(closed_at=None)
    closed.update(delete_at=F("closed_at") + timedelta(days=settings.TRASH_DAYS))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_people_and_privacy")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
