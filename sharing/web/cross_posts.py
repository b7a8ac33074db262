"""Where one's own post is elsewhere: /p/<code>/networks/."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import AppError
from core.web.redirects import see_other
from photos.access import get_own_post
from sharing.access import public_post
from sharing.cards import cross_post_card, is_working
from sharing.selectors import connections_of, cross_posts_of
from sharing.services.cross_posting import cross_post, retry


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def networks(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    if request.method == "POST":
        return _send(request, post_id)
    rows = cross_posts_of(request.user, post_id)
    there = {row.connection_id for row in rows}
    context = {
        "post": post,
        "is_public": public_post(post_id) is not None,
        "rows": [cross_post_card(row) for row in rows],
        "free": [each for each in connections_of(request.user) if each.pk not in there and is_working(each)],
    }
    return render(request, "sharing/post_networks.html", context)


@require_POST
@signed_in
def again(request: SignedInRequest, post_id: int, cross_post_id: int) -> HttpResponse:
    try:
        retry(request.user, post_id, cross_post_id)
    except AppError as error:
        if error.status == 404:
            raise
        messages.error(request, error.detail)
    else:
        messages.success(request, _("It is tried once more."))
    return see_other(reverse("sharing:post-networks", args=[post_id]))


def _send(request: SignedInRequest, post_id: int) -> HttpResponse:
    chosen = [int(word) for word in request.POST.getlist("connection") if word.isascii() and word.isdigit()]
    try:
        rows = cross_post(request.user, post_id, chosen)
    except AppError as error:
        messages.error(request, error.detail)
    else:
        if rows:
            messages.success(request, _("It is on its way. This page says when it is there."))
        else:
            messages.error(request, _("Tick at least one account."))
    return see_other(reverse("sharing:post-networks", args=[post_id]))
