"""People to follow, under /rest/v1/."""

from rest_framework.response import Response

from accounts.access import get_user_for
from accounts.api.requests import PersonRequest
from accounts.representations import represent_users
from accounts.services.suggestions import dismiss_suggestion
from core.api.calls import LIMIT, Call
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.paging import refuse_cursor
from feeds.api.answers import SuggestionPage
from feeds.suggestions import suggestions_for


class SuggestionsView(ApiView):
    """One list without further pages; the best first."""

    calls = {
        "get": Call(name="listSuggestions", summary="People you may like", answer=SuggestionPage, parameters=(LIMIT,))
    }

    def get(self, request: PersonRequest) -> Response:
        refuse_cursor(page_cursor(request))
        found = suggestions_for(request.user, page_limit(request))
        people = represent_users([each.person for each in found], request.user)
        pairs = zip(people, found, strict=True)
        results = [{"user": user, "reason": {"code": each.code, "text": each.text}} for user, each in pairs]
        return page_answer(request, results, "")


class SuggestionView(ApiView):
    """DELETE: this person is not suggested to me any more."""

    write_scope = "follow"
    calls = {"delete": Call(name="dismissSuggestion", summary="Suggest somebody no more", problems=(422,))}

    def delete(self, request: PersonRequest, username: str) -> Response:
        dismiss_suggestion(request.user, get_user_for(request.user, username))
        return Response(status=204)
