"""People whom a person might follow."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.cards import PersonCard, people_cards
from accounts.querysets import Viewer
from accounts.web.decorators import SignedInRequest, signed_in
from feeds.suggestions import Suggestion, suggestions_for

SUGGESTED = 30


@require_safe
@signed_in
def suggested(request: SignedInRequest) -> HttpResponse:
    people = suggested_cards(request.user, suggestions_for(request.user, SUGGESTED))
    return render(request, "feeds/people.html", {"people": people})


def suggested_cards(viewer: Viewer, suggestions: Sequence[Suggestion]) -> list[PersonCard]:
    """Each with its reason as the note. Four queries at most."""
    notes = {each.person.pk: each.text for each in suggestions}
    return people_cards([each.person for each in suggestions], viewer, notes)
