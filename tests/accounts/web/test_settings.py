import re

import pytest
from django.test import Client

from accounts.models import Follow, User
from accounts.services.follows import follow_user
from tests.conftest import AsUser
from tests.factories import PASSWORD, make_block, make_user

PAGES = ["profile", "privacy", "security", "account", "blocked", "appearance"]
NEW_PASSWORD = "fern-bench-58"


@pytest.mark.parametrize("page", PAGES)
def test_settings_page_is_shown_to_its_person(as_user: AsUser, alma: User, page: str) -> None:
    response = as_user(alma).get(f"/settings/{page}/")

    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_settings_page_sends_a_stranger_to_log_in_and_back(client: Client, page: str) -> None:
    response = client.get(f"/settings/{page}/")

    assert (response.status_code, response["Location"]) == (302, f"/login/?next=%2Fsettings%2F{page}%2F")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["profile", "privacy", "security", "account/delete", "account/deactivate"])
def test_settings_form_of_a_stranger_sends_to_log_in(client: Client, page: str) -> None:
    response = client.post(f"/settings/{page}/", {"bio": "x"})

    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2F")


def test_profile_is_saved_and_says_so(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    response = client.post("/settings/profile/", {"display_name": "Alma B.", "bio": "two\nlines", "username": "root"})

    alma.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, "/settings/profile/")
    assert (alma.username, alma.display_name, alma.bio) == ("alma", "Alma B.", "two\nlines")
    assert "Saved." in client.get("/settings/profile/").text


@pytest.mark.parametrize(("before", "sent", "after"), [(False, {"show_camera": "on"}, True), (True, {}, False)])
def test_camera_is_shown_to_others_as_its_owner_says(
    as_user: AsUser, alma: User, before: bool, sent: dict[str, str], after: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(show_camera=before)
    client = as_user(alma)

    page = client.get("/settings/profile/")
    client.post("/settings/profile/", {"display_name": "Alma", **sent})

    assert page.context["form"]["show_camera"].value() == before
    assert User.objects.get(pk=alma.pk).show_camera == after


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", "x" * 65), ("bio", "x" * 501), ("website", "javascript:alert(1)"), ("location", "a\x00b")],
)
def test_profile_with_something_wrong_is_shown_again_and_not_saved(
    as_user: AsUser, alma: User, field: str, value: str
) -> None:
    response = as_user(alma).post("/settings/profile/", {field: value})

    assert (response.status_code, 'id="id_' + field + '_error"' in response.text) == (422, True)
    assert getattr(User.objects.get(pk=alma.pk), field) == ""


def test_account_is_closed_and_opened_again(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)

    client.post("/settings/privacy/", {"is_private": "on"})
    follow_user(boris, alma)
    assert (User.objects.get(pk=alma.pk).is_private, Follow.objects.get().state) == (True, "requested")

    response = client.post("/settings/privacy/", {})
    assert (User.objects.get(pk=alma.pk).is_private, Follow.objects.get().state) == (False, "accepted")
    assert (response.status_code, response["Location"]) == (303, "/settings/privacy/")


def test_new_password_ends_every_other_session(as_user: AsUser, alma: User) -> None:
    here, there = as_user(alma), as_user(alma)
    key = here.cookies["session"].value

    response = here.post("/settings/security/", {"current": PASSWORD, "new": NEW_PASSWORD})

    assert response.status_code == 303
    assert (here.get("/activity/").status_code, there.get("/activity/").status_code) == (200, 302)
    assert here.cookies["session"].value != key
    assert Client().login(username="alma", password=NEW_PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "problem"),
    [
        ("wrong", NEW_PASSWORD, "This is not your current password."),
        (PASSWORD, "short", "This password is too short."),
        (PASSWORD, "password", "This password is too common."),
        (PASSWORD, "alma@example.org", "The password is too similar to the"),
        (PASSWORD, "x" * 4097, "This password is too long."),
        ("", NEW_PASSWORD, "This field is required."),
    ],
)
def test_new_password_with_something_wrong_changes_nothing(
    as_user: AsUser, alma: User, current: str, new: str, problem: str
) -> None:
    response = as_user(alma).post("/settings/security/", {"current": current, "new": new})

    assert (response.status_code, problem in response.text) == (422, True)
    assert User.objects.get(pk=alma.pk).check_password(PASSWORD)


def test_guesses_of_the_current_password_are_slowed(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    answers = [client.post("/settings/security/", {"current": "x", "new": NEW_PASSWORD}).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


def test_blocked_people_are_listed_for_who_blocked_them(as_user: AsUser, alma: User, boris: User) -> None:
    make_block(alma, boris)
    make_block(make_user("other"), alma)

    make_block(alma, make_user("closed", is_active=False))

    text = as_user(alma).get("/settings/blocked/").text

    assert [f"@{name}" in text for name in ("boris", "other", "closed")] == [True, False, False]
    assert "Unblock" in text


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_theme_is_remembered_in_this_browser(client: Client, theme: str) -> None:
    response = client.post("/theme/", {"theme": theme, "next": "/login/"})

    assert (response.status_code, response["Location"]) == (303, "/login/")
    assert response.cookies["theme"].value == theme
    assert (f'data-theme="{theme}"' in client.get("/login/").text) == (theme != "system")


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["pink", '"><script>', ""])
def test_theme_that_is_none_of_ours_is_not_remembered(client: Client, theme: str) -> None:
    response = client.post("/theme/", {"theme": theme, "next": "https://evil.example.org"})

    assert (response.status_code, response["Location"], dict(response.cookies)) == (303, "/", {})


def test_links_are_kept_line_by_line_and_lead_away_without_trust(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)

    client.post("/settings/profile/", {"website": "a.example", "links": "b.example\r\n\r\nhttp://c.example/x\r\n"})

    page = as_user(boris).get("/@alma/").text
    found = re.findall(r'<a href="([^"]+)" rel="me nofollow noopener ugc">', page)
    assert found == ["https://a.example", "https://b.example", "http://c.example/x"]
    assert "https://b.example\nhttp://c.example/x</textarea>" in client.get("/settings/profile/").text


def test_fifth_link_beside_the_website_is_refused_with_the_words_kept(as_user: AsUser, alma: User) -> None:
    typed = "\n".join(f"{letter}.example" for letter in "abcde")

    answer = as_user(alma).post("/settings/profile/", {"links": typed})

    assert (answer.status_code, "4 more links at most." in answer.text, typed in answer.text) == (422, True, True)
    assert User.objects.get().links is None
