"""Changing what the people who run the site say about it."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Rule, User
from accounts.models.site import RULE_LENGTH
from accounts.site import forget_site
from core.exceptions import InvalidInput, NotAllowed


def save_site(staff: User, row: models.Model) -> None:
    """Save a text, a rule or an announcement that staff have written; it counts at once."""
    _require_staff(staff)
    with transaction.atomic():
        row.save()
        forget_site()


def delete_site(staff: User, rows: "models.QuerySet[Any]") -> int:
    """Take texts, rules or announcements away; returns how many."""
    _require_staff(staff)
    with transaction.atomic():
        deleted, _rows = rows.delete()
        forget_site()
    return deleted


def add_rules(staff: User, lines: Sequence[str]) -> list[Rule]:
    """Add each line as a rule, behind those there are. InvalidInput for one that is too long."""
    _require_staff(staff)
    titles = [line.strip() for line in lines if line.strip()]
    if any(len(title) > RULE_LENGTH for title in titles):
        raise InvalidInput.field("lines", _("A rule may have %d signs.") % RULE_LENGTH, code="too_long")
    with transaction.atomic():
        last = Rule.objects.aggregate(last=Max("position"))["last"] or 0
        rows = [Rule(title=title, position=last + 10 * number) for number, title in enumerate(titles, 1)]
        made = Rule.objects.bulk_create(rows)
        forget_site()
    return made


def _require_staff(staff: User) -> None:
    if not (staff.is_staff and staff.is_active):
        raise NotAllowed
