"""What was reported and decided, in numbers that tell of nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.models import new_id
from moderation.models import Appeal, Case, Decision, Report
from moderation.transparency import read_overview
from tests.factories import make_user
from tests.moderation.making import make_decision

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def at(rows: Any, *moments: datetime) -> None:
    for row, moment in zip(rows, moments, strict=True):
        type(row).objects.filter(pk=row.pk).update(created_at=moment)


@pytest.fixture
def life(alma: User) -> None:
    """Six reports of spam and one of hate in February 2026, one in March; a warning and a granted appeal in January."""
    case = Case.objects.create(id=new_id(), kind="person", person=alma, label="alma")
    reports = [
        Report.objects.create(id=new_id(), case=case, reporter=make_user(), category="spam" if number < 7 else "hate")
        for number in range(8)
    ]
    february, march = datetime(2026, 2, 28, 23, 59, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    at(reports, *[february] * 6, march, february)
    decision = make_decision(alma, action="warn")
    appeal = Appeal.objects.create(id=new_id(), decision=decision, text="No.", state="granted")
    at([decision, appeal], *[datetime(2026, 1, 1, tzinfo=UTC)] * 2)


@time_machine.travel(NOW, tick=False)
def test_numbers_are_those_of_months_that_are_over_and_small_ones_are_not_told(life: None) -> None:
    overview = read_overview()

    assert [f"{month:%Y-%m}" for month in overview.months[:3]] == ["2026-02", "2026-01", "2025-12"]
    assert len(overview.months) == 12
    told = {line.name: list(line.numbers[:2]) for line in (*overview.reports, *overview.actions, *overview.appeals)}
    assert told == {
        "Spam or fraud": ["6", "0"],
        "Hate against a group of people": ["< 5", "0"],
        "Warn": ["0", "< 5"],
        "Granted": ["0", "< 5"],
    }


@time_machine.travel(NOW, tick=False)
def test_page_is_for_everybody_and_names_nobody(life: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        page = Client().get("/transparency/")

    assert page.status_code == 200
    assert ("Feb 2026" in page.text, "alma" in page.text) == (True, False)


def test_page_of_a_site_where_nothing_happened_says_so(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        page = Client().get("/transparency/")

    assert (Decision.objects.count(), "Nothing was reported." in page.text) == (0, True)
