from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.cards import person_card
from accounts.models import User
from accounts.unread import unread_label, unread_of
from accounts.web.site import announced_to


def viewer(request: HttpRequest) -> dict[str, object]:
    """The signed-in person for the chrome of every page, and how much is new to them."""
    user, told = request.user, SimpleLazyObject(lambda: announced_to(request))
    if not isinstance(user, User):
        return {"viewer": None, "unread": "", "calm": False, "frozen": False, "limited": False, "announced": told}
    return {
        "viewer": person_card(user, user),
        "calm": not user.shows_counts,
        "announced": told,
        "frozen": user.frozen_at is not None,
        "limited": user.limited_at is not None,
        "unread": SimpleLazyObject(lambda: unread_label(unread_of(user))),
    }
