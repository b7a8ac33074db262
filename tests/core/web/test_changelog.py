"""`/docs/changelog/`: the file of the repository as a page."""

import re
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from core.web.markdown import sections

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.django_db
def test_page_shows_every_version_newest_first(client: Client) -> None:
    response = client.get("/docs/changelog/")

    shown = re.findall(r"<h2 id=\"[a-z0-9-]+\" class=\"mono\">(.+?)</h2>", response.text)
    assert response.status_code == 200
    assert shown == re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert response.text.count("<li>") >= 20


@pytest.mark.django_db
def test_page_leads_nowhere_that_is_not_there(client: Client) -> None:
    main = client.get("/docs/changelog/").text.partition("<main")[2]

    assert [href for href in re.findall(r'href="([^"#]+)"', main) if not href.startswith(("https://", "/"))] == []


@pytest.mark.django_db
def test_page_is_asked_for_again_only_when_it_changed(client: Client) -> None:
    etag = client.get("/docs/changelog/").get("ETag", "")

    assert client.get("/docs/changelog/", headers={"If-None-Match": etag}).status_code in ({304} if etag else {200})


def test_settings_lead_to_it(client: Client, alma: User) -> None:
    client.force_login(alma)

    assert 'href="/docs/changelog/"' in client.get("/settings/").text


def test_section_is_rendered_and_markup_in_it_is_only_shown() -> None:
    found = sections(
        "# Changelog\n\nAbout.\n\n## 1.2.0 (May)\n\n- A `code`, <b onclick=x>bold</b>, **strong**\n  on two lines.\n"
        "- [docs](docs/api.md), [site](https://example.org/), [evil](javascript:alert)\n\n![x](https://e.example/p.png)\n",
        prefix="v-",
    )

    assert [(section.name, section.anchor) for section in found] == [("1.2.0 (May)", "v-1-2-0-may")]
    assert "<li>A <code>code</code>, &lt;b onclick=x&gt;bold&lt;/b&gt;, <strong>strong</strong>\n" in found[0].html
    assert '<li>docs, <a href="https://example.org/">site</a>, [evil](javascript:alert)</li>' in found[0].html
    assert "<img" not in found[0].html
