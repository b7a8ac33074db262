import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AccessToken, SecurityEvent, User
from accounts.services.tokens import create_token, find_token
from core.ids import to_code
from tests.conftest import AsUser

pytestmark = pytest.mark.django_db

PAGE = "/settings/tokens/"
NEW = "/settings/tokens/new/"
SENT = {"name": "backup <script>", "scopes": ["read", "write"], "days": ""}


def shown(text: str) -> list[str]:
    return re.findall(r"cst_[\w-]{43}", text)


def status(text: str, method: str = "get", path: str = "/rest/v1/me") -> int:
    client = Client(headers={"Authorization": f"Bearer {text}"})
    return int(getattr(client, method)(path).status_code)


def test_token_is_made_and_shown_this_once(as_user: AsUser, alma: User) -> None:
    client = as_user(alma)

    made = client.post(NEW, SENT)

    (text,) = shown(made.text)
    found = find_token(text)
    assert found is not None
    assert (found.user, found.known.name, found.scopes, found.known.until) == (alma, SENT["name"], ["read", "write"], 0)
    assert (made.status_code, made["Cache-Control"]) == (200, "no-store")
    assert [shown(client.get(path).text) for path in (PAGE, NEW)] == [[], []]
    assert "backup &lt;script&gt;" in made.text


def test_token_with_days_ends_after_them(as_user: AsUser, alma: User) -> None:
    as_user(alma).post(NEW, {**SENT, "days": "7"})

    expires_at = AccessToken.objects.get().expires_at
    assert expires_at is not None
    assert timedelta(days=6, hours=23) < expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 101}, ["name"]),
        ({"scopes": []}, ["scopes"]),
        ({"scopes": ["admin"]}, ["scopes"]),
        ({"days": "0"}, ["days"]),
        ({"days": "3651"}, ["days"]),
        ({"days": "soon"}, ["days"]),
    ],
)
def test_form_with_something_wrong_names_it_and_makes_nothing(
    as_user: AsUser, alma: User, changes: dict[str, object], fields: list[str]
) -> None:
    response = as_user(alma).post(NEW, {**SENT, **changes})

    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert AccessToken.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_token_is_made_only_after_the_password_was_given(client: Client, alma: User, method: str) -> None:
    client.force_login(alma)

    response = getattr(client, method)(NEW, SENT)

    assert (response.status_code, response["Location"].split("?")[0]) == (303, "/confirm/")
    assert AccessToken.objects.count() == 0


def test_list_shows_the_live_tokens_of_the_person_alone(as_user: AsUser, alma: User, boris: User) -> None:
    client = as_user(alma)
    live, _ = create_token(alma, scopes=["read"], name="phone")
    for name, change in (("gone", {"revoked_at": timezone.now()}), ("over", {"expires_at": timezone.now()})):
        AccessToken.objects.filter(pk=create_token(alma, scopes=["read"], name=name)[0].pk).update(**change)
    create_token(boris, scopes=["read"], name="of boris")

    answer = client.get(PAGE)

    assert answer.context["tokens"] == [live]
    assert "never used" in answer.text


def test_page_without_tokens_says_so(as_user: AsUser, alma: User) -> None:
    assert "You have none." in as_user(alma).get(PAGE).text


@pytest.mark.django_db(transaction=True)
def test_revoked_token_is_refused_with_the_next_call_on_the_express_way_too(as_user: AsUser, alma: User) -> None:
    token, text = create_token(alma, scopes=["read"], name="phone")
    before = [status(text, path="/rest/v1/feed") for _ in range(4)]

    response = as_user(alma).post(f"{PAGE}{to_code(token.pk)}/revoke/")

    assert (before, response.status_code) == ([200] * 4, 303)
    assert [status(text, path="/rest/v1/feed") for _ in range(3)] == [401] * 3


@pytest.mark.django_db(transaction=True)
def test_all_tokens_are_revoked_at_once_and_noted(as_user: AsUser, alma: User, boris: User) -> None:
    texts = [create_token(alma, scopes=["read"], name=str(number))[1] for number in range(3)]
    other = create_token(boris, scopes=["read"])[1]
    for text in [*texts, other]:
        status(text)

    as_user(alma).post(f"{PAGE}revoke-all/")

    assert [status(text) for text in [*texts, other]] == [401, 401, 401, 200]
    noted = SecurityEvent.objects.filter(user=alma, kind="token_revoked").values_list("detail", flat=True)
    assert sorted(noted) == ["0", "1", "2"]


def test_changing_the_password_leaves_tokens_and_says_so(as_user: AsUser, alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])
    client = as_user(alma)

    client.post("/settings/security/", {"current": "kiln-shelf-93", "new": "new-kiln-shelf-93"})

    assert status(text) == 200
    assert "Changing your password does not end tokens." in client.get(PAGE).text


def test_token_in_the_address_lets_nobody_in(alma: User) -> None:
    _, text = create_token(alma, scopes=["read"])

    paths = [f"/rest/v1/me?{name}={text}" for name in ("access_token", "token", "authorization", "bearer_token")]

    assert [Client().get(path).status_code for path in paths] == [401] * 4


@pytest.mark.parametrize(
    ("scopes", "method", "path", "answer"),
    [
        (["read"], "put", "/rest/v1/users/boris/follow", 403),
        (["write"], "put", "/rest/v1/users/boris/follow", 403),
        (["follow"], "put", "/rest/v1/users/boris/follow", 200),
        (["read", "follow"], "patch", "/rest/v1/me", 403),
        (["write"], "get", "/rest/v1/feed", 403),
        (["push"], "get", "/rest/v1/me", 403),
    ],
)
def test_token_does_no_more_than_its_scopes(
    alma: User, boris: User, scopes: list[str], method: str, path: str, answer: int
) -> None:
    _, text = create_token(alma, scopes=scopes)

    assert status(text, method, path) == answer
