"""What search engines read: robots.txt and the sitemaps."""

from collections.abc import Iterable
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.exceptions import NotFound
from feeds.services.sitemaps import KINDS, addresses, sitemap_names

_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_FOR_ENGINES = (
    "/settings/",
    "/admin/",
    "/rest/",
    "/login/",
    "/signup/",
    "/password/",
    "/deleted/",
    "/media/",
    "/search/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    if not settings.ALLOW_ENGINES:
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ENGINES)]
    lines += ["", f"Sitemap: {settings.ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemaps(request: HttpRequest) -> HttpResponse:
    """The list of the files."""
    _require_engines()
    places = (f"<sitemap><loc>{settings.ORIGIN}/sitemap-{name}.xml</loc></sitemap>" for name in sitemap_names())
    return _xml("sitemapindex", places)


@require_safe
def sitemap(request: HttpRequest, kind: str, first_id: int) -> HttpResponse:
    _require_engines()
    if kind not in KINDS:
        raise NotFound
    entries = (
        f"<url><loc>{escape(settings.ORIGIN + path)}</loc>"
        f"{f'<lastmod>{moment:%Y-%m-%d}</lastmod>' if moment else ''}</url>"
        for path, moment in addresses(kind, first_id)
    )
    return _xml("urlset", entries)


def _require_engines() -> None:
    if not settings.ALLOW_ENGINES:
        raise NotFound


def _xml(name: str, entries: Iterable[str]) -> HttpResponse:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_SCHEMA}">\n' + "\n".join(entries)
    response = HttpResponse(f"{body}\n</{name}>\n", content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
