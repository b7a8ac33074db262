"""Pages of tags, following them there, and the settings of the feed."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.ids import to_code
from photos.models import TagFollow
from photos.services.tag_follows import follow_tag
from photos.services.trash import trash_post
from photos.web.tags import WALL_PAGE
from tests.conftest import AsUser
from tests.factories import make_follow, make_post, make_user
from tests.reading import posts_on

HTMX = {"HX-Request": "true"}


def test_page_of_a_tag_shows_its_posts_newest_first(as_user: AsUser, alma: User) -> None:
    older, newer = make_post(alma, tags=("kiln",)), make_post(alma, tags=("kiln", "sea"))
    make_post(alma, tags=("sea",))

    response = as_user(None).get("/tags/kiln/")

    assert response.status_code == 200
    assert posts_on(response) == {older.pk, newer.pk}
    assert "2 posts" in response.text


@pytest.mark.parametrize("address", ["/tags/Kiln/", "/tags/%23kiln/"])
def test_page_of_a_tag_is_found_in_any_spelling(as_user: AsUser, alma: User, address: str) -> None:
    make_post(alma, tags=("kiln",))

    assert as_user(None).get(address).context["tag"].name == "kiln"


def test_captions_and_tags_of_a_post_lead_to_the_pages_of_the_tags(as_user: AsUser, alma: User) -> None:
    post = make_post(alma, caption="By the #Sea", tags=("kiln",))

    html = as_user(None).get(f"/p/{to_code(post.pk)}/").text

    assert '<a class="tag" href="/tags/sea/">#Sea</a>' in html
    assert '<a href="/tags/kiln/">#kiln</a>' in html


def test_pages_of_a_tag_together_are_all_its_posts_once(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma, tags=("kiln",)).pk for _ in range(WALL_PAGE + 2)][::-1]
    client = as_user(None)
    first = client.get("/tags/kiln/")

    second = client.get(first.context["next_url"], headers=HTMX)

    assert (posts_on(first), posts_on(second)) == (set(posts[:WALL_PAGE]), set(posts[WALL_PAGE:]))
    assert [b"<html" in first.content, b"<html" in second.content] == [True, False]
    assert second.context["next_url"] == ""
    assert "End of roll" in second.text


def test_count_of_a_tag_is_of_what_the_viewer_can_find(as_user: AsUser, alma: User) -> None:
    make_follow(follower := make_user(), alma)
    for audience in ("public", "followers", "unlisted", "only_me"):
        make_post(alma, tags=("kiln",), audience=audience)

    counts = {
        name: as_user(who).get("/tags/kiln/").context["tag"].post_count
        for name, who in {"nobody": None, "follower": follower, "owner": alma}.items()
    }

    assert counts == {"nobody": 1, "follower": 2, "owner": 4}


@pytest.mark.parametrize(("sent", "follows"), [("1", True), ("0", False)])
def test_tag_is_followed_and_left_by_its_button(as_user: AsUser, alma: User, sent: str, follows: bool) -> None:
    make_post(alma, tags=("kiln",))
    person = make_user()
    if not follows:
        follow_tag(person, "kiln")

    response = as_user(person).post("/tags/kiln/follow/", {"on": sent})

    assert (response.status_code, response["Location"]) == (303, "/tags/kiln/")
    assert TagFollow.objects.filter(user=person).exists() == follows


def test_button_answers_htmx_with_itself(as_user: AsUser, alma: User) -> None:
    make_post(alma, tags=("kiln",))

    response = as_user(alma).post("/tags/kiln/follow/", {"on": "1"}, headers=HTMX)

    assert response.templates[0].name == "photos/_tag_follow.html"
    assert "Following" in response.text


def test_who_is_not_logged_in_is_sent_to_log_in_and_follows_nothing(as_user: AsUser, alma: User) -> None:
    make_post(alma, tags=("kiln",))

    response = as_user(None).post("/tags/kiln/follow/", {"on": "1"})

    assert response.status_code == 302
    assert response["Location"].startswith("/login/")
    assert not TagFollow.objects.exists()


def test_followed_tag_without_posts_says_so(as_user: AsUser, alma: User, boris: User) -> None:
    post = make_post(boris, tags=("kiln",))
    follow_tag(alma, "kiln")
    trash_post(boris, post)

    assert "No pictures with this tag now" in as_user(alma).get("/tags/kiln/").text
    assert as_user(None).get("/tags/kiln/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_tag_takes_the_same_queries_however_many_posts(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        make_post(alma, tags=("kiln",))
    client = as_user(None)
    client.get("/tags/kiln/")

    with django_assert_num_queries(4):
        client.get("/tags/kiln/")


# --- Settings, Feed


def test_settings_list_the_followed_tags_in_order(as_user: AsUser, alma: User) -> None:
    make_post(alma, tags=("sea", "kiln"))
    follow_tag(alma, "sea")
    follow_tag(alma, "kiln")

    response = as_user(alma).get("/settings/feed/")

    assert response.context["tags"] == ["kiln", "sea"]
    assert response.text.index("#kiln") < response.text.index("#sea")


@pytest.mark.parametrize(("before", "sent", "after"), [(False, {"tags_in_latest": "on"}, True), (True, {}, False)])
def test_tags_join_latest_only_for_who_switches_it_on(
    as_user: AsUser, alma: User, before: bool, sent: dict[str, str], after: bool
) -> None:
    User.objects.filter(pk=alma.pk).update(tags_in_latest=before)
    client = as_user(alma)

    page = client.get("/settings/feed/")
    response = client.post("/settings/feed/", sent)

    assert page.context["form"]["tags_in_latest"].value() == before
    assert (response.status_code, response["Location"]) == (303, "/settings/feed/")
    assert User.objects.get(pk=alma.pk).tags_in_latest == after


def test_unfollowing_in_the_settings_comes_back_to_them(as_user: AsUser, alma: User) -> None:
    make_post(alma, tags=("kiln",))
    follow_tag(alma, "kiln")

    response = as_user(alma).post("/tags/kiln/follow/", {"on": "0", "next": "/settings/feed/"})

    assert (response.status_code, response["Location"]) == (303, "/settings/feed/")
    assert not TagFollow.objects.exists()
