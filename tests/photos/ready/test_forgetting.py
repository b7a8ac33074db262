"""Every change of what a card shows takes the ready values away before it is committed."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.ready import fill_people, person_key
from core.ready import store, take_leases
from core.valkey import valkey
from photos.models import Media, Post, Rendition
from photos.ready.facts import post_key
from photos.ready.reading import fill_posts
from photos.services.avatars import change_avatar, change_header, describe_header, remove_avatar, remove_header
from photos.services.posts import describe_media, edit_post
from photos.services.processing import process
from photos.services.publishing import publish_if_ready
from photos.services.recipes import set_recipe
from photos.services.rekeying import rekey_avatar, rekey_post
from photos.services.trash import purge_post, restore_post, trash_post
from tests.conftest import Settled
from tests.factories import make_post
from tests.images import jpeg
from tests.uploads import publish

Change = Callable[[User, Post], object]

LEFT_HALF = {"version": 1, "crop": {"x": 0, "y": 0, "width": 0.5, "height": 1}}


def only_media(post: Post) -> Media:
    return post.media.get()


CHANGES: dict[str, Change] = {
    "title": lambda alma, post: edit_post(alma, post, {"title": "Other"}),
    "audience": lambda alma, post: edit_post(alma, post, {"audience": "only_me"}),
    "tags": lambda alma, post: edit_post(alma, post, {"tags": ("kiln",)}),
    "downloads": lambda alma, post: edit_post(alma, post, {"downloads": True}),
    "description": lambda alma, post: describe_media(alma, only_media(post), alt_text="A kiln"),
    "focus": lambda alma, post: describe_media(alma, only_media(post), focus=(0.5, 0.5)),
    "recipe": lambda alma, post: set_recipe(alma, only_media(post), LEFT_HALF),
    "moved files": lambda alma, post: rekey_post(post.pk),
    "trash": trash_post,
}


def facts_of(post: Post) -> Any:
    return valkey().get(post_key(post.pk))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_of_a_post_forgets_it_before_the_commit(alma: User, settled: Settled, change: Change) -> None:
    with settled():
        post = publish(alma, jpeg())
    fill_posts([post.pk], "j")
    before = facts_of(post)
    leases = take_leases([post_key(post.pk)])

    change(alma, post)

    assert (before is None, facts_of(post)) == (False, None)
    assert store({post_key(post.pk): b"old"}, leases, seconds=60) == 0


@pytest.mark.parametrize("change", [restore_post, lambda alma, post: purge_post(post.pk)], ids=["restore", "purge"])
def test_change_of_a_trashed_post_forgets_that_it_was_none(alma: User, change: Change) -> None:
    post = make_post(alma, state="trashed")
    fill_posts([post.pk], "j")
    before = facts_of(post)

    change(alma, post)

    assert (before, facts_of(post)) == (b"-", None)


def test_publishing_forgets_that_it_was_none(alma: User) -> None:
    post = make_post(alma, state="publishing")
    Media.objects.update(state="ready")
    fill_posts([post.pk], "j")

    published = publish_if_ready(post.pk)

    assert (published, facts_of(post)) == (True, None)


def test_new_renditions_forget_the_post(alma: User, settled: Settled) -> None:
    with settled():
        post = publish(alma, jpeg())
    media = only_media(post)
    Media.objects.filter(pk=media.pk).update(state="received", recipe=LEFT_HALF)
    fill_posts([post.pk], "j")
    before = facts_of(post)

    process(media.pk)

    assert (before is None, facts_of(post), only_media(post).state) == (False, None, "ready")


@pytest.mark.parametrize(
    "change",
    [
        remove_avatar,
        remove_header,
        lambda alma: describe_header(alma, "Dunes"),
        lambda alma: rekey_avatar(alma.pk),
    ],
    ids=["avatar removed", "header removed", "header described", "moved"],
)
def test_change_of_the_face_of_the_account_forgets_the_person(
    alma: User, settled: Settled, change: Callable[[User], object]
) -> None:
    with settled():
        change_avatar(alma, io.BytesIO(jpeg()), size=len(jpeg()))
        change_header(alma, io.BytesIO(jpeg()), size=len(jpeg()))
    fill_people([alma.pk])
    before = valkey().get(person_key(alma.pk))

    change(alma)

    assert (before is None, valkey().get(person_key(alma.pk))) == (False, None)


@pytest.mark.parametrize(
    ("audience", "counts"),
    [
        ("public", b"1 0 0 s"),
        ("followers", b"0 1 0 s"),
        ("close_friends", b"0 0 1 s"),
        ("unlisted", b"0 0 0 s"),
        ("only_me", b"0 0 0 s"),
    ],
)
def test_published_post_counts_in_the_facts_of_its_author(
    alma: User, settled: Settled, audience: str, counts: bytes
) -> None:
    fill_people([alma.pk])

    with settled():
        post = publish(alma, jpeg(), audience=audience)
    published = valkey().get(person_key(alma.pk))
    with settled():
        trash_post(alma, post)

    assert (_posts(published), _posts(valkey().get(person_key(alma.pk)))) == (counts, b"0 0 0 s")


def test_renditions_moved_with_an_account_forget_each_post(alma: User, settled: Settled) -> None:
    with settled():
        posts = [publish(alma, jpeg(seed=seed)) for seed in (1, 2)]
    fill_posts([post.pk for post in posts], "j")
    keys = set(Rendition.objects.values_list("key", flat=True))

    for post in posts:
        rekey_post(post.pk)

    assert [facts_of(post) for post in posts] == [None, None]
    assert keys.isdisjoint(Rendition.objects.values_list("key", flat=True))


def _posts(facts: Any) -> bytes:
    words: list[bytes] = facts.split(b" ")
    return b" ".join(words[4:])
