"""What other sites fetch of a public post: one picture, and the page that they embed. Nobody is logged in here."""

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.exceptions import NotFound
from core.media_urls import PRIVATE_SECONDS, SHOWN, StoredFile, media_url
from core.web.media import file_answer
from photos.cards import post_card
from sharing.offers import preview_of
from sharing.previews import NOBODY, get_public_post

ANY_FRAME = {
    "frame-ancestors": ["*"],
    "script-src": [NONE],
    "form-action": [NONE],
}  # but for frames, less than pages may
PICTURE_SECONDS = 60  # for which caches may keep it: when the post is hidden, it is gone within a minute


@require_safe
def picture(request: HttpRequest, post_id: int) -> HttpResponseBase:
    """The picture that stands for a post elsewhere; what is covered has none. `?w=` is how wide it may be."""
    post, most = get_public_post(post_id), request.GET.get("w", "")
    width = int(most) if most.isascii() and most.isdigit() and len(most) < 6 else None
    found = None if post.sensitive else preview_of(post, most=width)
    if found is None:
        raise NotFound
    url = media_url(SHOWN, found.key, content_type=found.content_type, seconds=PRIVATE_SECONDS)
    file = StoredFile(SHOWN, found.key, found.content_type)
    response = file_answer(request, file) if url.startswith("/") else HttpResponseRedirect(url)
    response["Cache-Control"] = f"public, max-age={PICTURE_SECONDS}"
    return response


@require_safe
@xframe_options_exempt
@csp_replace(ANY_FRAME)  # type: ignore[arg-type]  # it takes any view
def embed(request: HttpRequest, post_id: int) -> HttpResponse:
    """A post for a frame on another site, as a visitor sees it. It reads no cookie and sets none."""
    post = get_public_post(post_id)
    words = {
        "card": post_card(post, NOBODY),
        "site_name": settings.SITE_NAME,
        "origin": settings.ORIGIN,
    }
    return HttpResponse(render_to_string("sharing/embed.html", words))
