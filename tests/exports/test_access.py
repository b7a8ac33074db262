"""Who gets an archive, when, and from where; what the page and the API say of it in each state."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.closing import close_account, deactivate_account, reopen_account, reopen_pass, suspend_account
from accounts.services.tokens import revoke_token
from exports.models import Export
from exports.services.exports import ask_for_export, cancel_export, expire_exports
from exports.services.making import make_part
from tests.conftest import AsApp, AsUser, Settled
from tests.exports.making import body, export_all, publish_some, url
from tests.factories import PASSWORD, make_export

ADDRESS = "192.0.2.7"
NEVER = 10**15


def page(client: Client) -> str:
    return client.get("/settings/data/").text


def told(app: Client, export: Export) -> tuple[str, object, object]:
    answer = app.get(f"/rest/v1/exports/{export.pk}").json()
    return answer["state"], answer["bytes"], answer["download_url"]


def words(answer: Any) -> str:
    """The body without the id of its request."""
    return str(answer.text).replace(answer["X-Request-Id"], "")


def api_url(export_id: int) -> str:
    return f"/rest/v1/exports/{export_id}/archive"


# --- Nobody else, and nothing before and after its time


def test_page_says_until_when_the_archive_is_kept(alma: User, as_user: AsUser) -> None:
    until = make_export(alma).expires_at

    assert until is not None
    assert f"for you alone, until {until:%-d %b %Y, %H:%M}." in page(as_user(alma))


def test_archive_of_somebody_else_answers_as_one_that_never_was(
    alma: User, boris: User, as_user: AsUser, as_app: AsApp
) -> None:
    export = make_export(alma)
    browser, app = as_user(boris), as_app(boris)

    for address, missing in (
        (url(export), f"/settings/data/export/{NEVER}.zip"),
        (api_url(export.pk), api_url(NEVER)),
    ):
        client = app if address.startswith("/rest") else browser
        answers = [client.get(each, headers={"Range": "bytes=0-1"}) for each in (address, missing)]
        assert [each.status_code for each in answers] == [404, 404]
        assert words(answers[0]) == words(answers[1])


@pytest.mark.parametrize("state", ["working", "failed", "expired"])
def test_archive_that_is_not_ready_is_given_to_nobody(alma: User, as_user: AsUser, as_app: AsApp, state: str) -> None:
    export = make_export(alma)
    Export.objects.filter(pk=export.pk).update(state=state)

    assert as_user(alma).get(url(export)).status_code == 404
    assert as_app(alma).get(api_url(export.pk)).status_code == 404
    assert told(as_app(alma), export) == (state, None, None)


def test_archive_is_over_to_the_second_though_nobody_has_deleted_it_yet(
    alma: User, as_user: AsUser, as_app: AsApp, settled: Settled
) -> None:
    export = make_export(alma)
    browser, app = as_user(alma), as_app(alma)
    assert [browser.get(url(export)).status_code, app.get(api_url(export.pk)).status_code] == [200, 200]

    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now())

    assert [browser.get(url(export)).status_code, app.get(api_url(export.pk)).status_code] == [404, 404]
    assert told(app, export) == ("expired", None, None)
    assert (url(export) in page(browser), "The last archive is deleted" in page(browser)) == (False, True)


# --- Who loses the account loses the archive


def test_archive_is_for_who_is_logged_in_alone(alma: User, as_user: AsUser) -> None:
    export = make_export(alma)
    browser = as_user(alma)
    assert browser.get(url(export)).status_code == 200

    browser.post("/logout/")

    answer = browser.get(url(export))
    assert (answer.status_code, answer["Location"].startswith("/login/")) == (302, True)


def test_another_password_ends_the_downloads_of_other_sessions(alma: User, as_user: AsUser) -> None:
    export = make_export(alma)
    here, elsewhere = as_user(alma), as_user(alma)

    here.post("/settings/security/", {"current": PASSWORD, "new": "another-kiln-shelf-7"})

    assert User.objects.get().check_password("another-kiln-shelf-7")
    assert [browser.get(url(export)).status_code for browser in (here, elsewhere)] == [200, 302]


def test_token_that_is_revoked_gets_no_archive(alma: User, as_app: AsApp) -> None:
    export = make_export(alma)
    app = as_app(alma)
    assert app.get(api_url(export.pk)).status_code == 200

    revoke_token(alma, alma.access_tokens.get().pk)

    assert app.get(api_url(export.pk)).status_code == 401


@pytest.mark.parametrize("leave", [deactivate_account, close_account])
def test_archive_ends_with_the_account_and_does_not_come_back_with_it(
    alma: User, as_user: AsUser, as_app: AsApp, settled: Settled, leave: object
) -> None:
    export = make_export(alma)
    browser, app = as_user(alma), as_app(alma)

    with settled():
        leave(alma, password=PASSWORD, address=ADDRESS)  # type: ignore[operator]

    assert [browser.get(url(export)).status_code, app.get(api_url(export.pk)).status_code] == [302, 401]
    reopen_account(reopen_pass(User.objects.get()))
    assert as_user(User.objects.get()).get(url(export)).status_code == 404


def test_suspended_person_gets_no_archive(alma: User, as_user: AsUser, as_app: AsApp, settled: Settled) -> None:
    export = make_export(alma)
    browser, app = as_user(alma), as_app(alma)

    with settled():
        suspend_account(alma)

    assert [browser.get(url(export)).status_code, app.get(api_url(export.pk)).status_code] == [302, 401]
    assert Export.objects.get().state == "expired"


# --- Two at once


def test_two_people_get_their_own_things(alma: User, boris: User, as_user: AsUser, settled: Settled) -> None:
    pictures = publish_some(alma, settled, 1)
    mine, theirs = ask_for_export(alma), ask_for_export(boris)

    with settled():
        for _ in range(3):
            make_part(mine.pk)
            make_part(theirs.pk)

    assert pictures[0] in body(as_user(alma).get(url(mine)))
    assert pictures[0] not in body(as_user(boris).get(url(theirs)))
    assert [as_user(alma).get(url(theirs)).status_code, as_user(boris).get(url(mine)).status_code] == [404, 404]


def test_second_archive_takes_the_place_of_the_first(alma: User, as_user: AsUser, settled: Settled) -> None:
    first = export_all(alma, settled)
    second = export_all(alma, settled)

    browser = as_user(alma)
    assert [browser.get(url(each)).status_code for each in (first, second)] == [404, 200]


def test_person_with_nothing_gets_an_archive(alma: User, as_user: AsUser, settled: Settled) -> None:
    export = export_all(alma, settled)

    assert (export.state, export.total, export.done) == ("ready", 0, 0)
    assert b"posts.json" in body(as_user(alma).get(url(export)))


# --- What the page says


def test_page_offers_an_archive_tells_how_far_it_is_and_leads_to_it(
    alma: User, as_user: AsUser, settled: Settled
) -> None:
    publish_some(alma, settled, 2)
    browser = as_user(alma)
    assert "Make an archive" in page(browser)

    browser.post("/settings/data/export/")

    export = Export.objects.get()
    make_part(export.pk)
    make_part(export.pk)
    answer = browser.get("/settings/data/")
    assert ("1 of 2 photos" in answer.text, answer["Refresh"], "Make an archive" in answer.text) == (True, "5", False)
    with settled():
        make_part(export.pk)
    ready = browser.get("/settings/data/")
    assert (url(export) in ready.text, "Refresh" in ready) == (True, False)


def test_page_says_that_an_archive_failed_and_begins_another(alma: User, as_user: AsUser) -> None:
    failed = ask_for_export(alma)
    Export.objects.filter(pk=failed.pk).update(state="failed")
    browser = as_user(alma)
    assert ('role="alert"' in page(browser), "could not be made" in page(browser)) == (True, True)

    browser.post("/settings/data/export/")

    assert Export.objects.filter(owner=alma, state="working").count() == 1
    assert ("could not be made" in page(browser), "Being made" in page(browser)) == (False, True)


def test_page_says_that_an_archive_is_over_and_begins_another(alma: User, as_user: AsUser, settled: Settled) -> None:
    export = make_export(alma)
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with settled():
        expire_exports()
    browser = as_user(alma)
    assert ("The last archive is deleted" in page(browser), "24 hours" in page(browser)) == (True, True)

    browser.post("/settings/data/export/")

    assert "Being made" in page(browser)


def test_second_archive_while_one_is_made_is_refused_in_words(alma: User, as_user: AsUser) -> None:
    ask_for_export(alma)

    answer = as_user(alma).post("/settings/data/export/", follow=True)

    assert "is being made already" in answer.text
    assert Export.objects.count() == 1


def test_fourth_archive_of_a_day_is_refused(alma: User, as_user: AsUser, as_app: AsApp) -> None:
    for _ in range(3):
        cancel_export(ask_for_export(alma))

    assert as_user(alma).post("/settings/data/export/").status_code == 429
    answer = as_app(alma).post("/rest/v1/exports", {}, content_type="application/json")
    assert (answer.status_code, int(answer["Retry-After"]) > 3600) == (429, True)


def test_archive_is_only_begun_by_who_has_just_given_the_password(alma: User) -> None:
    browser = Client()
    browser.force_login(alma)

    answer = browser.post("/settings/data/export/")

    assert (answer.status_code, Export.objects.count()) == (303, 0)
    assert browser.get(answer["Location"]).text.count('type="password"') == 1
