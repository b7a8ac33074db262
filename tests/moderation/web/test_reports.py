import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from moderation.models import Case, Report
from moderation.services.decisions import decide, dismiss_case
from moderation.services.reports import report_person, report_post
from moderation.subjects import subject_of
from photos.models import Post
from tests.conftest import AsUser
from tests.factories import make_comment, make_post, make_user

HOSTILE = '"><script>alert(1)</script>{{7*7}}'


def test_post_is_reported_by_a_form_and_then_one_may_mute_or_block(
    as_user: AsUser, post: Post, alma: User, boris: User
) -> None:
    client, page = as_user(boris), f"/p/{to_code(post.pk)}/report/"

    form = client.get(page)
    sent = client.post(page, {"category": "spam", "note": HOSTILE}, follow=True)

    assert "Report this post" in form.content.decode()
    assert [path for path, _ in sent.redirect_chain] == [page]
    html = sent.content.decode()
    assert "Thank you for reporting" in html
    assert "/@alma/mute/" in html
    assert "/@alma/block/" in html
    assert Report.objects.values_list("reporter", "category", "note").get() == (boris.pk, "spam", HOSTILE)


def test_form_keeps_what_was_typed_when_nothing_is_chosen(as_user: AsUser, post: Post, boris: User) -> None:
    response = as_user(boris).post(f"/p/{to_code(post.pk)}/report/", {"note": HOSTILE})

    assert response.status_code == 422
    assert "&lt;script&gt;alert(1)" in response.content.decode()
    assert not Case.objects.exists()


def test_people_and_comments_are_reported_from_pages_of_their_own(
    as_user: AsUser, post: Post, alma: User, boris: User
) -> None:
    comment = make_comment(alma, post)
    client = as_user(boris)

    answers = [
        client.post("/@Alma/report/", {"category": "impersonation"}),
        client.post(f"/comments/{to_code(comment.pk)}/report/", {"category": "hate"}),
    ]

    assert [each.status_code for each in answers] == [303, 303]
    assert list(Case.objects.order_by("pk").values_list("kind", flat=True)) == ["person", "comment"]


def test_menus_lead_to_the_page_and_ones_own_do_not(as_user: AsUser, post: Post, alma: User, boris: User) -> None:
    path = f"/p/{to_code(post.pk)}/report/"

    assert path in as_user(boris).get(f"/p/{to_code(post.pk)}/menu/").content.decode()
    assert "/@alma/report/" in as_user(boris).get("/@alma/menu/").content.decode()
    assert path not in as_user(alma).get(f"/p/{to_code(post.pk)}/menu/").content.decode()
    assert "nothing to report" in as_user(alma).get(path).content.decode()


def test_who_is_not_logged_in_is_asked_to(as_user: AsUser, post: Post) -> None:
    response = as_user(None).get(f"/p/{to_code(post.pk)}/report/")

    assert response["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_tells_what_came_of_ones_reports_alone(
    as_user: AsUser, boris: User, carla: User, moderator: User, rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _ in range(rows):
        report_post(boris, make_post(make_user()).pk, category="spam", note=HOSTILE)
    report_person(carla, "moderator", category="hate", note="Of carla.")
    client = as_user(boris)
    client.get("/settings/reports/")

    with django_assert_num_queries(2):
        html = client.get("/settings/reports/").content.decode()

    assert html.count("Being looked at") == rows
    assert "Of carla." not in html
    first, *others = Case.objects.filter(kind="post").order_by("pk")
    dismiss_case(moderator, first)
    for case in others:
        decide(moderator, "warn", subject_of(case), reason="A rule.", case=case)
    html = client.get("/settings/reports/").content.decode()
    assert (html.count("No rule broken"), html.count("We took action")) == (1, rows - 1)
    assert "<script>alert" not in html
    assert "A rule." not in html
