"""A walk through every page: as nobody, as somebody with a life on the site, and as somebody with second factors."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from secrets import token_hex
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.e2e.devices import add_device, add_passkey
from tests.e2e.pages import GUARDED_PAGES, Arranged, Visitor, give_password, route_of
from tests.e2e.people import PASSWORD

Steps = Mapping[str, Callable[[Page, Arranged], None]]


def walk(page: Page, visitor: Visitor, arranged: Arranged) -> Iterator[str]:
    """Opens page after page; yields who is at which path now, or the name of the step that led there."""
    yield from _open(page, "nobody", [*visitor.open_pages, *arranged.open_pages])
    yield from _do(page, arranged, AS_NOBODY)
    visitor.log_in(page)
    _confirm(page)
    yield from _open(page, "visitor", [*visitor.own_pages, *arranged.own_pages])
    yield from _do(page, arranged, AS_VISITOR)
    page.context.clear_cookies()
    yield from _do(page, arranged, AS_GUARDED)
    yield from _open(page, "guarded", GUARDED_PAGES)


def _open(page: Page, who: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert (answer.status, route_of(page.url)) == (200, route_of(path)), (path, page.url)
        yield f"{who} at {path}"


def _do(page: Page, arranged: Arranged, steps: Steps) -> Iterator[str]:
    for name, step in steps.items():
        step(page, arranged)
        assert not name.endswith("/") or route_of(page.url) == name, (name, page.url)
        yield name


def _confirm(page: Page) -> None:
    """Give the password once more, as dangerous settings want it."""
    page.goto("/confirm/")
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()


def _miss(page: Page, _arranged: Arranged) -> None:
    page.goto("/nothing/here/")


def _sign_up(page: Page, _arranged: Arranged) -> None:
    name = f"fresh{token_hex(4)}"
    _send(page, "/signup/", "Sign up", username=name, email=f"{name}@example.org", password=PASSWORD)


def _send(page: Page, path: str, button: str, **words: str) -> None:
    """Fill in a form and send it, whatever the browser itself would say to it."""
    page.goto(path)
    page.locator("main form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true; })")
    for name, word in words.items():
        page.locator(f"main [name={name}]").first.fill(word)
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).first.click()


def _sending(path: str, button: str, **words: str) -> Callable[[Page, Arranged], None]:
    return lambda page, _arranged: _send(page, path, button, **words)


def _prove(page: Page, arranged: Arranged) -> None:
    """Through the second step; then a passkey comes to the app."""
    _send(page, "/2fa/", "Go on", code=arranged.codes.pop())
    add_device(page)
    add_passkey(page)


def _of_passkey(page: Page, action: str) -> None:
    page.goto("/settings/security/passkeys/")
    page.locator("main").get_by_role("link", name=action).first.click()
    page.wait_for_load_state("load")


def _make_collection(page: Page, _arranged: Arranged) -> None:
    _send(page, "/collections/new/", "Make it", name=f"{'Light ' * 8}{token_hex(4)}")


def _make_album(page: Page, _arranged: Arranged) -> None:
    _send(page, "/albums/new/", "Go on to the posts", title=f"{'Ferry ' * 16}{token_hex(4)}", text="See #mist")


def _fill_album(page: Page, _arranged: Arranged) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Add all on this page").click()


def _go_on(page: Page, path: str) -> None:
    """To an address beside the one that is open."""
    page.goto(urljoin(page.url, path))


# A name that ends with a slash is the route of the page at the end of the step.
AS_NOBODY: Steps = {
    "a page that is not there": _miss,
    "a wrong password": lambda page, arranged: give_password(page, arranged.closed, "wrong"),
    "a closed account": lambda page, arranged: give_password(page, arranged.closed),
    "a refused sign-up": _sending("/signup/", "Sign up", username="a b"),
    "verify/": _sign_up,
    "a wrong code": _sending("/verify/", "Go on", code="000000"),
}
AS_VISITOR: Steps = {
    "a refused password": _sending("/settings/security/", "Save", current="x", new="1"),
    "a refused profile": _sending("/settings/profile/", "Save", website="nowhere"),
    "a refused username": _sending("/settings/username/", "Change the username", username="admin"),
    "a refused address": _sending("/settings/email/", "Send a code there", email="nowhere"),
    "a wrong code of the app": _sending("/settings/security/two-factor/app/", "Switch on", code="1"),
    "a new token": _sending("/settings/tokens/new/", "Make the token", name="Wall"),
    "a refused deletion": _sending("/settings/account/delete/", "Delete the account"),
    "a refused import": _sending("/settings/data/people/", "Import"),
    "a refused collection": _sending("/collections/new/", "Make it", name=" "),
    "a refused album": _sending("/albums/new/", "Go on to the posts", title=" "),
    "albums/<code:album_id>/add/": _make_album,
    "albums/<code:album_id>/": _fill_album,
    "albums/<code:album_id>/arrange/": lambda page, _arranged: _go_on(page, "arrange/"),
    "albums/<code:album_id>/edit/": lambda page, _arranged: _go_on(page, "../edit/"),
    "albums/<code:album_id>/delete/": lambda page, _arranged: _go_on(page, "../delete/"),
    "albums/<code:album_id>/archive/": lambda page, _arranged: _go_on(page, "../archive/"),
    "saved/<code:collection_id>/": _make_collection,
    "saved/<code:collection_id>/edit/": lambda page, _arranged: _go_on(page, "edit/"),
    "saved/<code:collection_id>/delete/": lambda page, _arranged: _go_on(page, "../delete/"),
}
AS_GUARDED: Steps = {
    "2fa/": lambda page, arranged: give_password(page, arranged.guarded),
    "a wrong second step": _sending("/2fa/", "Go on", code="1"),
    "a new passkey": _prove,
    "settings/security/passkeys/<int:pk>/rename/": lambda page, _arranged: _of_passkey(page, "Rename"),
    "settings/security/passkeys/<int:pk>/remove/": lambda page, _arranged: _of_passkey(page, "Remove"),
}
REACHED_BY_STEPS = {name for steps in (AS_NOBODY, AS_VISITOR, AS_GUARDED) for name in steps if name.endswith("/")}
