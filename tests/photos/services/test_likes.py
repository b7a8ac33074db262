import pytest

from accounts.models import User
from core.exceptions import NotFound
from photos.models import Like, Post
from photos.services.likes import like_post, unlike_post
from photos.signals import post_liked
from tests.conftest import Settled
from tests.factories import make_block, make_like, make_post, make_user
from tests.news import heard
from tests.parallel import together


def liked(post: Post) -> tuple[int, list[str]]:
    """The counter, and who likes it."""
    post.refresh_from_db()
    return post.like_count, list(Like.objects.order_by("id").values_list("user__username", flat=True))


def test_like_post_twice_is_one_like_and_one_piece_of_news(alma: User, boris: User, settled: Settled) -> None:
    post = make_post(alma)

    with heard(post_liked) as news, settled():
        like_post(boris, post.pk)
        like_post(boris, post.pk)

    assert liked(post) == (1, ["boris"])
    assert news == [{"post_id": post.pk, "user_id": boris.pk}]


def test_unlike_post_twice_takes_one_like_away(alma: User, boris: User) -> None:
    post = make_post(alma)
    make_like(alma, post)
    make_like(boris, post)

    unlike_post(boris, post.pk)
    unlike_post(boris, post.pk)

    assert liked(post) == (1, ["alma"])


def test_like_post_of_oneself_counts(alma: User) -> None:
    post = make_post(alma, audience="only_me")

    like_post(alma, post.pk)

    assert liked(post) == (1, ["alma"])


@pytest.mark.parametrize("words", [{"audience": "only_me"}, {"audience": "followers"}, {"state": "trashed"}])
@pytest.mark.parametrize("change", [like_post, unlike_post])
def test_like_and_unlike_of_a_hidden_post_are_not_found(
    alma: User, boris: User, change: object, words: dict[str, str]
) -> None:
    post = make_post(alma, audience=words.get("audience", "public"), state=words.get("state", "published"))

    with pytest.raises(NotFound):
        change(boris, post.pk)  # type: ignore[operator]

    assert liked(post) == (0, [])


def test_like_post_before_it_is_out_is_not_found_even_for_its_author(alma: User) -> None:
    post = make_post(alma, state="publishing")

    with pytest.raises(NotFound):
        like_post(alma, post.pk)

    assert liked(post) == (0, [])


@pytest.mark.parametrize("blocker", ["alma", "boris"])
def test_like_post_across_a_block_is_not_found(alma: User, boris: User, blocker: str) -> None:
    post = make_post(alma)
    make_block(*((alma, boris) if blocker == "alma" else (boris, alma)))

    with pytest.raises(NotFound):
        like_post(boris, post.pk)

    assert liked(post) == (0, [])


def test_like_post_that_does_not_exist_is_not_found(alma: User) -> None:
    with pytest.raises(NotFound):
        like_post(alma, 4711)

    assert Like.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_like_post_many_times_in_parallel_is_one_like() -> None:
    post, boris = make_post(make_user("alma")), make_user("boris")

    together([lambda: like_post(boris, post.pk)] * 8)

    assert liked(post) == (1, ["boris"])
