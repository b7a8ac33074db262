"""The settings pages of an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.cards import profile_card
from accounts.services.profiles import EDITABLE, edit_profile, set_account_private
from accounts.services.sessions import change_password
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import AppearanceForm, PasswordForm, PrivacyForm, ProfileForm
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
    if request.method == "POST":
        set_account_private(request.user, request.POST.get("is_private", "") not in ("", "0", "false"))
        return _saved(request, "accounts:settings-privacy")
    form = PrivacyForm(initial={"is_private": request.user.is_private})
    return render(request, "accounts/settings_privacy.html", {"form": form})


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
    return render(request, "accounts/settings_appearance.html", {"form": form})


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
