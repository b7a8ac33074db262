"""Where a person is told at once: /settings/notifications/devices/."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sessions import DEVICE
from accounts.web.decorators import SignedInRequest, signed_in
from core.push.vapid import server_key
from core.web.redirects import see_other
from notifications.services.subscribing import MOST, change_subscription, send_trial, unsubscribe
from notifications.subscriptions import get_subscription_for, subscriptions_of
from notifications.web.device_forms import DeviceForm


@require_safe
@signed_in
def devices(request: SignedInRequest) -> HttpResponse:
    rows = subscriptions_of(request.user)
    context = {
        "devices": rows,
        "here": next((row for row in rows if _is_here(request, row.device_id)), None),
        "server_key": server_key(),
        "most": MOST,
    }
    return render(request, "notifications/settings_devices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def device(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    row = get_subscription_for(request.user, subscription_id)
    form = DeviceForm(request.POST) if request.method == "POST" else DeviceForm.showing(row)
    if form.is_bound and form.is_valid():
        change_subscription(request.user, row.pk, form.wishes)
        messages.success(request, _("Saved."))
        return see_other(reverse("notifications:settings-devices"))
    context = {"device": row, "form": form, "server_key": server_key()}
    return render(request, "notifications/settings_device.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def remove(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    unsubscribe(request.user, subscription_id)
    messages.success(request, _("Nothing is sent there any more."))
    return see_other(reverse("notifications:settings-devices"))


@require_POST
@signed_in
def trial(request: SignedInRequest, subscription_id: int) -> HttpResponse:
    send_trial(request.user, subscription_id)
    messages.success(request, _("A message is on its way there. It may take a moment."))
    return see_other(reverse("notifications:settings-devices"))


def _is_here(request: HttpRequest, device_id: int | None) -> bool:
    return device_id is not None and bool(request.session.get(DEVICE) == device_id)
