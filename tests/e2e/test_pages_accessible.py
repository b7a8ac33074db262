"""axe-core finds nothing to complain about on the main pages, light and dark, on a desktop and on a phone."""

import json
import os
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from engines.temporary import TemporarySite
from tests.e2e.pages import Visitor
from tests.e2e.watching import watched_page

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SETTLE = "document.getAnimations().forEach((animation) => animation.finish())"
RUN = "async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations']})).violations)"
VIEWPORTS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 780}}


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        report = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        report("axe-core is not installed (cd frontend && npm ci)")
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", VIEWPORTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_the_main_pages(
    site: TemporarySite, chromium: Browser, visitor: Visitor, axe: str, scheme: Literal["light", "dark"], screen: str
) -> None:
    options: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce", "viewport": VIEWPORTS[screen]}
    with watched_page(chromium, site.origin, **options) as page:
        found = {path: violations(page, path, axe) for path in visitor.open_pages}
        visitor.log_in(page)
        found |= {path: violations(page, path, axe) for path in visitor.own_pages}

    assert {path: complaints for path, complaints in found.items() if complaints} == {}
    assert len(found) >= 18


def violations(page: Page, path: str, axe: str) -> list[str]:
    """One line for each element that breaks a rule."""
    page.goto(path)
    page.evaluate(SETTLE)
    page.evaluate(axe)
    results: list[dict[str, Any]] = json.loads(page.evaluate(RUN))
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]} {node['failureSummary']}"
        for rule in results
        for node in rule["nodes"]
    ]
