"""Albums as archives: who gets what, one archive for all who may have the same, and nothing once that changes."""

import hashlib
import io
import zipfile

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.exceptions import RateLimited
from core.ids import to_code
from exports.models import Export
from exports.services.albums import ask_for_album
from exports.services.exports import ask_for_export, expire_exports
from photos.models import Album, Post
from photos.services.albums import delete_album
from tests.conftest import AsApp, AsUser, Settled
from tests.exports.making import body, objects, publish_some
from tests.factories import make_album, make_follow, make_post

ADDRESS = "192.0.2.7"


def page_of(album: Album) -> str:
    return f"/albums/{to_code(album.pk)}/archive/"


def file_of(album: Album) -> str:
    return f"/albums/{to_code(album.pk)}/archive.zip"


def fetch(client: Client, album: Album) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(file_of(album)))))
    assert archive.testzip() is None
    return archive


def pictures_in(archive: zipfile.ZipFile) -> list[bytes]:
    return [archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".jpg")]


def album_of(alma: User, settled: Settled, count: int = 3, **fields: object) -> tuple[Album, list[bytes]]:
    """An album with real pictures, the newest first, and their bytes in its order; others may have those named
    by `downloads` of the posts.
    """
    pictures = publish_some(alma, settled, count)
    posts = list(Post.objects.order_by("-pk"))
    return make_album(alma, *posts, **fields), pictures[::-1]


def test_owner_gets_every_original_in_the_order_of_the_album(alma: User, as_user: AsUser, settled: Settled) -> None:
    album, pictures = album_of(alma, settled, title="Ferry: <trip>", text="Rain.")
    client = as_user(alma)
    before = client.get(page_of(album))

    with settled():
        begun = client.post(page_of(album))
    page, archive = client.get(page_of(album)), fetch(client, album)

    assert ("3 originals" in before.text, "Make the archive" in before.text) == (True, True)
    assert (begun.status_code, file_of(album) in page.text) == (303, True)
    assert pictures_in(archive) == pictures
    assert archive.read("README.txt").decode().startswith("Ferry: <trip>\n@alma at ")
    sums = [line.split()[0] for line in archive.read("checksums.sha256").decode().splitlines()]
    assert sorted(sums) == sorted(hashlib.sha256(picture).hexdigest() for picture in pictures)
    assert 'filename="ferry-trip-' in client.get(file_of(album))["Content-Disposition"]


def test_others_get_what_allows_downloads_and_all_of_them_the_same_archive(
    alma: User, boris: User, client: Client, as_user: AsUser, settled: Settled
) -> None:
    album, pictures = album_of(alma, settled)
    Post.objects.filter(pk=album.items.get(position=2).post_id).update(downloads=True)

    with settled():
        client.post(page_of(album))
        as_user(boris).post(page_of(album))
    found = [pictures_in(fetch(each, album)) for each in (client, as_user(boris))]

    assert found == [[pictures[1]], [pictures[1]]]
    assert (Export.objects.count(), as_user(alma).get(file_of(album)).status_code) == (1, 404)


def test_who_may_have_all_of_it_no_more_gets_nothing_of_what_was_made(
    alma: User, boris: User, client: Client, as_user: AsUser, settled: Settled
) -> None:
    album, _ = album_of(alma, settled)
    Post.objects.update(downloads=True)
    make_follow(boris, alma)
    with settled():
        client.post(page_of(album))

    Post.objects.filter(pk=album.items.get(position=1).post_id).update(audience="followers")

    assert [each.get(file_of(album)).status_code for each in (client, as_user(boris))] == [404, 200]
    assert "2 originals" in client.get(page_of(album)).text


@pytest.mark.parametrize("fields", [{"audience": "followers"}, {}])
def test_album_that_is_closed_or_has_nothing_to_download_has_no_archive(
    alma: User, boris: User, as_user: AsUser, settled: Settled, fields: dict[str, object]
) -> None:
    album = make_album(alma, make_post(alma, downloads=bool(fields)), **fields)
    client = as_user(boris)

    answers = [client.get(page_of(album)), client.post(page_of(album)), client.get(file_of(album))]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (Export.objects.exists(), page_of(album) in client.get(page_of(album)[:-8]).text) == (False, False)


def test_archive_ends_after_its_time_and_can_be_made_again(alma: User, as_user: AsUser, settled: Settled) -> None:
    album, pictures = album_of(alma, settled)
    client = as_user(alma)
    for _ in range(2):
        with settled():
            client.post(page_of(album))
        made = fetch(client, album)
        Export.objects.update(expires_at=timezone.now())
        assert client.get(file_of(album)).status_code == 404

    with settled():
        expire_exports()

    assert (pictures_in(made), Export.objects.count(), objects()) == (pictures, 2, [])


def test_archive_of_everything_and_those_of_albums_leave_each_other_alone(
    alma: User, as_user: AsUser, settled: Settled
) -> None:
    album, _ = album_of(alma, settled)
    client = as_user(alma)
    with settled():
        whole = ask_for_export(alma)
        ask_for_album(alma, album.pk, address=ADDRESS)
    part = Export.objects.exclude(album=None).get()

    assert client.get(file_of(album)).status_code == 200
    assert client.get(f"/settings/data/export/{whole.pk}.zip").status_code == 200
    assert client.get(f"/settings/data/export/{part.pk}.zip").status_code == 404
    assert f"/settings/data/export/{whole.pk}.zip" in client.get("/settings/data/").text


def test_archive_goes_with_the_album(alma: User, as_user: AsUser, settled: Settled) -> None:
    album, _ = album_of(alma, settled)
    with settled():
        ask_for_album(alma, album.pk, address=ADDRESS)
        delete_album(alma, album.pk)

    assert (as_user(alma).get(file_of(album)).status_code, Export.objects.exists()) == (404, False)


def test_archives_have_a_limit(alma: User, settled: Settled, settings: object) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"album archive": (1, 3600)}  # type: ignore[attr-defined]
    album = make_album(alma, make_post(alma))
    ask_for_album(alma, album.pk, address=ADDRESS)

    with pytest.raises(RateLimited):
        ask_for_album(alma, album.pk, address=ADDRESS)


def test_api_begins_tells_and_gives_the_archive(
    alma: User, boris: User, client: Client, as_app: AsApp, settled: Settled
) -> None:
    album, pictures = album_of(alma, settled)
    Post.objects.update(downloads=True)
    app, address = as_app(boris, "read", "write"), f"/rest/v1/albums/{album.pk}/archive"
    missing = app.get(address)

    with settled():
        begun = app.post(address, {}, "application/json")
    told = client.get(address).json()
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(f"{address}.zip"))))

    assert (missing.status_code, begun.status_code, client.post(address, {}, "application/json").status_code) == (
        404,
        201,
        401,
    )
    assert (begun.json()["state"], told["state"], told["progress"]) == ("working", "ready", {"done": 3, "total": 3})
    assert told["download_url"].endswith(f"{address}.zip")
    assert pictures_in(archive) == pictures


def test_frozen_person_may_take_an_album_along(alma: User, as_user: AsUser, settled: Settled) -> None:
    album, pictures = album_of(alma, settled)
    User.objects.filter(pk=alma.pk).update(frozen_at=timezone.now())
    client = as_user(alma)

    with settled():
        client.post(page_of(album))

    assert pictures_in(fetch(client, album)) == pictures
    assert client.post(f"/albums/{to_code(album.pk)}/delete/").status_code == 403
