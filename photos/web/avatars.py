"""The profile picture: chosen, followed while it develops, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.cards import person_card
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError
from core.web.redirects import see_other
from core.web.uploads import too_large_files
from photos.models import Media
from photos.selectors import pending_avatar
from photos.services.avatars import change_avatar, remove_avatar
from photos.web.picking import too_large_text


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def avatar(request: SignedInRequest) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        problem = _change(request)
        if not problem:
            return see_other(reverse("photos:settings-avatar"))
    context = {
        "problem": problem,
        "person": person_card(request.user, request.user),
        "pending": pending_avatar(request.user),
    }
    return render(request, "photos/settings_avatar.html", context, status=422 if problem else 200)


@require_safe
@signed_in
def avatar_status(request: SignedInRequest) -> HttpResponse:
    """How far the new profile picture is; once it shows or has failed, htmx is told to load the page anew."""
    pending = pending_avatar(request.user)
    response = render(request, "photos/_avatar_status.html", {"pending": pending})
    if pending is None or pending.state == Media.State.FAILED:
        response["HX-Refresh"] = "true"
    return response


def _change(request: SignedInRequest) -> str:
    """Do what the form asks for; what is wrong with it, or ""."""
    file = request.FILES.get("file")
    if request.POST.get("remove"):
        remove_avatar(request.user)
        messages.success(request, _("Your picture is removed."))
        return ""
    if file is None:
        return too_large_text() if too_large_files(request) else _("Choose a picture first.")
    try:
        change_avatar(request.user, file, size=file.size or 0)
    except AppError as error:
        return error.detail
    return ""
