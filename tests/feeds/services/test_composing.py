"""A page made of Postgres alone shows what its cards are now, not what the posts were when they were found."""

import pytest

from accounts.models import Follow, User
from accounts.services.mutes import mute_user
from feeds.services.composing import make_items
from feeds.services.pages import Way
from photos.models import Post
from tests.factories import make_follow, make_post


@pytest.mark.parametrize("change", ["only_me", "unfollowed", "muted", "nothing"])
def test_post_of_a_followed_person_is_shown_while_the_rule_allows_it(alma: User, boris: User, change: str) -> None:
    make_follow(alma, boris)
    post = make_post(boris)
    if change == "only_me":
        Post.objects.update(audience="only_me")
    elif change == "unfollowed":
        Follow.objects.all().delete()
    elif change == "muted":
        mute_user(alma, boris)

    found = [item.post_id for item in make_items(alma.pk, {post.pk: "top"}, "j")]

    assert found == ([post.pk] if change == "nothing" else [])


@pytest.mark.parametrize("change", ["followers", "private", "muted", "nothing"])
def test_post_by_a_tag_is_shown_while_it_is_open_to_everybody(alma: User, boris: User, change: str) -> None:
    post = make_post(boris)
    ways: dict[int, Way] = {post.pk: "tag"}
    if change == "followers":
        Post.objects.update(audience="followers")
    elif change == "private":
        User.objects.filter(pk=boris.pk).update(is_private=True)
    elif change == "muted":
        mute_user(alma, boris)

    assert [item.post_id for item in make_items(alma.pk, ways, "j")] == ([post.pk] if change == "nothing" else [])
