"""How many posts came since the feed on the screen was loaded."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.exceptions import Malformed
from core.ids import parse_id
from feeds.services.home import new_count


@require_safe
@signed_in
def new_posts(request: SignedInRequest) -> HttpResponse:
    """The pill for posts newer than `newest`, 204 when there are none."""
    try:
        newest_id = parse_id(request.GET.get("newest", ""))
    except ValueError as error:
        raise Malformed("newest must be the id of a post.", code="newest_invalid") from error
    count = new_count(request.user.pk, newest_id)
    if not count:
        return HttpResponse(status=204)
    return render(request, "components/_pill.html", {"newest_id": newest_id, "count": count})
