"""What tests of a running site share; import it into the conftest of their folder."""

import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

from engines.temporary import TemporarySite

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test shows what the processes of its `site` have written."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    running = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(running, TemporarySite):
        report.sections.append(("logs of the site", running.logs()))
    return report  # type: ignore[return-value]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a window. It ends with the module: while it runs, Django takes the thread for an async one."""
    program = shutil.which("chromium")
    if program is None:
        lack("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


def lack(what: str) -> NoReturn:
    """Skip the test; where everything has to be installed, as in CI, it fails."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)
