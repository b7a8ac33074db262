from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import override_settings

from accounts.models import User
from core.exceptions import InvalidInput, NotFound, RateLimited
from moderation.models import Case, Report
from moderation.services.cases import settle_case
from moderation.services.reports import report_comment, report_person, report_post
from photos.models import Post
from tests.factories import make_block, make_comment, make_follow, make_post


def test_reports_of_one_thing_are_one_case_and_each_person_counts_once(
    post: Post, alma: User, boris: User, carla: User
) -> None:
    first = report_post(boris, post.pk, category="spam", note=" Look \x00at it. ")
    again = report_post(boris, post.pk, category="hate", note="Worse.")
    other = report_post(carla, post.pk, category="nudity")

    case = Case.objects.get()
    assert (case.kind, case.person, case.post, case.state, case.report_count) == ("post", alma, post, "open", 2)
    assert first.note == "Look at it."
    assert again.pk == first.pk
    assert sorted(Report.objects.values_list("reporter", "category", "note")) == sorted(
        [(boris.pk, "hate", "Worse."), (carla.pk, other.category, "")]
    )


def test_people_and_comments_have_cases_of_their_own(post: Post, alma: User, boris: User) -> None:
    comment = make_comment(alma, post)

    report_post(boris, post.pk, category="spam")
    report_person(boris, "alma", category="impersonation")
    report_comment(boris, comment.pk, category="harassment")

    cases = Case.objects.order_by("pk").values_list("kind", "person", "post", "comment")
    assert list(cases) == [
        ("post", alma.pk, post.pk, None),
        ("person", alma.pk, None, None),
        ("comment", alma.pk, None, comment.pk),
    ]


def test_what_is_reported_after_the_decision_is_a_new_case(
    case: Case, post: Post, boris: User, moderator: User
) -> None:
    settle_case(moderator, case, "dismiss")

    report_post(boris, post.pk, category="spam")

    assert list(Case.objects.order_by("pk").values_list("state", "report_count")) == [("settled", 1), ("open", 1)]


def test_what_one_may_not_see_cannot_be_reported_and_answers_as_what_is_not_there(alma: User, boris: User) -> None:
    hidden = [make_post(alma, audience="only_me").pk, make_post(alma, audience="followers").pk]
    hidden += [make_post(alma, state="trashed").pk, make_post(alma, state="removed").pk, 7]

    for post_id in hidden:
        with pytest.raises(NotFound, match="nothing here"):
            report_post(boris, post_id, category="spam")

    assert not Case.objects.exists()


def test_followers_report_what_is_for_followers(alma: User, boris: User) -> None:
    make_follow(boris, alma)
    post = make_post(alma, audience="followers")

    assert report_post(boris, post.pk, category="privacy").case.post == post


def test_who_was_blocked_does_not_find_the_person_to_report_and_who_blocks_does(alma: User, boris: User) -> None:
    make_block(alma, boris)

    with pytest.raises(NotFound):
        report_person(boris, "alma", category="spam")

    assert report_person(alma, "boris", category="harassment").case.person == boris


def test_nobody_reports_themselves_and_words_are_checked(post: Post, alma: User, boris: User) -> None:
    wrongs: tuple[Callable[[], object], ...] = (
        lambda: report_post(alma, post.pk, category="spam"),
        lambda: report_person(alma, "alma", category="spam"),
        lambda: report_post(boris, post.pk, category="dull"),
        lambda: report_post(boris, post.pk, category="spam", note="x" * 1001),
    )
    for wrong in wrongs:
        with pytest.raises(InvalidInput):
            wrong()

    assert not Case.objects.exists()


def test_reporting_is_limited(post: Post, boris: User) -> None:
    with override_settings(RATE_LIMITS={**settings.RATE_LIMITS, "report": (1, 3600)}):
        report_post(boris, post.pk, category="spam")
        with pytest.raises(RateLimited):
            report_post(boris, post.pk, category="spam")

    assert Report.objects.count() == 1
