from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from core.logs import without_secrets
from moderation.models import Appeal, Case
from moderation.services.appeals import answer_appeal
from moderation.services.decisions import decide, dismiss_case, undo_decision
from moderation.services.telling import notice_pass
from moderation.subjects import of_person, subject_of
from photos.models import Post
from tests.conftest import AsUser
from tests.factories import make_post
from tests.moderation.making import mails, make_decision, told

RULE = 'No spam <img src=x onerror="alert(1)">'


def test_notice_tells_the_person_what_and_why_and_nothing_of_who(
    as_user: AsUser, case: Case, post: Post, alma: User, boris: User, moderator: User
) -> None:
    decision = decide(moderator, "warn", subject_of(case), reason=RULE, note="Watch her.", case=case)

    html = as_user(alma).get(f"/notices/{to_code(decision.pk)}/").content.decode()

    assert "You are warned for a post of yours." in html
    assert f"/p/{to_code(post.pk)}/" in html
    assert "No spam &lt;img" in html
    told_of = [word for word in ("boris", "moderator", "Watch her", "Again and again", "<img src=x") if word in html]
    assert told_of == []


@pytest.mark.parametrize("where", ["logged in", "from the mail", "from the mail, logged in"])
def test_person_appeals_once_and_is_told_the_answer(
    as_user: AsUser, case: Case, alma: User, moderator: User, where: str
) -> None:
    decision = decide(moderator, "freeze", subject_of(case), reason=RULE, case=case)
    page = f"/notices/{to_code(decision.pk)}/"
    client, form = as_user(alma), f"{page}appeal/"
    if where != "logged in":
        page = form = address_in(mails()[-1]["text"])
        client = Client() if where == "from the mail" else client

    sent = client.post(form, {"text": "<b>No!</b>"}, follow=True)
    again = client.post(form, {"text": "No!!"}, follow=True)

    assert sent.status_code == again.status_code == 200
    assert "&lt;b&gt;No!" in again.content.decode()
    assert "You have appealed already" in again.content.decode()
    appeal = Appeal.objects.get()
    with told() as heard:
        answer_appeal(moderator, appeal, is_granted=True, answer="You are right.")
    alma.refresh_from_db()
    assert alma.frozen_at is None
    assert [(user, words) for user, words, _ in heard] == [(alma.pk, "Your appeal was granted.")]
    html = client.get(page).content.decode()
    assert "You are right." in html
    assert "taken back" in html


def address_in(text: str) -> str:
    """The path of the one address in a mail."""
    (line,) = [line for line in text.splitlines() if "/notices/open/" in line]
    return "/" + line.split("/", 3)[3]


def test_suspended_person_reads_and_appeals_without_a_log_in(alma: User, moderator: User) -> None:
    decide(moderator, "suspend", of_person(alma), reason=RULE)
    page = address_in(mails()[-1]["text"])
    client = Client()

    answer = client.get(page)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Your account was suspended" in answer.content.decode()
    assert client.post(page, {"text": "Please."}).status_code == 303
    assert Appeal.objects.get().decision.person == alma


def test_address_of_a_mail_opens_one_notice_for_a_while_and_no_other(alma: User, boris: User) -> None:
    decision = make_decision(alma)
    ticket, client = notice_pass(decision), Client()

    assert client.get(f"/notices/open/{ticket}/").status_code == 200
    for wrong in (ticket[:-1], f"{ticket}x", "x", notice_pass(make_decision(boris))[:20] + ticket[20:]):
        assert client.get(f"/notices/open/{wrong}/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=181)):
        assert client.get(f"/notices/open/{ticket}/").status_code == 404


def test_notice_of_somebody_else_and_of_a_dismissed_case_is_missing(
    as_user: AsUser, case: Case, alma: User, boris: User, moderator: User
) -> None:
    decision, dismissed = make_decision(alma), dismiss_case(moderator, case)

    answers = [
        as_user(boris).get(f"/notices/{to_code(decision.pk)}/"),
        as_user(moderator).get(f"/notices/{to_code(decision.pk)}/"),
        as_user(alma).get(f"/notices/{to_code(dismissed.pk)}/"),
        as_user(boris).post(f"/notices/{to_code(decision.pk)}/appeal/", {"text": "x"}),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert not Appeal.objects.exists()


def test_what_is_taken_back_says_so_and_cannot_be_appealed(as_user: AsUser, alma: User, moderator: User) -> None:
    decision = decide(moderator, "limit", of_person(alma), reason=RULE)
    undo_decision(moderator, decision, reason="A mistake.")
    client, page = as_user(alma), f"/notices/{to_code(decision.pk)}/"

    html = client.get(page).content.decode()

    assert "was taken back" in html
    assert "<textarea" not in html
    client.post(f"{page}appeal/", {"text": "x"})
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_has_ones_own_notices_alone(
    as_user: AsUser, alma: User, boris: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make_decision(alma, reason=RULE)
    make_decision(boris, reason="Of boris")
    make_decision(alma, action="dismiss", reason="Dismissed")
    client = as_user(alma)
    client.get("/settings/notices/")

    with django_assert_num_queries(2):
        html = client.get("/settings/notices/").content.decode()

    assert html.count("You are warned.") == rows
    assert [word for word in ("Of boris", "Dismissed", "<img src=x") if word in html] == []


def test_mod_leads_staff_to_the_queue_and_is_missing_for_everybody_else(
    as_user: AsUser, alma: User, moderator: User, administrator: User, superuser: User
) -> None:
    for person in (moderator, administrator, superuser):
        assert as_user(person).get("/mod/")["Location"] == "/admin/moderation/case/?state__exact=open"
    assert as_user(alma).get("/mod/").status_code == 404


def test_nothing_that_the_reported_person_reads_names_who_reported(
    as_user: AsUser, alma: User, boris: User, case: Case, moderator: User
) -> None:
    client = as_user(alma)
    pages = ["/", "/@alma/", "/activity/", "/settings/notices/", "/settings/security/log/"]
    before = [client.get(page).content.decode().count("boris") for page in pages]

    decision = decide(moderator, "warn", subject_of(case), reason=RULE, case=case)

    found = [client.get(page).content.decode().count("boris") for page in pages]
    notice = client.get(f"/notices/{to_code(decision.pk)}/").content.decode()
    assert found == before
    assert "boris" not in notice + "".join(mail["text"] + mail["html"] for mail in mails())
    assert make_post(alma).author == alma


def test_address_out_of_a_mail_is_in_no_log(alma: User) -> None:
    ticket = notice_pass(make_decision(alma))

    assert without_secrets(f"GET /notices/open/{ticket}/ 200") == "GET /notices/open/*** 200"
