"""What was reported and decided, month by month, in numbers that tell of nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from moderation.models import Action, Appeal, Category, Decision, Report

MONTHS = 12
FEW = 5  # fewer are told as "fewer than 5": one report of a month tells who was meant


@dataclass(frozen=True, slots=True)
class Line:
    """`numbers` are in the order of the months."""

    name: str
    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Overview:
    """The months, the newest first, each as its first day; and lines of numbers as words."""

    months: Sequence[datetime]
    reports: Sequence[Line]
    actions: Sequence[Line]
    appeals: Sequence[Line]


def read_overview() -> Overview:
    """The last MONTHS months, without the one that is not over. Three queries."""
    months = _months()
    return Overview(
        months,
        _lines(Report.objects.order_by(), "created_at", "category", Category.choices, months),
        _lines(Decision.objects.order_by(), "created_at", "action", Action.choices, months),
        _lines(Appeal.objects.order_by(), "created_at", "state", Appeal.State.choices, months),
    )


def _months() -> list[datetime]:
    """The first moments of the months that are over, the newest first."""
    first = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    for _number in range(MONTHS):
        first = (
            first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
        )
        months.append(first)
    return months


def _lines(
    rows: "QuerySet[Report] | QuerySet[Decision] | QuerySet[Appeal]",
    when: str,
    kind: str,
    choices: Sequence[tuple[str, Any]],
    months: Sequence[datetime],
) -> list[Line]:
    """One for each kind that there was any of."""
    until = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    recent = rows.filter(**{f"{when}__gte": months[-1], f"{when}__lt": until})
    found = recent.values_list(kind, TruncMonth(when)).annotate(number=Count("pk"))
    numbers: Counter[tuple[str, int, int]] = Counter()
    for name, month, number in found:
        numbers[name, month.year, month.month] += number
    return [
        Line(str(label), [_told(numbers[name, month.year, month.month]) for month in months])
        for name, label in choices
        if any(numbers[name, month.year, month.month] for month in months)
    ]


def _told(number: int) -> str:
    if number == 0:
        return "0"
    return f"{number:,}" if number >= FEW else f"< {FEW}"
