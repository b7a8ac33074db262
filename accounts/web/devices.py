"""Where one is logged in, and what happened to the account."""

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import devices_of, security_events_page
from accounts.services.devices import end_device, end_other_devices
from accounts.services.security_log import KEPT_DAYS
from accounts.sessions import DEVICE
from accounts.web.decorators import SignedInRequest, signed_in
from core.paging import DEFAULT_LIMIT
from core.web.paging import next_page_url
from core.web.redirects import see_other


@require_safe
@signed_in
def sessions(request: SignedInRequest) -> HttpResponse:
    devices = devices_of(request.user)
    here = [device for device in devices if _is_here(request, device.pk)]
    others = [device for device in devices if not _is_here(request, device.pk)]
    return render(request, "accounts/settings_sessions.html", {"here": here, "others": others})


@require_POST
@signed_in
def end(request: SignedInRequest, device_id: int) -> HttpResponse:
    """End the session on one device; on this one it is logging out."""
    device = end_device(request.user, device_id, request=request)
    if _is_here(request, device.pk):
        end_session(request)
        return see_other(reverse("accounts:login"))
    messages.success(request, _("%(name)s is logged out.") % {"name": device.name or _("The device")})
    return see_other(reverse("accounts:settings-sessions"))


@require_POST
@signed_in
def end_others(request: SignedInRequest) -> HttpResponse:
    count = end_other_devices(request.user, request.session.session_key, request=request)
    text = ngettext("%(n)d other device is logged out.", "%(n)d other devices are logged out.", count)
    messages.success(request, text % {"n": count})
    return see_other(reverse("accounts:settings-sessions"))


@require_safe
@signed_in
def security_log(request: SignedInRequest) -> HttpResponse:
    page = security_events_page(request.user, cursor=request.GET.get("cursor", ""), limit=DEFAULT_LIMIT)
    context = {
        "events": page.items,
        "next_url": next_page_url(request, page.next_cursor),
        "kept_days": KEPT_DAYS,
        "last_login": request.user.last_login,
    }
    return render(request, "accounts/security_log.html", context)


def _is_here(request: HttpRequest, device_id: int) -> bool:
    return bool(request.session.get(DEVICE) == device_id)
