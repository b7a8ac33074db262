"""Invitations for sites where those let people in. The code is shown once; only its SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Sum, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import get_invitation_for
from accounts.models import Invitation, User
from core.exceptions import FieldError, InvalidInput, NotAllowed
from core.models import new_id

NOTE_LENGTH = 100
MOST_PLACES = 1000
LONGEST_DAYS = 90
ALLOWANCE_DAYS = 30  # INVITATIONS_PER_PERSON places in so many days


def can_invite(user: User) -> bool:
    """Whether an invitation by this person lets somebody in."""
    return settings.REGISTRATION == "invite" and (user.is_staff or settings.INVITATIONS == "members")


def places_left(user: User) -> int | None:
    """How many people this member may still invite for now; None is without limit."""
    if user.is_staff:
        return None
    recent = Invitation.objects.filter(inviter=user, created_at__gt=timezone.now() - timedelta(days=ALLOWANCE_DAYS))
    taken = Case(When(revoked_at=None, then=F("places")), default=F("places") - F("uses_left"))
    given = recent.aggregate(sum=Sum(taken))["sum"] or 0
    return max(0, int(settings.INVITATIONS_PER_PERSON) - given)


def make_invitation(
    actor: User, *, note: str = "", places: int = 1, days: int = 14, anybody: bool = False
) -> tuple[Invitation, str]:
    """A new invitation and its code, which cannot be read again.

    With `anybody` the rules of who may invite are not asked: for those who run the site.
    """
    _check_words(note, places, days)
    if not anybody and not can_invite(actor):
        raise NotAllowed(_("You cannot invite people to this site."), code="invitations_closed")
    code = secrets.token_urlsafe(16)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        left = None if anybody else places_left(actor)
        if left is not None and places > left:
            raise InvalidInput.field("places", _("That is more people than you may invite now."), code="too_many")
        invitation = Invitation.objects.create(
            id=new_id(actor.pk),
            digest=digest_of(code),
            inviter=actor,
            note=note.strip(),
            places=places,
            uses_left=places,
            expires_at=timezone.now() + timedelta(days=days),
        )
    return invitation, code


def revoke_invitation(actor: User, invitation_id: int) -> Invitation:
    """Nobody signs up with it any more; NotFound for one that `actor` has not made."""
    invitation = get_invitation_for(actor, invitation_id)
    Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now())
    invitation.refresh_from_db()
    return invitation


def digest_of(code: str) -> str:
    """By what an invitation is known."""
    return hashlib.sha256(code.strip().encode(errors="replace")).hexdigest()


def _check_words(note: str, places: int, days: int) -> None:
    problems = []
    if len(note.strip()) > NOTE_LENGTH:
        problems.append(FieldError("note", "too_long", _("A note has 100 characters at most.")))
    if not 1 <= places <= 1000:
        problems.append(FieldError("places", "out_of_range", _("Invite 1 to 1000 people.")))
    if not 1 <= days <= LONGEST_DAYS:
        problems.append(FieldError("days", "out_of_range", _("An invitation is good for 1 to 90 days.")))
    if problems:
        raise InvalidInput(errors=problems)
