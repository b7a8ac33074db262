import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import SecurityEvent, User
from accounts.services.usernames import rename_user
from core.ids import to_code as post_code
from tests.conftest import AsApp, AsUser, Settled
from tests.factories import make_block, make_follow, make_post
from tests.privacy.answers import comparable

pytestmark = pytest.mark.django_db


def test_name_is_changed_on_its_page(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).post("/settings/username/", {"username": "Alma.B"})

    assert (response.status_code, User.objects.get().username) == (303, "alma.b")


def test_renaming_is_told_by_mail_and_in_the_security_log(as_user: AsUser, alma: User, settled: Settled) -> None:
    client = as_user(alma)

    with settled():
        client.post("/settings/username/", {"username": "alma.b"}, REMOTE_ADDR="203.0.113.9")
        client.post("/settings/username/", {"username": "alma.b"})

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["alma@example.org"], "Your name at Contact Sheet was changed")
    for words in ("from alma to alma.b", "203.0.113.9", "If it was not you", "/password/reset/"):
        assert words in str(sent.body)
    lines = SecurityEvent.objects.filter(kind="username_changed")
    assert list(lines.values_list("detail", "address")) == [("alma → alma.b", "203.0.113.9")]


def test_name_that_cannot_be_had_is_told_beside_the_field(as_user: AsUser, alma: User, boris: User) -> None:
    response = as_user(alma).post("/settings/username/", {"username": "boris"})

    assert (response.status_code, "Somebody has this name already." in response.text) == (422, True)


def test_page_of_the_name_asks_for_the_password_first(alma: User) -> None:
    client = Client()
    client.force_login(alma)

    assert client.get("/settings/username/")["Location"].startswith("/confirm/")


@pytest.mark.parametrize("path", ["/@alma/", "/@alma/?view=contact", "/@alma/followers/", "/@alma/feed.atom"])
def test_old_name_leads_to_the_new_one(alma: User, path: str) -> None:
    rename_user(alma, "alma.b")

    response = Client().get(path)

    assert (response.status_code, response["Location"]) == (307, path.replace("@alma/", "@alma.b/"))
    assert response["Cache-Control"] == "private, no-cache"


def test_old_name_of_a_person_who_blocked_the_viewer_is_as_missing(as_user: AsUser, alma: User, boris: User) -> None:
    make_block(alma, boris)
    rename_user(alma, "alma.b")

    hidden, missing = (as_user(boris).get(f"/@{name}/") for name in ("alma", "nobody"))

    assert comparable(hidden, "alma") == comparable(missing, "nobody")


def test_old_name_answers_in_the_api_as_the_new_one(as_app: AsApp, alma: User, boris: User) -> None:
    rename_user(alma, "alma.b")

    old, new = (as_app(boris).get(f"/rest/v1/users/{name}") for name in ("alma", "alma.b"))

    assert (old.status_code, old.json()) == (200, new.json())


def test_privacy_is_set_on_its_page_all_at_once(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    client.post("/settings/privacy/", {"is_private": "on", "hides_counts": "on", "hides_follows": "on"})

    alma.refresh_from_db()
    assert (alma.is_private, alma.hides_counts, alma.hides_follows) == (True, True, True)
    assert (alma.in_search, alma.in_discovery, alma.in_engines) == (False, False, False)


def test_hidden_numbers_are_null_for_others_and_told_to_oneself(as_app: AsApp, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    as_app(alma).patch("/rest/v1/me", {"hides_counts": True}, "application/json")

    others, own = as_app(boris).get("/rest/v1/users/alma").json(), as_app(alma).get("/rest/v1/me").json()

    assert (others["follower_count"], others["following_count"]) == (None, None)
    assert (own["follower_count"], own["hides_counts"]) == (1, True)


def test_hidden_lists_are_for_oneself_alone(as_user: AsUser, as_app: AsApp, alma: User, boris: User) -> None:
    make_follow(boris, alma)
    User.objects.filter(pk=alma.pk).update(hides_follows=True)

    answers = [as_user(who).get("/@alma/followers/").status_code for who in (None, boris, alma)]

    assert answers == [404, 404, 200]
    assert as_app(boris).get("/rest/v1/users/alma/followers").status_code == 404


@pytest.mark.parametrize(
    ("allowed", "wanted", "listed"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_engines_list_whom_the_site_and_the_person_let_them(
    alma: User, settings: Settings, allowed: bool, wanted: bool, listed: bool
) -> None:
    settings.ALLOW_ENGINES = allowed
    User.objects.filter(pk=alma.pk).update(in_engines=wanted)
    post = make_post(alma)
    client = Client()

    pages = [client.get(path).text for path in ("/@alma/", f"/p/{post_code(post.pk)}/")]
    maps = [client.get(f"/sitemap-{kind}-1.xml").text for kind in ("people", "posts")]
    files = client.get("/sitemap.xml")

    assert ['<meta name="robots" content="noindex">' in page for page in pages] == [not listed] * 2
    assert ["<loc>" in text for text in maps] == [listed] * 2
    assert files.status_code == (200 if allowed else 404)
    assert ("Disallow: /\n" in client.get("/robots.txt").text) == (not allowed)


def test_calm_pages_hide_numbers_from_who_wants_none(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    client.post("/settings/appearance/counts/", {})

    assert 'class="in calm"' in client.get("/@alma/").text
