from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.exceptions import InvalidInput, NotAllowed, NotFound
from core.ids import to_code
from core.models import new_id
from photos.models import Post
from photos.services.archive import archive_post
from photos.services.posts import edit_post
from photos.services.removals import REASON_LENGTH, reinstate_post, remove_post
from photos.services.trash import trash_post
from photos.signals import post_withdrawn
from tests.conftest import AsApp, AsUser, Settled
from tests.factories import make_like, make_post, make_user
from tests.news import heard
from tests.privacy.answers import comparable, status_of
from tests.reading import problem_of
from tests.uploads import publish

RULE = "No pictures that belong to somebody else."


@pytest.fixture
def keeper(db: None) -> User:
    return make_user("keeper", is_staff=True)


def test_remove_post_takes_it_off_the_site_and_counters(
    alma: User, boris: User, keeper: User, settled: Settled
) -> None:
    post = make_post(alma)
    make_like(boris, post)

    with heard(post_withdrawn) as news, settled():
        remove_post(keeper, post, reason=f"  {RULE} ")

    removed = Post.objects.get()
    alma.refresh_from_db()
    assert (removed.state, removed.removed_for, removed.like_count) == ("removed", RULE, 1)
    assert (alma.own_post_count, alma.public_post_count) == (0, 0)
    assert news == [{"post_id": post.pk, "author_id": alma.pk}]
    assert [Post.objects.visible_to(person).exists() for person in (alma, boris, keeper)] == [False] * 3


def test_removed_post_is_gone_for_its_author_with_the_rule_and_missing_for_others(
    as_app: AsApp, alma: User, boris: User, keeper: User
) -> None:
    post = make_post(alma)
    remove_post(keeper, post, reason=RULE)
    api = f"/rest/v1/posts/{post.pk}"

    told = as_app(alma).get(api)

    assert problem_of(told) == (410, "removed")
    assert RULE in told.json()["detail"]
    missing = f"/rest/v1/posts/{new_id(alma.pk)}"
    for client in (Client(), as_app(boris), as_app(keeper)):
        assert comparable(client.get(api)) == comparable(client.get(missing))


def test_page_of_a_removed_post_tells_its_author_the_rule(as_user: AsUser, alma: User, keeper: User) -> None:
    post = make_post(alma)
    remove_post(keeper, post, reason="Not <b>here</b>.")
    client = as_user(alma)

    answers = [
        client.get(f"/p/{to_code(post.pk)}/{part}") for part in ("", "menu/", "edit/", "alt/", "delete/", "likes/")
    ]

    assert [answer.status_code for answer in answers] == [410] * 6
    assert "Not &lt;b&gt;here&lt;/b&gt;." in answers[0].content.decode()


def test_original_of_a_removed_post_stays_with_its_author(
    as_user: AsUser, alma: User, boris: User, keeper: User, settled: Settled
) -> None:
    with settled():
        post = publish(alma, downloads=True)
    media = post.media.get()
    with settled():
        remove_post(keeper, post, reason=RULE)

    address = f"/p/{to_code(post.pk)}/original/{media.pk}/"

    assert [status_of(as_user(person).get(address)) for person in (alma, boris, None)] == [200, 404, 404]
    assert as_user(alma).get(f"/p/{to_code(post.pk)}/receipt/{media.pk}/").status_code == 200


def test_author_can_neither_change_nor_delete_nor_bring_back_what_was_removed(alma: User, keeper: User) -> None:
    post = make_post(alma)
    remove_post(keeper, post, reason=RULE)

    for change in (lambda: trash_post(alma, post), lambda: edit_post(alma, post, {"title": "x"})):
        with pytest.raises(NotFound):
            change()

    assert (Post.objects.get().state, Post.objects.get().title) == ("removed", "")


@pytest.mark.parametrize("before", ["published", "archived", "trashed", "publishing"])
def test_reinstate_post_brings_it_back_to_where_it_was(alma: User, keeper: User, before: str) -> None:
    post = make_post(alma, state="publishing" if before == "publishing" else "published")
    if before in ("archived", "trashed"):
        {"archived": archive_post, "trashed": trash_post}[before](alma, post)
    remove_post(keeper, post, reason=RULE)

    reinstate_post(keeper, post)
    reinstate_post(keeper, post)

    back = Post.objects.get()
    alma.refresh_from_db()
    assert (back.state, back.removed_for, back.removed_at) == (before, "", None)
    assert alma.public_post_count == int(before == "published")


def test_remove_post_twice_keeps_the_first_rule(alma: User, keeper: User) -> None:
    post = make_post(alma)
    for rule in (RULE, "No spam."):
        remove_post(keeper, post, reason=rule)

    assert Post.objects.get().removed_for == RULE


@pytest.mark.parametrize("change", ["remove", "reinstate"])
def test_only_staff_remove_and_reinstate(alma: User, boris: User, change: str) -> None:
    post = make_post(alma)
    orders: dict[str, Any] = {
        "remove": lambda: remove_post(boris, post, reason=RULE),
        "reinstate": lambda: reinstate_post(boris, post),
    }

    with pytest.raises(NotAllowed):
        orders[change]()


@pytest.mark.parametrize("reason", ["", "  ", "x" * (REASON_LENGTH + 1)])
def test_remove_post_needs_a_rule_that_fits(alma: User, keeper: User, reason: str) -> None:
    post = make_post(alma)

    with pytest.raises(InvalidInput):
        remove_post(keeper, post, reason=reason)

    assert Post.objects.get().state == "published"
