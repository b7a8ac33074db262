"""axe-core finds nothing to complain about on any page, light and dark, on a desktop and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from engines.temporary import TemporarySite
from tests.e2e.pages import Arranged, Visitor
from tests.e2e.tour import walk
from tests.e2e.watching import watched_page
from tests.live import lack

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SETTLE = "document.getAnimations().forEach((animation) => animation.finish())"
RUN = "async (options) => (await axe.run(document, {resultTypes: ['violations'], ...options})).violations"
OF_COLOURS = ["color-contrast", "link-in-text-block"]
VIEWPORTS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 780}}


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        lack("axe-core is not installed (cd frontend && npm ci)")
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", VIEWPORTS)
def test_axe_finds_no_violation_on_any_page(
    site: TemporarySite, chromium: Browser, visitor: Visitor, arranged: Arranged, axe: str, screen: str
) -> None:
    options: dict[str, Any] = {"reduced_motion": "reduce", "viewport": VIEWPORTS[screen]}
    with watched_page(chromium, site.origin, refusals=True, **options) as page:
        found = {name: violations(page, axe) for name in walk(page, visitor, arranged)}

    assert {name: complaints for name, complaints in found.items() if complaints} == {}
    assert len(found) >= 100


def violations(page: Page, axe: str) -> list[str]:
    """One line for each element that breaks a rule; of the dark page only what colours have to do with is asked."""
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLE)
    page.evaluate(axe)
    found = _lines("light", page.evaluate(RUN, {}))
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLE)
    return found + _lines("dark", page.evaluate(RUN, {"runOnly": {"type": "rule", "values": OF_COLOURS}}))


def _lines(scheme: str, results: list[dict[str, Any]]) -> list[str]:
    return [
        f"{scheme} {rule['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]} {node['failureSummary']}"
        for rule in results
        for node in rule["nodes"]
    ]
