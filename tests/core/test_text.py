import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.safestring import SafeString

from core.text import fold_tag, hashtags, is_tag, linkify, mentions

ROOT = Path(__file__).resolve().parents[2]


def link(url: str, label: str = "") -> str:
    return f'<a href="{url}" rel="nofollow noopener ugc">{label or url.split("://")[1]}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("one\ntwo\r\nthree", "one<br>two<br>three"),
        ("see https://example.org/a?b=1&c=2.", f"see {link('https://example.org/a?b=1&amp;c=2')}."),
        ("(http://example.org/x)", f"({link('http://example.org/x')})"),
        ("https://a.org https://b.org", f"{link('https://a.org')} {link('https://b.org')}"),
        ("https://", "https://"),
        ("https://...", "https://..."),
        ("https://[::1", "https://[::1"),
        ("hello @Alma.", 'hello <a href="/@alma/">@Alma</a>.'),
        ("@alma.b_2, hi", '<a href="/@alma.b_2/">@alma.b_2</a>, hi'),
        ("mail@example.org", "mail@example.org"),
        ("@x", "@x"),
        ("#Nordic light", '<a class="tag" href="/tags/nordic/">#Nordic</a> light'),
        ("a#b &#39; ##", "a#b &amp;#39; ##"),
        ("#søgræs", '<a class="tag" href="/tags/s%C3%B8gr%C3%A6s/">#søgræs</a>'),
        (
            "https://a.org/#top @bo #c",
            f'{link("https://a.org/#top")} <a href="/@bo/">@bo</a> <a class="tag" href="/tags/c/">#c</a>',
        ),
    ],
)
def test_text_becomes_html_with_links(text: str, html: str) -> None:
    assert linkify(text) == html


def test_html_of_text_is_marked_safe() -> None:
    assert isinstance(linkify("a < b"), SafeString)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x onerror=alert(1)>', "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"),
        ("<form hx-post='/x'>", "&lt;form hx-post=&#x27;/x&#x27;&gt;"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("{{7*7}} {% now %}", "{{7*7}} {% now %}"),
        ('https://a.org/"onmouseover="alert(1)', f"{link('https://a.org/')}&quot;onmouseover=&quot;alert(1)"),
        ("https://a.org/<b>", f"{link('https://a.org/')}&lt;b&gt;"),
        ("https://a.org/'x", f"{link('https://a.org/')}&#x27;x"),
        ("@alma<b>", '<a href="/@alma/">@alma</a>&lt;b&gt;'),
        ("#tag<b>", '<a class="tag" href="/tags/tag/">#tag</a>&lt;b&gt;'),
    ],
)
def test_markup_in_text_is_shown_as_typed(text: str, html: str) -> None:
    assert linkify(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://x%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.org",
    ],
)
def test_address_of_another_scheme_is_not_linked(text: str) -> None:
    assert "<a" not in linkify(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("https://exämple.org/ä", link("https://xn--exmple-cua.org/ä")),
        ("https://EXÄMPLE.org", link("https://xn--exmple-cua.org")),
        ("https://аpple.com:8443/x", link("https://xn--pple-43d.com:8443/x")),
        ("https://АPPLE.COM", link("https://xn--pple-43d.com")),
        ("https://Example.org/Path", link("https://Example.org/Path")),
        ("https://\u200dexample.org", link("https://example.org")),
    ],
)
def test_host_with_letters_that_look_alike_is_shown_in_ascii(text: str, html: str) -> None:
    assert linkify(text) == html


@pytest.mark.parametrize(
    "text", ["https://paypal.com@evil.org/", "https://u:p@evil.org", "https://аpple.com@аpple.com/"]
)
def test_address_with_a_user_name_in_front_of_its_host_is_not_linked(text: str) -> None:
    assert linkify(text) == text


@pytest.mark.parametrize("host", ["ex..ample.ä", "ä" * 80 + ".org", "a.org／b", "[v1.ä]"])
def test_address_whose_host_cannot_be_is_not_linked(host: str) -> None:
    assert linkify(f"https://{host}") == f"https://{host}"


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"])
def test_link_ends_before_a_mark_that_turns_the_direction(mark: str) -> None:
    assert linkify(f"https://a.org/{mark}gpj.exe") == f"{link('https://a.org/')}{mark}gpj.exe"


# A search that went back and forth over a megabyte would take hours; a linear one is done in a second.
HUGE = """
import resource
from core.text import hashtags, linkify, mentions

resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
for part, times in [("@", 1000000), ("#", 1000000), ("@ab", 333333), ("#ab ", 250000), ("a", 1000000),
                    ("https://", 125000), (chr(0x200D), 1000000), ("@a.", 333333), ("https://a" + ")" * 400, 2500)]:
    text = part * times
    print(len(text), len(linkify(text)) >= len(text), len(hashtags(text)), len(mentions(text)))
"""


def test_text_of_a_megabyte_of_signs_is_read_in_linear_time() -> None:
    done = subprocess.run([sys.executable, "-c", HUGE], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines() == [
        "1000000 True 0 0",
        "1000000 True 0 0",
        "999999 True 0 1",
        "1000000 True 1 0",
        "1000000 True 0 0",
        "1000000 True 0 0",
        "1000000 True 0 0",
        "999999 True 0 0",
        "1022500 True 0 0",
    ]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", []),
        ("#Sea and #sea and #SEA", ["sea"]),
        ("#b #a", ["b", "a"]),
        ("#Straße #ＷＩＤＥ", ["strasse", "wide"]),
        ("https://a.org/#no a#no &#no ##", []),
        ("#" + "x" * 70, ["x" * 64]),
    ],
)
def test_hashtags_are_found_once_each_and_folded(text: str, tags: list[str]) -> None:
    assert hashtags(text) == tags


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("@Alma, @boris. @alma", ["alma", "boris"]),
        ("mail@example.org https://a.org/@no .@no @@no", []),
        ("@" + "x" * 40, ["x" * 30]),
    ],
)
def test_mentions_are_found_once_each_in_lower_case(text: str, names: list[str]) -> None:
    assert mentions(text) == names


@pytest.mark.parametrize(
    ("tag", "folded"), [("#Sea", "sea"), (" Sea ", "sea"), ("ﬁlm", "film"), ("##a", "a"), ("", "")]
)
def test_tag_has_one_spelling(tag: str, folded: str) -> None:
    assert fold_tag(tag) == folded


@pytest.mark.parametrize(
    ("text", "tag"),
    [("#हिन्दी", "हिन्दी"), ("#ภาษาไทย", "ภาษาไทย"), ("#İstanbul", "i̇stanbul"), ("#עִבְרִית!", "עִבְרִית"), ("#a_1.", "a_1")],
)
def test_hashtag_of_any_script_is_whole(text: str, tag: str) -> None:
    assert hashtags(text) == [tag]
    assert is_tag(tag)


@pytest.mark.parametrize("tag", ["", "a b", "a-b", "a.b", "<b>", "a\u202eb"])
def test_tag_with_anything_else_is_none(tag: str) -> None:
    assert not is_tag(tag)
