"""Posts, likes and uploads at the same moment; every thread commits for real."""

import io
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import App, User
from accounts.services.tokens import create_token
from core import faults
from core.exceptions import InvalidInput
from core.models import IdempotentAnswer
from photos.models import Like, Media, OriginalCopy, Post
from photos.services.archive import archive_post, unarchive_post
from photos.services.drafts import PostDraft
from photos.services.likes import like_post, unlike_post
from photos.services.posts import create_post, edit_post
from photos.services.processing import process
from photos.services.publishing import publish_if_ready
from photos.services.trash import purge_post, restore_post, trash_post
from photos.services.uploads import accept_upload
from tests.factories import make_media, make_post, make_user
from tests.images import jpeg
from tests.parallel import together
from tests.queue import run_queue
from tests.uploads import stored, upload

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 50


def likes_and_counter(post: Post) -> tuple[int, int]:
    return Like.objects.filter(post=post).count(), Post.objects.get(pk=post.pk).like_count


def post_counters(author: User) -> tuple[int, int]:
    author = User.objects.get(pk=author.pk)
    return author.own_post_count, author.public_post_count


# --- The archive


def test_fifty_times_into_the_archive_at_once_count_once() -> None:
    alma = make_user("alma")
    post = make_post(alma)

    together([lambda: archive_post(alma, post)] * MANY)

    assert (Post.objects.get().state, post_counters(alma)) == ("archived", (0, 0))


def test_into_the_archive_and_out_of_it_at_once_leave_counters_that_fit_the_state() -> None:
    alma = make_user("alma")
    post = make_post(alma)

    together([lambda: archive_post(alma, post), lambda: unarchive_post(alma, post)] * (MANY // 2))

    state = Post.objects.get().state
    assert post_counters(alma) == {"archived": (0, 0), "published": (1, 1)}[state]


# --- Likes


def test_fifty_likes_of_one_person_at_once_are_one() -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))

    together([lambda: like_post(boris, post.pk)] * MANY)

    assert likes_and_counter(post) == (1, 1)


def test_likes_of_fifty_people_at_once_all_count() -> None:
    post = make_post(make_user("alma"))

    def liking(person: User) -> Callable[[], Post]:
        return lambda: like_post(person, post.pk)

    together([liking(make_user()) for _ in range(MANY)])

    assert likes_and_counter(post) == (MANY, MANY)


def test_fifty_unlikes_at_once_count_once() -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    like_post(boris, post.pk)

    together([lambda: unlike_post(boris, post.pk)] * MANY)

    assert likes_and_counter(post) == (0, 0)


@pytest.mark.parametrize("turn", range(6))
def test_likes_and_unlikes_mixed_leave_the_counter_right(turn: int) -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))

    def like_and_unlike() -> None:
        for _ in range(5):
            like_post(boris, post.pk)
            unlike_post(boris, post.pk)

    together([like_and_unlike] * 10)

    rows, counter = likes_and_counter(post)
    assert rows == counter


def test_likes_through_the_api_at_once_are_one_and_all_answered() -> None:
    boris, post = make_user("boris"), make_post(make_user("alma"))
    _, token = create_token(boris, scopes=["read", "write"])

    def put() -> int:
        client = Client(headers={"Authorization": f"Bearer {token}"})
        return client.put(f"/rest/v1/posts/{post.pk}/like").status_code

    assert together([put] * 20) == [200] * 20
    assert likes_and_counter(post) == (1, 1)


# --- Posts


def creating(author: User, media_ids: list[int]) -> Callable[[], Post | str]:
    def create() -> Post | str:
        try:
            return create_post(author, media_ids=media_ids, draft=PostDraft())
        except InvalidInput as error:
            return error.errors[0].code

    return create


def test_same_media_posted_many_times_at_once_is_one_post() -> None:
    alma = make_user("alma")
    media = [make_media(alma), make_media(alma)]

    answers = together([creating(alma, [item.pk for item in media])] * 20)

    assert sorted(str(answer) for answer in answers if answer == "already_posted") == ["already_posted"] * 19
    assert [item.post_id for item in Media.objects.all()] == [Post.objects.get().pk] * 2
    assert post_counters(alma) == (1, 1)


def test_overlapping_media_in_opposite_orders_never_wait_in_a_circle() -> None:
    alma = make_user("alma")
    first, second = make_media(alma).pk, make_media(alma).pk

    together([creating(alma, [first, second]), creating(alma, [second, first])] * 10)

    assert Post.objects.count() == 1
    assert set(Media.objects.values_list("post", flat=True)) == {Post.objects.get().pk}


def test_post_whose_last_media_become_ready_at_once_is_published_once() -> None:
    alma = make_user("alma")
    post = make_post(alma, state="publishing", pictures=3)
    Media.objects.update(state="ready")

    published = together([lambda: publish_if_ready(post.pk)] * 20)

    assert sorted(published) == [False] * 19 + [True]
    assert post_counters(alma) == (1, 1)


def test_post_trashed_and_restored_at_once_leaves_the_counters_right() -> None:
    alma = make_user("alma")
    post = make_post(alma)

    together([lambda: trash_post(alma, post), lambda: restore_post(alma, post)] * 15)

    visible = int(Post.objects.get().state == "published")
    assert post_counters(alma) == (visible, visible)


def test_post_whose_audience_changes_at_once_leaves_the_counters_right() -> None:
    alma = make_user("alma")
    post = make_post(alma)

    def change(audience: str) -> Callable[[], Post]:
        return lambda: edit_post(alma, Post.objects.get(pk=post.pk), {"audience": audience})

    together([change(audience) for audience in ("public", "followers", "only_me", "unlisted")] * 5)

    assert post_counters(alma) == (1, int(Post.objects.get().audience == "public"))


