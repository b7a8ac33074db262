from django.conf import settings
from django.http import HttpRequest

from core.logs import request_id

THEMES = ("system", "light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may say about the site itself."""
    theme = request.COOKIES.get("theme", "system")
    return {
        "site_name": settings.SITE_NAME,
        "origin": settings.ORIGIN,
        "signup_open": settings.REGISTRATION != "closed",
        "registration": settings.REGISTRATION,
        "explore_open": settings.EXPLORE_OPEN,
        "theme": theme if theme in THEMES else "system",
        "request_id": request_id.get(),
    }
