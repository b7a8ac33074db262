from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.ids import to_code
from photos.models import Media, Post
from tests.conftest import Settled
from tests.factories import make_media, make_post
from tests.images import jpeg, png, png_header_only
from tests.uploads import stored, upload

TAKEN = "Pictures can be JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC; videos MP4, MOV, WebM, MKV."
WORDS = {"title": "Glaze", "caption": "On #kiln day", "tags": "Clay, blue", "audience": "followers", "licence": "cc0"}


def picked(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def page_of(post: Post, more: str = "") -> str:
    return f"/p/{to_code(post.pk)}/{more}"


def post_form(client: Client, *files: SimpleUploadedFile, **words: Any) -> Any:
    return client.post("/new/", {"audience": "public", "files": list(files), **words})


def test_new_shows_an_empty_form_with_its_limits(alma: User, as_user: Any) -> None:
    answer = as_user(alma).get("/new/")

    page = answer.content.decode()
    assert (answer.status_code, answer.context["max_items"]) == (200, 20)
    assert "JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC, each up to 50 MB and 100 megapixels" in page
    assert "each up to 500 MB and 10 minutes" in page
    assert ('data-photo-max="52428800"' in page, 'data-video-max="524288000"' in page) == (True, True)
    assert 'enctype="multipart/form-data"' in page


def test_new_with_several_files_makes_one_post_in_their_order(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        post_form(as_user(alma), picked(jpeg(seed=1)), picked(png(30, 20), "b.png"), picked(jpeg(seed=2)), **WORDS)

    post = Post.objects.get()
    assert (post.author, post.state, post.title, post.audience, post.licence) == (
        alma,
        "published",
        "Glaze",
        "followers",
        "cc0",
    )
    assert sorted(tag.name for tag in post.tags.all()) == ["blue", "clay", "kiln"]
    assert [m.content_type for m in post.media.order_by("position")] == ["image/jpeg", "image/png", "image/jpeg"]


def test_new_without_descriptions_goes_on_to_the_page_that_asks_for_them(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), picked(jpeg()))

    assert (answer.status_code, answer["Location"]) == (303, page_of(Post.objects.get(), "alt/"))


def test_new_with_media_that_are_kept_already_posts_them_in_their_order_with_their_words(
    alma: User, as_user: Any
) -> None:
    first, second = upload(alma, jpeg(seed=1)), upload(alma, jpeg(seed=2))
    words = {f"alt_{first.pk}": "One", f"alt_{second.pk}": "Two"}

    answer = as_user(alma).post("/new/", {"audience": "public", "media": [second.pk, first.pk], **words})

    post = Post.objects.get()
    shown = list(post.media.order_by("position").values_list("pk", "alt_text"))
    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert shown == [(second.pk, "Two"), (first.pk, "One")]


def test_new_with_kept_media_and_files_puts_the_files_behind(alma: User, as_user: Any) -> None:
    kept = upload(alma, jpeg(seed=1))

    post_form(as_user(alma), picked(png(30, 20), "b.png"), media=[kept.pk])

    shown = Post.objects.get().media.order_by("position").values_list("content_type", flat=True)
    assert list(shown) == ["image/jpeg", "image/png"]


def test_new_without_words_for_a_kept_file_leaves_those_it_has(alma: User, as_user: Any) -> None:
    kept = upload(alma, alt_text="As it was")

    as_user(alma).post("/new/", {"audience": "public", "media": [kept.pk], f"alt_{kept.pk}": " "})

    assert Post.objects.get().media.get().alt_text == "As it was"


def test_new_with_media_of_somebody_else_says_so_and_shows_nothing_of_them(
    alma: User, boris: User, as_user: Any
) -> None:
    own, foreign = upload(alma), make_media(boris, alt_text="His secret")

    answer = as_user(alma).post("/new/", {"audience": "public", "media": [own.pk, foreign.pk]})

    assert (answer.status_code, Post.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"files": [f"There is no picture {foreign.pk} of yours."]}
    assert [item.media for item in answer.context["picked"].kept] == [own]
    assert b"His secret" not in answer.content


def test_new_with_media_of_another_post_says_so(alma: User, as_user: Any) -> None:
    posted = make_post(alma).media.get()

    answer = as_user(alma).post("/new/", {"audience": "public", "media": [posted.pk]})

    assert answer.context["form"].errors == {"files": ["Picture 1 is in a post of yours already."]}
    assert (answer.status_code, answer.context["picked"].kept, Post.objects.count()) == (422, [], 1)


@pytest.mark.parametrize("media", ["x", "-1", "1.5", "9" * 40, "\x00"])
def test_new_with_media_that_are_no_ids_asks_to_choose_again(alma: User, as_user: Any, media: str) -> None:
    answer = as_user(alma).post("/new/", {"audience": "public", "media": [media]})

    assert (answer.status_code, set(answer.context["form"].errors), Post.objects.count()) == (422, {"media"}, 0)


def test_new_with_bytes_kept_from_an_earlier_try_uses_them(alma: User, as_user: Any) -> None:
    kept = upload(alma)

    post_form(as_user(alma), picked(jpeg()))

    media = Media.objects.get()
    assert (media.pk, media.post) == (kept.pk, Post.objects.get())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "The file is empty.", id="empty"),
        pytest.param(jpeg()[:-30], "The file stops early. Please send it again.", id="truncated"),
        pytest.param(jpeg()[:20], "The file is damaged and cannot be read as a picture.", id="damaged"),
        pytest.param(png_header_only(30_000, 30_000), "The picture has more than 100 million pixels.", id="900MP"),
        pytest.param(b"%PDF-1.7", f"This is a PDF. {TAKEN}", id="pdf"),
        pytest.param(b"<svg/>", f"This is an SVG drawing. {TAKEN}", id="svg"),
    ],
)
def test_new_with_a_file_it_refuses_names_it_with_the_reason(
    alma: User, as_user: Any, data: bytes, reason: str
) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), picked(data, "bad <one>.jpg"), title="Kept words")

    assert (answer.status_code, answer.context["picked"].refused) == (422, [("bad <one>.jpg", reason)])
    assert b"bad &lt;one&gt;.jpg" in answer.content
    assert b'value="Kept words"' in answer.content
    assert Post.objects.count() == 0


