"""The addresses with which other sites take something from here, made on the server; nothing of theirs runs here.

Pure: a title, an address and a picture go in, so that posts and albums are shared alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

MOST_HASHTAGS = 5
HASHTAG = re.compile(r"\w+\Z")
LONGEST_HOST = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{{2,63}}\Z")
_OF_NETWORKS = (".local", ".localhost", ".internal", ".lan", ".home", ".arpa")  # no server for everybody is called so
_NAME = re.compile(r"@?[a-z0-9_.-]*\Z")


@dataclass(frozen=True, slots=True)
class Shareable:
    """What is shared, for everybody to see: a title in words, its address, and of a picture one that opens for all.

    `picture_url` is "" where there is none to show, as it is covered. `tags` are without #.
    """

    title: str
    url: str
    picture_url: str = ""
    tags: Sequence[str] = ()

    @property
    def text(self) -> str:
        return f"{self.title} {self.url}"


@dataclass(frozen=True, slots=True)
class Target:
    """One way out. `template` instead of a `url`: with {host} in it, for networks of many servers."""

    name: str
    label: str
    url: str
    template: str = ""


def targets(shared: Shareable, *, mastodon: str = "") -> list[Target]:
    """The sites that have such an address, in the order of the menu; `mastodon` is a host, or "" for none yet."""
    tags = [tag for tag in shared.tags if HASHTAG.match(tag)][:MOST_HASHTAGS]
    facebook = _address("https://www.facebook.com/sharer/sharer.php", u=shared.url)
    more = {"hashtags": ",".join(tags)} if tags else {}
    return [
        Target("facebook", "Facebook", facebook),
        Target("x", "X", _address("https://twitter.com/intent/tweet", text=shared.title, url=shared.url, **more)),
        Target("tumblr", "Tumblr", _tumblr(shared)),
        Target("bluesky", "Bluesky", _address("https://bsky.app/intent/compose", text=shared.text)),
        Target(
            "threads", "Threads", _address("https://www.threads.net/intent/post", text=shared.title, url=shared.url)
        ),
        Target("reddit", "Reddit", _address("https://www.reddit.com/submit", url=shared.url, title=shared.title)),
        _mastodon(shared, mastodon),
    ]


def mail_address(shared: Shareable) -> str:
    """What opens the reader's own mail program."""
    return f"mailto:?subject={_quoted(shared.title)}&body={_quoted(shared.text)}"


def clean_host(typed: str) -> str:
    """The host that `typed` names, in the form of the DNS: "mastodon.social" of "https://Mastodon.social/@me".

    "" for anything that is no name of a public host: numbers, ports, user names, names of a local network.
    """
    name, _at, host = typed.strip().lower().removeprefix("https://").split("/", 1)[0].rpartition("@")
    try:
        ascii_host = host.rstrip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    is_host = len(ascii_host) <= LONGEST_HOST and _HOST.match(ascii_host) is not None and _NAME.match(name) is not None
    return ascii_host if is_host and not f".{ascii_host}".endswith(_OF_NETWORKS) else ""


def _mastodon(shared: Shareable, host: str) -> Target:
    template = f"https://{{host}}/share?text={_quoted(shared.text)}"
    return Target("mastodon", "Mastodon", template.replace("{host}", host) if host else "", template)


def _tumblr(shared: Shareable) -> str:
    """A picture of ours that everybody may fetch, else a link."""
    if shared.picture_url:
        what = {"posttype": "photo", "content": shared.picture_url, "caption": shared.text}
    else:
        what = {"posttype": "link", "content": shared.url, "title": shared.title}
    tags = {"tags": ",".join(shared.tags)} if shared.tags else {}
    return _address("https://www.tumblr.com/share", **what, canonicalUrl=shared.url, **tags)


def _address(base: str, **query: str) -> str:
    return f"{base}?{'&'.join(f'{name}={_quoted(value)}' for name, value in query.items())}"


def _quoted(text: str) -> str:
    """Every sign but letters, digits and -._~ as %xx, spaces too: nothing in a title can add to an address."""
    return quote(text, safe="", errors="replace")
