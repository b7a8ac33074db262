"""Everybody gets a row for their address. Those of staff count as verified; others are asked for a code once."""

from typing import Any

from django.db import migrations

AT_ONCE = 2000


def fill_in(apps: Any, schema_editor: Any) -> None:
    User, EmailAddress = apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")
    people = User.objects.exclude(email="").order_by("pk").values_list("pk", "email", "is_staff")
    batch = []
    for pk, email, is_staff in people.iterator(chunk_size=AT_ONCE):
        batch.append(EmailAddress(user_id=pk, email=email.lower(), primary=True, verified=is_staff))
        if len(batch) == AT_ONCE:
            EmailAddress.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    EmailAddress.objects.bulk_create(batch, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_looks_and_deletion_dates"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
