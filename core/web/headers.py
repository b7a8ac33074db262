"""What each answer says to browsers, whoever made it: pages, API, media, probes, and refusals of any middleware.

The content security policy and the prohibition of frames come from middleware that stands outside of all others.
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.web.programs import VERSION_1

PERMISSIONS_POLICY = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), usb=()"
)


def protect(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add what the answer does not say already."""
    headers = response.headers
    for name, value in _headers(settings.SECURE_HSTS_SECONDS if request.is_secure() else 0):
        headers.setdefault(name, value)
    if request.path.startswith(VERSION_1):
        headers["API-Version"] = "1"


@cache
def _headers(hsts_seconds: int) -> tuple[tuple[str, str], ...]:
    always = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": str(settings.SECURE_REFERRER_POLICY),
        "Cross-Origin-Opener-Policy": str(settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        "Permissions-Policy": PERMISSIONS_POLICY,
    }
    if not hsts_seconds:
        return tuple(always.items())
    parts = [f"max-age={hsts_seconds}"]
    parts += ["includeSubDomains"] * settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    parts += ["preload"] * settings.SECURE_HSTS_PRELOAD
    return (*always.items(), ("Strict-Transport-Security", "; ".join(parts)))
