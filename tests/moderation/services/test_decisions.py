from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from core.exceptions import Conflict, InvalidInput, NotAllowed
from moderation.models import Action, Case, Decision
from moderation.services.cases import claim_case, release_case, write_note
from moderation.services.decisions import decide, dismiss_case, undo_decision
from moderation.services.deleting import carry_out_deletions
from moderation.services.reports import report_comment, report_person
from moderation.subjects import Subject, of_comment, of_person, of_post, subject_of
from photos.models import Comment, Post
from photos.services.comments import post_comment
from tests.factories import make_comment, make_follow, make_post, make_user
from tests.moderation.making import audit, mails, told

RULE = "No spam and no fraud."
FIELDS = ("is_active", "limited_at", "frozen_at", "suspended_at", "closed_at", "delete_at")


def standing(person: User) -> dict[str, Any]:
    now: dict[str, Any] = User.objects.filter(pk=person.pk).values(*FIELDS).get()
    return now


def look(subject: Subject) -> list[Any]:
    """All that an action may change of what it is about."""
    assert subject.person is not None
    post = Post.objects.filter(author=subject.person).values("state", "sensitive", "sensitive_by_staff", "removed_for")
    comment = Comment.objects.filter(author=subject.person).values("state", "removed_for")
    return [list(post), list(comment), standing(subject.person)]


EFFECTS: dict[str, Callable[[Post, User], bool]] = {
    Action.WARN: lambda post, person: True,
    Action.MARK_SENSITIVE: lambda post, person: post.sensitive and post.sensitive_by_staff,
    Action.HIDE: lambda post, person: (post.state, post.removed_for) == ("removed", RULE),
    Action.LIMIT: lambda post, person: person.limited_at is not None and person.is_active,
    Action.FREEZE: lambda post, person: person.frozen_at is not None and person.is_active,
    Action.SUSPEND: lambda post, person: person.suspended_at is not None and not person.is_active,
    Action.DELETE: lambda post, person: post.state == "removed",
}


@pytest.mark.parametrize("action", EFFECTS)
def test_each_action_is_done_written_down_told_and_undone_to_what_was_before(
    action: str, case: Case, post: Post, alma: User, boris: User, administrator: User
) -> None:
    subject = subject_of(case)
    before = look(subject)

    with told() as heard:
        decision = decide(administrator, action, subject, reason=f" {RULE} ", note="See the tags.", case=case)

    post.refresh_from_db()
    alma.refresh_from_db()
    assert EFFECTS[action](post, alma)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("settled", action)
    assert (decision.person, decision.reason, decision.note, decision.by) == (
        alma, RULE, "See the tags.", administrator
    )  # fmt: skip
    (entry,) = audit()
    assert (entry.actor, entry.verb, entry.what, entry.person, entry.reason) == (
        administrator, "decided", action, alma, RULE
    )  # fmt: skip
    assert {user for user, _, _ in heard} == {alma.pk, boris.pk}
    (mail,) = [mail for mail in mails() if mail["subject"].startswith("A decision about you")]
    assert mail["to"] == alma.email
    assert RULE in mail["text"]

    with told() as heard:
        undo_decision(administrator, decision, reason="A mistake.")

    assert look(subject) == before
    assert [user for user, _, _ in heard] == [alma.pk]
    assert [each.verb for each in audit()] == ["decided", "undid"]
    with pytest.raises(Conflict):
        undo_decision(administrator, decision, reason="Again.")


def test_dismissing_tells_who_reported_and_not_whom_it_was_about(
    case: Case, alma: User, boris: User, moderator: User
) -> None:
    with told() as heard:
        dismiss_case(moderator, case)

    assert heard == [(boris.pk, "We looked at what you reported and found no rule broken.", "/settings/reports/")]
    assert mails() == []
    assert audit()[0].what == "dismiss"


def test_who_reported_hears_that_something_was_done_and_not_what(case: Case, boris: User, moderator: User) -> None:
    with told() as heard:
        decide(moderator, Action.HIDE, subject_of(case), reason=RULE, case=case)

    assert [words for user, words, _ in heard if user == boris.pk] == [
        "We looked at what you reported and took action."
    ]
    assert case.reports.get().told_at is not None


