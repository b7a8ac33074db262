import io
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
from tests.files import STRANGERS
from tests.images import jpeg, png, png_header_only
from tests.uploads import stored, upload

WORDS = {"title": "Glaze", "caption": "On #kiln day", "tags": "Clay, blue", "audience": "followers", "licence": "cc0"}


def picked(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def page_of(post: Post, more: str = "") -> str:
    return f"/p/{to_code(post.pk)}/{more}"


def post_form(client: Client, *files: SimpleUploadedFile, **words: Any) -> Any:
    return client.post("/new/", {"audience": "public", "files": list(files), **words})


def test_new_shows_an_empty_form_with_its_limits(alma: User, as_user: Any) -> None:
    answer = as_user(alma).get("/new/")

    assert (answer.status_code, answer.context["max_items"], answer.context["max_megabytes"]) == (200, 20, 100)
    assert answer.context["formats"] == "JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC"
    assert b'enctype="multipart/form-data"' in answer.content


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


def test_new_with_a_description_for_each_file_goes_to_the_post(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), picked(jpeg(seed=1)), picked(jpeg(seed=2)), alt_text=["One", "Two"])

    post = Post.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert list(post.media.order_by("position").values_list("alt_text", flat=True)) == ["One", "Two"]


def test_new_with_bytes_kept_from_an_earlier_try_uses_them(alma: User, as_user: Any) -> None:
    kept = upload(alma)

    post_form(as_user(alma), picked(jpeg()), alt_text=["Now described"])

    media = Media.objects.get()
    assert (media.pk, media.post, media.alt_text) == (kept.pk, Post.objects.get(), "Now described")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "The file is empty.", id="empty"),
        pytest.param(jpeg()[:-30], "The file stops early. Please send it again.", id="truncated"),
        pytest.param(jpeg()[:20], "The file is damaged and cannot be read as a picture.", id="damaged"),
        pytest.param(png_header_only(30_000, 30_000), "The picture has more than 100 million pixels.", id="900MP"),
        *[
            pytest.param(head, f"This is {words}. Pictures can be JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC.", id=name)
            for name, (head, words) in STRANGERS.items()
        ],
    ],
)
def test_new_with_a_file_it_refuses_names_it_with_the_reason(
    alma: User, as_user: Any, data: bytes, reason: str
) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), picked(data, "bad <one>.jpg"), title="Kept words")

    assert (answer.status_code, answer.context["refused"]) == (422, [("bad <one>.jpg", reason)])
    assert b"bad &lt;one&gt;.jpg" in answer.content
    assert b'value="Kept words"' in answer.content
    assert Post.objects.count() == 0


def test_new_with_a_refused_file_keeps_nothing_of_that_file(alma: User, as_user: Any, media_folders: Path) -> None:
    post_form(as_user(alma), picked(b"%PDF-1.7"))

    assert (Media.objects.count(), stored(media_folders)) == (0, {})


def test_new_with_a_file_that_is_too_large_names_it(alma: User, as_user: Any, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = len(jpeg())

    answer = post_form(as_user(alma), picked(jpeg()), picked(jpeg() + b"x", "big.jpg"))

    assert (answer.status_code, [name for name, _ in answer.context["refused"]]) == (422, ["big.jpg"])
    assert Post.objects.count() == 0


def test_new_without_a_file_asks_for_one(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), title="Kept words")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"files": ["A post needs at least one picture."]}
    assert b'value="Kept words"' in answer.content


def test_new_with_more_files_than_a_post_holds_says_so(alma: User, as_user: Any, media_folders: Path) -> None:
    answer = post_form(as_user(alma), *[picked(jpeg(seed=seed)) for seed in range(21)], title="Kept words")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"files": ["A post has 20 pictures at most."]}
    assert b'value="Kept words"' in answer.content
    assert (Post.objects.count(), stored(media_folders)) == (0, {})


def test_new_with_the_same_file_twice_says_so(alma: User, as_user: Any) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), picked(jpeg()))

    assert (answer.status_code, answer.context["form"].errors) == (422, {"files": ["The same picture is there twice."]})
    assert Post.objects.count() == 0


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
def test_new_with_wrong_words_names_the_field_and_keeps_nothing(
    alma: User, as_user: Any, media_folders: Path, words: dict[str, str], field: str
) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), **words)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert (Post.objects.count(), Media.objects.count(), stored(media_folders)) == (0, 0, {})


@pytest.mark.parametrize("alt_text", ["x" * 1001, "a\x00b"])
def test_new_with_a_description_it_cannot_keep_posts_nothing(alma: User, as_user: Any, alt_text: str) -> None:
    answer = post_form(as_user(alma), picked(jpeg()), alt_text=[alt_text])

    assert (answer.status_code, [name for name, _ in answer.context["refused"]]) == (422, ["a.jpg"])
    assert (Post.objects.count(), Media.objects.count()) == (0, 0)


def test_new_ignores_fields_that_only_the_server_decides(alma: User, boris: User, as_user: Any) -> None:
    extra = {"author": boris.pk, "id": 1, "state": "trashed", "like_count": 99, "media_ids": make_media(boris).pk}

    post_form(as_user(alma), picked(jpeg()), **extra)

    post = Post.objects.get()
    assert (post.author, post.state, post.like_count, post.media.count()) == (alma, "publishing", 0, 1)


