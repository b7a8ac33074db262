from accounts.models import User
from photos.models import Post, Tag
from photos.services.tagging import set_tags
from tests.factories import make_post


def tags_of(post: Post) -> list[str]:
    return sorted(post.tags.values_list("name", flat=True))


def test_set_tags_replaces_those_there_were(alma: User) -> None:
    post = make_post(alma, tags=("clay", "kiln"))

    set_tags(post, ["kiln", "glaze"])

    assert tags_of(post) == ["glaze", "kiln"]


def test_set_tags_to_none_takes_them_from_the_post_and_keeps_the_words(alma: User) -> None:
    post = make_post(alma, tags=("clay",))

    set_tags(post, [])

    assert (tags_of(post), Tag.objects.get().name) == ([], "clay")


def test_set_tags_uses_one_row_for_one_word(alma: User, boris: User) -> None:
    first, second = make_post(alma, tags=("clay",)), make_post(boris, tags=("clay",))

    set_tags(first, ["clay"])

    assert (tags_of(first), tags_of(second), Tag.objects.count()) == (["clay"], ["clay"], 1)
