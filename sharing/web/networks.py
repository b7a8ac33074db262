"""Accounts elsewhere: /settings/networks/."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError, InvalidInput
from core.web.forms import add_errors
from core.web.redirects import see_other
from sharing.models.connections import Network
from sharing.networks import offered
from sharing.networks.base import Account
from sharing.selectors import connections_of
from sharing.services import connections as service
from sharing.web import pending
from sharing.web.forms import FORMS, ConsentForm


@require_safe
@signed_in
def networks(request: SignedInRequest) -> HttpResponse:
    context = {
        "connections": connections_of(request.user),
        "names": offered(),
        "offered": [(network, Network(network).label) for network in offered()],
        "most": service.MOST,
    }
    return render(request, "sharing/settings_networks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def connect(request: SignedInRequest, network: str) -> HttpResponse:
    """A form with what the network must be asked with; POST goes there, or connects at once."""
    service.check_offered(network)
    form = FORMS.get(network, ConsentForm)(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            if network == "bluesky":
                row = service.connect_by_password(request.user, **form.cleaned_data)
                return _connected(request, row.name)
            leaving = service.begin_connection(request.user, network, form.cleaned_data.get("server", ""))
        except InvalidInput as error:
            add_errors(form, error)
        else:
            pending.keep(request, pending.LEAVING, leaving.kept)
            onward = {"address": leaving.address, "label": Network(network).label}
            return render(request, "sharing/network_leave.html", onward)
    context = {"form": form, "network": network, "label": Network(network).label}
    return render(request, "sharing/network_connect.html", context, status=422 if form.errors else 200)


@require_GET
@signed_in
def callback(request: SignedInRequest, network: str) -> HttpResponse:
    """Back from the network, with a code or without."""
    service.check_offered(network)
    try:
        kept = pending.take(request, pending.LEAVING)
        accounts = service.finish_connection(request.user, network, kept, request.GET.dict())
        if len(accounts) == 1:
            return _connected(request, _keep(request, network, accounts[0]))
    except InvalidInput as error:
        return _failed(request, error)
    pending.keep_choice(request, network, accounts)
    return see_other(reverse("sharing:network-choose"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def choose(request: SignedInRequest) -> HttpResponse:
    """Which of several accounts there, such as pages or blogs, is to be connected."""
    try:
        network, accounts = pending.choice(request, leave=request.method != "POST")
        chosen = next((each for each in accounts if each.remote_id == request.POST.get("account")), None)
        if chosen is not None:
            return _connected(request, _keep(request, network, chosen))
    except InvalidInput as error:
        return _failed(request, error)
    if request.method == "POST":
        pending.keep_choice(request, network, accounts)
    context = {"accounts": accounts, "label": Network(network).label, "missing": request.method == "POST"}
    status = 422 if request.method == "POST" else 200
    return render(request, "sharing/network_choose.html", context, status=status)


@require_POST
@signed_in
def change(request: SignedInRequest, connection_id: int) -> HttpResponse:
    row = service.change_connection(request.user, connection_id, automatic=request.POST.get("automatic") == "1")
    words = _("What you publish for everyone goes to %(name)s from now on.")
    told = words if row.automatic else _("Nothing goes to %(name)s by itself.")
    messages.success(request, told % {"name": row.name})
    return see_other(reverse("sharing:settings-networks"))


@require_POST
@signed_in
def disconnect(request: SignedInRequest, connection_id: int) -> HttpResponse:
    row = service.disconnect(request.user, connection_id)
    messages.success(request, _("%(name)s is no longer connected.") % {"name": row.name})
    return see_other(reverse("sharing:settings-networks"))


def _keep(request: SignedInRequest, network: str, account: Account) -> str:
    return service.keep_connection(request.user, network, account).name


def _connected(request: SignedInRequest, name: str) -> HttpResponse:
    messages.success(request, _("%(name)s is connected.") % {"name": name})
    return see_other(reverse("sharing:settings-networks"))


def _failed(request: SignedInRequest, error: AppError) -> HttpResponse:
    messages.error(request, error.detail)
    return see_other(reverse("sharing:settings-networks"))
