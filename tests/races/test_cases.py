"""Two of the staff at one case, and many who report one thing, all at once."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from core.exceptions import Conflict
from moderation.models import Case, Decision, Report
from moderation.services.cases import claim_case
from moderation.services.decisions import decide, dismiss_case, undo_decision
from moderation.services.reports import report_post
from moderation.services.roles import set_role
from moderation.subjects import of_post, subject_of
from tests.factories import make_post, make_user
from tests.parallel import together

pytestmark = pytest.mark.django_db(transaction=True)


def conflicts(act: Callable[[], object]) -> bool:
    try:
        act()
    except Conflict:
        return True
    return False


def moderators(count: int) -> list[User]:
    return [set_role(None, make_user(f"moderator{number}"), "moderator") for number in range(count)]


def test_many_who_report_one_post_at_once_make_one_case() -> None:
    post, people = make_post(make_user("alma")), [make_user() for _ in range(4)]

    together([partial(report_post, person, post.pk, category="spam") for person in [*people, *people]])

    assert Case.objects.values_list("report_count", flat=True).get() == Report.objects.count() == 4


def test_one_of_two_claims_a_case_and_one_of_two_decides_it() -> None:
    post, (one, two) = make_post(make_user("alma")), moderators(2)
    case = report_post(make_user("boris"), post.pk, category="spam").case

    claimed = together([partial(conflicts, partial(claim_case, staff, case)) for staff in (one, two)])
    Case.objects.update(claimed_by=None)
    hide = partial(decide, one, "hide", subject_of(case), reason="A rule.", case=case)
    decided = together([partial(conflicts, hide), partial(conflicts, partial(dismiss_case, two, case))])

    assert sorted(claimed) == sorted(decided) == [False, True]
    post.refresh_from_db()
    case.refresh_from_db()
    decision = Decision.objects.get()
    assert (decision.action, post.state == "removed") in (("hide", True), ("dismiss", False))
    assert (case.state, case.outcome, case.claimed_by) == ("settled", decision.action, decision.by)


def test_decision_that_two_undo_is_undone_once() -> None:
    post, (one, two) = make_post(make_user("alma")), moderators(2)
    decision = decide(one, "hide", of_post(post), reason="A rule.")

    undone = together(
        [partial(conflicts, partial(undo_decision, staff, decision, reason="A mistake.")) for staff in (one, two)]
    )

    post.refresh_from_db()
    assert (sorted(undone), post.state) == ([False, True], "published")
