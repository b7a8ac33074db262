import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import DataError, ProgrammingError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext as _

from core.exceptions import Malformed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# What comes of words that no row can be compared with: always, and where a query has said how to filter.
NO_SUCH_VALUE = (DataError, FieldDoesNotExist)
NO_SUCH_FILTER = (ProgrammingError, FieldError, ValueError, IndexError, OverflowError)

logger = logging.getLogger(__name__)


class Site(AdminSite):
    """The admin, where ADMIN_NEEDS_2FA says so for staff with a second factor alone. Any address may be asked for."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

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
    return Malformed(_("Nothing can be looked for in this way."))
