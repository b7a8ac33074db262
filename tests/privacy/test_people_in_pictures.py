"""Who is said to be in pictures: who reads it, on every surface that has it."""

from collections.abc import Callable

import pytest

from accounts.models import User
from core.ids import to_code
from photos.models import PersonTag, Post
from photos.services.people import Placed, tag_person
from tests.conftest import AsApp, AsUser
from tests.factories import make_block, make_follow, make_post, make_user
from tests.reading import ids_in, posts_on

# How dora may stand to boris, who is in a public picture of alma's: whether she reads that, there and on his profile.
STANDING: dict[str, tuple[Callable[[User, User, User], object], bool, bool]] = {
    "stranger": (lambda alma, boris, dora: None, True, True),
    "blocked by him": (lambda alma, boris, dora: make_block(boris, dora), False, False),
    "blocking him": (lambda alma, boris, dora: make_block(dora, boris), False, False),
    "his account is private": (lambda alma, boris, dora: _set(boris, is_private=True), True, False),
    "his account is private, and she follows": (
        lambda alma, boris, dora: (make_follow(dora, boris), _set(boris, is_private=True)),
        True,
        True,
    ),
    "his account is closed": (lambda alma, boris, dora: _set(boris, is_active=False), False, False),
    "he may not see the post any more": (lambda alma, boris, dora: make_block(boris, alma), False, False),
    "it waits for him": (lambda alma, boris, dora: PersonTag.objects.update(state="waiting"), False, False),
    "he has left": (lambda alma, boris, dora: PersonTag.objects.update(state="removed"), False, False),
    "the post is only found by its link": (lambda alma, boris, dora: _audience("unlisted"), True, False),
    "staff": (lambda alma, boris, dora: _set(dora, is_staff=True), True, True),
}


def _set(user: User, **fields: bool) -> int:
    return User.objects.filter(pk=user.pk).update(**fields)


def _audience(name: str) -> None:
    Post.objects.update(audience=name)


@pytest.mark.parametrize("how", STANDING)
def test_tag_is_read_by_whom_the_table_says_on_every_surface(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, how: str
) -> None:
    dora, post = make_user("dora"), make_post(alma)
    tag_person(alma, post, Placed(post.media.get().pk, "boris", 0.5, 0.5))
    relate, on_post, on_profile = STANDING[how]

    relate(alma, boris, dora)

    page, api = as_user(dora), as_app(dora)
    found = {
        "page": "boris" in page.get(f"/p/{to_code(post.pk)}/").text,
        "api": [each["user"]["username"] for each in api.get(f"/rest/v1/posts/{post.pk}").json()["people"]],
        "tagged": posts_on(page.get("/@boris/tagged/")),
        "api tagged": _ids(api.get("/rest/v1/users/boris/tagged")),
    }
    assert found == {
        "page": on_post,
        "api": ["boris"] if on_post else [],
        "tagged": {post.pk} if on_profile else set(),
        "api tagged": [post.pk] if on_profile else [],
    }


def _ids(answer: object) -> list[int]:
    return ids_in(answer) if getattr(answer, "status_code", 0) == 200 else []


@pytest.mark.parametrize("state", ["shown", "waiting", "removed"])
def test_what_a_person_finds_about_themselves(
    as_user: AsUser, as_app: AsApp, alma: User, boris: User, state: str
) -> None:
    post = make_post(alma)
    tag_person(alma, post, Placed(post.media.get().pk, "boris"))
    PersonTag.objects.update(state=state)
    app = as_app(boris)

    lists = {name: ids_in(app.get(f"/rest/v1/me/tags?state={name}")) for name in ("shown", "waiting")}

    assert lists == {name: [post.pk] if name == state else [] for name in ("shown", "waiting")}
    assert posts_on(as_user(boris).get("/settings/tags/")) == (set() if state == "removed" else {post.pk})
    told = app.get(f"/rest/v1/posts/{post.pk}").json()["people"]
    assert [each["state"] for each in told] == ([] if state == "removed" else [state])


def test_nobody_reads_in_a_list_who_is_in_the_pictures(as_app: AsApp, alma: User, boris: User) -> None:
    post = make_post(alma, tags=("kiln",))
    tag_person(alma, post, Placed(post.media.get().pk, "boris"))
    make_follow(boris, alma)

    for path in ("feed", "users/alma/posts", "tags/kiln/posts", "explore", "me/tags"):
        for each in as_app(boris).get(f"/rest/v1/{path}").json()["results"]:
            assert each.get("post", each)["people"] is None


def test_taking_somebody_out_tells_nothing_of_who_was_in(as_app: AsApp, alma: User, boris: User) -> None:
    post = make_post(alma)
    tag_person(alma, post, Placed(post.media.get().pk, "boris"))
    make_block(boris, alma)
    app = as_app(alma)

    hidden, missing = (app.delete(f"/rest/v1/posts/{post.pk}/people/{name}") for name in ("boris", "nobody"))

    assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json())
