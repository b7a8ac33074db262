"""What is not a page holds the words of people too: feeds of Atom, CSV, sitemaps, archives, names of downloads."""

import csv
import json
import re
from io import StringIO
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache

from accounts.models import User
from accounts.relation_files import read_csv, write_csv
from accounts.services.tokens import create_token
from core.ids import to_code
from core.media_urls import StoredFile
from feeds.services.atom import NO_XML
from photos.models import OriginalCopy
from tests.conftest import AsUser, Settled
from tests.exports.making import body, export_all, fetch
from tests.factories import make_follow, make_like
from tests.hardening.markup import one_line, read
from tests.hardening.routes import browser
from tests.hardening.test_hostile_text import filled
from tests.hostile import ATTACKS, EVERYTHING, UNSEEN

TEXTS = {**ATTACKS, **UNSEEN}
CONTROLS = {**TEXTS, "no sign of XML": "a\x0bb\x1b\x01c\ufffe\uffff]]>&#0;"}
ATOM = "{http://www.w3.org/2005/Atom}"
# What spreadsheets take for a formula at the beginning of a cell.
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201")


@pytest.mark.parametrize("kind", CONTROLS)
def test_atom_feed_is_well_formed_and_tells_what_was_typed(alma: User, kind: str) -> None:
    post = filled(alma, CONTROLS[kind])
    alma.refresh_from_db()

    feed = ET.fromstring(browser(None).get("/@alma/feed.atom").content)  # noqa: S314  our own text

    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    told = [feed.findtext(f"{ATOM}subtitle"), feed.findtext(f"{ATOM}author/{ATOM}name"), entry.findtext(f"{ATOM}title")]
    typed = [NO_XML.sub("", text) for text in (alma.bio, alma.name, post.title)]
    assert [one_line(text or "") for text in told] == [one_line(text) for text in typed]
    content = read(entry.findtext(f"{ATOM}content") or "")
    assert content.found == []
    assert without_schemes(NO_XML.sub("", post.caption)) in without_schemes(content.words)


def without_schemes(text: str) -> str:
    """In one line; links are shown without."""
    return one_line(re.sub("https?://", "", text))


@pytest.mark.parametrize("kind", TEXTS)
def test_sitemap_is_well_formed_and_has_no_words_of_people(alma: User, kind: str) -> None:
    post = filled(alma, TEXTS[kind])
    cache.clear()
    client = browser(None)

    index = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  our own text
    files = [client.get("/" + (each.text or "").split("/", 3)[3]) for each in index.iter() if each.tag.endswith("loc")]

    found = [each.text for file in files for each in ET.fromstring(file.content).iter() if each.tag.endswith("loc")]  # noqa: S314
    assert sorted((text or "").split("/", 3)[3] for text in found) == ["@alma/", f"p/{to_code(post.pk)}/"]


FIRST_SIGNS = {text[0] for text in FORMULAS}


@pytest.mark.parametrize("text", [*TEXTS.values(), *FORMULAS])
def test_cell_is_no_formula_and_reads_as_it_was_written(text: str) -> None:
    file = "".join(write_csv(["username", "since"], [[text, "x"], ["hana", text]]))

    header, *rows = csv.reader(StringIO(file, newline=""))
    assert (header, [len(row) for row in rows]) == (["username", "since"], [2, 2])
    assert [row[0][:1] in FIRST_SIGNS for row in rows] == [False, False]
    assert (rows[0][0].removeprefix("'"), rows[1][1].removeprefix("'")) == (text.removeprefix("'"),) * 2


@pytest.mark.parametrize("text", [*TEXTS.values(), *FORMULAS])
def test_list_of_what_was_not_imported_names_it_as_it_was_typed(alma: User, settled: Settled, text: str) -> None:
    typed = StringIO()
    csv.writer(typed).writerow([text])
    file = StringIO(typed.getvalue())
    file.name = "follows.csv"
    client = browser(alma)
    with settled():
        client.post("/settings/data/people/", {"kind": "follows", "file": file})

    rows = list(csv.reader(StringIO(body(client.get("/settings/data/people/left-out.csv")).decode(), newline="")))
    page = read(client.get("/settings/data/people/").text)

    name = text.strip().removeprefix("'")[:100]
    assert [row[1].removeprefix("'") for row in rows] == ["username", *([name.removeprefix("'")] if name else [])]
    assert [row[1][:1] in FIRST_SIGNS for row in rows] == [False] * len(rows)
    assert (page.found, one_line(name) in one_line(page.words)) == ([], True)


def test_import_of_ones_own_list_finds_the_same_people(alma: User, boris: User, carla: User, settled: Settled) -> None:
    User.objects.filter(pk=carla.pk).update(username="_.carla_", display_name=EVERYTHING[:64])
    make_follow(alma, boris)
    make_follow(alma, carla)
    file = body(browser(alma).get("/settings/data/people/follows.csv"))

    names = [name for _, name, _, _ in read_csv(file)]

    assert sorted(names) == ["_.carla_", "boris"]


@pytest.mark.parametrize("kind", CONTROLS)
def test_archive_tells_what_was_typed(alma: User, boris: User, settled: Settled, as_user: AsUser, kind: str) -> None:
    text = CONTROLS[kind]
    post, liked = filled(alma, text), filled(boris, text)
    make_like(alma, liked)
    OriginalCopy.objects.all().delete()  # the words alone
    create_token(alma, name=text[:64] or "x", scopes=["read"])
    alma.refresh_from_db()

    archive = fetch(as_user(alma), export_all(alma, settled))

    told = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    (own,) = told["posts.json"]
    assert [own["title"], own["caption"], own["spoiler"]] == [post.title, post.caption, post.spoiler]
    assert [own["media"][0]["alt_text"], own["location"]["name"]] == [text[:1000], text[:64]]
    assert [told["profile.json"][name] for name in ("bio", "display_name")] == [alma.bio, alma.display_name]
    assert [each["title"] for each in told["likes.json"]] == [liked.title]
    assert [each["name"] for each in told["access_tokens.json"]] == [alma.access_tokens.get().name]


@pytest.mark.parametrize("kind", CONTROLS)
def test_download_has_the_name_that_was_typed_in_one_header_of_ascii(kind: str) -> None:
    header = StoredFile("originals", "a", "image/jpeg", CONTROLS[kind]).disposition

    name = re.fullmatch(r"attachment; filename\*=UTF-8''((?:[\w.~-]|%[0-9A-F]{2})+)", header, re.ASCII)
    assert name is not None
    assert unquote(name[1], errors="strict") == CONTROLS[kind]
