"""Cards made for one viewer and read by another, for every audience, on real commits: nobody sees too much."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.services.blocks import block_user
from accounts.services.closing import close_account, suspend_account
from accounts.services.follows import follow_user, remove_follower
from accounts.services.profiles import edit_profile, set_account_private
from core.valkey import valkey
from photos.models import Media, Post
from photos.ready.facts import KINDS, edition
from photos.ready.reading import ready_posts
from photos.services.posts import edit_post
from photos.services.trash import trash_post
from tests.conftest import AsApp, AsUser
from tests.factories import PASSWORD, make_follow, make_post, make_user
from tests.photos.ready.readying import kept_keys
from tests.reading import ids_in, posts_on

pytestmark = pytest.mark.django_db(transaction=True)

POSTS = "/rest/v1/users/alma/posts"
AUDIENCES = ("public", "followers", "unlisted", "only_me")
SEEN_BY = {"nobody": {"public"}, "stranger": {"public"}, "follower": {"public", "followers"}, "alma": set(AUDIENCES)}
Change = Callable[[User, Post], object]


class Viewers:
    """Alma, who follows her, a stranger and nobody, each with a browser and a program."""

    def __init__(self, as_user: AsUser, as_app: AsApp) -> None:
        self.alma, self.follower, self.stranger = make_user("alma"), make_user("follower"), make_user("stranger")
        make_follow(self.follower, self.alma)
        people = {"alma": self.alma, "follower": self.follower, "stranger": self.stranger}
        self.browsers = {name: as_user(person) for name, person in people.items()} | {"nobody": as_user(None)}
        self.programs = {name: as_app(person) for name, person in people.items()} | {"nobody": Client()}

    def look(self, name: str) -> set[int]:
        """The posts of Alma that this viewer gets from page and API; both must agree."""
        grid, sheet = (self.browsers[name].get(f"/@alma/?view={view}") for view in ("grid", "contact"))
        api = self.programs[name].get(POSTS)
        found = set(ids_in(api)) if api.status_code == 200 else set()
        assert posts_on(grid) == posts_on(sheet) == found
        return found


@pytest.fixture
def viewers(as_user: AsUser, as_app: AsApp, transactional_db: None) -> Viewers:
    return Viewers(as_user, as_app)


@pytest.mark.parametrize("first", SEEN_BY)
def test_viewer_gets_only_what_is_for_them_whoever_came_first(viewers: Viewers, first: str) -> None:
    posts = {audience: make_post(viewers.alma, audience=audience).pk for audience in AUDIENCES}
    viewers.look(first)

    seen = {name: viewers.look(name) for name in SEEN_BY}

    assert seen == {name: {posts[audience] for audience in audiences} for name, audiences in SEEN_BY.items()}


@pytest.mark.parametrize("first", ["alma", "follower", "stranger"])
def test_viewer_gets_nothing_of_what_another_is_to_the_post(viewers: Viewers, first: str) -> None:
    post = make_post(viewers.alma, downloads=False)
    Media.objects.update(camera={"camera": "Fieldworks"}, alt_text="A kiln")
    for kind in KINDS:
        ready_posts([post.pk], kind)
    viewers.programs[first].put(f"/rest/v1/posts/{post.pk}/like")
    viewers.look(first)

    answers = {name: program.get(POSTS).json()["results"][0] for name, program in viewers.programs.items()}

    own = answers.pop("alma")
    assert (own["viewer"]["can_edit"], own["media"][0]["camera"]) == (True, {"camera": "Fieldworks"})
    for name, answer in answers.items():
        assert answer["viewer"] == {
            "liked": name == first,
            "saved": False,
            "can_edit": False,
            "can_comment": name != "nobody",
            "can_download": False,
        }
        assert answer["media"][0]["camera"] is None
        assert (answer["author"]["relationship"] or {"following": False})["following"] == (name == "follower")


@pytest.mark.parametrize("kind", KINDS)
def test_ready_card_of_any_kind_has_no_secret_of_its_author(viewers: Viewers, kind: str) -> None:
    post = make_post(viewers.alma, audience="followers")
    User.objects.filter(pk=viewers.alma.pk).update(email="secret@example.org")
    Media.objects.update(camera={"camera": "Fieldworks", "iso": "ISO 400"}, original_key="secret/original")

    body = ready_posts([post.pk], kind)[post.pk].body

    assert [word for word in (b"secret", b"Fieldworks", b"ISO 400") if word in body] == []


def only_for_me(alma: User, post: Post) -> object:
    return edit_post(alma, post, {"audience": "only_me"})


@pytest.mark.parametrize(
    ("change", "still"),
    [
        (only_for_me, {"alma"}),
        (lambda alma, post: edit_post(alma, post, {"audience": "followers"}), {"alma", "follower"}),
        (lambda alma, post: edit_post(alma, post, {"audience": "unlisted"}), {"alma"}),
        (trash_post, set()),
        (lambda alma, post: set_account_private(alma, True), {"alma", "follower"}),
        (lambda alma, post: close_account(alma, password=PASSWORD, address="192.0.2.7"), set()),
        (lambda alma, post: suspend_account(alma), set()),
    ],
    ids=["only me", "followers", "unlisted", "trash", "private", "closed", "suspended"],
)
def test_change_holds_at_the_next_read(viewers: Viewers, change: Change, still: set[str]) -> None:
    post = make_post(viewers.alma)
    before = [viewers.look(name) for name in SEEN_BY]

    change(viewers.alma, post)

    assert before == [{post.pk}] * 4
    assert {name for name in SEEN_BY if name != "alma" and viewers.look(name)} == still - {"alma"}
    assert (viewers.alma.is_active and viewers.look("alma") == {post.pk}) == ("alma" in still)


def test_removed_follower_sees_no_more_at_the_next_read(viewers: Viewers) -> None:
    post = make_post(viewers.alma, audience="followers")
    before = viewers.look("follower")

    remove_follower(viewers.alma, viewers.follower)

    assert (before, viewers.look("follower")) == ({post.pk}, set())


def test_new_follower_sees_at_the_next_read(viewers: Viewers) -> None:
    post = make_post(viewers.alma, audience="followers")
    before = viewers.look("stranger")

    follow_user(viewers.stranger, viewers.alma)

    assert (before, viewers.look("stranger")) == (set(), {post.pk})


@pytest.mark.parametrize("viewer", ["follower", "stranger"])
def test_blocked_viewer_sees_nothing_at_the_next_read(viewers: Viewers, viewer: str) -> None:
    post = make_post(viewers.alma)
    before = viewers.look(viewer)

    block_user(viewers.alma, getattr(viewers, viewer))

    assert (before, viewers.look(viewer)) == ({post.pk}, set())


@pytest.mark.parametrize(
    ("changes", "word"), [({"display_name": "New Name"}, "New Name"), ({"show_camera": True}, "Fieldworks")]
)
def test_change_of_the_author_is_on_every_card_at_the_next_read(
    viewers: Viewers, changes: dict[str, object], word: str
) -> None:
    make_post(viewers.alma)
    Media.objects.update(camera={"camera": "Fieldworks"})
    before = viewers.programs["stranger"].get(POSTS).text

    edit_profile(viewers.alma, changes)

    assert (word in before, word in viewers.programs["stranger"].get(POSTS).text) == (False, True)


def test_addresses_of_an_account_made_private_are_short_at_the_next_read(viewers: Viewers) -> None:
    post = make_post(viewers.alma)
    viewers.look("follower")
    before = max(valkey().ttl(key) for key in kept_keys(f"card:{edition('j')}:*"))

    set_account_private(viewers.alma, True)
    valkey().delete(*kept_keys("card:*"))
    viewers.look("follower")

    after = max(valkey().ttl(key) for key in kept_keys(f"card:{edition('j')}:{post.pk}:*"))
    assert (before > 36_000, 0 < after <= 420) == (True, True)
