"""Activity: what a person was told, grouped, with the requests to follow on top."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.cards import people_cards
from accounts.models import User
from accounts.selectors import follow_requests_page
from accounts.unread import unread_label, unread_of
from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import Malformed
from core.ids import parse_id
from core.web.htmx import wants_fragment
from core.web.paging import next_page_url
from core.web.redirects import see_other
from notifications.cards import notification_cards
from notifications.models import Kind
from notifications.selectors import ALL, asked_filter, groups_page, newest_id
from notifications.services.reading import mark_read

PAGE = 20
REQUESTS = 5  # of those that wait; the others have a page of their own
LABELS = {
    ALL: _("All"),
    "comments": _("Comments"),
    "likes": _("Likes"),
    "follows": _("Follows"),
    "mentions": _("Mentions"),
    "tags": _("Tags"),
    "uploads": _("Uploads"),
    "notices": _("Notices"),
}
QUIET = {
    ALL: _("What people do at your pictures appears here."),
    "comments": _("Comments on your posts, and replies to yours."),
    "likes": _("Likes of your posts and comments."),
    "follows": _("Who follows you, and who lets you follow them."),
    "mentions": _("Where somebody names you."),
    "tags": _("Where somebody says that you are in a picture."),
    "uploads": _("What became of your pictures."),
    "notices": _("What the people who run the site have to tell you."),
}


@require_safe
@signed_in
def activity(request: SignedInRequest) -> HttpResponse:
    """Looking marks nothing as read: that is said by `read`."""
    user, wanted = request.user, asked_filter(request.GET.get("filter", ""))
    cursor = request.GET.get("cursor", "")
    newest = newest_id(user)
    page = groups_page(user, wanted=wanted, cursor=cursor, limit=PAGE, without=[Kind.REQUEST])
    context: dict[str, object] = {
        "notes": notification_cards(page.groups, user, after_new=page.after_new),
        "next_url": next_page_url(request, page.next_cursor),
    }
    if wants_fragment(request):
        return render(request, "notifications/_page.html", context)
    context |= {"filters": _filters(wanted), "quiet": QUIET[wanted], "newest": newest}
    context |= {"unread": unread_label(unread_of(user)), "is_all": wanted == ALL, **_asking(user, wanted, cursor)}
    return render(request, "notifications/activity.html", context)


@require_POST
@signed_in
def read(request: SignedInRequest) -> HttpResponse:
    """Everything up to `up_to`, which the page names, is read. The script of the page asks without a page in return."""
    try:
        mark_read(request.user, parse_id(request.POST.get("up_to", "")))
    except ValueError:
        raise Malformed("up_to must be an id.", code="up_to_invalid") from None
    if _is_script(request):
        return HttpResponse(status=204)
    return see_other(reverse("notifications:activity"))


def _filters(wanted: str) -> list[dict[str, object]]:
    return [{"name": name, "label": label, "here": name == wanted} for name, label in LABELS.items()]


def _asking(user: User, wanted: str, cursor: str) -> dict[str, object]:
    """The newest of those who ask to follow, on the first page."""
    if cursor or wanted not in (ALL, "follows"):
        return {"asking": []}
    asking = follow_requests_page(user, cursor="", limit=REQUESTS)
    return {"asking": people_cards(asking.items, user), "more_ask": bool(asking.next_cursor)}


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
