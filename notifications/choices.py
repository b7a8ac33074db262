"""Where a person is told of what: in the app, by push, in the daily digest. What they chose, else what is usual.

What is not in the app is told nowhere: push and mail are of what stands under Activity.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from notifications.models import Choice, Kind


@dataclass(frozen=True, slots=True)
class Channels:
    """`mail` is the daily digest."""

    in_app: bool
    push: bool
    mail: bool


EVERYWHERE = Channels(in_app=True, push=True, mail=True)
QUIET = Channels(in_app=True, push=False, mail=True)
IN_APP = Channels(in_app=True, push=False, mail=False)

_USUAL = {
    Kind.LIKE: QUIET,
    Kind.COMMENT: EVERYWHERE,
    Kind.REPLY: EVERYWHERE,
    Kind.COMMENT_LIKE: IN_APP,
    Kind.MENTION: EVERYWHERE,
    Kind.TAG: EVERYWHERE,
    Kind.FOLLOW: EVERYWHERE,
    Kind.REQUEST: EVERYWHERE,
    Kind.ACCEPTED: Channels(in_app=True, push=True, mail=False),
    Kind.COMMENT_WAITING: EVERYWHERE,
    Kind.TAG_WAITING: EVERYWHERE,
    Kind.UPLOAD_DONE: IN_APP,
    Kind.UPLOAD_FAILED: EVERYWHERE,
    Kind.NOTICE: EVERYWHERE,
}
USUAL: Mapping[str, Channels] = {kind.value: channels for kind, channels in _USUAL.items()}
# Nobody can do without these: somebody waits for an answer, a picture would be lost, or staff have decided something.
ALWAYS_IN_APP = frozenset({Kind.REQUEST, Kind.UPLOAD_FAILED, Kind.NOTICE})


def allowed(kind: str, channels: Channels) -> Channels:
    """What becomes of a choice: what must be in the app is, and what is not there is told nowhere."""
    in_app = channels.in_app or kind in ALWAYS_IN_APP
    return Channels(in_app, channels.push and in_app, channels.mail and in_app)


def channels_for(user_ids: Collection[int], kind: str) -> dict[int, Channels]:
    """Where each of these people is told of `kind`. One query; none for nobody."""
    found = dict.fromkeys(user_ids, USUAL[kind])
    if found:
        rows = Choice.objects.filter(user__in=found, kind=kind).values_list("user_id", "in_app", "push", "mail")
        found |= {user_id: allowed(kind, Channels(*chosen)) for user_id, *chosen in rows}
    return found


def channels_of(user_id: int) -> dict[str, Channels]:
    """Where this person is told of each kind, in the order of `Kind`. One query."""
    rows = Choice.objects.filter(user=user_id, kind__in=USUAL).values_list("kind", "in_app", "push", "mail")
    chosen = {kind: allowed(kind, Channels(*values)) for kind, *values in rows}
    return {kind: chosen.get(kind, usual) for kind, usual in USUAL.items()}
