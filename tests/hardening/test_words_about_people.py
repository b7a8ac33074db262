"""What is said about people where nobody looks for markup: link previews, devices, notes, tokens, answers, claims."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import Device, SecurityEvent, User
from accounts.services.invitations import make_invitation
from accounts.services.registration import await_approval
from accounts.services.tokens import create_token
from core.ids import to_code
from core.models import new_id
from instagram import env
from tests.accounts.web.test_providers import NORA, come
from tests.hardening.markup import one_line, read
from tests.hardening.routes import browser
from tests.hardening.test_hostile_text import filled
from tests.hostile import ATTACKS, BROKEN, UNSEEN
from tests.openid import Provider, openid_provider

TEXTS = {**ATTACKS, **UNSEEN}


@pytest.mark.parametrize("kind", TEXTS)
def test_preview_of_a_post_has_the_words_as_they_were_typed(alma: User, kind: str) -> None:
    post = filled(alma, TEXTS[kind])

    page = read(browser(None).get(f"/p/{to_code(post.pk)}/").text)

    address = f"http://testserver/p/{to_code(post.pk)}/"
    assert page.found == []
    assert page.metas["og:title"] == post.title
    assert page.metas["og:url"].endswith(address.removeprefix("http://testserver"))
    assert page.metas.get("og:image:alt", "") in ("", TEXTS[kind][:1000])


@pytest.mark.parametrize("kind", TEXTS)
def test_pages_about_an_account_show_what_was_said_as_text(alma: User, settings: Settings, kind: str) -> None:
    settings.REGISTRATION, settings.INVITATIONS = "invite", "members"
    text = TEXTS[kind]
    client = browser(alma)
    Device.objects.filter(user=alma).update(name=text[:200])
    SecurityEvent.objects.create(id=new_id(alma.pk), user=alma, kind="new_device", device=text[:200], detail=text[:200])
    make_invitation(alma, note=text[:100])
    create_token(alma, name=text[:64], scopes=["read"])
    lengths = {"sessions/": 200, "security/log/": 200, "invitations/": 100, "tokens/": 64}

    pages = {path: read(client.get(f"/settings/{path}").text) for path in lengths}

    assert {path: page.found for path, page in pages.items() if page.found} == {}
    assert {
        path for path, page in pages.items() if one_line(text[: lengths[path]]) not in one_line(page.words)
    } == set()


@pytest.mark.parametrize("kind", TEXTS)
def test_staff_read_an_answer_of_an_applicant_as_it_was_typed(alma: User, staff: User, kind: str) -> None:
    await_approval(alma, TEXTS[kind])
    client, chosen = browser(staff), {"action": "refuse", "_selected_action": str(alma.pk)}

    pages = [client.get("/admin/accounts/applicant/"), client.post("/admin/accounts/applicant/", chosen)]

    assert [(page.status_code, read(page.text).found) for page in pages] == [(200, [])] * 2
    assert one_line(TEXTS[kind]) in one_line(read(pages[0].text).words)


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("OIDC_CLIENT_ID", "photos")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "shared")
    with openid_provider() as server:
        settings.OIDC_SERVER_URL, settings.OIDC_NAME = server.address, "Family"
        settings.SOCIALACCOUNT_PROVIDERS = env.provider("OIDC", "Family", server.address)
        yield server


CLAIMED: dict[str, object] = {**TEXTS, **BROKEN, "a number": 7, "an object": {"a": ["b"]}}
CLAIMS = ("sub", "email", "preferred_username", "name", "given_name", "family_name", "picture", "locale")


@pytest.mark.parametrize("names", [CLAIMS, CLAIMS[1:], CLAIMS[2:]], ids=["all", "all but who", "all but the address"])
@pytest.mark.parametrize("kind", CLAIMED)
def test_who_comes_from_a_provider_with_hostile_claims_gets_a_page_that_runs_nothing(
    db: None, provider: Provider, kind: str, names: tuple[str, ...]
) -> None:
    provider.person = {**NORA, **dict.fromkeys(names, CLAIMED[kind])}
    client = browser(None)

    back = come(client, provider)
    page = client.get("/login/provider/join/", follow=True)

    assert (back.status_code in (302, 303), page.status_code) == (True, 200)
    assert read(page.text).found == []
    assert User.objects.count() == 0
