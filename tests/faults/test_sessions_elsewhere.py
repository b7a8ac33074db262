"""A session that is ended through one web process is over in every other at once, whatever Valkey knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from tests.e2e.people import sign_up
from tests.e2e.rest import wait_for
from tests.faults.breakable import BreakableSite, breakable_site
from tests.faults.browsing import Browser

IN, OUT = [[True, True]] * 2, [[False, False]] * 2


@dataclass
class Two:
    """Two web processes of one site, both of which have just seen the person in every browser of theirs."""

    site: BreakableSite
    origins: tuple[str, str]
    browsers: tuple[Browser, Browser, Browser]

    def known(self, browser: Browser) -> list[list[bool]]:
        return [browser.is_in(origin) for origin in reversed(self.origins)]

    def end_others(self, browser: Browser) -> None:
        """Through the first process."""
        browser.send("/settings/sessions/", "/settings/sessions/end-others/")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with breakable_site(tmp_path) as site, site.second_web() as second:
        first = site.site.origin
        username, _ = sign_up(site.site, "roaming")
        browsers = (Browser(first, username), Browser(first, username), Browser(first, username))
        two = Two(site, (first, second), browsers)
        for browser in browsers * 3:
            assert two.known(browser) == IN
        yield two


def test_session_ended_in_one_process_is_over_in_the_other(two: Two) -> None:
    here, *others = two.browsers

    two.end_others(here)

    assert [two.known(browser) for browser in others] == [OUT] * 2
    assert two.known(here) == IN


def test_session_ended_while_valkey_is_dead_is_over_everywhere_and_stays_so(two: Two) -> None:
    here, *others = two.browsers
    two.site.kill("valkey")

    two.end_others(here)
    without = [two.known(browser) for browser in two.browsers]
    two.site.start("valkey")  # with what it knew
    wait_for("the end to reach Valkey", lambda: [two.known(browser) for browser in others] == [OUT] * 2 or None)
    with Redis.from_url(two.site.site.environment["REDIS_URL"]) as valkey:
        valkey.flushall()

    assert without == [IN, OUT, OUT]
    assert [two.known(browser) for browser in two.browsers] == [IN, OUT, OUT]


def test_session_ended_by_another_password_is_over_in_the_other_process(two: Two) -> None:
    here, *others = two.browsers

    two.browsers[0].send("/settings/security/", "/settings/security/", current="kiln-shelf-93", new="new-kiln-shelf-93")

    assert [two.known(browser) for browser in others] == [OUT] * 2
    assert two.known(here) == IN
