import re
from collections import Counter

import pytest

from photos.demo.content import AVATAR_SIZE, BY_NAME, PEOPLE, POSTS, DemoPost
from photos.demo.scenes import SCENES

PICTURES = [picture for post in POSTS for picture in post.pictures]


def may_see(username: str, post: DemoPost) -> bool:
    author = BY_NAME[post.author]
    follows = post.author in BY_NAME[username].follows
    return post.audience != "only_me" and (follows or (not author.is_private and post.audience != "followers"))


def test_there_are_twelve_people_a_demo_account_and_eighty_posts() -> None:
    assert (len(PEOPLE), len(POSTS)) == (13, 80)
    assert "demo" in BY_NAME


def test_usernames_titles_and_pictures_are_unique() -> None:
    names = [person.username for person in PEOPLE]
    titles = [post.title for post in POSTS]
    drawings = [(picture.scene, picture.seed) for picture in PICTURES]
    faces = [(person.avatar_scene, person.avatar_seed) for person in PEOPLE]

    for values in (names, titles, drawings, faces):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_people_follow_people_who_exist_and_never_themselves() -> None:
    for person in PEOPLE:
        assert set(person.follows) <= BY_NAME.keys() - {person.username}
        assert len(set(person.follows)) == len(person.follows)


def test_the_demo_account_follows_most_others_and_posts_too() -> None:
    assert len(BY_NAME["demo"].follows) >= 9
    assert sum(post.author == "demo" for post in POSTS) >= 4


def test_everybody_posts_and_reads_a_full_feed() -> None:
    for person in PEOPLE:
        feed = [post for post in POSTS if post.author in person.follows and may_see(person.username, post)]
        assert any(post.author == person.username for post in POSTS)
        assert len(feed) >= 8


def test_follower_counts_differ() -> None:
    counts = Counter(name for person in PEOPLE for name in person.follows)

    assert len(set(counts.values())) >= 4


def test_people_like_only_what_they_may_see() -> None:
    for post in POSTS:
        assert post.author not in post.liked_by
        assert all(may_see(username, post) for username in post.liked_by)


def test_audiences_vary_but_most_posts_are_public() -> None:
    counts = Counter(post.audience for post in POSTS)

    assert counts.keys() == {"public", "unlisted", "followers", "only_me"}
    assert counts["public"] >= 60


def test_posts_lie_within_the_last_twenty_days() -> None:
    hours = [post.hours_ago for post in POSTS]

    assert len(set(hours)) == len(hours)
    assert 0 < min(hours) < 6
    assert 18 * 24 < max(hours) <= 20 * 24


def test_pictures_have_scenes_we_can_draw_and_an_alt_text_each() -> None:
    for picture in PICTURES:
        assert picture.scene in SCENES
        assert 20 <= len(picture.alt_text) <= 200
        assert "  " not in picture.alt_text


def test_albums_hold_between_two_and_five_pictures() -> None:
    lengths = Counter(len(post.pictures) for post in POSTS)

    assert set(lengths) <= {1, 2, 3, 4, 5}
    assert sum(count for length, count in lengths.items() if length > 1) >= 15


def test_captions_mention_only_people_who_exist() -> None:
    mentions = {name for post in POSTS for name in re.findall(r"@(\w+)", post.caption)}

    assert mentions
    assert mentions <= BY_NAME.keys()


def test_places_lie_on_earth() -> None:
    for post in POSTS:
        assert (post.latitude is None) == (post.longitude is None)
        assert abs(post.latitude or 0) <= 90
        assert abs(post.longitude or 0) <= 180


def test_a_sensitive_post_says_why() -> None:
    assert any(post.sensitive for post in POSTS)
    assert all(bool(post.spoiler) == post.sensitive for post in POSTS)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.username)
def test_everybody_says_that_this_is_a_demo(person: object) -> None:
    assert "demo" in repr(person).lower()


def test_avatars_are_drawn_large_enough_for_a_profile_page() -> None:
    assert AVATAR_SIZE >= 320
