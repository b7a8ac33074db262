import base64
import hashlib
import io
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from accounts.models import User
from core.exceptions import AppError, InvalidInput, RateLimited, Unavailable, UnsupportedFile, UploadTooLarge
from photos.imaging.formats import AVIF, HEIC, PHOTO_FORMATS, WEBP, Format
from photos.models import Media, OriginalCopy
from photos.services.trash import trash_post
from photos.services.uploads import accept_upload
from tests.factories import make_post, make_user
from tests.faults.storages import use_storage
from tests.files import FORMAT_NAMES, STRANGERS, jpeg_with_thumbnail, picture, polyglots
from tests.images import jpeg, jpeg_with_secrets, png, png_header_only
from tests.parallel import together
from tests.uploads import stored, upload

COPIES = ("originals", "originals-copy")


TAKEN = "Pictures can be JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC; videos MP4, MOV, WebM, MKV."


def refusal(owner: User, data: bytes, **options: str) -> tuple[type[AppError], str, list[tuple[str, str]]]:
    """Error, code, and (field, code) of each problem of an upload that must be refused."""
    with pytest.raises(AppError) as caught:
        upload(owner, data, **options)
    return type(caught.value), caught.value.code, [(each.field, each.code) for each in caught.value.errors]


def digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_accept_upload_writes_the_same_bytes_to_every_copy(alma: User, media_folders: Path) -> None:
    data = jpeg_with_secrets()

    media = upload(alma, data)

    assert stored(media_folders) == {alias: [media.original_key] for alias in COPIES}
    assert [(media_folders / alias / media.original_key).read_bytes() for alias in COPIES] == [data, data]
    assert list(media.copies.order_by("id").values_list("storage", flat=True)) == list(COPIES)


def test_accept_upload_notes_what_it_kept(alma: User) -> None:
    data = jpeg_with_secrets(orientation=6)

    media = upload(alma, data, alt_text="  A kiln. ")

    media.refresh_from_db()
    assert (media.owner, media.post, media.state, media.attempts) == (alma, None, "received", 0)
    assert (media.sha256, media.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (media.content_type, media.width, media.height) == ("image/jpeg", 60, 80)
    assert (media.alt_text, media.camera) == (
        "A kiln.",
        {"camera": "Fieldworks Mk II", "aperture": "ƒ/2.8", "exposure": "1/250", "iso": "ISO 400"},
    )


@pytest.mark.parametrize("format", PHOTO_FORMATS, ids=FORMAT_NAMES)
def test_accept_upload_takes_every_format_by_its_bytes(alma: User, format: Format) -> None:
    media = upload(alma, picture(format))

    assert (media.content_type, Path(media.original_key).suffix) == (format.content_type, format.suffix)


def test_accept_upload_gives_names_that_say_nothing(alma: User) -> None:
    keys = {upload(alma, jpeg(seed=seed)).original_key for seed in range(3)}

    assert [(len(key), "alma" in key, str(alma.pk) in key) for key in keys] == [(45, False, False)] * 3


def test_accept_upload_of_the_same_bytes_gives_the_same_media(alma: User, media_folders: Path) -> None:
    first, is_new = accept_upload(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    again, is_new_again = accept_upload(alma, io.BytesIO(jpeg()), size=len(jpeg()))

    assert (first, is_new, is_new_again) == (again, True, False)
    assert stored(media_folders) == {alias: [first.original_key] for alias in COPIES}


def test_accept_upload_of_the_same_bytes_by_another_person_gives_another_media(alma: User, boris: User) -> None:
    assert upload(alma).pk != upload(boris).pk
    assert [media.owner.username for media in Media.objects.order_by("id")] == ["alma", "boris"]


def test_accept_upload_of_the_bytes_of_a_failed_media_starts_anew(alma: User) -> None:
    failed = upload(alma)
    Media.objects.update(state="failed")

    assert upload(alma).pk != failed.pk


def test_accept_upload_of_the_bytes_of_a_trashed_post_starts_anew(alma: User) -> None:
    post = make_post(alma, pictures=0)
    trashed = upload(alma)
    Media.objects.filter(pk=trashed.pk).update(post=post)
    trash_post(alma, post)

    assert upload(alma).pk != trashed.pk


@pytest.mark.parametrize("header", ["", "md5=:AAAA:", "unknown"])
def test_accept_upload_without_a_digest_it_knows_takes_the_file(alma: User, header: str) -> None:
    assert upload(alma, digest=header).owner == alma


def test_accept_upload_with_the_right_digest_takes_the_file(alma: User) -> None:
    assert upload(alma, digest=digest(jpeg())).sha256 == hashlib.sha256(jpeg()).hexdigest()


def test_accept_upload_reads_the_right_digest_among_several(alma: User) -> None:
    assert refusal(alma, jpeg(), digest=f"md5=:AAAA:, {digest(b'other')}")[1] == "digest"
    assert upload(alma, digest=f"md5=:AAAA:, {digest(jpeg())}").owner == alma


@pytest.mark.parametrize(
    "header", [digest(b"other"), "sha-256=:AAAA:", "sha-256=:not base64!:", "sha-256=", "sha-256=::"]
)
def test_accept_upload_with_a_wrong_digest_keeps_nothing(alma: User, media_folders: Path, header: str) -> None:
    assert refusal(alma, jpeg(), digest=header) == (InvalidInput, "digest", [("file", "digest")])
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(jpeg(400, 300)[:-100], "truncated", id="truncated jpeg"),
        pytest.param(jpeg_with_thumbnail()[:-50], "truncated", id="truncated jpeg with a thumbnail"),
        pytest.param(png(400, 300)[:-100], "truncated", id="truncated png"),
        pytest.param(picture(WEBP, 400, 300)[:-20], "truncated", id="truncated webp"),
        pytest.param(picture(AVIF, 400, 300)[:-20], "truncated", id="truncated avif"),
        pytest.param(picture(HEIC, 400, 300)[:-20], "truncated", id="truncated heic"),
        pytest.param(jpeg()[:20], "damaged", id="only the start of a jpeg"),
        pytest.param(b"GIF89a/*" + b"x" * 5, "damaged", id="gif in name only"),
        pytest.param(b"II*\x00" + b"\xff" * 40, "damaged", id="tiff in name only"),
        pytest.param(png_header_only(30_000, 30_000), "too_many_pixels", id="900 megapixels"),
        pytest.param(png_header_only(32_001, 2), "too_many_pixels", id="too long for an AVIF"),
        pytest.param(png_header_only(2**31 - 1, 2**31 - 1), "too_many_pixels", id="4 exapixels"),
    ],
)
def test_accept_upload_of_a_broken_picture_keeps_nothing(
    alma: User, media_folders: Path, data: bytes, code: str
) -> None:
    assert refusal(alma, data) == (InvalidInput, code, [("file", code)])
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


