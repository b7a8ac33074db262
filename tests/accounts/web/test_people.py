import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block, Follow, User
from accounts.services.follows import follow_user
from tests.conftest import AsUser, Settled
from tests.factories import make_block, make_follow, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def follows() -> list[tuple[str, str, str]]:
    return list(Follow.objects.order_by("id").values_list("follower__username", "followee__username", "state"))


def blocks() -> list[tuple[str, str]]:
    return list(Block.objects.values_list("blocker__username", "blocked__username"))


def listed(html: str) -> list[str]:
    """The usernames in the list of a page, in order."""
    return [item.split('href="/@')[1].split("/")[0] for item in html.split('<li class="person')[1:]]


@pytest.fixture
def closed(db: None) -> User:
    return make_user("closed", is_private=True)


@pytest.mark.parametrize(
    ("path", "after"),
    [
        ("/activity/", "%2Factivity%2F"),
        ("/activity/?cursor=x&a=b", "%2Factivity%2F%3Fcursor%3Dx%26a%3Db"),
        ("/@alma/menu/", "%2F%40alma%2Fmenu%2F"),
        ("/@alma/block/", "%2F%40alma%2Fblock%2F"),
    ],
)
def test_page_for_people_with_a_session_sends_a_stranger_to_log_in_and_back(
    client: Client, alma: User, path: str, after: str
) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/login/?next={after}")


@pytest.mark.parametrize(
    "path",
    ["/@alma/follow/", "/@alma/remove-follower/", "/@alma/block/", "/activity/requests/alma/"],
)
def test_change_by_a_stranger_sends_to_log_in_and_changes_nothing(client: Client, alma: User, path: str) -> None:
    response = client.post(path, {"on": "1", "accept": "1"})

    assert (response.status_code, response["Location"]) == (302, "/login/?next=%2F")
    assert (follows(), blocks()) == ([], [])


@pytest.mark.parametrize("path", ["/@alma/follow/", "/@alma/remove-follower/", "/activity/requests/alma/", "/theme/"])
def test_change_is_not_made_by_looking(as_user: AsUser, alma: User, boris: User, path: str) -> None:
    response = as_user(boris).get(path)

    assert (response.status_code, follows()) == (405, [])


@pytest.mark.parametrize(
    "path",
    [
        "/@nobody/followers/",
        "/@nobody/following/",
        "/@nobody/menu/",
        "/@nobody/block/",
        "/@gone/menu/",
        "/@hater/menu/",
    ],
)
def test_page_of_who_is_missing_closed_or_blocks_me_is_missing(as_user: AsUser, alma: User, path: str) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)

    assert as_user(alma).get(path).status_code == 404


@pytest.mark.parametrize("action", ["follow", "block", "remove-follower"])
@pytest.mark.parametrize("name", ["nobody", "gone", "hater"])
def test_change_towards_who_is_missing_closed_or_blocks_me_is_missing(
    as_user: AsUser, alma: User, name: str, action: str
) -> None:
    make_user("gone", is_active=False)
    make_block(make_user("hater"), alma)

    response = as_user(alma).post(f"/@{name}/{action}/", {"on": "1"})

    assert (response.status_code, follows(), blocks()) == (404, [], [("hater", "alma")])


def test_follow_and_unfollow_lead_back_to_the_profile(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)

    response = client.post("/@Boris/follow/", {"on": "1"})
    assert (response.status_code, response["Location"]) == (303, "/@boris/")
    assert follows() == [("alma", "boris", "accepted")]

    client.post("/@boris/follow/", {"on": "0"})
    assert follows() == []


def test_follow_leads_to_next_on_this_site_only(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)

    own = client.post("/@boris/follow/", {"next": "/p/1/"})["Location"]
    foreign = client.post("/@boris/follow/", {"next": "//evil.example.org"})["Location"]

    assert (own, foreign) == ("/p/1/", "/@boris/")


@pytest.mark.parametrize(("private", "label"), [(False, "Following"), (True, "Requested")])
def test_follow_by_htmx_answers_with_the_button_alone(
    as_user: AsUser, alma: User, boris: User, private: bool, label: str
) -> None:
    User.objects.filter(pk=boris.pk).update(is_private=private)

    response = as_user(alma).post("/@boris/follow/", {"on": "1"}, headers=HTMX)

    assert (response.status_code, "<html" in response.text, label in response.text) == (200, False, True)
    assert "HX-Request" in response["Vary"]


def test_follow_of_oneself_is_refused_with_a_page(as_user: AsUser, alma: User) -> None:
    response = as_user(alma).post("/@alma/follow/", {"on": "1"})

    assert (response.status_code, follows()) == (422, [])
    assert "You cannot follow yourself." in response.text


def test_follower_is_removed_by_the_person_followed_only(as_user: AsUser, alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)

    as_user(carla).post("/@alma/remove-follower/")
    assert follows() == [("alma", "boris", "accepted")]

    response = as_user(boris).post("/@alma/remove-follower/")
    assert (response.status_code, response["Location"], follows()) == (303, "/@boris/followers/", [])


def test_block_asks_first_and_is_lifted_again(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)
    assert "Block boris?" in client.get("/@boris/block/").text
    assert blocks() == []

    response = client.post("/@boris/block/", {"on": "1"})
    assert (response.status_code, response["Location"], blocks()) == (303, "/@boris/", [("alma", "boris")])
    assert "Unblock boris?" in client.get("/@boris/block/").text

    client.post("/@boris/block/", {"on": "0"})
    assert blocks() == []


