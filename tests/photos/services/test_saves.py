from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services.closing import close_account
from core.exceptions import InvalidInput, NotAllowed, NotFound
from photos.models import Collection, CollectionItem, Post, Save
from photos.saved import collected_page, collection_about, collections_page, saved_page, shelves
from photos.services import collections
from photos.services.collections import (
    add_to_collection,
    create_collection,
    delete_collection,
    file_post,
    rename_collection,
    take_from_collection,
)
from photos.services.purging import purge_account
from photos.services.saves import save_post, unsave_post
from tests.conftest import Settled
from tests.factories import PASSWORD, make_block, make_follow, make_post, make_save, make_user
from tests.parallel import together

HIDING: dict[str, Callable[[User, Post, User], object]] = {
    "blocked": lambda alma, post, boris: make_block(alma, boris),
    "private": lambda alma, post, boris: User.objects.filter(pk=alma.pk).update(is_private=True),
    "for the author alone": lambda alma, post, boris: Post.objects.filter(pk=post.pk).update(audience="only_me"),
    "in the trash": lambda alma, post, boris: Post.objects.filter(pk=post.pk).update(state="trashed"),
    "account closed": lambda alma, post, boris: User.objects.filter(pk=alma.pk).update(is_active=False),
}


def saved_by(owner: User) -> list[int]:
    return [post.pk for post in saved_page(owner, cursor="", limit=20).items]


def collected(owner: User, collection: Collection) -> list[int]:
    return [post.pk for post in collected_page(owner, collection.pk, cursor="", limit=20).items]


def test_saved_posts_stand_newest_save_first_however_often_they_are_saved(alma: User, boris: User) -> None:
    one, other = make_post(alma), make_post(alma)

    for post in (other, one, other):
        save_post(boris, post.pk)

    assert saved_by(boris) == [one.pk, other.pk]


def test_unsaved_post_is_gone_and_may_be_unsaved_again(alma: User, boris: User) -> None:
    post = make_post(alma)
    make_save(boris, post)

    for _ in range(2):
        unsave_post(boris, post.pk)

    assert (saved_by(boris), Save.objects.count()) == ([], 0)


@pytest.mark.parametrize("change", [save_post, unsave_post])
@pytest.mark.parametrize("way", HIDING)
def test_post_out_of_sight_is_neither_saved_nor_unsaved(
    alma: User, boris: User, change: Callable[[User, int], Post], way: str
) -> None:
    post = make_post(alma)
    HIDING[way](alma, post, boris)

    with pytest.raises(NotFound):
        change(boris, post.pk)

    assert Save.objects.count() == 0


@pytest.mark.parametrize("way", HIDING)
def test_saved_post_out_of_sight_is_in_no_list_and_in_no_count(alma: User, boris: User, way: str) -> None:
    post = make_post(alma)
    shelf = create_collection(boris, "Light")
    add_to_collection(boris, shelf.pk, post.pk)

    HIDING[way](alma, post, boris)

    about = collection_about(boris, shelf.pk)
    assert (saved_by(boris), collected(boris, shelf), about.post_count, about.cover) == ([], [], 0, None)


def test_saved_post_comes_back_with_its_collection_once_it_is_visible_again(alma: User, boris: User) -> None:
    post = make_post(alma)
    shelf = create_collection(boris, "Light")
    add_to_collection(boris, shelf.pk, post.pk)
    User.objects.filter(pk=alma.pk).update(is_private=True)
    hidden = saved_by(boris)

    make_follow(boris, alma)

    assert (hidden, saved_by(boris), collected(boris, shelf)) == ([], [post.pk], [post.pk])


def test_unlisted_post_saved_by_its_link_stays(alma: User, boris: User) -> None:
    post = make_post(alma, audience="unlisted")

    save_post(boris, post.pk)

    assert saved_by(boris) == [post.pk]


def test_own_post_may_be_saved(alma: User) -> None:
    post = make_post(alma, audience="only_me")

    save_post(alma, post.pk)

    assert saved_by(alma) == [post.pk]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_save_a_post_once() -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    shelf = create_collection(boris, "Light")

    together([*[lambda: save_post(boris, post.pk)] * 25, *[lambda: add_to_collection(boris, shelf.pk, post.pk)] * 25])

    assert (Save.objects.count(), CollectionItem.objects.count()) == (1, 1)


# --- Collections


@pytest.mark.parametrize(
    ("typed", "name"), [("  Light \n I like ", "Light I like"), ("a" * 60, "a" * 60), ("光", "光")]
)
def test_collection_has_its_name_trimmed(alma: User, typed: str, name: str) -> None:
    assert create_collection(alma, typed).name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "empty"), (" \n\u200b", "empty"), ("a" * 61, "too_long"), ("a\x00b", "invalid"), ("LIGHT", "taken")],
)
def test_collection_needs_a_name_of_its_own(alma: User, name: str, code: str) -> None:
    create_collection(alma, "Light")

    with pytest.raises(InvalidInput) as refused:
        create_collection(alma, name)

    assert (refused.value.code, Collection.objects.count()) == (code, 1)


