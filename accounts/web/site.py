"""Pages about the site, and closing what is announced on top of all pages."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SiteText
from accounts.site import Announced, announced, announcements, site_rules, site_text
from core.exceptions import NotFound
from core.web.cookies import get_choice, remember_choice
from core.web.redirects import safe_next, see_other

COOKIE = "announced"
MOST_REMEMBERED = 20


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One of SiteText.Name."""
    context = {
        "title": SiteText.Name(name).label,
        "text": site_text(name),
        "rules": site_rules() if name == SiteText.Name.RULES else (),
    }
    return render(request, "accounts/site_text.html", context)


@require_POST
def dismiss(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Show it no more in this browser. NotFound for one that is not, or cannot be closed."""
    if not any(each.id == announcement_id and each.dismissible for each in announcements.get()):
        raise NotFound
    response = see_other(safe_next(request, reverse("feeds:home")))
    closed = [*dismissed_in(request), announcement_id][-MOST_REMEMBERED:]
    remember_choice(response, COOKIE, ".".join(map(str, dict.fromkeys(closed))))
    return response


def dismissed_in(request: HttpRequest) -> list[int]:
    """The ids of what this browser has closed; anybody may write a cookie."""
    words = get_choice(request, COOKIE)[:400].split(".")
    return [int(word) for word in words if word.isascii() and word.isdigit()][-MOST_REMEMBERED:]


def announced_to(request: HttpRequest) -> tuple[Announced, ...]:
    """For pages; nothing while the database is away and nobody knows."""
    try:
        return announced(dismissed_in(request))
    except (OperationalError, InterfaceError):
        return ()
