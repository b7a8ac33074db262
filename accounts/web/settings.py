"""The settings pages of an account."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.cards import profile_card
from accounts.models import User
from accounts.services.profiles import EDITABLE, edit_profile, set_account_private
from accounts.services.sessions import change_password
from accounts.services.usernames import rename_user, renames_left
from accounts.web.decorators import SignedInRequest, recently_authenticated, signed_in
from accounts.web.forms import AppearanceForm, CountsForm, PasswordForm, PrivacyForm, ProfileForm, UsernameForm
from core.exceptions import InvalidInput
from core.web.context import THEMES, chosen_theme
from core.web.cookies import remember_choice
from core.web.forms import add_errors
from core.web.redirects import safe_next, see_other


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in EDITABLE})
    if request.method == "POST" and form.is_valid():
        try:
            edit_profile(user, form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _saved(request, "accounts:settings-profile")
    context = {"form": form, "profile": profile_card(user, user)}
    return render(request, "accounts/settings_profile.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def privacy(request: SignedInRequest) -> HttpResponse:
    user = request.user
    sent = request.POST if request.method == "POST" else None
    form = PrivacyForm(sent, initial={name: getattr(user, name) for name in PrivacyForm.base_fields})
    if form.is_valid():
        is_private = form.cleaned_data.pop("is_private")
        try:
            edit_profile(user, form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            set_account_private(user, is_private)
            return _saved(request, "accounts:settings-privacy")
    return render(request, "accounts/settings_privacy.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_authenticated
def username(request: HttpRequest) -> HttpResponse:
    """Another username; the one of before leads to it for a while."""
    user = cast(User, request.user)
    form = UsernameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            rename_user(user, form.cleaned_data["username"], request=request)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _saved(request, "accounts:settings-profile")
    context = {"form": form, "left": renames_left(user), "days": settings.USERNAME_HOLD_DAYS}
    return render(request, "accounts/settings_username.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("current", "new")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def security(request: SignedInRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(request, request.user, **form.cleaned_data)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _saved(request, "accounts:settings-security")
    return render(request, "accounts/settings_security.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@signed_in
def appearance(request: SignedInRequest) -> HttpResponse:
    form = AppearanceForm(initial={"theme": chosen_theme(request)})
    counts = CountsForm(initial={"shows_counts": request.user.shows_counts})
    return render(request, "accounts/settings_appearance.html", {"form": form, "counts": counts})


@require_POST
@signed_in
def counts(request: SignedInRequest) -> HttpResponse:
    edit_profile(request.user, {"shows_counts": request.POST.get("shows_counts", "") not in ("", "0", "false")})
    return _saved(request, "accounts:settings-appearance")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the device's choice in a cookie of this browser."""
    wanted = request.POST.get("theme", "system")
    response = see_other(safe_next(request, reverse("feeds:home")))
    if wanted in THEMES:
        remember_choice(response, "theme", wanted)
    return response


def _saved(request: HttpRequest, page: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return see_other(reverse(page))
