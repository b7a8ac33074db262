"""The desk of staff: what they see, what they do, and what stays closed to whom."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from moderation.models import Appeal, AuditEntry, Case, Decision
from moderation.services.appeals import appeal
from moderation.services.cases import claim_case
from moderation.services.decisions import decide
from moderation.services.reports import report_comment, report_person, report_post
from moderation.services.roles import set_role
from moderation.subjects import of_person, subject_of
from photos.models import Post
from tests.conftest import AsUser
from tests.factories import make_comment, make_follow, make_post, make_user
from tests.moderation.making import audit, make_decision

HOSTILE = '</textarea><script>alert(1)</script>"onload="x'
QUEUE = "/admin/moderation/case/"
RULE = "No spam and no fraud."
LISTS = {"case": 4, "decision": 3, "appeal": 3, "auditentry": 3, "member": 3}


def page_of(case: Case) -> str:
    return f"{QUEUE}{case.pk}/change/"


def do(client: Client, case: Case, what: str, **values: str) -> str:
    """Press a button on the page of a case; returns the page after it."""
    response = client.post(f"{QUEUE}{case.pk}/do/{what}/", values, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def fill(rows: int, staff: User) -> None:
    reporters = [make_user(), make_user()]
    for _ in range(rows):
        person = make_user()
        case = report_person(reporters[0], person.username, category="spam").case
        report_person(reporters[1], person.username, category="hate")
        claim_case(staff, case)
        appeal(decide(staff, "warn", of_person(person), reason=RULE), "No!")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", LISTS)
def test_list_makes_the_same_queries_however_many_rows(
    as_user: AsUser, superuser: User, page: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(rows, superuser)
    client = as_user(superuser)
    client.get(f"/admin/moderation/{page}/")

    with django_assert_num_queries(LISTS[page]):
        response = client.get(f"/admin/moderation/{page}/")

    assert response.status_code == 200


def test_queue_has_what_is_open_first_and_is_filtered_and_searched(
    as_user: AsUser, case: Case, alma: User, carla: User, moderator: User
) -> None:
    client = as_user(moderator)
    settled = report_person(carla, "boris", category="hate").case
    Case.objects.filter(pk=settled.pk).update(state="settled", outcome="warn")

    whole = client.get(QUEUE).content.decode()
    found = {
        query: [each in client.get(f"{QUEUE}?{query}").content.decode() for each in (case.label, settled.label)]
        for query in ("state__exact=open", "category=hate", "hand=nobody", "hand=mine", "q=alma", "kind__exact=person")
    }

    assert whole.index(case.label) < whole.index(settled.label)
    assert found == {
        "state__exact=open": [True, False],
        "category=hate": [False, True],
        "hand=nobody": [True, True],
        "hand=mine": [False, False],
        "q=alma": [True, False],
        "kind__exact=person": [False, True],
    }


def test_queue_without_open_cases_is_clear(as_user: AsUser, moderator: User) -> None:
    assert "Queue clear" in as_user(moderator).get("/mod/", follow=True).content.decode()


def test_case_is_worked_on_from_claim_to_undo(as_user: AsUser, case: Case, post: Post, moderator: User) -> None:
    client = as_user(moderator)

    assert "in your hands" in do(client, case, "claim")
    assert "&lt;/textarea&gt;&lt;script&gt;" in do(client, case, "note", text=HOSTILE)
    html = do(client, case, "decide", action="hide", rule=RULE, note=HOSTILE)

    post.refresh_from_db()
    assert (post.state, post.removed_for) == ("removed", RULE)
    assert "<script>alert" not in html
    decision = Decision.objects.get()
    html = do(client, case, "undo", decision=str(decision.pk), reason="A mistake.")
    post.refresh_from_db()
    assert post.state == "published"
    assert "Undone" in html
    assert [each.verb for each in audit()] == ["claimed", "noted", "decided", "undid"]


def test_what_is_wrong_with_a_form_is_said_and_nothing_happens(as_user: AsUser, case: Case, moderator: User) -> None:
    client = as_user(moderator)

    assert "Say why" in do(client, case, "decide", action="hide")
    assert "Action:" in do(client, case, "decide", action="stare", words="x")
    assert "Text:" in do(client, case, "note", text=" ")
    assert client.post(f"{QUEUE}{case.pk}/do/stare/").status_code == 404
    assert client.get(f"{QUEUE}{case.pk}/do/claim/").status_code == 405
    assert not Decision.objects.exists()


def test_private_post_opens_to_who_has_the_case_in_hand_and_closes_with_it(
    as_user: AsUser, alma: User, boris: User, moderator: User
) -> None:
    make_follow(boris, alma)
    hidden = make_post(alma, audience="followers", title="For friends", caption="Among us")
    other = make_post(alma, audience="followers", title="Elsewhere")
    case = report_post(boris, hidden.pk, category="hate").case
    client = as_user(moderator)

    before = client.get(page_of(case)).content.decode()
    do(client, case, "claim")
    opened = client.get(page_of(case)).content.decode()
    colleague = make_user("colleague", is_staff=True)
    colleague.groups.set(moderator.groups.all())
    for_other = as_user(colleague).get(page_of(case)).content.decode()
    closed = do(client, case, "decide", action="warn", rule=RULE)

    shown = ["For friends" in html and "Among us" in html for html in (before, opened, for_other, closed)]
    assert shown == [False, True, False, False]
    assert "/media/renditions/" in opened
    assert "/media/renditions/" not in before + for_other + closed
    assert other.title not in opened
    looks = [each for each in audit() if each.verb == "looked"]
    assert [(each.actor, each.target_id) for each in looks] == [(moderator, hidden.pk)] * 2  # claimed, and once more


def test_case_that_staff_opened_without_a_report_opens_nothing(as_user: AsUser, alma: User, superuser: User) -> None:
    hidden = make_post(alma, audience="only_me", title="Mine alone")
    page = f"{QUEUE}about/post/{hidden.pk}/"
    client = as_user(superuser)

    html = client.get(page).content.decode()

    assert "Mine alone" not in html
    assert "/media/renditions/" not in html
    assert audit() == []
    client.post(page, {"action": "hide", "words": RULE})
    hidden.refresh_from_db()
    assert hidden.state == "removed"


def test_public_things_show_without_a_line_in_the_audit(
    as_user: AsUser, case: Case, post: Post, alma: User, boris: User, moderator: User
) -> None:
    comment = report_comment(boris, make_comment(alma, post, HOSTILE).pk, category="spam").case
    person = report_person(boris, "alma", category="spam").case
    client = as_user(moderator)

    pages = [client.get(page_of(each)).content.decode() for each in (case, comment, person)]

    assert "Shelf" in pages[0]
    assert "&lt;/textarea&gt;" in pages[1]
    assert all("<script>alert" not in each for each in pages)
    assert audit() == []


def test_people_are_decided_about_on_a_page_of_their_own_without_their_address(
    as_user: AsUser, alma: User, moderator: User
) -> None:
    client, page = as_user(moderator), f"/admin/moderation/member/{alma.pk}/change/"

    client.post(page, {"action": "freeze", "rule": RULE})
    html = client.get(page).content.decode()
    found = client.get("/admin/moderation/member/?q=alma").content.decode()
    by_address = client.get("/admin/moderation/member/?email__startswith=alma")

    alma.refresh_from_db()
    assert alma.frozen_at is not None
    assert RULE in html
    assert alma.email not in html + found
    assert by_address.status_code in (302, 400)
    client.post(page, {"decision": str(Decision.objects.get().pk), "reason": "A mistake."})
    alma.refresh_from_db()
    assert alma.frozen_at is None


def test_many_cases_are_claimed_dismissed_and_settled_at_once(
    as_user: AsUser, boris: User, alma: User, moderator: User
) -> None:
    cases = [report_person(boris, make_user().username, category="spam").case for _ in range(5)]
    taken = report_person(boris, "alma", category="spam").case
    Case.objects.filter(pk=taken.pk).update(claimed_by=alma)
    client = as_user(moderator)

    def act(action: str, *chosen: Case, **values: str) -> str:
        sent = {"action": action, "_selected_action": [str(each.pk) for each in chosen], **values}
        return client.post(QUEUE, sent, follow=True).content.decode()

    assert "5 taken in hand" in act("claim", *cases)
    assert "1 released" in act("release", cases[4])
    assert "2 settled" in act("dismiss", *cases[:2])
    html = act("settle", *cases[2:4], taken, deed="limit", rule=RULE)

    assert "2 settled" in html
    assert "@alma has this case in hand" in html
    assert "Say why" in act("settle", cases[4], deed="warn")
    outcomes = Case.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["dismiss", "dismiss", "limit", "limit", "", ""]
    assert User.objects.exclude(limited_at=None).count() == 2


def test_appeals_are_answered_in_their_queue(as_user: AsUser, alma: User, moderator: User) -> None:
    decision = decide(moderator, "limit", of_person(alma), reason=RULE)
    row = appeal(decision, HOSTILE)
    client, page = as_user(moderator), f"/admin/moderation/appeal/{row.pk}/change/"

    before = client.get(page).content.decode()
    client.post(page, {"answer": "Right.", "grant": "1"})
    again = client.post(page, {"answer": "No.", "grant": "0"}, follow=True).content.decode()

    assert "<script>alert" not in before
    assert Appeal.objects.values_list("state", "answer").get() == ("granted", "Right.")
    assert "Somebody else has answered" in again
    decision.refresh_from_db()
    alma.refresh_from_db()
    assert (decision.stands, alma.limited_at) == (False, None)


def test_audit_and_cases_are_changed_by_nobody_by_hand(as_user: AsUser, case: Case, superuser: User) -> None:
    claim_case(superuser, case)
    entry, client = audit()[0], as_user(superuser)

    for page in (f"auditentry/{entry.pk}/delete/", f"case/{case.pk}/delete/", "auditentry/add/", "decision/add/"):
        assert client.get(f"/admin/moderation/{page}").status_code == 403
    assert client.post(f"/admin/moderation/auditentry/{entry.pk}/change/", {"reason": "x"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"}
    client.post("/admin/moderation/auditentry/", selected)
    assert AuditEntry.objects.get(pk=entry.pk).reason == ""


# What each rank opens: members nothing, moderators their desk, administrators all but rights, superusers all.
PAGES = {
    "moderation/case/": "MAS",
    "moderation/member/": "MAS",
    "moderation/decision/": "MAS",
    "moderation/appeal/": "MAS",
    "moderation/auditentry/": "AS",
    "photos/post/": "MAS",
    "accounts/user/": "AS",
    "accounts/accesstoken/": "AS",
    "account/emailaddress/": "AS",
    "auth/group/": "S",
}


def test_each_rank_opens_its_own_pages(
    as_user: AsUser, alma: User, moderator: User, administrator: User, superuser: User
) -> None:
    people = {"": alma, "M": moderator, "A": administrator, "S": superuser, "P": make_user("plain", is_staff=True)}
    clients = {rank: as_user(person) for rank, person in people.items()}

    opened = {
        page: "".join(rank for rank in "MASP" if clients[rank].get(f"/admin/{page}").status_code == 200)
        for page in PAGES
    }

    assert opened == PAGES
    assert {clients[""].get(f"/admin/{page}").status_code for page in PAGES} == {302}


def test_administrators_give_roles_and_moderators_do_not(
    as_user: AsUser, alma: User, moderator: User, administrator: User, superuser: User
) -> None:
    def give(staff: User, action: str, person: User) -> None:
        sent = {"action": action, "_selected_action": [str(person.pk)]}
        as_user(staff).post("/admin/moderation/member/", sent)
        person.refresh_from_db()

    give(moderator, "make_moderator", alma)
    assert not alma.is_staff
    give(administrator, "make_moderator", alma)
    assert (alma.is_staff, [group.name for group in alma.groups.all()]) == (True, ["Moderators"])
    give(administrator, "make_member", superuser)
    assert superuser.is_staff
    give(administrator, "make_member", administrator)
    assert administrator.is_staff
    give(administrator, "make_member", alma)
    assert (alma.is_staff, list(alma.groups.all())) == (False, [])


def test_administrators_change_members_and_neither_who_stands_above_nor_rights(
    as_user: AsUser, alma: User, administrator: User, superuser: User
) -> None:
    client, second = as_user(administrator), set_role(None, make_user("second"), "administrator")

    own = client.get(f"/admin/accounts/user/{alma.pk}/change/").content.decode()
    others = [
        client.get(f"/admin/accounts/user/{person.pk}/change/").content.decode() for person in (superuser, second)
    ]
    passwords = [
        client.get(f"/admin/accounts/user/{person.pk}/password/").status_code for person in (alma, superuser, second)
    ]

    assert 'name="email"' in own
    assert [
        name for name in ("is_staff", "is_superuser", "groups", "user_permissions") if f'name="{name}"' in own
    ] == []
    assert [html for html in others if 'name="email"' in html] == []
    assert passwords == [200, 403, 403]


def test_lists_of_posts_and_people_decide_as_the_desk_does(
    as_user: AsUser, post: Post, alma: User, boris: User, administrator: User
) -> None:
    client = as_user(administrator)
    removal = {"action": "take_off_the_site", "_selected_action": [str(post.pk)], "reason": RULE}

    client.post("/admin/photos/post/", removal)
    client.post("/admin/photos/post/", removal | {"action": "put_on_the_site_again"})
    client.post("/admin/accounts/user/", {"action": "suspend", "_selected_action": [str(boris.pk)], "reason": RULE})

    post.refresh_from_db()
    decided = [(each.action, each.person, each.reason, each.stands) for each in Decision.objects.order_by("pk")]
    assert post.state == "published"
    assert decided == [("hide", alma, RULE, False), ("suspend", boris, RULE, True)]
    assert [each.verb for each in audit()] == ["decided", "undid", "decided"]


def test_pages_of_staff_tell_nothing_to_who_is_none(as_user: AsUser, case: Case, alma: User) -> None:
    client, decision = as_user(alma), make_decision(alma)

    pages = [page_of(case), f"/admin/moderation/decision/{decision.pk}/change/", f"{QUEUE}about/person/{alma.pk}/"]

    assert {client.get(page).status_code for page in pages} == {302}
    assert client.post(f"{QUEUE}{case.pk}/do/claim/").status_code == 302
    case.refresh_from_db()
    assert (case.claimed_by, subject_of(case).person) == (None, alma)
