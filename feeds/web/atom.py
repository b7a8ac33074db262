"""What an open account shows everybody, as an Atom feed for feed readers."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access import get_user_for
from accounts.selectors import can_see_posts_of
from core.exceptions import NotFound
from feeds.services.atom import atom_feed


@require_safe
def atom(request: HttpRequest, username: str) -> HttpResponse:
    """The same for everybody; a private account has none, and looks as one that is not there."""
    person = get_user_for(request.user, username)
    if person.is_private or not can_see_posts_of(request.user, person):
        raise NotFound
    body = atom_feed(person)
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=etag, response=response) or response
