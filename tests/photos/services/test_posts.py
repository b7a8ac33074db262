from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.exceptions import InvalidInput, NotFound
from core.ids import split_id
from core.media_urls import media_url
from photos.models import Media, Post
from photos.services.drafts import PostDraft
from photos.services.posts import create_post, describe_media, edit_post, retry_failed
from photos.signals import post_audience_changed, post_published
from tests.conftest import Settled
from tests.factories import make_follow, make_media, make_post
from tests.files import damaged
from tests.images import jpeg
from tests.news import heard
from tests.uploads import publish, upload

COUNTERS = ("own_post_count", "public_post_count", "follower_post_count")


def counters(person: User) -> tuple[int, ...]:
    person.refresh_from_db()
    return tuple(getattr(person, name) for name in COUNTERS)


def refusals(actor: User, media_ids: list[int], **words: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        create_post(actor, media_ids=media_ids, draft=PostDraft(**words))
    return [(each.field, each.code) for each in caught.value.errors]


def addresses(post: Post) -> list[str]:
    """Media addresses of a post as they would be given out now."""
    rows = [row for media in post.media.all() for row in media.renditions.all()]
    return [media_url("renditions", row.key, content_type=row.content_type, seconds=900) for row in rows]


def answers(client: Client, urls: list[str]) -> set[int]:
    """Every status that these addresses answer with; their files are read to the end."""
    found: list[Any] = [client.get(url) for url in urls]
    for answer in found:
        b"".join(answer.streaming_content if answer.streaming else [])
    return {answer.status_code for answer in found}


def test_create_post_keeps_words_and_the_order_of_the_pictures(alma: User) -> None:
    ids = [upload(alma, jpeg(seed=seed)).pk for seed in (3, 1, 2)]
    chosen = [ids[2], ids[0], ids[1]]

    post = create_post(alma, media_ids=chosen, draft=PostDraft(title="Glaze", tags=("kiln",), audience="unlisted"))

    assert (post.author, post.title, post.audience, post.state) == (alma, "Glaze", "unlisted", "publishing")
    assert list(post.media.order_by("position").values_list("pk", flat=True)) == chosen
    assert PostDraft.of(post) == PostDraft(title="Glaze", tags=("kiln",), audience="unlisted")


def test_create_post_is_not_out_before_every_picture_is_ready(alma: User, settled: Settled) -> None:
    ready, waiting = make_media(alma), make_media(alma, state="processing")

    with settled(), heard(post_published) as news:
        post = create_post(alma, media_ids=[ready.pk, waiting.pk], draft=PostDraft())

    assert (post.state, post.published_at, counters(alma), news) == ("publishing", None, (0, 0, 0), [])


def test_create_post_of_ready_pictures_is_out_at_once(alma: User, settled: Settled) -> None:
    with heard(post_published) as news, settled():
        post = create_post(alma, media_ids=[make_media(alma).pk], draft=PostDraft())

    assert (post.state, counters(alma)) == ("published", (1, 1, 0))
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]


def test_create_post_appears_once_when_its_last_picture_is_ready(alma: User, settled: Settled) -> None:
    with heard(post_published) as news, settled():
        post = publish(alma, jpeg(seed=1), jpeg(seed=2), jpeg(seed=3))

    post.refresh_from_db()
    assert (post.state, counters(alma)) == ("published", (1, 1, 0))
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]


def test_create_post_with_a_failed_picture_never_appears(alma: User, settled: Settled) -> None:
    with heard(post_published) as news, settled():
        post = publish(alma, jpeg(), damaged())

    post.refresh_from_db()
    assert (post.state, counters(alma), news) == ("publishing", (0, 0, 0), [])


@pytest.mark.parametrize(
    ("audience", "expected"),
    [("public", (1, 1, 0)), ("unlisted", (1, 0, 0)), ("followers", (1, 0, 1)), ("only_me", (1, 0, 0))],
)
def test_create_post_counts_for_those_who_may_find_it(alma: User, audience: str, expected: tuple[int, ...]) -> None:
    create_post(alma, media_ids=[make_media(alma).pk], draft=PostDraft(audience=audience))

    assert counters(alma) == expected