def test_alt_asks_for_each_picture(alma: User, as_user: Any) -> None:
    post = make_post(alma, pictures=2)

    answer = as_user(alma).get(page_of(post, "alt/"))

    names = [f"alt_{media.pk}" for media in post.media.order_by("position")]
    assert (answer.status_code, [field.html_name for _, field in answer.context["fields"]]) == (200, names)


def test_alt_keeps_the_words_and_goes_to_the_post(alma: User, as_user: Any) -> None:
    post = make_post(alma, pictures=2)
    first, second = post.media.order_by("position")

    answer = as_user(alma).post(page_of(post, "alt/"), {f"alt_{first.pk}": " One ", f"alt_{second.pk}": ""})

    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert list(post.media.order_by("position").values_list("alt_text", flat=True)) == ["One", ""]


@pytest.mark.parametrize("text", ["x" * 1001, "a\x00b"], ids=["too long", "with NUL"])
def test_alt_with_words_it_cannot_keep_shows_them_again(alma: User, as_user: Any, text: str) -> None:
    post = make_post(alma)
    name = f"alt_{post.media.get().pk}"

    answer = as_user(alma).post(page_of(post, "alt/"), {name: text})

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {name})
    assert (b"x" * 1001 in answer.content or "\x00" in text, post.media.get().alt_text) == (True, "")


def test_alt_of_a_picture_of_another_post_is_left_alone(alma: User, boris: User, as_user: Any) -> None:
    post, foreign = make_post(alma), make_post(boris).media.get()

    as_user(alma).post(page_of(post, "alt/"), {f"alt_{foreign.pk}": "Mine now"})

    foreign.refresh_from_db()
    assert foreign.alt_text == ""


def test_edit_shows_what_is_published(alma: User, as_user: Any) -> None:
    post = make_post(alma, title="Glaze", tags=("clay", "kiln"), audience="followers")

    form = as_user(alma).get(page_of(post, "edit/")).context["form"]

    assert [form[name].value() for name in ("title", "tags", "audience")] == ["Glaze", "clay kiln", "followers"]


def test_edit_saves_and_goes_to_the_post(alma: User, as_user: Any) -> None:
    post = make_post(alma, title="Old", latitude=53.0, longitude=-2.2)

    answer = as_user(alma).post(page_of(post, "edit/"), WORDS)

    post.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (303, page_of(post))
    assert (post.title, post.audience, post.licence, post.edited_at is None) == ("Glaze", "followers", "cc0", False)
    assert (post.latitude, sorted(post.tags.values_list("name", flat=True))) == (53.0, ["blue", "clay", "kiln"])


@pytest.mark.parametrize(("name", "value"), [("title", "x" * 121), ("title", "x" * 500), ("caption", "x" * 2201)])
def test_edit_with_wrong_words_keeps_them_in_the_form(alma: User, as_user: Any, name: str, value: str) -> None:
    post = make_post(alma, title="Old", caption="Old")

    answer = as_user(alma).post(page_of(post, "edit/"), {**WORDS, name: value})

    post.refresh_from_db()
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {name})
    assert value.encode() in answer.content
    assert (post.title, post.caption) == ("Old", "Old")


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


@pytest.mark.parametrize(("url", "field"), [("/new/", "files"), ("/settings/avatar/", "file")])
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


def test_avatar_page_takes_a_picture(alma: User, as_user: Any, settled: Settled) -> None:
    with settled():
        answer = as_user(alma).post("/settings/avatar/", {"file": picked(jpeg())})

    alma.refresh_from_db()
    assert (answer.status_code, answer["Location"], bool(alma.avatar_key)) == (303, "/settings/profile/", True)


def test_avatar_page_removes_it(alma: User, as_user: Any, settled: Settled) -> None:
    client = as_user(alma)
    with settled():
        client.post("/settings/avatar/", {"file": picked(jpeg())})

    client.post("/settings/avatar/", {"remove": "1"})

    alma.refresh_from_db()
    assert alma.avatar_key == ""


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "Choose a picture first."),
        ({"file": b""}, "The file is empty."),
        ({"file": jpeg()[:-30]}, "The file stops early. Please send it again."),
        ({"file": b"%PDF"}, "This is a PDF. Pictures can be JPEG, PNG, GIF, WebP, TIFF, AVIF, HEIC."),
    ],
    ids=["nothing", "empty", "truncated", "pdf"],
)
def test_avatar_page_says_what_is_wrong(alma: User, as_user: Any, form: dict[str, bytes], problem: str) -> None:
    answer = as_user(alma).post("/settings/avatar/", {name: io.BytesIO(data) for name, data in form.items()})

    alma.refresh_from_db()
    assert (answer.status_code, answer.context["problem"], alma.avatar_key) == (422, problem, "")


def test_avatar_page_with_a_file_that_is_too_large_says_so(alma: User, as_user: Any, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024

    answer = as_user(alma).post("/settings/avatar/", {"file": picked(jpeg() + b"x" * 1024)})

    assert (answer.status_code, answer.context["problem"], Media.objects.count()) == (
        422,
        "The file is larger than 0 MB.",
        0,
    )


def test_new_that_is_refused_leaves_the_words_of_a_published_picture_alone(
    alma: User, as_user: Any, settled: Settled
) -> None:
    with settled():
        post_form(as_user(alma), picked(jpeg()), alt_text=["As it was"])

    answer = post_form(as_user(alma), picked(jpeg()), alt_text=["Changed"])

    assert (answer.status_code, Media.objects.get().alt_text) == (422, "As it was")
    assert b"Picture 1 is in a post of yours already." in answer.content
