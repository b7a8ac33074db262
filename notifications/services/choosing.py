"""Where a person wants to be told of what."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.exceptions import InvalidInput
from core.ids import first_id_at
from notifications.choices import USUAL, Channels, allowed, channels_of
from notifications.models import Choice, Reader


def choose_channels(actor: User, changes: Mapping[str, Mapping[str, bool]]) -> dict[str, Channels]:
    """For each kind named, set the channels named (fields of Channels); returns those of every kind.

    What cannot be turned off stays on, and what is not in the app is told nowhere. InvalidInput for a kind that there
    is not.
    """
    unknown = [kind for kind in changes if kind not in USUAL]
    if unknown:
        raise InvalidInput.field("kinds", f"There is no kind {unknown[0]}.", code="kind_unknown")
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        before = channels_of(actor.pk)
        after = {kind: allowed(kind, replace(before[kind], **changes[kind])) for kind in changes}
        rows = [
            Choice(user=actor, kind=kind, in_app=chosen.in_app, push=chosen.push, mail=chosen.mail)
            for kind, chosen in after.items()
            if chosen != before[kind]
        ]
        Choice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["user", "kind"],
            update_fields=["in_app", "push", "mail"],
        )
    return before | after


def choose_digest(actor: User, wanted: bool) -> None:
    """Whether the person gets the daily mail at all. What came while it was off is not in the next one."""
    Reader.objects.bulk_create([Reader(user=actor)], ignore_conflicts=True)
    changed = Reader.objects.filter(user=actor).exclude(wants_digest=wanted)
    changed.update(wants_digest=wanted, digest_at=None, mailed_up_to=first_id_at(timezone.now()))


def wants_digest(user: User) -> bool:
    """As long as nothing was chosen, yes."""
    chosen = Reader.objects.filter(user=user).values_list("wants_digest", flat=True).first()
    return chosen is None or chosen
