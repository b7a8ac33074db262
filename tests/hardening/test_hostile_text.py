"""Words that were typed to do harm come out of every sink as they were typed, and as nothing else."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.models import User
from core.ids import to_code
from core.models import new_id
from photos.models import Collection, Comment, CommentVersion, Post
from tests.conftest import AsApp
from tests.factories import make_follow, make_like, make_post
from tests.hardening.markup import one_line, read
from tests.hardening.routes import all_routes, browser, share_of, values_of
from tests.hostile import ATTACKS, BROKEN, EVERYTHING, UNSEEN

FORM = "application/x-www-form-urlencoded"
TEXTS = {**ATTACKS, **UNSEEN}


def filled(person: User, text: str) -> Post:
    """Every word of this person and of a post of theirs is `text`, as far as it fits."""
    User.objects.filter(pk=person.pk).update(
        display_name=text[:64], bio=text[:500], pronouns=text[:32], location=text[:64], website="https://example.org/a"
    )
    post = make_post(person, title=text[:120], caption=f"{text} {EVERYTHING}"[:2200], spoiler=text[:100])
    Post.objects.filter(pk=post.pk).update(location_name=text[:64])
    said: dict[str, Any] = {"post": post, "author": person, "text": f"{text} {EVERYTHING}"[:2200]}
    for state in ("waiting", "published"):
        comment = Comment.objects.create(id=new_id(), state=state, **said)
    CommentVersion.objects.create(comment=comment, text=said["text"])
    post.media.update(alt_text=text[:1000], failure_detail=text[:100])
    Collection.objects.filter(owner=person).update(name=text[:60])
    return post


@pytest.mark.parametrize("kind", TEXTS)
def test_no_page_runs_or_loads_what_was_typed(alma: User, boris: User, kind: str) -> None:
    """Each text on an eighth of the pages, others for each: every page shows an eighth of the texts."""
    values = values_of(alma)
    filled(alma, TEXTS[kind])
    Post.objects.filter(author=alma).update(title=TEXTS[kind][:120], caption=TEXTS[kind])
    Comment.objects.filter(author=alma).update(text=TEXTS[kind])
    filled(boris, TEXTS[kind])
    make_follow(alma, boris)
    make_like(boris, Post.objects.filter(author=alma, state="published").first())  # type: ignore[arg-type]
    client, found = browser(alma), {}

    for route in share_of(all_routes(), list(TEXTS).index(kind), 8):
        if not (route.is_api or route.is_admin or "logout" in route.pattern):
            answer = client.get(route.path(values))
            if answer.get("Content-Type", "").startswith("text/html"):
                found[route.pattern] = read(answer.text).found

    assert {pattern: each for pattern, each in found.items() if each} == {}


@pytest.mark.parametrize("kind", TEXTS)
def test_api_answers_what_was_typed(as_app: AsApp, alma: User, kind: str) -> None:
    post = filled(alma, TEXTS[kind])

    answer = as_app(alma).get(f"/rest/v1/posts/{post.pk}").json()

    assert (answer["title"], answer["media"][0]["alt_text"]) == (post.title, TEXTS[kind][:1000])
    assert read(answer["caption_html"]).found == []


@pytest.mark.parametrize("kind", ATTACKS)
def test_page_shows_the_title_as_it_was_typed(alma: User, kind: str) -> None:
    post = filled(alma, ATTACKS[kind])

    page = read(browser(None).get(f"/p/{to_code(post.pk)}/").text)

    assert one_line(page.title) == one_line(post.title)


@pytest.mark.parametrize("kind", TEXTS)
def test_admin_site_shows_what_was_typed(alma: User, staff: User, kind: str) -> None:
    post = filled(alma, TEXTS[kind])
    client = browser(staff)
    paths = ["/admin/accounts/user/", f"/admin/accounts/user/{alma.pk}/change/", "/admin/photos/post/"]
    paths += [f"/admin/photos/post/{post.pk}/change/", "/admin/photos/media/"]

    shown = share_of(paths, list(TEXTS).index(kind), 3)
    found = {path: read(client.get(path, follow=True).text).found for path in shown}

    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("field", ["display_name", "bio", "pronouns", "location", "website"])
def test_what_is_no_text_never_gets_into_a_profile(as_app: AsApp, alma: User, field: str, kind: str) -> None:
    escaped = json.dumps({field: BROKEN[kind]}).encode()

    called = as_app(alma).patch("/rest/v1/me", escaped, "application/json")
    posted = browser(alma).post("/settings/profile/", urlencode({field: BROKEN[kind].encode("utf-8", "replace")}), FORM)

    alma.refresh_from_db()
    assert (called.status_code < 500, posted.status_code < 500) == (True, True)
    assert not set(getattr(alma, field)) & {"\x00", "\ud800"}
