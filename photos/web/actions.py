"""What one button does to a post."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.web.decorators import SignedInRequest, signed_in
from core.web.htmx import wants_fragment
from core.web.redirects import safe_next, see_other
from photos.access import get_own_post
from photos.cards import post_cards
from photos.services import likes, posts, saves, trash
from photos.services.archive import archive_post, unarchive_post


@require_POST
@signed_in
def like(request: SignedInRequest, post_id: int) -> HttpResponse:
    change = likes.like_post if request.POST.get("on", "1") == "1" else likes.unlike_post
    post = change(request.user, post_id)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return see_other(safe_next(request, reverse("photos:post-detail", args=[post.pk])))


@require_POST
@signed_in
def save(request: SignedInRequest, post_id: int) -> HttpResponse:
    change = saves.save_post if request.POST.get("on", "1") == "1" else saves.unsave_post
    post = change(request.user, post_id)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return see_other(safe_next(request, reverse("photos:post-detail", args=[post.pk])))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    if request.method != "POST":
        context = {"card": post_cards([post], request.user)[0], "trash_days": settings.TRASH_DAYS}
        return render(request, "photos/post_delete.html", context)
    trash.trash_post(request.user, post)
    messages.success(request, _("Moved to the trash. You can bring it back for %d days.") % settings.TRASH_DAYS)
    return see_other(reverse("feeds:profile", args=[request.user.username]))


@require_POST
@signed_in
def archive(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Into the archive, or with `on=0` out of it."""
    post = get_own_post(request.user, post_id)
    if request.POST.get("on", "1") == "1":
        archive_post(request.user, post)
        messages.success(request, _("In the archive, where only you see it."))
        return see_other(reverse("photos:archive"))
    unarchive_post(request.user, post)
    messages.success(request, _("Your post is back in its place."))
    return see_other(reverse("photos:post-detail", args=[post.pk]))


@require_POST
@signed_in
def restore(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = trash.restore_post(request.user, get_own_post(request.user, post_id, trashed=True))
    messages.success(request, _("Your post is back in the archive.") if post.archived_at else _("Your post is back."))
    return see_other(reverse("photos:post-detail", args=[post.pk]))


@require_POST
@signed_in
def retry(request: SignedInRequest, post_id: int) -> HttpResponse:
    post = get_own_post(request.user, post_id)
    posts.retry_failed(request.user, post)
    return see_other(reverse("photos:post-detail", args=[post.pk]))
