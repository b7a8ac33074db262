import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from accounts.models import SecurityEvent, User
from core.exceptions import InvalidInput, NotAllowed
from moderation.models import AuditEntry
from moderation.services.roles import keep_roles, role_of, set_role
from tests.conftest import AsUser
from tests.factories import make_user


def test_groups_are_made_by_migrating_and_made_again_what_they_are(db: None) -> None:
    moderators, administrators = (Group.objects.get(name=name) for name in ("Moderators", "Administrators"))
    moderators.permissions.add(Permission.objects.get(codename="change_user"))
    administrators.permissions.clear()

    keep_roles()
    keep_roles()

    def names(group: Group) -> set[str]:
        return set(group.permissions.values_list("codename", flat=True))

    assert {"work_case", "decide", "answer_appeal", "view_member"} <= names(moderators)
    assert {"delete_for_good", "change_user", "view_user", "view_auditentry", "delete_case"}.isdisjoint(
        names(moderators)
    )
    assert {"delete_for_good", "change_user", "view_auditentry"} <= names(administrators)
    assert {"change_group", "change_permission"}.isdisjoint(names(administrators))
    assert Group.objects.count() == 2


def test_role_ends_the_sessions_of_before_and_stands_in_both_logs(
    as_user: AsUser, alma: User, administrator: User
) -> None:
    client = as_user(alma)

    set_role(administrator, alma, "moderator")

    assert client.get("/settings/")["Location"].startswith("/login/")
    assert SecurityEvent.objects.filter(user=alma, kind=SecurityEvent.Kind.RIGHTS_CHANGED).count() == 1
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor, entry.verb, entry.what, entry.person) == (administrator, "role", "moderator", alma)


def test_role_replaces_the_one_before_and_leaves_no_right_behind(alma: User, superuser: User) -> None:
    set_role(superuser, alma, "administrator")
    alma.user_permissions.add(Permission.objects.get(codename="change_user"))

    set_role(superuser, alma, "moderator")
    assert role_of(User.objects.get(pk=alma.pk)) == "moderator"

    set_role(superuser, alma, "none")
    plain = User.objects.get(pk=alma.pk)
    assert (plain.is_staff, plain.get_all_permissions(), role_of(plain)) == (False, set(), "none")


def test_who_may_give_roles(alma: User, moderator: User, administrator: User, superuser: User) -> None:
    for actor, person in (
        (alma, alma),
        (moderator, alma),
        (administrator, administrator),
        (administrator, superuser),
        (superuser, superuser),
        (administrator, set_role(None, make_user("second"), "administrator")),
    ):
        with pytest.raises(NotAllowed):
            set_role(actor, person, "none")
    with pytest.raises(InvalidInput):
        set_role(None, superuser, "none")
    with pytest.raises(InvalidInput):
        set_role(None, alma, "king")


def test_command_gives_and_takes_roles(alma: User, superuser: User) -> None:
    out = io.StringIO()

    call_command("set_role", "@Alma", "administrator", stdout=out)

    alma.refresh_from_db()
    assert (alma.is_staff, role_of(alma), out.getvalue()) == (True, "administrator", "@alma: administrator\n")
    assert AuditEntry.objects.latest("id").actor_name == "manage.py"
    for name in ("nobody", "superuser"):
        with pytest.raises(CommandError):
            call_command("set_role", name, "none")
