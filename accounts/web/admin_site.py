from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest


class Site(AdminSite):
    """The admin, where ADMIN_NEEDS_2FA says so for staff with a second factor alone."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether somebody of the staff has to set up a second factor first."""
    return settings.ADMIN_NEEDS_2FA and request.user.is_authenticated and not is_mfa_enabled(request.user)
