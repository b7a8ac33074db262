import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import DataError, ProgrammingError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from core.dashboard import read_dashboard
from core.exceptions import Malformed
from core.web.context import chosen_theme

if TYPE_CHECKING or settings.ADMIN_SKIN != "unfold":
    from django.contrib.admin import AdminSite
else:
    from unfold.sites import UnfoldAdminSite as AdminSite

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# What comes of words that no row can be compared with: always, and where a query has said how to filter.
NO_SUCH_VALUE = (DataError, FieldDoesNotExist)
NO_SUCH_FILTER = (ProgrammingError, FieldError, ValueError, IndexError, OverflowError)

ABOUT_PEOPLE = ("auth", "account", "mfa", "socialaccount", "accounts")
# (what the site's cookie says, icon, name)
THEMES = (
    ("light", "light_mode", gettext_lazy("Light")),
    ("dark", "dark_mode", gettext_lazy("Dark")),
    ("system", "computer", gettext_lazy("Device")),
)

logger = logging.getLogger(__name__)


class Site(AdminSite):
    """The admin, where ADMIN_NEEDS_2FA says so for staff with a second factor alone. Any address may be asked for."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    index_title = gettext_lazy("Dashboard")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists of apps that are about people, whoever wrote them, stand together, and the log last."""
        found: list[Any] = super().get_app_list(request, app_label)
        if app_label is not None:
            return found
        people = [app for app in found if app["app_label"] in ABOUT_PEOPLE]
        others = [app for app in found if app["app_label"] not in (*ABOUT_PEOPLE, "admin")]
        last = [app for app in found if app["app_label"] == "admin"]
        if not people:
            return [*others, *last]
        models = sorted((model for app in people for model in app["models"]), key=lambda model: model["name"].lower())
        return [{**people[-1], "name": gettext("People"), "models": models}, *others, *last]

    def get_urls(self) -> list[Any]:
        """Without the skin's search over all tables at once, which no page here leads to."""
        return [each for each in super().get_urls() if getattr(each, "name", "") != "search"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the appearance that the person chose for the site, where the skin has none of its own."""
        context = super().each_context(request)
        if settings.ADMIN_SKIN == "unfold":
            context |= {"site_theme": chosen_theme(request), "site_themes": THEMES}
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard, for the time that `span` says, above the list of all lists."""
        now = timezone.localtime()
        dashboard = read_dashboard(request.GET.get("span", ""), now, request.user.has_perm)
        return super().index(request, {**(extra_context or {}), "dashboard": dashboard})

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return super().admin_view(_refusing(view), cacheable)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether somebody of the staff has to set up a second factor first."""
    return settings.ADMIN_NEEDS_2FA and request.user.is_authenticated and not is_mfa_enabled(request.user)


def _refusing(view: View) -> View:
    """`view`, which answers Malformed where the database or Django cannot make anything of what it was asked."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response
        except NO_SUCH_VALUE as error:
            raise _refused(error) from error
        except NO_SUCH_FILTER as error:
            if not request.GET:
                raise
            raise _refused(error) from error

    return cast(View, answer)


def _refused(error: Exception) -> Malformed:
    logger.warning("the admin site was asked for what cannot be", exc_info=error)
    return Malformed(gettext("Nothing can be looked for in this way."))
