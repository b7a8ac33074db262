"""Numbers and lists are those of the viewer: what a stranger may not see does not move what a stranger reads."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Follow, Mute, User
from accounts.services.follows import follow_user
from accounts.services.mutes import mute_user
from accounts.services.restrictions import restrict_user, unrestrict_user
from core.ids import to_code
from core.models import new_id
from photos.models import Post
from photos.services.posts import edit_post
from photos.services.trash import trash_post
from tests.conftest import AsApp, AsUser, Settled
from tests.factories import make_block, make_follow, make_like, make_post, make_user
from tests.privacy.answers import Answer, comparable

HIDDEN = [{"audience": "unlisted"}, {"audience": "followers"}, {"audience": "only_me"}, {"state": "publishing"}]


@pytest.fixture(params=["anonymous", "stranger"])
def stranger(request: pytest.FixtureRequest, as_app: AsApp, boris: User) -> Client:
    return as_app(boris) if request.param == "stranger" else Client()


def look(client: Client) -> list[Answer]:
    """Everything a stranger can read about alma."""
    paths = ("", "/posts", "/followers", "/following")
    return [comparable(client.get(f"/rest/v1/users/alma{path}")) for path in paths]


@pytest.mark.parametrize("fields", HIDDEN, ids=lambda fields: next(iter(fields.values())))
def test_hidden_posts_do_not_move_what_a_stranger_reads(stranger: Client, alma: User, fields: dict[str, str]) -> None:
    make_post(alma)
    before = look(stranger)

    post = make_post(alma, **fields)  # type: ignore[arg-type]
    assert look(stranger) == before

    trash_post(alma, post)
    assert look(stranger) == before


@pytest.mark.parametrize("audience", ["public", "followers", "unlisted", "only_me"])
def test_posts_of_a_private_account_do_not_move_what_a_stranger_reads(
    stranger: Client, alma: User, audience: str
) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    before = look(stranger)

    post = make_post(alma, audience=audience)
    assert look(stranger) == before

    make_like(alma, post)
    assert look(stranger) == before


def test_requests_do_not_move_what_a_stranger_reads(stranger: Client, alma: User, carla: User) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    before = look(stranger)

    follow_user(carla, alma)

    assert Follow.objects.get().state == "requested"
    assert look(stranger) == before


def post_counts(as_app: AsApp, as_user: AsUser, people: dict[str, User | None]) -> dict[str, int]:
    """The number of posts of alma that each reads; page and API must say the same."""
    found = {}
    for name, person in people.items():
        api = as_app(person) if person else Client()
        found[name] = api.get("/rest/v1/users/alma").json()["post_count"]
        assert as_user(person).get("/@alma/").context["profile"].post_count == found[name]
    return found


def test_post_count_is_how_many_posts_the_viewer_can_find(
    as_app: AsApp, as_user: AsUser, alma: User, boris: User, carla: User
) -> None:
    make_follow(carla, alma)
    for audience, count in (("public", 1), ("followers", 2), ("unlisted", 4), ("only_me", 8)):
        for _ in range(count):
            make_post(alma, audience=audience)
    make_post(alma, state="trashed")
    make_post(alma, state="publishing")

    found = post_counts(as_app, as_user, {"nobody": None, "boris": boris, "carla": carla, "alma": alma})

    assert found == {"nobody": 1, "boris": 1, "carla": 3, "alma": 15}


def test_post_count_of_a_private_account_is_nothing_to_strangers(
    as_app: AsApp, as_user: AsUser, alma: User, boris: User, carla: User
) -> None:
    User.objects.filter(pk=alma.pk).update(is_private=True)
    alma.refresh_from_db()
    make_follow(carla, alma)
    Follow.objects.create(id=new_id(boris.pk), follower=boris, followee=alma, state="requested")
    for audience in ("public", "followers", "only_me"):
        make_post(alma, audience=audience)

    found = post_counts(as_app, as_user, {"nobody": None, "boris": boris, "carla": carla, "alma": alma})

    assert found == {"nobody": 0, "boris": 0, "carla": 2, "alma": 3}


def test_post_count_follows_every_change_of_audience_and_the_trash(as_app: AsApp, alma: User, boris: User) -> None:
    client = as_app(boris)
    post = make_post(alma)
    counts = []
    for audience in ("followers", "public", "only_me", "unlisted", "public"):
        edit_post(alma, post, {"audience": audience})
        counts.append(client.get("/rest/v1/users/alma").json()["post_count"])
    trash_post(alma, post)
    counts.append(client.get("/rest/v1/users/alma").json()["post_count"])

    assert counts == [0, 1, 0, 0, 1, 0]


def names(response: Any) -> list[str]:
    return [person["username"] for person in response.json()["results"]]


@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_of_people_leave_out_who_blocked_the_viewer_and_whom_the_viewer_blocked(
    as_app: AsApp, alma: User, boris: User, which: str
) -> None:
    people = {name: make_user(name) for name in ("open", "blocker", "blocked")}
    for person in people.values():
        make_follow(*((person, alma) if which == "followers" else (alma, person)))
    make_block(people["blocker"], boris)
    make_block(boris, people["blocked"])

    assert names(as_app(boris).get(f"/rest/v1/users/alma/{which}")) == ["open"]
    assert sorted(names(Client().get(f"/rest/v1/users/alma/{which}"))) == ["blocked", "blocker", "open"]


def test_likers_leave_out_who_blocked_the_viewer_and_whom_the_viewer_blocked(
    as_app: AsApp, alma: User, boris: User
) -> None:
    post = make_post(alma)
    people = {name: make_user(name) for name in ("open", "blocker", "blocked")}
    for person in people.values():
        make_like(person, post)
    make_block(people["blocker"], boris)
    make_block(boris, people["blocked"])

    assert names(as_app(boris).get(f"/rest/v1/posts/{post.pk}/likes")) == ["open"]


@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_of_people_of_a_private_account_are_for_its_followers(
    as_app: AsApp, alma: User, boris: User, carla: User, which: str
) -> None:
    make_follow(carla, alma)
    make_follow(alma, carla)
    User.objects.filter(pk=alma.pk).update(is_private=True)
    address = f"/rest/v1/users/alma/{which}"

    assert names(as_app(carla).get(address)) == ["carla"]
    missing = comparable(as_app(boris).get(address.replace("alma", "nobody")))
    assert comparable(as_app(boris).get(address)) == comparable(Client().get(address)) == missing


def test_suggestions_have_neither_private_nor_blocked_nor_closed_accounts(
    as_user: AsUser, alma: User, boris: User
) -> None:
    people = {
        name: make_user(name, is_private=name == "private")
        for name in ("open", "private", "blocker", "blocked", "closed")
    }
    for person in people.values():
        make_post(person)
    make_block(people["blocker"], boris)
    make_block(boris, people["blocked"])
    User.objects.filter(username="closed").update(is_active=False)

    response = as_user(boris).get("/")

    suggested = response.content.decode().partition('id="suggested"')[2]
    assert set(re.findall(r"<bdi>@([a-z]+)</bdi>", suggested)) == {"open"}


@pytest.mark.parametrize("which", ["followers", "following"])
def test_lists_of_others_leave_out_whom_the_viewer_muted_in_everything(
    as_app: AsApp, alma: User, boris: User, which: str
) -> None:
    people = {name: make_user(name) for name in ("open", "muted", "posts")}
    for person in people.values():
        make_follow(*((person, alma) if which == "followers" else (alma, person)))
        make_follow(*((person, boris) if which == "followers" else (boris, person)))
    mute_user(boris, people["muted"], scope="everything")
    mute_user(boris, people["posts"])
    client = as_app(boris)

    assert sorted(names(client.get(f"/rest/v1/users/alma/{which}"))) == ["open", "posts"]
    assert sorted(names(client.get(f"/rest/v1/users/boris/{which}"))) == ["muted", "open", "posts"]
    assert sorted(names(as_app(people["muted"]).get(f"/rest/v1/users/alma/{which}"))) == ["muted", "open", "posts"]


def test_likers_and_tags_leave_out_whom_the_viewer_muted_in_everything_until_it_is_over(
    as_app: AsApp, alma: User, boris: User
) -> None:
    muted = make_user("muted")
    post, theirs = make_post(alma), make_post(muted, tags=("kiln",))
    make_like(muted, post)
    mute_user(boris, muted, scope="everything")
    client = as_app(boris)

    def found() -> tuple[list[str], list[str]]:
        tagged = client.get("/rest/v1/tags/kiln/posts").json()["results"]
        return names(client.get(f"/rest/v1/posts/{post.pk}/likes")), [each["id"] for each in tagged]

    assert found() == ([], [])

    Mute.objects.update(until=timezone.now())
    assert found() == (["muted"], [str(theirs.pk)])


def test_like_of_a_restricted_person_shows_to_the_two_alone(
    as_app: AsApp, alma: User, boris: User, carla: User
) -> None:
    post, other = make_post(alma), make_post(carla)
    for each in (post, other):
        make_like(boris, each)
    restrict_user(alma, boris)

    shown = {
        viewer.username: names(as_app(viewer).get(f"/rest/v1/posts/{post.pk}/likes")) for viewer in (alma, boris, carla)
    }
    assert shown == {"alma": ["boris"], "boris": ["boris"], "carla": []}
    assert names(Client().get(f"/rest/v1/posts/{post.pk}/likes")) == []
    assert names(Client().get(f"/rest/v1/posts/{other.pk}/likes")) == ["boris"]


def test_search_in_a_list_does_not_find_who_is_hidden(as_app: AsApp, alma: User, boris: User) -> None:
    people = {name: make_user(name) for name in ("hidden.a", "hidden.b", "hidden.c", "hidden.d")}
    for person in people.values():
        make_follow(person, alma)
    make_block(people["hidden.a"], boris)
    make_block(boris, people["hidden.b"])
    User.objects.filter(username="hidden.c").update(is_active=False)

    assert names(as_app(boris).get("/rest/v1/users/alma/followers?q=hidden")) == ["hidden.d"]


def likes_read_by(client: Client, api: Client, post: Post) -> dict[str, int]:
    """The number of likes of a post of alma wherever it is shown, to somebody who follows her."""
    address = f"/rest/v1/posts/{post.pk}"
    card = client.get(f"/p/{to_code(post.pk)}/").context["card"]
    return {
        "page": card.like_count,
        "profile": int(re.findall(r"#i-heart.*?</svg>(\d+)</span>", client.get("/@alma/").content.decode())[0]),
        "api": api.get(address).json()["like_count"],
        "api profile": api.get("/rest/v1/users/alma/posts").json()["results"][0]["like_count"],
        "api home": api.get("/rest/v1/feed?ranking=latest").json()["results"][0]["post"]["like_count"],
    }


def test_restricted_person_reads_their_own_like_as_counted_and_nobody_else_does(
    as_app: AsApp, as_user: AsUser, alma: User, boris: User, carla: User, settled: Settled
) -> None:
    post = make_post(alma)
    make_like(make_user("open"), post)
    people = {"boris": boris, "carla": carla}
    for person in people.values():
        make_follow(person, alma)
    asking = {name: (as_user(person), as_app(person), post) for name, person in people.items()}
    before = {name: set(likes_read_by(*each).values()) for name, each in asking.items()}

    with settled():
        restrict_user(alma, boris)
    liked = asking["boris"][1].put(f"/rest/v1/posts/{post.pk}/like").json()["like_count"]
    during = {name: set(likes_read_by(*each).values()) for name, each in asking.items()}
    with settled():
        unrestrict_user(alma, boris)
    after = {name: set(likes_read_by(*each).values()) for name, each in asking.items()}

    assert before == {"boris": {1}, "carla": {1}}
    assert (liked, during) == (2, {"boris": {2}, "carla": {1}})
    assert after == {"boris": {2}, "carla": {2}}
