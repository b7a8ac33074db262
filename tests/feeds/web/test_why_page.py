"""Why one post is in somebody's feed, or is not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Follow, User
from core.ids import to_code
from core.models import new_id
from feeds.services.build import build_and_keep
from feeds.services.why import explain_post
from photos.models import Post
from photos.services.tag_follows import follow_tag
from tests.away import take_valkey_away
from tests.conftest import AsUser
from tests.factories import make_follow, make_like, make_mute, make_post


def page(as_user: AsUser, viewer: User | None, post: Post) -> str:
    response = as_user(viewer).get(f"/p/{to_code(post.pk)}/why/")
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_page_tells_every_term_with_its_number_and_their_product(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_like(alma, make_post(boris))
    post = make_post(boris, at=timezone.now() - timedelta(hours=24, minutes=1))
    Post.objects.filter(pk=post.pk).update(like_count=3, comment_count=1)

    text = page(as_user, alma, post)

    assert "You follow boris. Latest shows it strictly by time, Top by what is below." in text
    for sentence, factor in (
        ("It was posted 1 day ago; every 24 hours a picture counts half as much.", "0.50"),
        ("It has 3 likes and 1 comment.", "2.20"),
        ("You liked 1 picture of boris in the last 90 days.", "1.40"),
        ("It is new to you.", "1.00"),
    ):
        assert f'<td>{sentence}</td> <td class="mono">× {factor}</td>' in text
    assert "= 1.54" in text
    assert "No author has more than 2 posts in a row there." in text
    assert "Nothing here is advertising" in text


def test_page_tells_the_place_in_top(as_user: AsUser, alma: User, boris: User, carla: User) -> None:
    make_follow(alma, boris)
    make_follow(alma, carla)
    older = make_post(boris, at=timezone.now() - timedelta(hours=9))
    make_post(carla)
    build_and_keep(alma.pk)

    assert "It is number 2 of 2 in your Top feed" in page(as_user, alma, older)


def test_page_tells_that_a_post_came_after_the_ranking(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    make_post(boris)
    build_and_keep(alma.pk)
    later = make_post(boris)

    assert "It is not in your Top feed as ranked at" in page(as_user, alma, later)


def test_page_of_what_top_does_not_go_back_to_says_so(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris, at=timezone.now() - timedelta(days=31))

    assert "Top goes back 30 days. This is older, so it is in Latest only." in page(as_user, alma, post)


@pytest.mark.parametrize("keep", [False, True])
def test_page_without_a_ranked_feed_says_when_it_is_ranked(
    as_user: AsUser, settings: Settings, alma: User, boris: User, keep: bool
) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    if keep:
        build_and_keep(alma.pk)
        take_valkey_away(settings)

    assert "Your Top feed is ranked when you open it." in page(as_user, alma, post)


@pytest.mark.parametrize("code", ["own", "unlisted", "muted", "requested", "not_followed"])
def test_page_says_why_a_post_is_not_in_the_feed(as_user: AsUser, alma: User, boris: User, code: str) -> None:
    post = make_post(boris, audience="unlisted" if code == "unlisted" else "public")
    if code in ("unlisted", "muted"):
        make_follow(alma, boris)
    if code == "muted":
        make_mute(alma, boris)
    if code == "requested":
        Follow.objects.create(id=new_id(alma.pk), follower=alma, followee=boris, state="requested")
    viewer = boris if code == "own" else alma

    assert explain_post(viewer, post.pk).code == code
    assert "How much it counts" not in page(as_user, viewer, post)


@pytest.mark.parametrize(("joins", "muted", "tags"), [(True, False, ["kiln"]), (False, False, []), (True, True, [])])
def test_page_names_the_followed_tags_that_bring_a_post_into_latest(
    as_user: AsUser, alma: User, boris: User, joins: bool, muted: bool, tags: list[str]
) -> None:
    post = make_post(boris, tags=("kiln", "sea"))
    follow_tag(alma, "kiln")
    User.objects.filter(pk=alma.pk).update(tags_in_latest=joins)
    alma.refresh_from_db()
    if muted:
        make_mute(alma, boris)

    assert explain_post(alma, post.pk).latest_tags == tags
    assert ("because you follow a tag of it" in page(as_user, alma, post)) == bool(tags)


def test_page_does_not_tell_that_the_author_has_muted_the_viewer(as_user: AsUser, alma: User, boris: User) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    before = page(as_user, alma, post)

    make_mute(boris, alma)

    assert page(as_user, alma, post).split("<main")[1] == before.split("<main")[1]


def test_visitors_are_sent_to_log_in(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)

    response = as_user(None).get(f"/p/{to_code(post.pk)}/why/")

    assert (response.status_code, response["Location"]) == (302, f"/login/?next=%2Fp%2F{to_code(post.pk)}%2Fwhy%2F")


@pytest.mark.parametrize(("viewer", "linked"), [("alma", True), ("boris", False), ("", False)])
def test_menu_of_a_post_leads_there_but_for_its_author_and_visitors(
    as_user: AsUser, alma: User, boris: User, viewer: str, linked: bool
) -> None:
    post = make_post(boris)
    people = {"alma": alma, "boris": boris, "": None}

    html = as_user(people[viewer]).get(f"/p/{to_code(post.pk)}/menu/").text

    assert (f'href="/p/{to_code(post.pk)}/why/"' in html) == linked