def test_dismissed_case_that_is_undone_is_open_again(case: Case, moderator: User) -> None:
    decision = dismiss_case(moderator, case)

    undo_decision(moderator, decision, reason="Too quick.")

    case.refresh_from_db()
    assert (case.state, case.outcome, case.claimed_by) == ("open", "", None)


def test_comment_is_taken_off_and_comes_back(post: Post, alma: User, boris: User, moderator: User) -> None:
    comment = make_comment(alma, post)
    case = report_comment(boris, comment.pk, category="hate").case

    decision = decide(moderator, Action.HIDE, subject_of(case), reason=RULE, case=case)

    comment.refresh_from_db()
    assert (comment.state, comment.removed_for) == ("removed", RULE)
    undo_decision(moderator, decision, reason="A mistake.")
    comment.refresh_from_db()
    assert (comment.state, comment.removed_for) == ("published", "")


def test_decisions_work_without_a_case(alma: User, moderator: User) -> None:
    decision = decide(moderator, Action.FREEZE, of_person(alma), reason=RULE)

    alma.refresh_from_db()
    assert (decision.case, decision.label, alma.frozen_at is not None) == (None, "@alma", True)


def test_mark_that_staff_had_set_before_stays_when_a_second_is_undone(post: Post, moderator: User) -> None:
    first = decide(moderator, Action.MARK_SENSITIVE, of_post(post), reason=RULE)
    second = decide(moderator, Action.MARK_SENSITIVE, of_post(post), reason=RULE)

    undo_decision(moderator, first, reason="Twice.")
    post.refresh_from_db()
    assert post.sensitive_by_staff

    undo_decision(moderator, second, reason="Twice.")
    post.refresh_from_db()
    assert not post.sensitive_by_staff


def test_post_that_was_removed_otherwise_stays_so_when_a_decision_is_undone(alma: User, moderator: User) -> None:
    post = make_post(alma, state="removed")
    decision = decide(moderator, Action.HIDE, of_post(post), reason=RULE)

    undo_decision(moderator, decision, reason="Twice.")

    post.refresh_from_db()
    assert (post.state, post.removed_for) == ("removed", "No spam.")


def test_account_that_its_person_had_closed_stays_closed_when_a_suspension_is_undone(
    alma: User, moderator: User
) -> None:
    closed, gone = timezone.now(), timezone.now() + timedelta(days=9)
    User.objects.filter(pk=alma.pk).update(is_active=False, closed_at=closed, delete_at=gone)
    before = standing(alma)
    decision = decide(moderator, Action.SUSPEND, of_person(alma), reason=RULE)

    undo_decision(moderator, decision, reason="A mistake.")

    assert standing(alma) == before


def test_account_is_suspended_at_once_and_gets_a_day_on_which_it_is_deleted(alma: User, administrator: User) -> None:
    before = standing(alma)

    decision = decide(administrator, Action.DELETE, of_person(alma), reason=RULE)

    alma.refresh_from_db()
    assert (alma.is_active, alma.delete_at) == (False, decision.due_at)
    assert decision.due_at is not None
    assert (decision.due_at - timezone.now()).days in (29, 30)
    with pytest.raises(Conflict):
        decide(administrator, Action.DELETE, of_person(alma), reason=RULE)
    undo_decision(administrator, decision, reason="A mistake.")
    assert standing(alma) == before


def test_undone_deletion_leaves_an_account_suspended_that_another_decision_suspends(
    alma: User, administrator: User
) -> None:
    decide(administrator, Action.SUSPEND, of_person(alma), reason=RULE)
    decision = decide(administrator, Action.DELETE, of_person(alma), reason=RULE)

    undo_decision(administrator, decision, reason="A mistake.")

    alma.refresh_from_db()
    assert (alma.is_active, alma.suspended_at is not None, alma.delete_at) == (False, True, None)


def test_post_is_gone_for_good_on_its_day_and_not_before(post: Post, administrator: User) -> None:
    decision = decide(administrator, Action.DELETE, of_post(post), reason=RULE)
    assert carry_out_deletions() == 0

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert carry_out_deletions() == 1
        assert carry_out_deletions() == 0

    decision.refresh_from_db()
    assert not Post.objects.filter(pk=post.pk).exists()
    assert (decision.post, decision.can_undo) == (None, False)
    with pytest.raises(Conflict):
        undo_decision(administrator, decision, reason="Too late.")


