from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.cards import person_card
from accounts.models import User
from accounts.selectors import follow_request_count


def viewer(request: HttpRequest) -> dict[str, object]:
    """The signed-in person for the chrome of every page, and how many follow requests wait."""
    user = request.user
    if not isinstance(user, User):
        return {"viewer": None, "pending_requests": 0, "calm": False, "frozen": False, "limited": False}
    return {
        "viewer": person_card(user, user),
        "calm": not user.shows_counts,
        "frozen": user.frozen_at is not None,
        "limited": user.limited_at is not None,
        "pending_requests": SimpleLazyObject(lambda: follow_request_count(user)),
    }
