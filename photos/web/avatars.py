"""Profile picture and header in the settings: chosen, followed while they develop, removed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.cards import header_card, person_card
from accounts.models import User
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError
from core.web.redirects import see_other
from core.web.uploads import too_large_files
from photos.models import Media
from photos.selectors import pending_avatar, pending_header
from photos.services import avatars
from photos.web.picking import too_large_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Face:
    """One of the two pictures of a profile: the names of its addresses and template, and what is done with it.

    `describe` is for a form without a file; False when a file is needed.
    """

    page: str
    status: str
    template: str
    removed: "StrOrPromise"
    pending: Callable[[User], Media | None]
    change: Callable[[SignedInRequest, "UploadedFile[Any]"], object]
    describe: Callable[[SignedInRequest], bool]
    remove: Callable[[User], None]


def _change_avatar(request: SignedInRequest, file: "UploadedFile[Any]") -> Media:
    return avatars.change_avatar(request.user, file, size=file.size or 0)


def _change_header(request: SignedInRequest, file: "UploadedFile[Any]") -> Media:
    return avatars.change_header(request.user, file, size=file.size or 0, alt_text=request.POST.get("alt", ""))


def _describe_header(request: SignedInRequest) -> bool:
    return avatars.describe_header(request.user, request.POST.get("alt", ""))


FACES = {
    "avatar": Face(
        page="photos:settings-avatar",
        status="photos:avatar-status",
        template="photos/settings_avatar.html",
        removed=gettext_lazy("Your picture is removed."),
        pending=pending_avatar,
        change=_change_avatar,
        describe=lambda request: False,
        remove=avatars.remove_avatar,
    ),
    "header": Face(
        page="photos:settings-header",
        status="photos:header-status",
        template="photos/settings_header.html",
        removed=gettext_lazy("Your header is removed."),
        pending=pending_header,
        change=_change_header,
        describe=_describe_header,
        remove=avatars.remove_header,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def face(request: SignedInRequest, kind: str) -> HttpResponse:
    about, problem = FACES[kind], ""
    if request.method == "POST":
        problem = _change(request, about)
        if not problem:
            return see_other(reverse(about.page))
    context = {
        "problem": problem,
        "person": person_card(request.user, request.user),
        "header": header_card(request.user),
        "face": about,
        "pending": about.pending(request.user),
    }
    return render(request, about.template, context, status=422 if problem else 200)


@require_safe
@signed_in
def status(request: SignedInRequest, kind: str) -> HttpResponse:
    """How far the new picture is; once it shows or has failed, htmx is told to load the page anew."""
    pending = FACES[kind].pending(request.user)
    response = render(request, "photos/_avatar_status.html", {"pending": pending, "face": FACES[kind]})
    if pending is None or pending.state == Media.State.FAILED:
        response["HX-Refresh"] = "true"
    return response


def _change(request: SignedInRequest, about: Face) -> str:
    """Do what the form asks for; what is wrong with it, or ""."""
    file = request.FILES.get("file")
    if request.POST.get("remove"):
        about.remove(request.user)
        messages.success(request, about.removed)
        return ""
    if too_large_files(request):
        return too_large_text()
    try:
        done = about.change(request, file) if file is not None else about.describe(request)
    except AppError as error:
        return error.detail
    return "" if done else _("Choose a picture first.")
