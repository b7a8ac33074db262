"""Who is in pictures: saying it, allowing it, and taking it back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.exceptions import InvalidInput, NotFound
from photos.models import PersonTag, Post
from photos.people import people_in
from photos.services import people
from photos.services.drafts import PostDraft
from photos.services.people import (
    Placed,
    allow_tag,
    leave_pictures,
    set_people,
    tag_person,
    untag_person,
)
from photos.services.posts import create_post, edit_post
from photos.services.publishing import publish_if_ready
from photos.signals import person_tagged
from tests.factories import make_block, make_close_friend, make_follow, make_media, make_post, make_restriction

REFUSED = "There is nobody of this name whom you can tag here."


def place(post: Post, person: User | str, x: float | None = None, y: float | None = None) -> Placed:
    name = person if isinstance(person, str) else person.username
    return Placed(post.media.order_by("position").first().pk, name, x, y)  # type: ignore[union-attr]


def states(post: Post) -> dict[str, str]:
    return dict(PersonTag.objects.filter(post=post).values_list("person__username", "state"))


def test_author_says_who_is_in_a_picture_and_where(alma: User, boris: User) -> None:
    post = make_post(alma)

    tag = tag_person(alma, post, place(post, " @BORIS ", 0.25, 1))

    assert (tag.person, tag.x, tag.y, tag.state) == (boris, 0.25, 1, "shown")


def test_saying_it_again_moves_it(alma: User, boris: User) -> None:
    post = make_post(alma)

    for x in (0.1, 0.9):
        tag_person(alma, post, place(post, boris, x, 0.5))

    assert list(PersonTag.objects.values_list("x", "y")) == [(0.9, 0.5)]


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [(1.1, 0, "out_of_range"), (0, -0.1, "out_of_range"), (float("nan"), 0, "out_of_range"), (0.5, None, "incomplete")],
)
def test_place_outside_the_picture_is_refused(
    alma: User, boris: User, x: float | None, y: float | None, code: str
) -> None:
    post = make_post(alma)

    with pytest.raises(InvalidInput) as refused:
        tag_person(alma, post, place(post, boris, x, y))

    assert (refused.value.code, PersonTag.objects.exists()) == (code, False)


def test_picture_of_another_post_is_refused(alma: User, boris: User) -> None:
    post, other = make_post(alma), make_post(alma)

    with pytest.raises(InvalidInput) as refused:
        tag_person(alma, post, place(other, boris))

    assert refused.value.code == "not_found"


@pytest.mark.parametrize("state", ["trashed", "removed"])
def test_post_out_of_reach_is_not_found(alma: User, boris: User, state: str) -> None:
    post = make_post(alma, state=state)

    with pytest.raises(NotFound):
        tag_person(alma, post, place(post, boris))


def test_others_say_nothing_about_a_post(alma: User, boris: User) -> None:
    post = make_post(alma)

    for change in (
        lambda: tag_person(boris, post, place(post, boris)),
        lambda: set_people(boris, post, []),
        lambda: untag_person(boris, post, "boris"),
    ):
        with pytest.raises(NotFound):
            change()


def set_user(user: User, **fields: Any) -> None:
    User.objects.filter(pk=user.pk).update(**fields)


WAYS: dict[str, Callable[[User, User, Post], object]] = {
    "blocked": lambda alma, boris, post: make_block(alma, boris),
    "blocking": lambda alma, boris, post: make_block(boris, alma),
    "closed": lambda alma, boris, post: set_user(boris, is_active=False),
    "limited": lambda alma, boris, post: set_user(boris, limited_at=timezone.now()),
    "lets nobody": lambda alma, boris, post: set_user(boris, tags_from="nobody"),
    "lets whom they follow": lambda alma, boris, post: set_user(boris, tags_from="following"),
    "does not see the post": lambda alma, boris, post: Post.objects.update(audience="followers"),
    "no close friend": lambda alma, boris, post: Post.objects.update(audience="close_friends"),
    "has left": lambda alma, boris, post: leave_pictures(boris, post.pk),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_cannot_be_tagged_is_refused_as_a_name_that_nobody_has(alma: User, boris: User, way: str) -> None:
    post = make_post(alma, pictures=2)
    if way == "has left":
        tag_person(alma, post, place(post, boris))
    WAYS[way](alma, boris, post)
    second = post.media.order_by("position").last()
    assert second is not None

    refusals = []
    for name in ("boris", "nobody", "a\x00", ""):
        with pytest.raises(InvalidInput) as refused:
            tag_person(alma, post, Placed(second.pk, name))
        refusals.append((refused.value.code, refused.value.detail, refused.value.errors))

    assert refusals == [("cannot_tag", REFUSED, refusals[0][2])] * 4
    assert PersonTag.objects.exclude(state="removed").exists() is False


@pytest.mark.parametrize(
    ("audience", "relate"),
    [
        ("followers", lambda alma, boris: make_follow(boris, alma)),
        ("close_friends", make_close_friend),
        ("unlisted", lambda alma, boris: None),
    ],
)
def test_who_sees_the_post_can_be_tagged(
    alma: User, boris: User, audience: str, relate: Callable[[User, User], object]
) -> None:
    relate(alma, boris)
    post = make_post(alma, audience=audience)

    tag_person(alma, post, place(post, boris))

    assert states(post) == {"boris": "shown"}


def test_who_lets_in_whom_they_follow_is_tagged_by_them(alma: User, boris: User) -> None:
    set_user(boris, tags_from="following")
    make_follow(boris, alma)
    post = make_post(alma)

    tag_person(alma, post, place(post, boris))

    assert states(post) == {"boris": "shown"}


def test_author_may_be_in_their_own_picture_whatever_they_let_others_do(alma: User) -> None:
    set_user(alma, tags_from="nobody", approves_tags=True)
    alma.refresh_from_db()
    post = make_post(alma, audience="only_me")

    tag_person(alma, post, place(post, alma))

    assert states(post) == {"alma": "shown"}


@pytest.mark.parametrize("how", ["asked first", "restricting"])
def test_who_is_asked_first_is_seen_by_two_until_they_allow_it(alma: User, boris: User, carla: User, how: str) -> None:
    if how == "asked first":
        set_user(boris, approves_tags=True)
    else:
        make_restriction(boris, alma)
    post = make_post(alma)
    tag_person(alma, post, place(post, boris))
    before = [len(people_in(viewer, post)) for viewer in (alma, boris, carla)]

    allow_tag(boris, post.pk)

    assert (before, [len(people_in(viewer, post)) for viewer in (alma, boris, carla)]) == ([1, 1, 0], [1, 1, 1])


@pytest.mark.parametrize("asks", [False, True])
def test_who_leaves_is_out_for_good_in_every_picture_of_the_post(alma: User, boris: User, asks: bool) -> None:
    set_user(boris, approves_tags=asks)
    post = make_post(alma, pictures=2)
    for media in post.media.all():
        tag_person(alma, post, Placed(media.pk, "boris"))

    for _ in range(2):
        leave_pictures(boris, post.pk)
    untag_person(alma, post, "boris")

    assert [people_in(viewer, post) for viewer in (alma, boris)] == [[], []]
    with pytest.raises(InvalidInput):
        tag_person(alma, post, place(post, boris))


def test_allowing_what_was_left_does_not_bring_it_back(alma: User, boris: User) -> None:
    post = make_post(alma)
    tag_person(alma, post, place(post, boris))
    leave_pictures(boris, post.pk)

    allow_tag(boris, post.pk)

    assert states(post) == {"boris": "removed"}


def test_author_takes_it_back_and_may_say_it_again(alma: User, boris: User) -> None:
    post = make_post(alma)
    tag_person(alma, post, place(post, boris))

    for _ in range(2):
        untag_person(alma, post, "Boris")
    gone = states(post)
    tag_person(alma, post, place(post, boris))

    assert (gone, states(post)) == ({}, {"boris": "shown"})


def test_tag_goes_out_of_sight_with_the_post_and_comes_back_with_it(alma: User, boris: User, carla: User) -> None:
    for person in (boris, carla):
        make_follow(person, alma)
    post = make_post(alma)
    tag_person(alma, post, place(post, boris))
    found = []

    for audience in ("close_friends", "followers"):
        if audience == "close_friends":
            make_close_friend(alma, carla)
        edit_post(alma, post, {"audience": audience})
        found.append([len(people_in(viewer, post)) for viewer in (alma, carla)])

    assert found == [[0, 0], [1, 1]]


def test_nobody_is_tagged_beyond_the_most_there_may_be(
    alma: User, boris: User, carla: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_PEOPLE", 1)
    post = make_post(alma)
    tag_person(alma, post, place(post, boris))

    with pytest.raises(InvalidInput) as refused:
        tag_person(alma, post, place(post, carla))

    assert (refused.value.code, states(post)) == ("too_many", {"boris": "shown"})


def test_whole_list_replaces_who_was_there_and_keeps_what_they_answered(alma: User, boris: User, carla: User) -> None:
    set_user(boris, approves_tags=True)
    post = make_post(alma)
    edit_post(alma, post, {}, people=[place(post, boris, 0.1, 0.1)])
    allow_tag(boris, post.pk)

    edit_post(alma, post, {}, people=[place(post, boris, 0.9, 0.9), place(post, carla)])
    both = states(post)
    edit_post(alma, post, {}, people=[])

    assert (both, states(post)) == ({"boris": "shown", "carla": "shown"}, {})


def test_list_with_somebody_who_cannot_be_tagged_changes_nothing(alma: User, boris: User) -> None:
    post = make_post(alma, title="Before")

    with pytest.raises(InvalidInput) as refused:
        edit_post(alma, post, {"title": "After"}, people=[place(post, boris), place(post, "nobody")])

    post.refresh_from_db()
    assert ([each.field for each in refused.value.errors], states(post), post.title) == (["people"], {}, "Before")


def test_person_is_told_within_the_transaction_once_the_post_is_out(alma: User, boris: User) -> None:
    told: list[int] = []
    person_tagged.connect(receiver := lambda tag_id, **_: told.append(tag_id))
    media = make_media(alma, state="processing")
    post = create_post(alma, media_ids=[media.pk], draft=PostDraft(), people=[Placed(media.pk, "boris")])
    before = list(told)

    type(media).objects.filter(pk=media.pk).update(state="ready")
    publish_if_ready(post.pk)
    tag_person(alma, Post.objects.get(pk=post.pk), Placed(media.pk, "boris", 0.5, 0.5))
    person_tagged.disconnect(receiver)

    assert (before, told) == ([], [PersonTag.objects.get().pk])
