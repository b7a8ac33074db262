"""Profile picture and header: what is true of both is asked of both."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from accounts.cards import avatar_url, header_card
from accounts.models import User
from core.exceptions import AppError, InvalidInput
from photos.models import Avatar, Header, Media
from photos.services.avatars import change_avatar, change_header, describe_header, remove_avatar, remove_header
from photos.services.trash import delete_media
from tests.conftest import Settled
from tests.exiftool import read_tags
from tests.images import jpeg, jpeg_with_secrets
from tests.photos.services.test_posts import answers
from tests.uploads import publish, stored


@dataclass(frozen=True)
class Face:
    """One of the two; `keys` are those shown of a person, `names` the renditions of a media it is shown in."""

    change: Callable[..., Media]
    remove: Callable[[User], None]
    keys: Callable[[User], list[str]]
    names: tuple[str, ...]

    def choose(self, person: User, data: bytes) -> Media:
        return self.change(person, io.BytesIO(data), size=len(data))

    def shown(self, person: User) -> list[str]:
        person.refresh_from_db()
        return self.keys(person)

    def keys_of(self, media: Media) -> list[str]:
        jpegs = media.renditions.filter(content_type="image/jpeg", name__in=self.names)
        return list(jpegs.order_by("width").values_list("key", flat=True))


def avatar_keys(person: User) -> list[str]:
    return [person.avatar_key] if person.avatar_key else []


AVATAR = Face(change_avatar, remove_avatar, avatar_keys, ("square",))
HEADER = Face(change_header, remove_header, lambda person: person.header_keys, ("w320",))


@pytest.fixture(params=[AVATAR, HEADER], ids=["avatar", "header"])
def face(request: pytest.FixtureRequest) -> Face:
    found: Face = request.param
    return found


def rows() -> int:
    return Avatar.objects.count() + Header.objects.count()


def test_change_shows_the_picture_once_it_is_made(face: Face, alma: User, settled: Settled, client: Client) -> None:
    with settled():
        media = face.choose(alma, jpeg())
        assert face.shown(alma) == []

    assert face.shown(alma) == face.keys_of(media)
    card = header_card(alma)
    assert answers(client, [card.url if card else avatar_url(alma)]) == {200}


def test_change_keeps_the_old_picture_until_the_new_one_is_made(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        old = face.choose(alma, jpeg(seed=1))

    with settled():
        new = face.choose(alma, jpeg(seed=2))
        assert face.shown(alma) == face.keys_of(old)

    assert face.shown(alma) == face.keys_of(new)


def test_change_to_a_picture_that_is_ready_shows_it_at_once(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1))

    media = face.choose(alma, jpeg(seed=1))

    assert media == post.media.get()
    assert face.shown(alma) == face.keys_of(media)


def test_change_deletes_the_picture_of_before_with_its_files(
    face: Face, alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        face.choose(alma, jpeg(seed=1))
    with settled():
        media = face.choose(alma, jpeg(seed=2))

    assert Media.objects.get() == media
    assert {alias: len(names) for alias, names in stored(media_folders).items()} == {
        "originals": 1,
        "originals-copy": 1,
        "renditions": media.renditions.count(),
    }


def test_change_twice_before_it_is_made_leaves_only_the_last(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        face.choose(alma, jpeg(seed=1))

    with settled():
        face.choose(alma, jpeg(seed=2))
        last = face.choose(alma, jpeg(seed=3))

    assert (Media.objects.get(), face.shown(alma)) == (last, face.keys_of(last))


def test_change_leaves_a_picture_of_before_that_is_in_a_post(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1))
    with settled():
        face.choose(alma, jpeg(seed=1))

    with settled():
        face.choose(alma, jpeg(seed=2))

    assert post.media.get().state == "ready"
    assert Media.objects.count() == 2


def test_change_to_the_same_picture_keeps_it(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        media = face.choose(alma, jpeg())
    with settled():
        face.choose(alma, jpeg())

    assert (Media.objects.get(), face.shown(alma)) == (media, face.keys_of(media))


def test_change_back_before_the_old_one_is_deleted_keeps_it(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        first = face.choose(alma, jpeg(seed=1))
    with settled():
        face.choose(alma, jpeg(seed=2))
        again = face.choose(alma, jpeg(seed=1))

    assert (again, face.shown(alma)) == (first, face.keys_of(first))
    assert Media.objects.get() == first


def test_remove_deletes_its_picture_and_files(face: Face, alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        face.choose(alma, jpeg(seed=1))
    with settled():
        face.choose(alma, jpeg(seed=2))
        face.remove(alma)

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-20]], ids=["empty", "pdf", "truncated"])
def test_change_to_something_broken_changes_nothing(
    face: Face, alma: User, settled: Settled, media_folders: Path, data: bytes
) -> None:
    with settled():
        face.choose(alma, jpeg())
    before = (face.shown(alma), stored(media_folders))

    with pytest.raises(AppError):
        face.choose(alma, data)

    assert (face.shown(alma), stored(media_folders)) == before


def test_remove_twice_leaves_none(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        face.choose(alma, jpeg())

    face.remove(alma)
    face.remove(alma)

    assert (face.shown(alma), rows()) == ([], 0)


def test_remove_before_it_is_made_does_not_let_it_come_back(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        face.choose(alma, jpeg())
        face.remove(alma)

    assert face.shown(alma) == []


def test_delete_media_that_is_shown_takes_it_down(face: Face, alma: User, settled: Settled) -> None:
    with settled():
        media = face.choose(alma, jpeg())
    with settled():
        delete_media(alma, media)

    assert (face.shown(alma), rows()) == ([], 0)


def test_delete_media_that_is_still_shown_while_a_new_one_is_made_takes_it_down(
    face: Face, alma: User, settled: Settled
) -> None:
    with settled():
        shown = face.choose(alma, jpeg(seed=1))
    face.choose(alma, jpeg(seed=2))

    with settled():
        delete_media(alma, shown)
        assert face.shown(alma) == []


def wide(seed: int = 0) -> bytes:
    return jpeg(1600, 1200, seed=seed)


def words(person: User) -> str:
    card = header_card(User.objects.get(pk=person.pk))
    return card.alt if card else ""


def test_header_is_shown_in_two_widths_with_its_words(alma: User, settled: Settled) -> None:
    with settled():
        change_header(alma, io.BytesIO(wide()), size=len(wide()), alt_text=" A long beach. ")
    alma.refresh_from_db()

    card = header_card(alma)

    assert card is not None
    assert (card.width, card.height, card.alt) == (1280, 960, "A long beach.")
    assert [part.split()[1] for part in card.srcset.split(", ")] == ["640w", "1280w"]


def test_header_is_described_anew_whether_it_is_shown_or_waits(alma: User, settled: Settled) -> None:
    with settled():
        HEADER.choose(alma, jpeg())
        assert describe_header(alma, "Hills.")
    early = words(alma)

    assert describe_header(alma, "Dunes.")

    assert (early, words(alma), Header.objects.get().alt_text) == ("Hills.", "Dunes.", "Dunes.")


def test_header_that_is_not_there_cannot_be_described(alma: User) -> None:
    assert not describe_header(alma, "Hills.")
    assert header_card(User.objects.get()) is None


@pytest.mark.parametrize("text", ["a\0b", "x" * 1001])
def test_header_with_words_that_cannot_be_kept_changes_nothing(alma: User, text: str) -> None:
    with pytest.raises(InvalidInput):
        change_header(alma, io.BytesIO(jpeg()), size=len(jpeg()), alt_text=text)

    assert rows() == 0


def test_header_has_no_metadata_of_the_photograph(alma: User, settled: Settled, media_folders: Path) -> None:
    with settled():
        HEADER.choose(alma, jpeg_with_secrets())

    files = [media_folders / "renditions" / key for key in HEADER.shown(alma)]
    assert (len(files), read_tags(*files)) == (1, [{}])


def test_one_picture_as_avatar_and_header_stays_as_one_when_the_other_goes(
    alma: User, settled: Settled, media_folders: Path
) -> None:
    with settled():
        media = AVATAR.choose(alma, jpeg())
        HEADER.choose(alma, jpeg())
    with settled():
        remove_avatar(alma)

    assert (AVATAR.shown(alma), HEADER.shown(alma)) == ([], HEADER.keys_of(media))
    with settled():
        remove_header(alma)
    assert (Media.objects.count(), stored(media_folders)) == (0, {})
