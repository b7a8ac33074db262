import orjson
import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from photos.models import Post
from photos.ready.reading import ready_posts
from photos.ready.viewing import posts_for, still_listed, still_ready
from photos.representations import represent_posts
from tests.factories import make_follow, make_like, make_post
from tests.photos.ready.readying import loaded


def found(*posts: Post) -> list[Post]:
    """As a list finds them: id and audience alone."""
    light = {post.pk: post for post in Post.objects.only("id", "audience")}
    return [light[post.pk] for post in posts]


def test_posts_for_are_what_the_api_writes_one_by_one(alma: User, boris: User, carla: User) -> None:
    make_follow(boris, alma)
    posts = [make_post(alma), make_post(carla, title="Glaze"), make_post(alma, audience="followers")]
    make_like(boris, posts[1])

    answer = orjson.loads(orjson.dumps(posts_for(boris, found(*posts))))

    assert answer == represent_posts([loaded(post, boris) for post in posts], boris)


def test_own_post_among_others_is_the_one_its_author_may_edit(alma: User, boris: User) -> None:
    posts = [make_post(alma), make_post(boris)]

    answer = orjson.loads(orjson.dumps(posts_for(boris, found(*posts))))

    assert answer == represent_posts([loaded(post, boris) for post in posts], boris)
    assert [post["viewer"]["can_edit"] for post in answer] == [False, True]


def test_posts_for_nobody_and_of_nothing(alma: User) -> None:
    post = make_post(alma)

    answers = [orjson.loads(orjson.dumps(posts_for(AnonymousUser(), each))) for each in (found(post), [])]

    assert answers == [represent_posts([loaded(post)], AnonymousUser()), []]


@pytest.mark.parametrize("kind", ["j", "t"])
def test_post_whose_audience_changed_since_it_was_found_is_left_out(alma: User, kind: str) -> None:
    post, other = make_post(alma), make_post(alma)
    before = found(post, other)
    Post.objects.filter(pk=post.pk).update(audience="only_me")

    assert [each.post_id for each in still_ready(AnonymousUser(), before, kind)] == [other.pk]


def test_post_whose_author_went_out_of_sight_since_it_was_found_is_left_out(alma: User, boris: User) -> None:
    post, other = make_post(alma), make_post(boris)
    before = found(post, other)
    User.objects.filter(pk=alma.pk).update(is_private=True)

    assert [each.post_id for each in still_ready(AnonymousUser(), before, "j")] == [other.pk]


@pytest.mark.parametrize("change", [{"audience": "only_me"}, {"audience": "unlisted"}, {"state": "trashed"}])
def test_post_of_the_api_that_changed_since_it_was_found_is_left_out(
    alma: User, boris: User, change: dict[str, str]
) -> None:
    post, other = make_post(alma), make_post(alma)
    before = found(post, other)
    posts_for(boris, before)
    Post.objects.filter(pk=post.pk).update(**change)

    answer = orjson.loads(orjson.dumps(posts_for(boris, before)))

    assert [each["id"] for each in answer] == [str(other.pk)]


def test_card_that_is_for_others_than_the_post_is_left_out(alma: User) -> None:
    """A card was read while the post was its author's alone; since then it is open again."""
    post = make_post(alma, audience="only_me")
    cards = ready_posts([post.pk], "j").values()
    Post.objects.filter(pk=post.pk).update(audience="public")

    assert still_listed(AnonymousUser(), cards) == []
