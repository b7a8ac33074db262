import re

import pytest
from playwright.sync_api import Browser, Response

from engines.temporary import TemporarySite
from tests.e2e.devices import add_device, add_passkey
from tests.e2e.people import PASSWORD
from tests.e2e.walking import log_out, sign_up
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser


def is_added(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/passkeys/add/")


def test_passkey_logs_in_without_a_password(site: TemporarySite, chromium: Browser) -> None:
    with watched_page(chromium, site.origin) as page:
        username = sign_up(site, page, "keyed")
        add_device(page)
        with page.expect_response(is_added) as adding:
            add_passkey(page)
        given = re.search(r"session=(\w+)", adding.value.all_headers()["set-cookie"])
        kept = adding.value.request.all_headers()["cookie"]
        log_out(page)
        page.goto("/login/?next=/settings/profile/")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url(f"{site.origin}/settings/profile/")

        page.goto(f"/@{username}/")
        own = page.get_by_role("link", name="Edit profile").count()

    assert own == 1
    assert given is not None
    assert given[0] not in kept  # the session goes on under another key


def test_passkey_is_the_second_step_after_the_password(site: TemporarySite, chromium: Browser) -> None:
    with watched_page(chromium, site.origin) as page:
        username = sign_up(site, page, "second")
        add_device(page)
        add_passkey(page)
        log_out(page)
        page.goto("/login/?next=/settings/profile/")
        page.get_by_label("Username or e-mail").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{site.origin}/settings/profile/")

        names = page.get_by_label("Name").count()

    assert names == 1
