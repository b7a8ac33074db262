"""Emptying the database after a test that committed: only the tables that hold something, and by row.

Django's own way truncates every table and makes all permissions anew, which takes longer than most tests.
"""

from functools import cache

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

# What migrating makes, and no test changes: permissions and the groups of staff.
LASTING = {
    each._meta.db_table
    for each in (ContentType, Permission, Group, Group.permissions.through, MigrationRecorder.Migration)
}


def empty_database() -> None:
    """Afterwards nothing is there but what migrating makes anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM ({_fullness()}) AS tables WHERE is_full")  # noqa: S608  our own names
        full = [name for (name,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are asked at the end of it
        cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in full) or "SELECT")  # noqa: S608  the same


@cache
def _fullness() -> str:
    names = sorted(set(connection.introspection.table_names()) - LASTING)
    return " UNION ALL ".join(f"SELECT '{name}' AS name, EXISTS (SELECT FROM \"{name}\") AS is_full" for name in names)  # noqa: S608  the same
