"""Who may work on cases, and who may do everything: two groups, and what is in them."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import ADMINISTRATORS, MODERATORS, Rank, Role, may_judge, rank_of
from accounts.services.by_staff import follow_role
from core.exceptions import InvalidInput, NotAllowed
from moderation.models import AuditEntry
from moderation.services.audit import record
from moderation.subjects import of_person

GROUPS = {Role.MODERATOR: MODERATORS, Role.ADMINISTRATOR: ADMINISTRATORS}

# What moderators may do, as `app.codename`: no addresses of people, no rights, and of blocklists no deleting.
MODERATION = (
    "moderation.view_case", "moderation.work_case", "moderation.view_decision", "moderation.decide",
    "moderation.view_appeal", "moderation.answer_appeal",
    "moderation.view_member", "photos.view_post",
)  # fmt: skip
# What nobody needs who is no superuser: with these, anybody could give themselves every right.
RIGHTS = Q(content_type__app_label="auth") | Q(content_type__app_label="contenttypes")


def keep_roles() -> None:
    """Make the two groups, or make them again what they are; to be called after each migration."""
    wanted = Q(pk=None)
    for name in MODERATION:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    blocklists = Q(codename__regex=r"^(view|add|change)_blocked")
    _keep_group(MODERATORS, Permission.objects.filter(wanted | blocklists))
    _keep_group(ADMINISTRATORS, Permission.objects.exclude(RIGHTS))


def set_role(actor: User | None, person: User, role: str) -> User:
    """Make somebody a moderator, an administrator or a member again; the sessions they have end.

    `actor` is None for an operator at the command line. Administrators give roles, and take those of whom they may
    judge; NotAllowed for all others, and about oneself. Superusers keep what they are: InvalidInput.
    """
    if role not in Role.values:
        raise InvalidInput.field("role", "There is no such role.", code="role_unknown")
    if actor is not None and (rank_of(actor) < Rank.ADMINISTRATOR or not may_judge(actor, person)):
        raise NotAllowed("Administrators give roles, to people below them.")
    if person.is_superuser:
        raise InvalidInput.field("role", "A superuser has every right already.", code="superuser")
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        locked.is_staff = role != Role.NONE
        locked.save(update_fields=["is_staff"])
        locked.user_permissions.clear()
        locked.groups.set(Group.objects.filter(name=GROUPS[Role(role)]) if role in GROUPS else [])
        follow_role(locked)
        record(actor, AuditEntry.Verb.ROLE, of_person(locked), what=role)
    return locked


def role_of(person: User) -> str:
    """As a word of Role; a superuser is an administrator here."""
    if rank_of(person) >= Rank.ADMINISTRATOR:
        return Role.ADMINISTRATOR
    return Role.MODERATOR if person.is_staff and person.groups.filter(name=MODERATORS).exists() else Role.NONE


def _keep_group(name: str, permissions: "QuerySet[Permission]") -> None:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.set(permissions)