@pytest.mark.parametrize(("data", "words"), STRANGERS.values(), ids=STRANGERS)
def test_accept_upload_of_something_else_says_what_it_is_and_keeps_nothing(
    alma: User, media_folders: Path, data: bytes, words: str
) -> None:
    with pytest.raises(UnsupportedFile) as caught:
        upload(alma, data)

    assert caught.value.detail == f"This is {words}. {TAKEN}"
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


def test_accept_upload_of_too_many_bytes_keeps_nothing(alma: User, media_folders: Path, settings: Settings) -> None:
    settings.PHOTO_MAX_BYTES = len(jpeg()) - 1

    assert refusal(alma, jpeg()) == (UploadTooLarge, "too_large", [])
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


def test_accept_upload_of_exactly_the_largest_size_is_taken(alma: User, settings: Settings) -> None:
    settings.PHOTO_MAX_BYTES, settings.PHOTO_MAX_PIXELS = len(jpeg()), 64 * 48

    assert upload(alma).bytes == len(jpeg())


def test_accept_upload_of_one_pixel_too_many_is_refused(alma: User, settings: Settings) -> None:
    settings.PHOTO_MAX_PIXELS = 64 * 48 - 1

    assert refusal(alma, jpeg())[1] == "too_many_pixels"


@pytest.mark.parametrize(
    ("alt_text", "code"), [("x" * 1001, "too_long"), ("a\x00b", "invalid")], ids=["too long", "with NUL"]
)
def test_accept_upload_with_a_description_it_cannot_keep_keeps_nothing(
    alma: User, media_folders: Path, alt_text: str, code: str
) -> None:
    assert refusal(alma, jpeg(), alt_text=alt_text) == (InvalidInput, code, [("alt_text", code)])
    assert (stored(media_folders), Media.objects.count()) == ({}, 0)


@pytest.mark.parametrize("name", polyglots())
def test_accept_upload_keeps_a_polyglot_as_the_picture_it_is(alma: User, media_folders: Path, name: str) -> None:
    media = upload(alma, polyglots()[name])

    assert media.content_type.startswith("image/")
    assert (media_folders / "originals" / media.original_key).read_bytes() == polyglots()[name]


def test_accept_upload_beyond_the_rate_limit_keeps_nothing(alma: User, media_folders: Path, settings: Settings) -> None:
    settings.RATE_LIMITS = {**django_settings.RATE_LIMITS, "upload": (1, 3600)}
    upload(alma)

    with pytest.raises(RateLimited):
        upload(alma, jpeg(seed=1))

    assert (Media.objects.count(), len(stored(media_folders)["originals"])) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_accept_upload_of_the_same_bytes_in_parallel_gives_one_media(media_folders: Path) -> None:
    alma = make_user("alma")

    sent = together([lambda: upload(alma)] * 6)

    media = Media.objects.get()
    assert set(sent) == {media}
    assert stored(media_folders) == {alias: [media.original_key] for alias in COPIES}
    assert OriginalCopy.objects.count() == 2


@pytest.mark.parametrize("spoiled", [["originals"], ["originals", "originals-copy"]])
def test_accept_upload_of_the_same_bytes_puts_right_what_has_changed_in_a_storage(
    alma: User, media_folders: Path, spoiled: list[str]
) -> None:
    media = upload(alma)
    for alias in spoiled:
        copy = media_folders / alias / media.original_key
        copy.write_bytes(copy.read_bytes()[:-1] + b"?")

    again = upload(alma)

    copies = [(media_folders / alias / media.original_key).read_bytes() for alias in ("originals", "originals-copy")]
    assert (again, copies) == (media, [jpeg(), jpeg()])


def test_accept_upload_of_the_same_bytes_says_no_while_fewer_copies_are_right_than_the_quorum(
    alma: User, media_folders: Path
) -> None:
    media = upload(alma)
    use_storage("originals-copy", "tests.faulty_storages.AwayStorage")

    with pytest.raises(Unavailable):
        upload(alma)

    assert (media_folders / "originals" / media.original_key).read_bytes() == jpeg()
