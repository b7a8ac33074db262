import io
from pathlib import Path

import pytest
from django.test import Client

from accounts.cards import avatar_url
from accounts.models import User
from core.exceptions import AppError
from photos.models import Avatar, Media
from photos.services.avatars import change_avatar, remove_avatar
from photos.services.trash import delete_media
from tests.conftest import Settled
from tests.images import jpeg
from tests.photos.services.test_posts import answers
from tests.uploads import publish, stored


def choose(person: User, data: bytes) -> Media:
    return change_avatar(person, io.BytesIO(data), size=len(data))


def avatar_key(person: User) -> str:
    person.refresh_from_db()
    return person.avatar_key


def square_key(media: Media) -> str:
    return media.renditions.get(name="square", content_type="image/jpeg").key


def test_change_avatar_shows_the_square_once_it_is_made(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        media = choose(alma, jpeg())
        assert avatar_key(alma) == ""

    assert avatar_key(alma) == square_key(media)
    assert answers(client, [avatar_url(alma)]) == {200}


def test_change_avatar_keeps_the_old_picture_until_the_new_one_is_made(alma: User, settled: Settled) -> None:
    with settled():
        old = choose(alma, jpeg(seed=1))

    with settled():
        new = choose(alma, jpeg(seed=2))
        assert avatar_key(alma) == square_key(old)

    assert avatar_key(alma) == square_key(new)


def test_change_avatar_to_a_picture_that_is_ready_shows_it_at_once(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1))

    media = choose(alma, jpeg(seed=1))

    assert media == post.media.get()
    assert avatar_key(alma) == square_key(media)


def test_change_avatar_deletes_the_picture_of_before_with_its_files(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        choose(alma, jpeg(seed=1))
    with settled():
        media = choose(alma, jpeg(seed=2))

    assert Media.objects.get() == media
    assert {alias: len(names) for alias, names in stored(media_folders).items()} == {
        "originals": 1,
        "originals-copy": 1,
        "renditions": media.renditions.count(),
    }


def test_change_avatar_twice_before_it_is_made_leaves_only_the_last(alma: User, settled: Settled) -> None:
    with settled():
        choose(alma, jpeg(seed=1))

    with settled():
        choose(alma, jpeg(seed=2))
        last = choose(alma, jpeg(seed=3))

    assert (Media.objects.get(), avatar_key(alma)) == (last, square_key(last))


def test_change_avatar_leaves_a_picture_of_before_that_is_in_a_post(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1))
    with settled():
        choose(alma, jpeg(seed=1))

    with settled():
        choose(alma, jpeg(seed=2))

    assert post.media.get().state == "ready"
    assert Media.objects.count() == 2


def test_change_avatar_to_the_same_picture_keeps_it(alma: User, settled: Settled) -> None:
    with settled():
        media = choose(alma, jpeg())
    with settled():
        choose(alma, jpeg())

    assert (Media.objects.get(), avatar_key(alma)) == (media, square_key(media))


def test_change_avatar_back_before_the_old_one_is_deleted_keeps_it(alma: User, settled: Settled) -> None:
    with settled():
        first = choose(alma, jpeg(seed=1))
    with settled():
        choose(alma, jpeg(seed=2))
        again = choose(alma, jpeg(seed=1))

    assert (again, avatar_key(alma)) == (first, square_key(first))
    assert Media.objects.get() == first


def test_remove_avatar_deletes_its_picture_and_files(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        choose(alma, jpeg(seed=1))
    with settled():
        choose(alma, jpeg(seed=2))
        remove_avatar(alma)

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-20]], ids=["empty", "pdf", "truncated"])
def test_change_avatar_to_something_broken_changes_nothing(
    alma: User, settled: Settled, media_folders: Path, data: bytes
) -> None:
    with settled():
        choose(alma, jpeg())
    before = (avatar_key(alma), stored(media_folders))

    with pytest.raises(AppError):
        choose(alma, data)

    assert (avatar_key(alma), stored(media_folders)) == before


def test_remove_avatar_twice_leaves_none(alma: User, settled: Settled) -> None:
    with settled():
        choose(alma, jpeg())

    remove_avatar(alma)
    remove_avatar(alma)

    assert (avatar_key(alma), Avatar.objects.count()) == ("", 0)


def test_remove_avatar_before_it_is_made_does_not_let_it_come_back(alma: User, settled: Settled) -> None:
    with settled():
        choose(alma, jpeg())
        remove_avatar(alma)

    assert avatar_key(alma) == ""


def test_delete_media_that_is_the_avatar_takes_it_down(alma: User, settled: Settled) -> None:
    with settled():
        media = choose(alma, jpeg())
    with settled():
        delete_media(alma, media)

    assert (avatar_key(alma), Avatar.objects.count()) == ("", 0)


def test_delete_media_that_is_still_shown_while_a_new_avatar_is_made_takes_it_down(
    alma: User, settled: Settled
) -> None:
    with settled():
        shown = choose(alma, jpeg(seed=1))
    choose(alma, jpeg(seed=2))

    with settled():
        delete_media(alma, shown)
        assert avatar_key(alma) == ""