def test_comment_is_gone_for_good_on_its_day_and_its_numbers_stay_right(
    post: Post, alma: User, boris: User, administrator: User
) -> None:
    comment, other = (post_comment(boris, post.pk, text=text) for text in ("Spam!", "Nice."))
    decide(administrator, Action.DELETE, of_comment(comment), reason=RULE)

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert carry_out_deletions() == 1

    post.refresh_from_db()
    assert (list(Comment.objects.all()), post.comment_count) == ([other], 1)


def test_wrong_decisions_change_nothing(case: Case, post: Post, alma: User, administrator: User) -> None:
    subject, before = subject_of(case), look(subject_of(case))

    for action, words in (("hide", ""), ("hide", "x" * 201), ("stare", RULE), ("dismiss", RULE)):
        with pytest.raises(InvalidInput):
            decide(administrator, action, subject, reason=words, case=case)
    with pytest.raises(InvalidInput):
        decide(administrator, "mark_sensitive", of_person(alma), reason=RULE)

    case.refresh_from_db()
    assert (case.state, look(subject), Decision.objects.count(), mails()) == ("open", before, 0, [])


@pytest.mark.parametrize("action", [*EFFECTS, "dismiss"])
def test_who_may_decide(action: str, case: Case, alma: User, carla: User, moderator: User, administrator: User) -> None:
    plain = make_user("plain", is_staff=True)

    def attempt(staff: User) -> bool:
        try:
            if action == "dismiss":
                dismiss_case(staff, case)
            else:
                decide(staff, action, subject_of(case), reason=RULE)
        except NotAllowed:
            return False
        return True

    assert [attempt(who) for who in (alma, carla, plain)] == [False, False, False]
    assert attempt(moderator) is (action != "delete")
    if action != "dismiss":
        assert attempt(administrator)


def test_nobody_decides_about_themselves_or_about_who_stands_above(
    moderator: User, administrator: User, superuser: User
) -> None:
    other = make_user("other", is_staff=True)

    def may(staff: User, person: User) -> bool:
        try:
            undo_decision(staff, decide(staff, "warn", of_person(person), reason=RULE), reason="Only a try.")
        except NotAllowed:
            return False
        return True

    ranks = [moderator, administrator, superuser]
    assert [[may(staff, person) for person in ranks] for staff in ranks] == [
        [False, False, False],
        [True, False, False],
        [True, True, False],
    ]
    assert not may(moderator, other)


def test_case_is_in_one_hand_and_released_by_who_has_it_or_stands_above(
    case: Case, moderator: User, administrator: User
) -> None:
    second = make_user("second", is_staff=True)
    second.groups.set(moderator.groups.all())

    claim_case(moderator, case)
    claim_case(moderator, case)

    with pytest.raises(Conflict, match="@moderator has this case"):
        claim_case(second, case)
    with pytest.raises(Conflict):
        decide(second, "warn", subject_of(case), reason=RULE, case=case)
    with pytest.raises(NotAllowed):
        release_case(second, case)
    assert release_case(administrator, case).claimed_by is None
    assert claim_case(second, case).claimed_by == second


def test_second_decision_about_a_case_is_a_conflict(case: Case, moderator: User) -> None:
    dismiss_case(moderator, case)

    with pytest.raises(Conflict, match="settled this case meanwhile"):
        decide(moderator, "hide", subject_of(case), reason=RULE, case=case)

    assert Decision.objects.count() == 1


def test_notes_are_kept_as_typed(case: Case, moderator: User) -> None:
    note = write_note(moderator, case, "<b>Look</b>\r\nat it\x00 ")

    assert note.text == "<b>Look</b>\nat it"
    with pytest.raises(InvalidInput):
        write_note(moderator, case, " ")


def test_report_about_a_person_is_decided_about_the_person(alma: User, boris: User, moderator: User) -> None:
    case = report_person(boris, "alma", category="impersonation").case

    decide(moderator, "suspend", subject_of(case), reason=RULE, case=case)

    alma.refresh_from_db()
    assert not alma.is_active
    make_follow(boris, make_user("dora"))  # the reporter goes on as before