def test_create_post_as_of_an_earlier_day_sorts_there(alma: User) -> None:
    day = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)

    post = create_post(alma, media_ids=[make_media(alma).pk], draft=PostDraft(), posted_at=day)

    assert (post.created_at, post.published_at, split_id(post.pk).created_at) == (day, day, day)


def test_create_post_without_pictures_is_refused(alma: User) -> None:
    assert refusals(alma, []) == [("media_ids", "empty")]
    assert Post.objects.count() == 0


def test_create_post_with_more_pictures_than_a_post_holds_is_refused(alma: User) -> None:
    ids = [make_media(alma).pk for _ in range(21)]

    assert refusals(alma, ids) == [("media_ids", "too_many")]
    assert create_post(alma, media_ids=ids[:20], draft=PostDraft()).media.count() == 20


def test_create_post_with_the_same_picture_twice_is_refused(alma: User) -> None:
    media = make_media(alma)

    assert refusals(alma, [media.pk, media.pk]) == [("media_ids", "duplicate")]


def test_create_post_with_a_picture_of_somebody_else_answers_as_if_there_were_none(alma: User, boris: User) -> None:
    foreign = make_media(boris)

    assert refusals(alma, [foreign.pk]) == refusals(alma, [4711]) == [("media_ids", "not_found")]
    foreign.refresh_from_db()
    assert (foreign.post, Post.objects.count()) == (None, 0)


def test_create_post_with_a_picture_of_another_post_leaves_both_alone(alma: User) -> None:
    first = make_post(alma)
    media, free = first.media.get(), make_media(alma)

    assert refusals(alma, [free.pk, media.pk]) == [("media_ids", "already_posted")]
    free.refresh_from_db()
    assert (free.post, first.media.get(), Post.objects.count()) == (None, media, 1)


def test_create_post_with_wrong_words_writes_nothing(alma: User) -> None:
    media = make_media(alma)

    assert refusals(alma, [media.pk], title="x" * 121) == [("title", "too_long")]
    media.refresh_from_db()
    assert (media.post, Post.objects.count()) == (None, 0)


def test_edit_post_sets_what_was_sent_and_notes_the_time(alma: User) -> None:
    post = make_post(alma, title="Old", caption="kept", tags=("kiln",))

    edited = edit_post(alma, post, {"title": "New", "tags": ("clay",)})

    assert PostDraft.of(edited) == PostDraft(title="New", caption="kept", tags=("clay",))
    assert edited.edited_at is not None


def test_edit_post_with_nothing_new_is_no_edit(alma: User) -> None:
    post = make_post(alma, title="Same")

    assert edit_post(alma, post, {"title": " Same "}).edited_at is None


def test_edit_post_with_a_rule_broken_changes_nothing(alma: User) -> None:
    post = make_post(alma, title="Old")

    with pytest.raises(InvalidInput):
        edit_post(alma, post, {"title": "New", "audience": "everybody"})

    post.refresh_from_db()
    assert (post.title, post.audience, post.edited_at) == ("Old", "public", None)


@pytest.mark.parametrize("change", [edit_post, lambda actor, post, _: retry_failed(actor, post)])
def test_change_of_a_post_of_somebody_else_is_not_found(alma: User, boris: User, change: Any) -> None:
    post = make_post(alma, title="Hers")

    with pytest.raises(NotFound):
        change(boris, post, {"title": "His"})

    post.refresh_from_db()
    assert post.title == "Hers"


