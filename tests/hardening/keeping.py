"""Everything that is in the database, so that a test can say what has changed in it."""

from typing import Any

from django.apps import apps
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import Model

APPS = ("auth", "core", "accounts", "photos", "feeds", "exports", "notifications")
# Noted on the way, whoever asks for what.
NOTED = frozenset({"last_seen_at", "last_login", "last_used_at"})
# Each browser of a test logs in, which is noted with its device and told by mail.
OF_LOG_INS = ("accounts.Device", "accounts.SecurityEvent", "core.OutboxTask")

Rows = dict[str, dict[Any, dict[str, Any]]]


def all_rows() -> Rows:
    """Rows by table and key, without sessions and what is noted on the way."""
    return {model._meta.label: _rows_of(model) for model in apps.get_models() if _is_kept(model)}


def _is_kept(model: type[Model]) -> bool:
    is_noted = model._meta.proxy or model._meta.label in OF_LOG_INS
    is_session = issubclass(model, AbstractBaseSession)
    return model._meta.app_label in APPS and model._meta.managed and not (is_session or is_noted)


def _rows_of(model: type[Model]) -> dict[Any, dict[str, Any]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in NOTED]
    return {row[model._meta.pk.attname]: row for row in model._default_manager.values(*names)}


def difference(before: Rows, after: Rows) -> dict[str, list[Any]]:
    """Keys of rows that came, went or are different, by table."""
    found = {
        table: [key for key in {*rows, *after[table]} if rows.get(key) != after[table].get(key)]
        for table, rows in before.items()
    }
    return {table: keys for table, keys in found.items() if keys}
