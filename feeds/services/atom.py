"""The Atom feed (RFC 4287) of an open account: its newest public posts with pictures, words and descriptions.

It is the same for every reader, so it has what is for everybody and nothing else. Addresses of pictures live a day.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405  nothing is parsed

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from core.media_urls import absolute, media_url
from core.text import linkify
from core.times import iso_utc
from photos.cards import address_seconds, post_url
from photos.models import Media, Post, Rendition

ENTRIES = 50
WIDEST = 1280
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # signs that XML cannot hold


def atom_feed(person: User) -> bytes:
    """Four queries, however many posts there are."""
    posts = public_posts(person)
    page = absolute(reverse("feeds:profile", args=[person.username]))
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:base": settings.ORIGIN + "/"})
    _text(feed, "id", page)
    _text(feed, "title", f"{person.name} (@{person.username})")
    _text(feed, "subtitle", person.bio)
    _text(feed, "updated", iso_utc(max([_updated(post) for post in posts], default=person.created_at)))
    _link(feed, "self", absolute(reverse("feeds:atom", args=[person.username])), "application/atom+xml")
    _link(feed, "alternate", page, "text/html")
    author = SubElement(feed, "author")
    _text(author, "name", person.name)
    _text(author, "uri", page)
    for post in posts:
        _entry(feed, post)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode").encode()


def public_posts(person: User) -> Sequence[Post]:
    """The newest that everybody may find, loaded for cards."""
    posts = Post.objects.offered_to(AnonymousUser()).filter(author=person, audience=Post.Audience.PUBLIC)
    return list(posts.for_cards().order_by("-id")[:ENTRIES])


def _entry(feed: Element, post: Post) -> None:
    entry = SubElement(feed, "entry")
    url = absolute(post_url(post))
    _text(entry, "id", url)
    _text(entry, "title", post.title or f"{_sort(post)} by {post.author.name}")
    _text(entry, "published", iso_utc(post.published_at))
    _text(entry, "updated", iso_utc(_updated(post)))
    _link(entry, "alternate", url, "text/html")
    shown = [] if post.sensitive else [(media, each) for media in post.media.all() if (each := _picture(media))]
    for media, picture in shown:
        for file in [picture, *_films(media)]:
            link = _link(entry, "enclosure", _address(file, post), file.content_type)
            link.set("length", str(file.bytes))
    for tag in sorted(tag.name for tag in post.tags.all()):
        SubElement(entry, "category", {"term": tag})
    pictures = [
        format_html('<p><img src="{}" alt="{}"></p>', _address(each, post), media.alt_text) for media, each in shown
    ]
    _text(entry, "content", "".join([*pictures, _words(post)])).set("type", "html")


def _words(post: Post) -> SafeString:
    """What is said in place of covered pictures, and the caption."""
    cover = format_html("<p>{}</p>", post.spoiler or "Sensitive") if post.sensitive else SafeString()
    return format_html("{}<div>{}</div>", cover, linkify(post.caption))


def _picture(media: Media) -> Rendition | None:
    """The widest JPEG that readers of feeds need; of a film its poster."""
    jpegs = [each for each in media.renditions.all() if each.content_type == "image/jpeg" and each.name != "square"]
    return max((each for each in jpegs if each.width <= WIDEST), key=lambda each: each.width, default=None)


def _films(media: Media) -> list[Rendition]:
    return [each for each in media.renditions.all() if each.name == "video_720p"]


def _sort(post: Post) -> str:
    return "Video" if [media.kind for media in post.media.all()] == [Media.Kind.VIDEO] else "Picture"


def _address(picture: Rendition, post: Post) -> str:
    seconds = address_seconds(post)
    return absolute(media_url("renditions", picture.key, content_type=picture.content_type, seconds=seconds))


def _updated(post: Post) -> datetime:
    return post.edited_at or post.published_at or post.created_at


def _text(parent: Element, name: str, text: str | None) -> Element:
    element = SubElement(parent, name)
    element.text = NO_XML.sub("", text or "")
    return element


def _link(parent: Element, rel: str, href: str, content_type: str) -> Element:
    return SubElement(parent, "link", {"rel": rel, "type": content_type, "href": href})