def test_new_with_a_refused_file_keeps_the_others_and_posts_them_the_next_time(alma: User, as_user: Any) -> None:
    client = as_user(alma)
    answer = post_form(client, picked(jpeg(), "kept <1>.jpg"), picked(b"%PDF-1.7", "paper.pdf"))
    item = answer.context["picked"].kept[0]
    page = answer.content.decode()

    again = client.post("/new/", {"audience": "public", "media": [item.media.pk]})

    box = f'<input type="checkbox" id="kept-{item.media.pk}" name="media" value="{item.media.pk}" checked>'
    name = f'<input type="hidden" name="name_{item.media.pk}" value="kept &lt;1&gt;.jpg">'
    assert (item.name, box in page, name in page) == ("kept <1>.jpg", True, True)
    assert (again.status_code, Post.objects.get().media.get()) == (303, item.media)


def test_new_with_a_refused_file_keeps_nothing_of_that_file(alma: User, as_user: Any, media_folders: Path) -> None:
    post_form(as_user(alma), picked(b"%PDF-1.7"))

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_new_with_a_file_that_is_too_large_names_it(alma: User, as_user: Any, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = len(jpeg())

    answer = post_form(as_user(alma), picked(jpeg()), picked(jpeg() + b"x", "big.jpg"))

    assert (answer.status_code, [name for name, _ in answer.context["picked"].refused]) == (422, ["big.jpg"])
    assert Post.objects.count() == 0


def test_new_without_a_file_asks_for_one(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), title="Kept words")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"files": ["A post needs at least one picture."]}
    assert b'value="Kept words"' in answer.content


def test_new_with_more_files_than_a_post_holds_keeps_as_many_and_names_the_others(
    alma: User, as_user: Any, settings: Settings
) -> None:
    settings.POST_MAX_ITEMS = 2

    answer = post_form(
        as_user(alma), *[picked(jpeg(seed=seed), f"{seed}.jpg") for seed in range(3)], title="Kept words"
    )

    shown = answer.context["picked"]
    assert (answer.status_code, [item.name for item in shown.kept]) == (422, ["0.jpg", "1.jpg"])
    assert shown.refused == [("2.jpg", "A post has 2 pictures at most.")]
    assert (b'value="Kept words"' in answer.content, Post.objects.count(), Media.objects.count()) == (True, 0, 2)


def test_new_with_the_same_file_twice_says_so(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), picked(jpeg(), "again.jpg"))

    shown = answer.context["picked"]
    assert (answer.status_code, [item.name for item in shown.kept]) == (422, ["a.jpg"])
    assert (shown.refused, Post.objects.count()) == ([("again.jpg", "The same file is there twice.")], 0)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": "x" * 121}, "title"),
        ({"title": "x" * 1000}, "title"),
        ({"caption": "x" * 2201}, "caption"),
        ({"caption": "x" * 100_000}, "caption"),
        ({"location_name": "x" * 101}, "location_name"),
        ({"spoiler": "x" * 101}, "spoiler"),
        ({"tags": "x" * 65}, "tags"),
        ({"tags": " ".join(f"t{n}" for n in range(31))}, "tags"),
        ({"tags": "<script>"}, "tags"),
        ({"audience": "everybody"}, "audience"),
        ({"audience": ""}, "audience"),
        ({"licence": "mine"}, "licence"),
        ({"title": "a\x00b"}, "title"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_new_with_wrong_words_names_the_field_and_keeps_the_file_for_the_next_try(
    alma: User, as_user: Any, words: dict[str, str], field: str
) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), **words)

    assert (answer.status_code, set(answer.context["form"].errors), Post.objects.count()) == (422, {field}, 0)
    assert [item.media for item in answer.context["picked"].kept] == [Media.objects.get()]