@pytest.mark.parametrize(("accept", "after"), [("1", [("alma", "closed", "accepted")]), ("0", [])])
def test_request_is_answered_by_the_person_asked(
    as_user: AsUser, alma: User, closed: User, accept: str, after: list[tuple[str, str, str]]
) -> None:
    follow_user(alma, closed)
    client = as_user(closed)
    assert "@alma" in client.get("/activity/").text

    response = client.post("/activity/requests/alma/", {"accept": accept})

    assert (response.status_code, response["Location"], follows()) == (303, "/activity/", after)
    assert listed(client.get("/activity/").text) == []


def test_request_to_somebody_else_cannot_be_answered(as_user: AsUser, alma: User, closed: User, carla: User) -> None:
    follow_user(alma, closed)

    accepted = as_user(carla).post("/activity/requests/alma/", {"accept": "1"})
    as_user(carla).post("/activity/requests/alma/", {"accept": "0"})

    assert (accepted.status_code, follows()) == (404, [("alma", "closed", "requested")])


def test_request_is_new_to_who_is_asked(as_user: AsUser, alma: User, closed: User, settled: Settled) -> None:
    with settled():
        follow_user(alma, closed)

    assert '<span class="dot">1' in as_user(closed).get("/activity/").text
    assert '<span class="dot">' not in as_user(alma).get("/activity/").text


def test_lists_show_who_follows_and_who_is_followed(client: Client, alma: User, boris: User, carla: User) -> None:
    make_follow(boris, alma)
    make_follow(alma, carla)

    followers, following = client.get("/@alma/followers/").text, client.get("/@alma/following/").text

    assert (listed(followers), listed(following)) == (["boris"], ["carla"])


@pytest.mark.parametrize("page", ["followers", "following"])
def test_lists_of_a_private_account_are_for_its_followers(
    as_user: AsUser, alma: User, boris: User, closed: User, page: str
) -> None:
    make_follow(alma, closed)

    answers = [as_user(viewer).get(f"/@closed/{page}/").status_code for viewer in (None, boris, alma, closed)]

    assert answers == [404, 404, 200, 200]


def test_list_leaves_out_who_is_closed_blocked_or_blocks_me(as_user: AsUser, alma: User, boris: User) -> None:
    for name in ("gone", "hater", "hated", "fine"):
        make_follow(make_user(name), boris)
    User.objects.filter(username="gone").update(is_active=False)
    make_block(User.objects.get(username="hater"), alma)
    make_block(alma, User.objects.get(username="hated"))

    text = as_user(alma).get("/@boris/followers/").text

    assert listed(text) == ["fine"]


def test_only_the_person_sees_how_to_remove_a_follower(as_user: AsUser, alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)

    answers = ["remove-follower" in as_user(viewer).get("/@boris/followers/").text for viewer in (boris, carla, None)]

    assert answers == [True, False, False]


def test_list_comes_in_pages_by_htmx(as_user: AsUser, alma: User) -> None:
    for _ in range(21):
        make_follow(make_user(), alma)
    client = as_user(alma)

    page = client.get("/@alma/followers/")
    next_url = page.text.split('hx-get="')[1].split('"')[0]
    rest = client.get(next_url, headers=HTMX)

    expected = list(Follow.objects.order_by("-id").values_list("follower__username", flat=True))
    assert (listed(page.text), listed(rest.text)) == (expected[:20], expected[20:])
    assert ("<html" in rest.text, "data-more" in rest.text) == (False, False)
    assert "HX-Request" in rest["Vary"]


def test_list_with_words_in_a_profile_shows_them_as_typed(client: Client, alma: User) -> None:
    make_follow(make_user("boris", display_name="<b>B</b>", bio="<script>x</script>"), alma)

    text = client.get("/@alma/followers/").text

    assert "&lt;b&gt;B&lt;/b&gt;" in text
    assert "<script>x" not in text


@pytest.mark.parametrize("cursor", ["x", "MTIz", "Zm9sbG93aW5nLjU", "%00"])
@pytest.mark.parametrize("path", ["/@alma/followers/", "/activity/", "/settings/blocked/"])
def test_list_with_a_cursor_that_is_not_its_own_is_refused(as_user: AsUser, alma: User, path: str, cursor: str) -> None:
    assert as_user(alma).get(f"{path}?cursor={cursor}").status_code == 400


def test_menu_offers_what_fits_the_relation(as_user: AsUser, alma: User, boris: User) -> None:
    before = as_user(alma).get("/@boris/menu/").text
    make_follow(boris, alma)
    after = as_user(alma).get("/@boris/menu/").text

    assert ("remove-follower" in before, "remove-follower" in after) == (False, True)
    assert "/@boris/block/" in before


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize("path", ["/@alma/followers/", "/@alma/following/"])
def test_list_of_people_makes_the_same_queries_however_many_they_are(
    as_user: AsUser, alma: User, boris: User, people: int, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(people):
        person = make_user()
        make_follow(person, alma)
        make_follow(alma, person)
    client = as_user(boris)

    with django_assert_num_queries(4):
        client.get(path)


@pytest.mark.parametrize("people", [1, 3])
def test_requests_make_the_same_queries_however_many_ask(
    as_user: AsUser, closed: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(people):
        follow_user(make_user(), closed)
    client = as_user(closed)

    with django_assert_num_queries(3):
        client.get("/activity/requests/")


@pytest.mark.parametrize("people", [1, 3])
def test_blocked_people_make_the_same_queries_however_many_they_are(
    as_user: AsUser, alma: User, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(people):
        make_block(alma, make_user())
    client = as_user(alma)

    with django_assert_num_queries(3):
        client.get("/settings/blocked/")
