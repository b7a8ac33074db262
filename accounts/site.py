"""Reading what the people who run the site say about it: a trip to Valkey, and no query while it stays the same."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import Announcement, Rule, SiteText
from core.kept import Kept
from core.web.markdown import line_to_html, to_html

MOST_ANNOUNCEMENTS = 3  # on one page
# While the table has none.
DEFAULT_RULES = (
    "No pictures of people who do not want to be shown.",
    "No threats, no hate, no calls for violence.",
    "No sexual pictures of people under age.",
    "No sexual pictures where they are not covered.",
    "No pictures that belong to somebody else.",
    "No spam and no fraud.",
    "Nothing that the law forbids.",
)


@dataclass(frozen=True, slots=True)
class SiteRule:
    """`html` is what it means, or ""."""

    title: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as pages show it."""

    id: int
    level: str
    html: SafeString
    dismissible: bool
    starts_at: datetime
    ends_at: datetime | None

    def is_on(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def site_rules() -> tuple[SiteRule, ...]:
    """In their order; those that come with the site where staff have written none."""
    return _rules.get()


def rule_titles() -> list[str]:
    return [rule.title for rule in site_rules()]


def site_text(name: str) -> SafeString:
    """One of SiteText.Name as HTML: as staff have written it, else the text that comes with the site."""
    written = _texts.get().get(name)
    return _default_text(name) if written is None else written


def announced(dismissed: Collection[int] = ()) -> tuple[Announced, ...]:
    """What is announced now, the newest first, without those that a browser has closed."""
    return _shown(announcements.get(), dismissed)


def announced_if_known(version: bytes | None, dismissed: Collection[int] = ()) -> tuple[Announced, ...] | None:
    """The same when this process has the list of this version, which is asked for along with other things."""
    known = announcements.of(version)
    return None if known is None else _shown(known, dismissed)


def forget_site() -> None:
    """Call inside the transaction that changes any of it."""
    for kept in (_rules, _texts, announcements):
        kept.forget()


def _shown(known: Iterable[Announced], dismissed: Collection[int]) -> tuple[Announced, ...]:
    now = timezone.now()
    on = [each for each in known if each.is_on(now) and not (each.dismissible and each.id in dismissed)]
    return tuple(on[:MOST_ANNOUNCEMENTS])


@cache
def _default_text(name: str) -> SafeString:
    engine = Engine(dirs=[str(settings.BASE_DIR / "templates")], autoescape=False)
    words = {"site_name": settings.SITE_NAME, "origin": settings.ORIGIN, "trash_days": settings.TRASH_DAYS}
    return to_html(engine.get_template(f"site/{name}.md").render(Context(words, autoescape=False)))


def _make_rules(rows: Iterable[Any]) -> tuple[SiteRule, ...]:
    written = tuple(SiteRule(title, to_html(text) if text else "") for title, text in rows)
    return written or tuple(SiteRule(title) for title in DEFAULT_RULES)


def _make_texts(rows: Iterable[Any]) -> Mapping[str, SafeString]:
    return {name: to_html(text) for name, text in rows}


def _make_announcements(rows: Iterable[Any]) -> tuple[Announced, ...]:
    return tuple(
        Announced(row.pk, row.level, line_to_html(row.text), row.dismissible, row.starts_at, row.ends_at)
        for row in rows
    )


_rules = Kept(b"site:rules", lambda: Rule.objects.values_list("title", "text"), _make_rules)
_texts = Kept(b"site:texts", lambda: SiteText.objects.values_list("name", "text"), _make_texts)
announcements = Kept(b"site:announcements", lambda: Announcement.objects.order_by("-starts_at"), _make_announcements)
