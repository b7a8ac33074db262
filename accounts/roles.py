"""Who of the people who run the site stands above whom."""

from enum import IntEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User

MODERATORS, ADMINISTRATORS = "Moderators", "Administrators"  # groups; the app `moderation` keeps what they may do


class Role(models.TextChoices):
    """What somebody can be made; superusers are made by `createsuperuser` alone."""

    NONE = "none", _("Member")
    MODERATOR = "moderator", _("Moderator")
    ADMINISTRATOR = "administrator", _("Administrator")


class Rank(IntEnum):
    MEMBER = 0
    STAFF = 1
    ADMINISTRATOR = 2
    SUPERUSER = 3


def rank_of(person: User) -> Rank:
    """Of a closed account it is the rank that it would have again. One query, of staff alone."""
    if not person.is_staff:
        return Rank.MEMBER
    if person.is_superuser:
        return Rank.SUPERUSER
    is_administrator = person.groups.filter(name=ADMINISTRATORS).exists()
    return Rank.ADMINISTRATOR if is_administrator else Rank.STAFF


def may_judge(staff: User, person: User) -> bool:
    """Whether `staff` may decide about this person: never about themselves, about other staff only from above.

    Superusers decide about each other, too.
    """
    if staff.pk == person.pk or not (staff.is_staff and staff.is_active):
        return False
    theirs = rank_of(person)
    return theirs == Rank.MEMBER or staff.is_superuser or rank_of(staff) > theirs
