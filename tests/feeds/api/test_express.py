"""GET /rest/v1/feed on the express way answers, to the letter, what the ordinary way answers, or says nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccessToken, User
from core.valkey import valkey
from tests.away import take_valkey_away
from tests.conftest import AsApp
from tests.factories import make_user
from tests.ways import both_ways

pytestmark = pytest.mark.django_db(transaction=True)

FEED = "/rest/v1/feed"

API_CASES = {
    "first page": (FEED, {}),
    "with a slash": (f"{FEED}/", {}),
    "with a limit": (f"{FEED}?limit=3", {}),
    "limit above the most": (f"{FEED}?limit=1000", {}),
    "limit 0": (f"{FEED}?limit=0", {}),
    "ranking named": (f"{FEED}?ranking=top&limit=2", {}),
    "cookies beside the token": (FEED, {"Cookie": "theme=dark; messages=x"}),
    "small b in bearer": (FEED, {"Accept": "text/html", "Accept-Language": "de", "Origin": "https://evil.example.org"}),
    "known tag of something else": (FEED, {"If-None-Match": '"other"'}),
    "any tag": (FEED, {"If-None-Match": "*"}),
}


@pytest.mark.parametrize("case", API_CASES)
def test_feed_of_the_api_is_the_same_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_app: AsApp, reader: User, case: str
) -> None:
    path, headers = API_CASES[case]
    app = as_app(reader, "read")

    went, quick, plain = both_ways(monkeypatch, taken, lambda: app.get(path, headers=headers))

    assert went
    assert quick == plain


def test_further_pages_of_the_api_are_the_same_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_app: AsApp, reader: User
) -> None:
    app, path = as_app(reader, "read"), f"{FEED}?limit=7"
    while path:
        went, quick, plain = both_ways(monkeypatch, taken, lambda path=path: app.get(path))  # type: ignore[misc]

        assert went
        assert quick == plain
        path = (app.get(path).json()["next"] or "").partition("8000")[2]


def test_feed_the_caller_has_already_is_304_on_both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], as_app: AsApp, reader: User
) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        tag = app.get(FEED)["ETag"]

    went, quick, plain = both_ways(monkeypatch, taken, lambda: app.get(FEED, headers={"If-None-Match": tag}))

    assert went
    assert (quick[0], quick[3]) == (304, b"")
    assert quick == plain


@pytest.mark.parametrize(("configured", "told"), [("https://app.example.org", "https://app.example.org"), ("*", "*")])
def test_page_of_another_origin_reads_the_feed_on_both_ways(
    monkeypatch: pytest.MonkeyPatch,
    taken: list[str],
    as_app: AsApp,
    reader: User,
    settings: Settings,
    configured: str,
    told: str,
) -> None:
    settings.CORS_ORIGINS = frozenset([configured])
    app, headers = as_app(reader, "read"), {"Origin": "https://app.example.org", "Sec-Fetch-Site": "cross-site"}

    went, quick, plain = both_ways(monkeypatch, taken, lambda: app.get(FEED, headers=headers))

    assert went
    assert (quick[1]["Access-Control-Allow-Origin"], quick[1]["API-Version"]) == (told, "1")
    assert quick[1]["Vary"] == "Authorization, Cookie, Origin"
    assert quick == plain


REFUSED = {
    "unknown token": (FEED, {"Authorization": "Bearer cst_nobody"}),
    "another scheme": (FEED, {"Authorization": "Basic YTpi"}),
    "no token": (FEED, {"Authorization": ""}),
    "unknown cursor": (f"{FEED}?cursor=x", {}),
    "limit that is none": (f"{FEED}?limit=many", {}),
    "unknown ranking": (f"{FEED}?ranking=best", {}),
    "latest": (f"{FEED}?ranking=latest", {}),
    "parameter twice": (f"{FEED}?limit=3&limit=4", {}),
    "unknown parameter": (f"{FEED}?format=html", {}),
    "another host": (FEED, {"Host": "evil.example.org"}),
    "too large": (FEED, {"Content-Length": "9" * 15}),
    "precondition": (FEED, {"If-Match": '"other"'}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_other_questions_to_the_api_are_left_to_the_ordinary_way(
    taken: list[str], as_app: AsApp, reader: User, case: str
) -> None:
    path, headers = REFUSED[case]
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    taken.clear()

    app.get(path, headers=headers)

    assert taken == []


@pytest.mark.parametrize("method", ["HEAD", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", FEED])
def test_other_methods_are_left_to_the_ordinary_way(
    taken: list[str], as_app: AsApp, reader: User, method: str, path: str
) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(path)
    taken.clear()

    app.generic(method, path)

    assert taken == []


def test_calls_are_counted_once_each_on_both_ways(taken: list[str], as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "read")
    left = [int(app.get(FEED)["RateLimit-Remaining"]) for _ in range(5)]
    valkey().delete(*valkey().keys("card:*"), *valkey().keys("sources:*"))

    left += [int(app.get(FEED)["RateLimit-Remaining"]) for _ in range(3)]

    assert FEED in taken
    assert left == list(range(left[0], left[0] - 8, -1))


def test_call_beyond_the_limit_is_refused(settings: Settings, taken: list[str], as_app: AsApp, reader: User) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "API": (5, 3600)}
    app = as_app(reader, "read")

    codes = [app.get(FEED).status_code for _ in range(7)]

    assert codes == [200] * 5 + [429] * 2
    assert len(taken) == 4  # all but the first, which notes the use of the token


def test_token_without_the_scope_is_refused(taken: list[str], as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "write")

    codes = [app.get(FEED).status_code for _ in range(4)]

    assert (codes, taken) == ([403] * 4, [])


def test_hour_that_is_over_is_written_down_by_the_ordinary_way(taken: list[str], as_app: AsApp, reader: User) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    old = timezone.now() - timedelta(hours=2)
    User.objects.update(last_seen_at=old)
    AccessToken.objects.update(last_used_at=old)
    valkey().delete(*valkey().keys("viewer:*"), *valkey().keys("token:*"))

    for _ in range(6):
        app.get(FEED)

    reader.refresh_from_db()
    assert reader.last_seen_at is not None
    assert reader.last_seen_at > old
    assert AccessToken.objects.get().last_used_at > old  # type: ignore[operator]
    assert taken[-1] == FEED


def test_express_way_says_nothing_while_valkey_is_away(
    settings: Settings, taken: list[str], as_app: AsApp, reader: User
) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    taken.clear()
    take_valkey_away(settings)

    assert (app.get(FEED).status_code, taken) == (200, [])


def test_token_that_is_somebody_elses_by_now_reads_nothing_of_the_first(
    taken: list[str], as_app: AsApp, reader: User
) -> None:
    app = as_app(reader, "read")
    for _ in range(4):
        app.get(FEED)
    AccessToken.objects.update(user=make_user("emil"))
    valkey().delete(*valkey().keys("token:*"))

    posts = [app.get(FEED).json()["results"] for _ in range(4)]

    assert posts == [[]] * 4