def test_edit_post_in_the_trash_is_not_found(alma: User) -> None:
    post = make_post(alma, state="trashed")

    with pytest.raises(NotFound):
        edit_post(alma, post, {"title": "New"})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("public", "followers", (1, 0, 1)),
        ("followers", "public", (1, 1, 0)),
        ("public", "only_me", (1, 0, 0)),
        ("only_me", "followers", (1, 0, 1)),
        ("unlisted", "public", (1, 1, 0)),
        ("public", "unlisted", (1, 0, 0)),
    ],
)
def test_edit_post_audience_moves_the_counters(alma: User, before: str, after: str, expected: tuple[int, ...]) -> None:
    post = make_post(alma, audience=before)

    edit_post(alma, post, {"audience": after})

    assert counters(alma) == expected


def test_edit_post_audience_before_it_is_out_counts_nothing(alma: User) -> None:
    edit_post(alma, make_post(alma, state="publishing"), {"audience": "followers"})

    assert counters(alma) == (0, 0, 0)


def test_edit_post_audience_tells_the_others(alma: User, settled: Settled) -> None:
    post = make_post(alma)

    with heard(post_audience_changed) as news, settled():
        edit_post(alma, post, {"audience": "only_me"})

    assert news == [{"post_id": post.pk, "author_id": alma.pk}]


def test_edit_post_words_alone_withdraws_nothing(alma: User, settled: Settled) -> None:
    post = make_post(alma)

    with heard(post_audience_changed) as news, settled():
        edit_post(alma, post, {"title": "New"})

    assert news == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("public", "unlisted"), ("public", "followers"), ("public", "only_me"), ("unlisted", "followers")],
)
def test_edit_post_to_fewer_people_kills_old_addresses(
    alma: User, settled: Settled, client: Client, before: str, after: str
) -> None:
    with settled():
        post = publish(alma, audience=before)
    old = addresses(post)
    assert answers(client, old) == {200}

    with settled():
        edit_post(alma, post, {"audience": after})

    assert answers(client, old) == {404}
    assert answers(client, addresses(post)) == {200}


def test_edit_post_to_more_people_keeps_addresses(alma: User, settled: Settled, client: Client) -> None:
    with settled():
        post = publish(alma, audience="followers")
    old = addresses(post)

    with settled():
        edit_post(alma, post, {"audience": "public"})

    assert answers(client, old) == {200}


def test_describe_media_sets_description_and_focus(alma: User) -> None:
    media = make_media(alma, alt_text="Old")

    describe_media(alma, media, alt_text=" New ", focus=(0.5, -1.0))

    media.refresh_from_db()
    assert (media.alt_text, media.focus_x, media.focus_y) == ("New", 0.5, -1.0)


def test_describe_media_leaves_what_is_not_said(alma: User) -> None:
    media = make_media(alma, alt_text="Old", focus_x=0.5)

    describe_media(alma, media)

    media.refresh_from_db()
    assert (media.alt_text, media.focus_x) == ("Old", 0.5)


def test_describe_media_of_somebody_else_is_not_found(alma: User, boris: User) -> None:
    media = make_media(alma, alt_text="Hers")
    make_follow(boris, alma)

    with pytest.raises(NotFound):
        describe_media(boris, media, alt_text="His")

    media.refresh_from_db()
    assert media.alt_text == "Hers"


def test_retry_failed_sends_only_the_failed_pictures_again(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg(seed=1), jpeg(seed=2))
    good, bad = post.media.order_by("position")
    Media.objects.filter(pk=bad.pk).update(state="failed", attempts=3, failure_code="x", failure_detail="y")
    Post.objects.update(state="publishing", published_at=None)

    with settled():
        assert retry_failed(alma, post) == 1

    found = post.media.order_by("position").values_list("pk", "state", "attempts", "failure_code", "failure_detail")
    assert list(found) == [(good.pk, "ready", 1, "", ""), (bad.pk, "ready", 1, "", "")]
    assert Post.objects.get().state == "published"


def test_retry_failed_with_nothing_failed_does_nothing(alma: User) -> None:
    post = make_post(alma)

    assert retry_failed(alma, post) == 0
    assert post.media.get().state == "ready"
