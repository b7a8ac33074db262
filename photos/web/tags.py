"""Pages of tags, following them, and what the feed of a person is made of besides people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.profiles import edit_profile
from accounts.web.decorators import SignedInRequest, signed_in
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import safe_next, see_other
from photos.access import get_tag_for
from photos.selectors import followed_tags, tag_about, tagged_page
from photos.services.tag_follows import follow_tag, unfollow_tag
from photos.web.forms import FeedForm
from photos.web.walls import found_tiles

WALL_PAGE = 40


@require_safe
def detail(request: HttpRequest, name: str) -> HttpResponse:
    tag = get_tag_for(request.user, name)
    page = tagged_page(request.user, tag.name, cursor=request.GET.get("cursor", ""), limit=WALL_PAGE)
    context = {
        "tiles": found_tiles(request.user, page.items, eager="cursor" not in request.GET),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "photos/_wall_page.html", context)
    return render(request, "photos/tag.html", {**context, "tag": tag_about(request.user, tag)})


@require_POST
@signed_in
def follow(request: SignedInRequest, name: str) -> HttpResponse:
    change = follow_tag if request.POST.get("on", "1") == "1" else unfollow_tag
    tag = change(request.user, name)
    if wants_fragment(request):
        return render(request, "photos/_tag_follow.html", {"tag": tag_about(request.user, tag)})
    return see_other(safe_next(request, reverse("photos:tag", args=[tag.name])))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def feed_settings(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        is_on = request.POST.get("tags_in_latest", "") not in ("", "0", "false")
        edit_profile(request.user, {"tags_in_latest": is_on})
        messages.success(request, _("Saved."))
        return see_other(reverse("photos:settings-feed"))
    form = FeedForm(initial={"tags_in_latest": request.user.tags_in_latest})
    return render(request, "photos/settings_feed.html", {"form": form, "tags": followed_tags(request.user)})