@pytest.mark.parametrize("alt_text", ["x" * 1001, "a\x00b"])
def test_new_with_a_description_it_cannot_keep_posts_nothing_and_shows_it_again(
    alma: User, as_user: Any, alt_text: str
) -> None:
    kept = upload(alma)

    answer = as_user(alma).post("/new/", {"audience": "public", "media": [kept.pk], f"alt_{kept.pk}": alt_text})

    kept.refresh_from_db()
    assert (answer.status_code, set(answer.context["form"].errors), Post.objects.count()) == (422, {"files"}, 0)
    assert (answer.context["picked"].kept[0].alt, kept.alt_text) == (alt_text, "")


def test_new_ignores_fields_that_only_the_server_decides(alma: User, boris: User, as_user: Any) -> None:
    extra = {"author": boris.pk, "id": 1, "state": "trashed", "like_count": 99, "media_ids": make_media(boris).pk}

    post_form(as_user(alma), picked(jpeg()), **extra)

    post = Post.objects.get()
    assert (post.author, post.state, post.like_count, post.media.count()) == (alma, "publishing", 0, 1)


@pytest.mark.parametrize("page", ["alt/", "edit/", "delete/", "retry/", "restore/"])
@pytest.mark.parametrize("who", ["somebody else", "nobody there"])
def test_change_page_of_a_post_that_is_not_ones_own_is_404(
    alma: User, boris: User, as_user: Any, page: str, who: str
) -> None:
    state = "trashed" if page == "restore/" else "published"
    post = make_post(alma if who == "somebody else" else boris, title="Hers", state=state)
    url = page_of(post, page) if who == "somebody else" else f"/p/abc/{page}"

    answer = as_user(boris).post(url, {**WORDS, "title": "His"})

    post.refresh_from_db()
    assert (answer.status_code, post.title, post.state) == (404, "Hers", state)


@pytest.mark.parametrize(
    "url", ["/new/", "/trash/", "/settings/avatar/", "/p/abc/alt/", "/p/abc/edit/", "/p/abc/delete/", "/p/abc/status/"]
)
def test_page_for_people_with_a_session_sends_others_to_log_in(client: Client, db: None, url: str) -> None:
    answer = client.get(url)

    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={url.replace('/', '%2F')}")


@pytest.mark.parametrize("page", ["like/", "delete/", "restore/", "retry/", "edit/", "alt/"])
def test_change_of_a_post_without_csrf_token_is_403_and_changes_nothing(alma: User, page: str) -> None:
    state = "trashed" if page == "restore/" else "published"
    post, browser = make_post(alma, title="Old", state=state), Client(enforce_csrf_checks=True)
    browser.force_login(alma)

    answer = browser.post(page_of(post, page), WORDS)

    post.refresh_from_db()
    assert (answer.status_code, post.title, post.state, post.like_count) == (403, "Old", state, 0)


@pytest.mark.parametrize(
    ("url", "field"), [("/new/", "files"), ("/settings/avatar/", "file"), ("/settings/header/", "file")]
)
def test_upload_without_csrf_token_is_403_and_keeps_nothing(
    alma: User, media_folders: Path, url: str, field: str
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma)

    answer = browser.post(url, {"audience": "public", field: picked(jpeg())})

    assert (answer.status_code, Media.objects.count(), Post.objects.count(), stored(media_folders)) == (403, 0, 0, {})


def test_upload_with_the_csrf_token_of_its_page_works(alma: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma)
    token = str(browser.get("/new/").context["csrf_token"])

    answer = browser.post("/new/", {"audience": "public", "files": picked(jpeg()), "csrfmiddlewaretoken": token})

    assert (answer.status_code, Post.objects.count()) == (303, 1)


@pytest.mark.parametrize("page", ["like/", "restore/", "retry/"])
def test_button_of_a_post_does_nothing_on_get(alma: User, as_user: Any, page: str) -> None:
    post = make_post(alma)

    answer = as_user(alma).get(page_of(post, page))

    post.refresh_from_db()
    assert (answer.status_code, post.like_count, post.state) == (405, 0, "published")


def test_new_that_is_refused_leaves_the_words_of_a_published_picture_alone(alma: User, as_user: Any) -> None:
    posted = upload(alma, alt_text="As it was")
    as_user(alma).post("/new/", {"audience": "public", "media": [posted.pk]})

    answer = post_form(as_user(alma), picked(jpeg()), **{f"alt_{posted.pk}": "Changed"})

    assert (answer.status_code, Media.objects.get().alt_text) == (422, "As it was")
    assert b"Picture 1 is in a post of yours already." in answer.content
