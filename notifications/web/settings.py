"""Where a person wants to be told of what."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.services.profiles import edit_profile
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import InvalidInput
from core.web.forms import add_errors
from core.web.redirects import see_other
from notifications.choices import channels_of
from notifications.services.choosing import choose_channels, choose_digest, wants_digest
from notifications.web.forms import NotificationsForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notifications(request: SignedInRequest) -> HttpResponse:
    user = request.user
    sent = request.POST if request.method == "POST" else None
    form = NotificationsForm(sent, user, channels_of(user.pk), digest=wants_digest(user))
    if form.is_valid() and _save(request, form):
        messages.success(request, _("Saved."))
        return see_other(reverse("notifications:settings-notifications"))
    return render(request, "notifications/settings.html", {"form": form}, status=422 if form.errors else 200)


def _save(request: SignedInRequest, form: NotificationsForm) -> bool:
    try:
        edit_profile(request.user, {"time_zone": form.cleaned_data["time_zone"]})
    except InvalidInput as error:
        add_errors(form, error)
        return False
    choose_channels(request.user, form.chosen())
    choose_digest(request.user, form.cleaned_data["digest"])
    return True
