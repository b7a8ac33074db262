from django.conf import settings
from django.http import HttpRequest

from core.logs import request_id
from core.web.cookies import get_choice

THEMES = ("system", "light", "dark")


def chosen_theme(request: HttpRequest) -> str:
    theme = get_choice(request, "theme")
    return theme if theme in THEMES else THEMES[0]


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about the site itself."""
    return {
        "site_name": settings.SITE_NAME,
        "origin": settings.ORIGIN,
        "signup_open": settings.REGISTRATION != "closed",
        "provider_name": settings.OIDC_NAME if settings.OIDC_SERVER_URL else "",
        "has_networks": bool(settings.CONNECTORS),
        "registration": settings.REGISTRATION,
        "explore_open": settings.EXPLORE_OPEN,
        "theme": chosen_theme(request),
        "request_id": request_id.get(),
    }
