"""An account that staff limited: whole for who follows it or has an address of it, nowhere for strangers."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.standing import limit_account, unlimit_account
from feeds.services.explore import refresh_explore
from tests.factories import make_follow, make_post, make_user
from tests.hardening.routes import browser

POST = "Bowls fresh from the kiln"


@pytest.fixture
def staff(db: None) -> User:
    return make_user("warden", is_staff=True)


@pytest.fixture
def post(alma: User, carla: User) -> Any:
    alma.display_name = "Alma Limited"
    alma.save()
    make_follow(carla, alma)
    return make_post(alma, tags=("kiln",), title=POST, location_name="Porto")


def told(client: Client) -> set[str]:
    """Where this browser comes upon the account or its post without an address of it."""
    places = ["/explore/", "/tags/kiln/", "/people/", "/", "/rest/v1/explore", "/rest/v1/search?q=kiln&type=posts"]
    places += ["/rest/v1/search?q=alma&type=users", "/rest/v1/search?q=kiln&type=tags", "/rest/v1/suggestions"]
    places += ["/rest/v1/tags/kiln/posts", "/rest/v1/tags/kiln", "/sitemap-people-1.xml", "/sitemap-posts-1.xml"]
    places += ["/@alma/feed.atom", "/places/porto/", "/rest/v1/places/porto/posts", "/rest/v1/places/porto"]
    places += [f"/search/?q={words}" for words in ("kiln", "alma&type=people", "almo", "porto&type=places")]
    found = set()
    for place in places:
        answer = client.get(place)
        text = answer.content.decode()
        if answer.status_code == 200 and (POST in text or "/@alma" in text or '"username":"alma"' in text):
            found.add(place)
    return found


def test_strangers_come_upon_nothing_of_a_limited_account_but_followers_do(
    alma: User, boris: User, carla: User, staff: User, post: Any
) -> None:
    refresh_explore()
    before = told(browser(boris))
    limit_account(staff, alma)
    refresh_explore()

    atom = {"/@alma/feed.atom"}  # says whose it is, and nothing else
    assert {"/explore/", "/tags/kiln/", "/rest/v1/search?q=alma&type=users", "/sitemap-people-1.xml"} <= before
    assert (told(browser(boris)) - atom, told(browser(None)) - atom) == (set(), set())
    assert POST not in browser(boris).get("/@alma/feed.atom").content.decode()
    assert {"/tags/kiln/", "/rest/v1/search?q=alma&type=users"} <= told(browser(carla))
    assert {"/tags/kiln/", "/rest/v1/search?q=alma&type=users"} <= told(browser(alma))

    unlimit_account(staff, alma)
    refresh_explore()
    assert told(browser(boris)) == before


def test_profile_and_post_of_a_limited_account_open_by_their_address_and_keep_engines_away(
    alma: User, boris: User, staff: User, post: Any
) -> None:
    open_before = b"noindex" in browser(None).get("/@alma/").content
    limit_account(staff, alma)

    pages = [browser(boris).get("/@alma/"), browser(None).get("/@alma/")]

    assert not open_before
    assert [page.status_code for page in pages] == [200, 200]
    assert all(b"noindex" in page.content and POST.encode() in page.content for page in pages)
