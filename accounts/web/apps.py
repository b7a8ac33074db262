"""Apps: those that may act for the person, and those that the person registered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import App
from accounts.selectors import app_permissions_of, apps_of
from accounts.services.apps import delete_app, register_app
from accounts.services.apps import forbid as forbid_app
from accounts.web.decorators import SignedInRequest, recently_authenticated, signed_in
from accounts.web.forms import AppForm
from core import rate_limits
from core.exceptions import AppError
from core.web.client_address import client_address
from core.web.forms import add_errors
from core.web.redirects import see_other


@require_safe
@signed_in
def apps(request: SignedInRequest) -> HttpResponse:
    return _show(request)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def create(request: SignedInRequest) -> HttpResponse:
    """A form for a new app, whose secret is on the answer and never again."""
    form = AppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        rate_limits.allow("app", client_address(request), closed_when_away=True)
        try:
            app, secret = register_app(owner=request.user, **form.cleaned_data)
        except AppError as error:
            add_errors(form, error)
        else:
            return _show(request, app, secret)
    return render(request, "accounts/app_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@recently_authenticated
def delete(request: SignedInRequest, app_id: int) -> HttpResponse:
    app = delete_app(request.user, app_id)
    messages.success(request, _("“%(name)s” is deleted and works for nobody any more.") % {"name": app.name})
    return see_other(reverse("accounts:settings-apps"))


@require_POST
@signed_in
def forbid(request: SignedInRequest, permission_id: int) -> HttpResponse:
    permission = forbid_app(request.user, permission_id, request=request)
    messages.success(request, _("“%(name)s” can no longer act for you.") % {"name": permission.app.name})
    return see_other(reverse("accounts:settings-apps"))


def _show(request: SignedInRequest, made: App | None = None, secret: str | None = None) -> HttpResponse:
    context = {"permissions": app_permissions_of(request.user), "own": apps_of(request.user), "made": made}
    response = render(request, "accounts/settings_apps.html", {**context, "secret": secret})
    if secret:
        response["Cache-Control"] = "no-store"
    return response
