"""Share links: who makes them, what they show to whoever holds them, and when they end."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services.profiles import set_account_private
from core.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from core.ids import to_code
from core.logs import without_secrets
from photos.models import Album, Post, Rendition
from photos.services.albums import change_album
from photos.services.archive import archive_post
from photos.services.posts import edit_post
from photos.services.trash import restore_post, trash_post
from sharing.models import ShareLink
from sharing.services.links import LinkWish, create_link, forget_links, revoke_link
from tests.conftest import AsUser, Settled
from tests.factories import make_album, make_block, make_post, make_user

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def make_link(shared: Post | Album, **wish: Any) -> ShareLink:
    owner = shared.author if isinstance(shared, Post) else shared.owner
    return create_link(owner, shared, LinkWish(**wish))


def path_of(link: ShareLink) -> str:
    return f"/s/{link.code}"


def status(as_user: AsUser, link: ShareLink, viewer: User | None = None) -> int:
    return int(as_user(viewer).get(path_of(link), headers=BROWSER).status_code)


# --- Making


def test_code_is_long_random_and_ends_in_a_month_unless_the_post_is_public(alma: User) -> None:
    hidden, public = make_link(make_post(alma, audience="followers")), make_link(make_post(alma))

    assert (len(hidden.code), hidden.code.isalnum(), hidden.code == public.code) == (22, True, False)
    assert hidden.expires_at is not None
    assert abs(hidden.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert public.expires_at is None


def test_only_the_author_makes_links_and_only_to_what_is_published(alma: User, boris: User) -> None:
    with pytest.raises(NotFound):
        create_link(boris, make_post(alma), LinkWish())
    with pytest.raises(Conflict):
        create_link(alma, make_post(alma, state="archived"), LinkWish())
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"alias": "abc"}, "alias_invalid"),
        ({"alias": "two--hyphens"}, "alias_invalid"),
        ({"alias": "no spaces"}, "alias_invalid"),
        ({"alias": "x" * 41}, "alias_invalid"),
        ({"alias": "settings"}, "alias_taken"),
        ({"password": "short"}, "too_short"),
        ({"expires_at": timezone.now() - timedelta(days=1), "by_default": False}, "out_of_range"),
        ({"expires_at": timezone.now() + timedelta(days=4000), "by_default": False}, "out_of_range"),
    ],
)
def test_what_cannot_be_accepted_is_named(alma: User, wish: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_link(alma, make_post(alma), LinkWish(**wish))

    assert [error.code for error in refused.value.errors] == [code]


def test_chosen_name_works_in_any_case_and_belongs_to_one(as_user: AsUser, alma: User, boris: User) -> None:
    link = make_link(make_post(alma, audience="followers"), alias="Summer-2026")

    assert as_user(None).get("/s/SUMMER-2026").status_code == 200
    with pytest.raises(InvalidInput):
        make_link(make_post(boris), alias="summer-2026")
    revoke_link(alma, link.pk)
    with pytest.raises(InvalidInput):  # nobody else inherits what an address opened
        make_link(make_post(boris), alias="summer-2026")
    assert make_link(make_post(alma), alias="summer-2026").code == "summer-2026"


def test_there_are_only_so_many_links_to_one_post(alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharing.services.links.MOST_LINKS", 1)
    post = make_post(alma)
    first = make_link(post)

    with pytest.raises(NotAllowed):
        make_link(post)
    revoke_link(alma, first.pk)
    assert make_link(post).pk != first.pk


# --- Opening


@pytest.mark.parametrize("audience", ["unlisted", "followers", "close_friends", "only_me"])
def test_link_shows_what_is_not_public_to_a_visitor_and_says_nothing_else(
    as_user: AsUser, alma: User, audience: str
) -> None:
    post = make_post(alma, audience=audience, title="Herons", caption="At dawn", location_name="Ghent")
    link = make_link(post)

    response = as_user(None).get(path_of(link), headers=BROWSER)

    assert response.status_code == 200
    assert all(word in response.text for word in ("Herons", "At dawn", alma.username))
    assert all(
        word not in response.text
        for word in ("Ghent", "/like/", "/comments/", "<form", f"/p/{to_code(post.pk)}/", "og:")
    )
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in response.text
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_link_to_a_public_post_leads_to_its_page(as_user: AsUser, alma: User) -> None:
    post = make_post(alma)

    response = as_user(None).get(path_of(make_link(post)), headers=BROWSER)

    assert (response.status_code, response["Location"]) == (302, f"/p/{to_code(post.pk)}/")


def test_everything_that_opens_nothing_answers_alike(as_user: AsUser, alma: User, boris: User) -> None:
    closed, suspended = make_user("closed"), make_post(make_user("gone"), audience="followers")
    over, revoked, archived = (make_link(make_post(alma, audience="followers")) for _ in range(3))
    ShareLink.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_link(alma, revoked.pk)
    assert archived.post is not None
    archive_post(alma, archived.post)
    of_closed, of_gone = make_link(make_post(closed, audience="followers")), make_link(suspended)
    User.objects.filter(pk__in=[closed.pk, suspended.author_id]).update(is_active=False)
    codes = [
        over.code,
        revoked.code,
        archived.code,
        of_closed.code,
        of_gone.code,
        "4WnYz0Qm2tKc8LrVbE1xGa",
        "nobody-has-this",
    ]

    answers = [as_user(None).get(f"/s/{code}") for code in codes]

    assert [answer.status_code for answer in answers] == [404] * len(codes)
    assert len({answer.text.replace(answer["X-Request-Id"], "") for answer in answers}) == 1


def test_link_shows_nothing_across_a_block(as_user: AsUser, alma: User, boris: User) -> None:
    link = make_link(make_post(alma, audience="followers"))
    assert status(as_user, link, boris) == 200

    make_block(alma, boris)

    assert status(as_user, link, boris) == 404


def test_addresses_of_pictures_end_with_the_link(as_user: AsUser, alma: User) -> None:
    link = make_link(make_post(alma, audience="followers"))
    until = timezone.now() + timedelta(seconds=60)
    ShareLink.objects.filter(pk=link.pk).update(expires_at=until)

    html = as_user(None).get(path_of(link)).text

    ends = [int(part[:10]) for part in html.split("?e=")[1:]]
    assert ends
    assert max(ends) <= until.timestamp() + 1


def test_revoking_moves_the_files_that_were_shown(
    as_user: AsUser, alma: User, settled: Settled, media_folders: Any
) -> None:
    post = make_post(alma, audience="followers")
    for rendition in Rendition.objects.all():
        file = media_folders / "renditions" / rendition.key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * rendition.bytes)
    link, unopened = make_link(post), make_link(post)
    as_user(None).get(path_of(link))
    before = set(Rendition.objects.values_list("key", flat=True))

    with settled():
        revoke_link(alma, unopened.pk)
    assert set(Rendition.objects.values_list("key", flat=True)) == before
    with settled():
        revoke_link(alma, link.pk)
    assert before.isdisjoint(Rendition.objects.values_list("key", flat=True))


# --- Ending


def narrow(post: Post) -> None:
    edit_post(post.author, post, {"audience": "only_me"})


def trash_and_bring_back(post: Post) -> None:
    trash_post(post.author, post)
    restore_post(post.author, Post.objects.get(pk=post.pk))


def close_account(post: Post) -> None:
    set_account_private(post.author, True)


@pytest.mark.parametrize("change", [narrow, trash_and_bring_back, close_account])
def test_links_made_before_end_when_fewer_people_may_see_it(
    as_user: AsUser, alma: User, settled: Settled, change: Any
) -> None:
    post = make_post(alma, audience="unlisted")
    before = make_link(post)
    assert status(as_user, before) == 200

    with settled():
        change(post)
    after = make_link(Post.objects.select_related("author").get(pk=post.pk))

    assert (status(as_user, before), status(as_user, after)) == (404, 200)
    assert list(ShareLink.objects.live()) == [after]


def test_links_stay_when_more_people_may_see_it_or_words_change(as_user: AsUser, alma: User, settled: Settled) -> None:
    post = make_post(alma, audience="only_me")
    link = make_link(post)

    with settled():
        edit_post(alma, post, {"audience": "followers", "title": "Other"})

    assert status(as_user, link) == 200


def test_links_that_are_over_are_forgotten_after_a_month(alma: User) -> None:
    old, new = make_link(make_post(alma)), make_link(make_post(alma))
    ShareLink.objects.filter(pk=old.pk).update(revoked_at=timezone.now() - timedelta(days=31))
    ShareLink.objects.filter(pk=new.pk).update(revoked_at=timezone.now())

    assert forget_links() == 1
    assert ShareLink.objects.get() == new


# --- Counting


@pytest.mark.parametrize(
    ("method", "headers", "views"),
    [
        ("get", BROWSER, 1),
        ("head", BROWSER, 0),
        ("get", {"User-Agent": "facebookexternalhit/1.1"}, 0),
        ("get", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, 0),
        ("get", {**BROWSER, "Sec-Purpose": "prefetch"}, 0),
    ],
)
def test_views_of_people_count(as_user: AsUser, alma: User, method: str, headers: dict[str, str], views: int) -> None:
    for post in (make_post(alma), make_post(alma, audience="followers")):
        link = make_link(post)
        getattr(as_user(None), method)(path_of(link), headers=headers)
        link.refresh_from_db()
        assert link.view_count == views


def test_owner_counts_for_nothing(as_user: AsUser, alma: User, boris: User) -> None:
    link = make_link(make_post(alma, audience="followers"))
    assert (status(as_user, link, alma), status(as_user, link, boris)) == (200, 200)

    link.refresh_from_db()

    assert link.view_count == 1


# --- Passwords


def test_password_is_asked_once_and_is_kept_as_a_hash(as_user: AsUser, alma: User) -> None:
    link = make_link(make_post(alma, audience="followers", title="Herons"), password="herons at dawn")
    client = as_user(None)

    asked = client.get(path_of(link), headers=BROWSER)
    wrong = client.post(path_of(link), {"password": "herons at dusk"})
    right = client.post(path_of(link), {"password": "herons at dawn"})
    opened = client.get(path_of(link), headers=BROWSER)

    link.refresh_from_db()
    assert "herons" not in link.password
    assert (asked.status_code, wrong.status_code, right.status_code) == (200, 422, 303)
    assert "Herons" not in asked.text + wrong.text
    assert alma.username not in asked.text + wrong.text
    assert "Herons" in opened.text
    assert link.view_count == 1
    assert as_user(None).get(path_of(link)).text.count("Herons") == 0


def test_password_of_one_link_opens_no_other(as_user: AsUser, alma: User) -> None:
    first, second = (
        make_link(make_post(alma, audience="followers", title="Herons"), password="herons at dawn") for _ in range(2)
    )
    client = as_user(None)
    client.post(path_of(first), {"password": "herons at dawn"})
    (cookie,) = client.cookies.values()
    client.cookies[cookie.key.replace(str(first.pk), str(second.pk))] = cookie.value

    assert "Herons" not in client.get(path_of(second)).text


def test_tries_of_passwords_and_of_codes_are_limited(as_user: AsUser, alma: User) -> None:
    link = make_link(make_post(alma, audience="followers"), password="herons at dawn")
    client = as_user(None)

    for _ in range(10):
        client.post(path_of(link), {"password": "a guess"})
    assert client.post(path_of(link), {"password": "herons at dawn"}).status_code == 429
    assert client.post(path_of(link), {"password": "herons at dawn"}, REMOTE_ADDR="203.0.113.9").status_code == 303

    answers = [client.get(f"/s/guess-{number}").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(path_of(link)).status_code == 429
    assert client.get(path_of(link), REMOTE_ADDR="203.0.113.9").status_code == 200


# --- Albums


def test_album_link_shows_what_is_published_in_its_order_but_nothing_for_the_owner_alone(
    as_user: AsUser, alma: User
) -> None:
    shown = [make_post(alma, audience=each, title=f"T-{each}") for each in ("followers", "public", "close_friends")]
    hidden = [make_post(alma, audience="only_me", title="T-mine"), make_post(alma, state="archived", title="T-away")]
    link = make_link(make_album(alma, *shown, *hidden, audience="only_me"))

    response = as_user(None).get(path_of(link), headers=BROWSER)

    places = [response.text.find(f"/s/{link.code}/{to_code(post.pk)}/") for post in shown]
    assert (response.status_code, places == sorted(places), -1 in places) == (200, True, False)
    assert all(word not in response.text for word in ("T-mine", "T-away", "/like/", "<form", 'href="/p/'))
    assert response["Referrer-Policy"] == "no-referrer"
    for post in shown:
        assert post.title in as_user(None).get(f"/s/{link.code}/{to_code(post.pk)}/").text
    for post in (*hidden, make_post(alma)):
        assert as_user(None).get(f"/s/{link.code}/{to_code(post.pk)}/").status_code == 404


def test_post_that_fewer_people_may_see_leaves_album_links_made_before(
    as_user: AsUser, alma: User, settled: Settled
) -> None:
    post = make_post(alma, audience="followers")
    album = make_album(alma, post, audience="only_me")
    before = make_link(album)

    with settled():
        edit_post(alma, post, {"audience": "close_friends"})
    after = make_link(album)

    seen = [to_code(post.pk) in as_user(None).get(path_of(link)).text for link in (before, after)]
    assert seen == [False, True]


def test_album_links_end_when_the_album_is_for_fewer_people(as_user: AsUser, alma: User) -> None:
    album = make_album(alma, make_post(alma), audience="public")
    link = make_link(album)
    assert status(as_user, link) == 200

    change_album(alma, album.pk, {"title": "Other"})
    assert status(as_user, link) == 200
    change_album(alma, album.pk, {"audience": "followers"})
    change_album(alma, album.pk, {"audience": "public"})

    assert status(as_user, link) == 404


@pytest.mark.parametrize("count", [1, 3])
def test_album_link_costs_three_queries_and_one_write(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    link = make_link(make_album(alma, *(make_post(alma) for _ in range(count))))
    client = as_user(None)

    with django_assert_num_queries(4):
        assert client.get(path_of(link), headers=BROWSER).text.count('class="tile"') == count


def test_long_album_goes_on(as_user: AsUser, alma: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharing.web.opened.WALL_PAGE", 2)
    posts = [make_post(alma) for _ in range(3)]
    link = make_link(make_album(alma, *posts))
    first = as_user(None).get(path_of(link), headers=BROWSER).text
    _, _, rest = first.partition('href="/s/' + link.code + "?cursor=")

    second = as_user(None).get(f"{path_of(link)}?cursor={rest.partition(chr(34))[0]}", headers=BROWSER).text

    assert [to_code(post.pk) in first for post in posts] == [True, True, False]
    assert [to_code(post.pk) in second for post in posts] == [False, False, True]
    link.refresh_from_db()
    assert link.view_count == 1


def test_album_has_a_menu_links_and_a_count_of_what_is_not_public(
    as_user: AsUser, as_app: Any, alma: User, boris: User
) -> None:
    album = make_album(
        alma, make_post(alma), make_post(alma, audience="followers"), make_post(alma, audience="only_me")
    )
    code = to_code(album.pk)

    menu = as_user(None).get(f"/albums/{code}/share/").text
    page = as_user(alma).get(f"/albums/{code}/links/").text
    made = as_app(alma).post(f"/rest/v1/albums/{album.pk}/share-links", {}, content_type="application/json")

    assert all(word in menu for word in ("bsky.app", "Ferry%20trip", f"/albums/{code}/qr.svg"))
    assert all(word in page for word in ("It shows 2 posts", "1 of them is not for everybody"))
    assert (made.status_code, made.json()["album_id"]) == (201, str(album.pk))
    assert len(as_app(alma).get(f"/rest/v1/albums/{album.pk}/share-links").json()["results"]) == 1
    assert as_user(None).get(f"/s/{made.json()['code']}").status_code == 200
    assert as_user(boris).get(f"/albums/{code}/links/").status_code == 404
    assert as_app(boris).get(f"/rest/v1/albums/{album.pk}/share-links").status_code == 404


# --- Pages of the owner


def test_owner_makes_sees_and_revokes_links_on_pages(as_user: AsUser, alma: User, boris: User) -> None:
    post = make_post(alma, audience="followers", title="Herons")
    client, page = as_user(alma), f"/p/{to_code(post.pk)}/links/"

    refused = client.post(page, {"ends": "7", "alias": "a"})
    made = client.post(page, {"ends": "7", "alias": "", "password": ""})

    link = ShareLink.objects.get()
    assert (refused.status_code, made.status_code, made["Location"]) == (422, 303, page)
    for address in (page, "/settings/links/"):
        shown = client.get(address)
        assert f"/s/{link.code}" in shown.text
        assert shown["Cache-Control"] == "private, no-store"
    assert client.get(f"/settings/links/{to_code(link.pk)}/qr.svg")["Content-Type"] == "image/svg+xml"
    stranger = as_user(boris)
    assert [stranger.get(page).status_code, stranger.post(page, {"ends": "7"}).status_code] == [404, 404]
    assert link.code not in stranger.get("/settings/links/").text
    assert client.post(f"/settings/links/{to_code(link.pk)}/revoke/").status_code == 303
    assert as_user(None).get(path_of(link)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_links_costs_the_same_however_many(
    as_user: AsUser, alma: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        make_link(make_post(alma))
    client = as_user(alma)
    client.get("/settings/links/")

    with django_assert_num_queries(2):
        assert client.get("/settings/links/").text.count("data-copy=") == count


def test_code_stays_out_of_the_logs() -> None:
    assert without_secrets("GET /s/4WnYz0Qm2tKc8LrVbE1xGa 200") == "GET /s/*** 200"
