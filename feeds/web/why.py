from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from feeds.services.why import explain_post
from feeds.weights import current_weights, window_span
from photos.cards import post_cards


@require_safe
@signed_in
def why(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Why one post is in the viewer's feed, or is not, in plain words with the numbers."""
    found = explain_post(request.user, post_id)
    context = {
        "why": found,
        "card": post_cards([found.post], request.user)[0],
        "in_a_row": current_weights().max_in_a_row,
        "days": window_span().days,
    }
    return render(request, "feeds/why.html", context)