# --- Uploads and idempotency


def files_in(folder: Path, alias: str) -> int:
    return sum(1 for path in (folder / alias).rglob("*") if path.is_file())


def test_same_bytes_uploaded_many_times_at_once_are_one_media(media_folders: Path) -> None:
    alma, data = make_user("alma"), jpeg()

    answers = together([lambda: accept_upload(alma, io.BytesIO(data), size=len(data))] * 12)

    media = Media.objects.get()
    assert {kept.pk for kept, _ in answers} == {media.pk}
    assert sum(is_new for _, is_new in answers) == 1
    assert OriginalCopy.objects.filter(media=media).count() == 2
    assert [files_in(media_folders, alias) for alias in ("originals", "originals-copy")] == [1, 1]


def test_same_bytes_of_different_people_at_once_are_a_media_each(media_folders: Path) -> None:
    data = jpeg()

    def uploading(person: User) -> Callable[[], tuple[Media, bool]]:
        return lambda: accept_upload(person, io.BytesIO(data), size=len(data))

    together([uploading(make_user()) for _ in range(6)])

    assert Media.objects.values("owner").distinct().count() == Media.objects.count() == 6
    assert files_in(media_folders, "originals") == 6


def calling(person: User, call: Callable[[Client], Any]) -> Callable[[], tuple[int, Any]]:
    """A call of the API by `person`: status and document."""
    _, token = create_token(person, scopes=["read", "write"])

    def ask() -> tuple[int, Any]:
        response = call(Client(headers={"Authorization": f"Bearer {token}"}))
        return response.status_code, response.json()

    return ask


def test_post_sent_many_times_at_once_with_one_key_is_one_post_and_one_answer() -> None:
    alma = make_user("alma")
    body = {"media_ids": [str(make_media(alma).pk)], "title": "Once"}
    headers = {"Idempotency-Key": "one"}
    send = calling(alma, lambda client: client.post("/rest/v1/posts", body, "application/json", headers=headers))

    answers = together([send] * 12)

    post = Post.objects.get()
    assert {(status, document["id"]) for status, document in answers} == {(201, str(post.pk))}
    assert all(document == answers[0][1] for _, document in answers)
    assert IdempotentAnswer.objects.count() == 1
    assert post_counters(alma) == (1, 1)


def test_app_registered_many_times_at_once_with_one_key_is_one_app_with_one_secret() -> None:
    body = {"name": "Darkroom", "redirect_uris": ["org.example.app:/done"]}
    headers = {"Idempotency-Key": "0f6d1c3e-9d39-4a53-a9ac-4c6d2a1f7b10"}

    def send() -> tuple[int, Any]:
        response = Client().post("/rest/v1/apps", body, "application/json", headers=headers)
        return response.status_code, response.json()

    answers = together([send] * 6)

    assert answers == [answers[0]] * 6
    assert (answers[0][0], answers[0][1]["client_id"]) == (201, App.objects.get().client_id)


def test_one_key_for_different_posts_at_once_is_one_post_and_conflicts() -> None:
    alma = make_user("alma")
    headers = {"Idempotency-Key": "one"}

    def sending(number: int) -> Callable[[], tuple[int, Any]]:
        body = {"media_ids": [str(make_media(alma).pk)], "title": str(number)}
        return calling(alma, lambda client: client.post("/rest/v1/posts", body, "application/json", headers=headers))

    statuses = [status for status, _ in together([sending(number) for number in range(6)])]

    assert sorted(statuses) == [201, 409, 409, 409, 409, 409]
    assert Post.objects.count() == 1


def test_upload_sent_many_times_at_once_with_one_key_is_one_media(media_folders: Path) -> None:
    alma, data = make_user("alma"), jpeg()

    def upload(client: Client) -> Any:
        file = SimpleUploadedFile("a.jpg", data, "image/jpeg")
        return client.post("/rest/v1/media", {"file": file}, headers={"Idempotency-Key": "one"})

    answers = together([calling(alma, upload)] * 8)

    assert {document["id"] for _, document in answers} == {str(Media.objects.get().pk)}
    assert {status for status, _ in answers} <= {200, 201}
    assert files_in(media_folders, "originals") == 1


def test_the_same_key_of_two_people_at_once_is_a_post_each() -> None:
    people = [make_user() for _ in range(4)]

    def sending(person: User) -> Callable[[], tuple[int, Any]]:
        body = {"media_ids": [str(make_media(person).pk)]}
        headers = {"Idempotency-Key": "one"}
        return calling(person, lambda client: client.post("/rest/v1/posts", body, "application/json", headers=headers))

    answers = together([sending(person) for person in people])

    assert [status for status, _ in answers] == [201] * 4
    assert Post.objects.values("author").distinct().count() == 4


def test_post_purged_while_its_picture_is_being_published_leaves_nothing(
    media_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma = make_user("alma")
    media = upload(alma)
    post = create_post(alma, media_ids=[media.pk], draft=PostDraft())
    trash_post(alma, post)
    monkeypatch.setattr(faults, "FOLDER", str(media_folders))
    order = media_folders / "P12"
    order.write_text('{"how": "delay", "seconds": 0.5}')

    def purge() -> None:
        while order.exists():
            sleep(0.01)
        purge_post(post.pk)

    together([lambda: process(media.pk), purge])
    while run_queue():
        pass

    assert (Media.objects.count(), Post.objects.count(), stored(media_folders)) == (0, 0, {})
