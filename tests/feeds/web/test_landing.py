import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from photos.cards import square_url
from photos.models import Rendition
from photos.web.walls import public_tiles
from tests.conftest import AsUser
from tests.factories import make_post
from tests.reading import tiles_on


def test_roll_shows_the_first_square_of_the_three_newest_posts(as_user: AsUser, alma: User) -> None:
    posts = [make_post(alma, pictures=2) for _ in range(4)]

    response = as_user(None).get("/")

    firsts = Rendition.objects.filter(media__position=0, name="square", content_type="image/jpeg")
    assert response.context["roll"] == [square_url(firsts.get(media__post=post)) for post in posts[:0:-1]]
    assert tiles_on(response) == [post.pk for post in reversed(posts)]


@pytest.mark.parametrize("count", [0, 2])
def test_roll_needs_three_posts(as_user: AsUser, alma: User, count: int) -> None:
    for _ in range(count):
        make_post(alma)

    assert as_user(None).get("/").context["roll"] == []


def test_first_tiles_are_fetched_at_once_and_the_others_later(as_user: AsUser, alma: User) -> None:
    for _ in range(7):
        make_post(alma)

    tiles = as_user(None).get("/").context["tiles"]

    assert ['loading="lazy"' in tile for tile in tiles] == [False] * 6 + [True]


@pytest.mark.parametrize("audience", ["only_me", "followers", "unlisted"])
def test_wall_leaves_out_what_is_not_public_any_more(alma: User, audience: str) -> None:
    post, hidden = make_post(alma), make_post(alma, audience=audience)

    tiles = public_tiles(AnonymousUser(), [hidden.pk, post.pk])

    assert len(tiles) == 1
    assert tiles == public_tiles(AnonymousUser(), [post.pk])
