"""Relations that one form begins (`on=1`, or nothing) and ends (`on=0`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import blocks, close_friends, restrictions
from accounts.web.decorators import SignedInRequest
from core.web.redirects import safe_next, see_other

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Switch:
    """What is done either way, and the words for it with `name`."""

    begin: Callable[[User, User], object]
    begun: "StrOrPromise"
    end: Callable[[User, User], object]
    ended: "StrOrPromise"


BLOCK = Switch(blocks.block_user, _("%(name)s is blocked."), blocks.unblock_user, _("%(name)s is no longer blocked."))
RESTRICTION = Switch(
    restrictions.restrict_user,
    _("%(name)s is restricted."),
    restrictions.unrestrict_user,
    _("%(name)s is no longer restricted."),
)
CLOSE_FRIEND = Switch(
    close_friends.add_close_friend,
    _("%(name)s is a close friend now."),
    close_friends.remove_close_friend,
    _("%(name)s is no close friend any more."),
)


def press(request: SignedInRequest, person: User, switch: Switch, after: str) -> HttpResponse:
    """Do what the form asks for and go to its `next`, or to the address `after`."""
    begins = request.POST.get("on", "1") == "1"
    act, words = (switch.begin, switch.begun) if begins else (switch.end, switch.ended)
    act(request.user, person)
    messages.success(request, words % {"name": person.name})
    return see_other(safe_next(request, after))