def test_two_people_may_use_the_same_name(alma: User, boris: User) -> None:
    for person in (alma, boris):
        create_collection(person, "Light")

    assert Collection.objects.count() == 2


def test_collections_have_an_end(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collections, "MOST_COLLECTIONS", 1)
    create_collection(alma, "Light")

    with pytest.raises(NotAllowed) as refused:
        create_collection(alma, "Dark")

    assert (refused.value.code, Collection.objects.count()) == ("too_many_collections", 1)


def test_renaming_refuses_a_name_that_another_collection_has_and_takes_another_case_of_its_own(alma: User) -> None:
    light, dark = create_collection(alma, "Light"), create_collection(alma, "Dark")

    with pytest.raises(InvalidInput):
        rename_collection(alma, dark.pk, "light")
    rename_collection(alma, light.pk, "LIGHT")

    assert sorted(Collection.objects.values_list("name", flat=True)) == ["Dark", "LIGHT"]


def test_deleting_a_collection_leaves_its_posts_saved(alma: User, boris: User) -> None:
    post = make_post(alma)
    shelf = create_collection(boris, "Light")
    add_to_collection(boris, shelf.pk, post.pk)

    delete_collection(boris, shelf.pk)

    assert (saved_by(boris), CollectionItem.objects.count()) == ([post.pk], 0)


def test_what_goes_into_a_collection_is_saved_and_stays_saved_when_it_goes_out(alma: User, boris: User) -> None:
    post = make_post(alma)
    shelf = create_collection(boris, "Light")

    for _ in range(2):
        add_to_collection(boris, shelf.pk, post.pk)
    inside = collected(boris, shelf)
    for _ in range(2):
        take_from_collection(boris, shelf.pk, post.pk)

    assert (inside, collected(boris, shelf), saved_by(boris)) == ([post.pk], [], [post.pk])


def test_unsaving_takes_a_post_out_of_every_collection(alma: User, boris: User) -> None:
    post = make_post(alma)
    for name in ("Light", "Dark"):
        add_to_collection(boris, create_collection(boris, name).pk, post.pk)

    unsave_post(boris, post.pk)

    assert CollectionItem.objects.count() == 0


def test_filing_chooses_among_what_was_shown_and_leaves_the_rest(alma: User, boris: User) -> None:
    post = make_post(alma)
    old, kept, later = (create_collection(boris, name) for name in ("Old", "Kept", "Later"))
    for shelf in (old, later):
        add_to_collection(boris, shelf.pk, post.pk)

    file_post(boris, post.pk, chosen=[kept.pk], newest_shown=kept.pk, new_name="Fresh")

    found = {each.collection.name for each in shelves(boris, post) if each.has_post}
    assert found == {"Kept", "Later", "Fresh"}


def test_filing_with_a_name_that_cannot_be_used_changes_nothing(alma: User, boris: User) -> None:
    post = make_post(alma)
    shelf = create_collection(boris, "Light")

    with pytest.raises(InvalidInput):
        file_post(boris, post.pk, chosen=[shelf.pk], newest_shown=shelf.pk, new_name="light")

    assert (Save.objects.count(), CollectionItem.objects.count()) == (0, 0)


def test_collections_of_others_are_not_there(alma: User, boris: User) -> None:
    post = make_post(alma)
    shelf = create_collection(alma, "Light")

    for change in (
        lambda: add_to_collection(boris, shelf.pk, post.pk),
        lambda: take_from_collection(boris, shelf.pk, post.pk),
        lambda: rename_collection(boris, shelf.pk, "x"),
        lambda: delete_collection(boris, shelf.pk),
        lambda: collected_page(boris, shelf.pk, cursor="", limit=1),
    ):
        with pytest.raises(NotFound):
            change()
    file_post(boris, post.pk, chosen=[shelf.pk])

    assert (Collection.objects.get().name, CollectionItem.objects.count()) == ("Light", 0)
    assert collections_page(boris, cursor="", limit=9).items == []


def test_cover_is_what_came_last_and_may_be_seen(alma: User, boris: User) -> None:
    shelf = create_collection(boris, "Light")
    first, last = make_post(alma), make_post(alma)
    for post in (first, last):
        add_to_collection(boris, shelf.pk, post.pk)
    covers = [collection_about(boris, shelf.pk).cover]

    Post.objects.filter(pk=last.pk).update(audience="only_me")

    covers.append(collection_about(boris, shelf.pk).cover)
    assert [cover and cover.pk for cover in covers] == [last.pk, first.pk]


def test_saves_and_collections_go_with_the_account(alma: User, boris: User, settled: Settled) -> None:
    shelf = create_collection(boris, "Light")
    add_to_collection(boris, shelf.pk, make_post(alma).pk)

    with settled():
        close_account(boris, password=PASSWORD, address="192.0.2.7")
        User.objects.filter(pk=boris.pk).update(delete_at=timezone.now())
        purge_account(boris.pk)

    assert [model.objects.count() for model in (Save, Collection, CollectionItem)] == [0, 0, 0]
