"""Activity as it is read: what is of one kind, about one thing and of one day in the person's time zone is one group.

A page costs what is on it, not what the person was ever told: the newest row of each group is found by walking down the
index, and no more than MOST_IN_GROUP rows of a group are looked at. Rows that came after the first page was read are in
no page after it, so that new ones never shift, repeat or hide anything.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from core.ids import EPOCH_MS, MAX_ID, SEQUENCE_BITS, SHARD_BITS
from notifications.models import Notification

MOST_IN_GROUP = 1000
SHOWN_PEOPLE = 3

_DAY = "(to_timestamp((({id} >> %(bits)s::int) + %(epoch)s)::float8 / 1000) AT TIME ZONE who.zone)::date"
_FIRST_ID = (
    "(((extract(epoch FROM {day}::timestamp AT TIME ZONE who.zone) * 1000)::bigint - %(epoch)s) << %(bits)s::int)"
)
_KEY = f"(told.kind || ' ' || told.about || ' ' || {_DAY.format(id='told.id')})"
_NEXT_DAY = _FIRST_ID.format(day=f"({_DAY.format(id='%(after)s')} + 1)")
_DAY_BEGINS = _FIRST_ID.format(day=_DAY.format(id="head.id"))
_WHO = """
WITH RECURSIVE who AS (
    SELECT person.time_zone AS zone, coalesce(reader.read_up_to, 0) AS read_up_to
    FROM accounts_user person LEFT JOIN notifications_reader reader ON reader.user_id = person.id
    WHERE person.id = %(viewer)s
), told AS NOT MATERIALIZED ("""
# Those groups of the day on which the page begins that were on pages before come first, and are not counted.
_GROUPS = f"""
), head AS (
    SELECT 0 AS number, CASE WHEN %(after)s = %(last)s THEN %(last)s ELSE least(%(newest)s + 1, {_NEXT_DAY}) END AS id,
        ''::varchar AS kind, 0::bigint AS about, ARRAY[]::text[] AS seen
    FROM who
    UNION ALL
    SELECT head.number + CASE WHEN next.id < %(after)s THEN 1 ELSE 0 END, next.id, next.kind, next.about,
        head.seen || next.key
    FROM head CROSS JOIN who CROSS JOIN LATERAL (
        SELECT told.id, told.kind, told.about, {_KEY} AS key FROM told
        WHERE told.id < head.id AND {_KEY} <> ALL (head.seen) ORDER BY told.id DESC LIMIT 1
    ) next
    WHERE head.number < %(count)s
)
SELECT head.id, member.rows::bigint, member.people, member.newest, head.id > who.read_up_to
FROM head CROSS JOIN who CROSS JOIN LATERAL (
    SELECT sum(each.rows), count(*), (array_agg(each.newest ORDER BY each.newest DESC))[1:%(shown)s]
    FROM (
        SELECT max(part.id) AS newest, count(*) AS rows FROM (
            SELECT told.id, told.actor_id FROM told
            WHERE told.kind = head.kind AND told.about = head.about AND told.id <= head.id AND told.id >= {_DAY_BEGINS}
            ORDER BY told.id DESC LIMIT %(most)s
        ) part GROUP BY part.actor_id
    ) each
) member (rows, people, newest)
WHERE head.number > 0 AND head.id < %(after)s
ORDER BY head.id DESC
"""  # noqa: S608  made of constants alone


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page goes on: after the group with this newest row, among rows up to `newest`."""

    newest: int = MAX_ID - 1
    after: int = MAX_ID


FIRST = Place()


@dataclass(frozen=True, slots=True)
class Found:
    """A group: its newest row, how many rows and people it has, and the newest row of each of its newest people."""

    id: int
    rows: int
    people: int
    newest: list[int]
    is_new: bool


def find_groups(viewer: User, told: "QuerySet[Notification]", place: Place, count: int) -> list[Found]:
    """So many groups of the rows `told`, which `viewer` is shown, from `place` on, the newest first. One query."""
    values = {
        "viewer": viewer.pk,
        "newest": place.newest,
        "after": place.after,
        "last": MAX_ID,
        "count": count,
        "shown": SHOWN_PEOPLE,
        "most": MOST_IN_GROUP,
        "bits": SHARD_BITS + SEQUENCE_BITS,
        "epoch": EPOCH_MS,
    }
    sql, params = told.order_by().values("id", "kind", "about", "actor_id").query.sql_with_params()
    own = {f"told{number}": value for number, value in enumerate(params)}
    named = sql % tuple(f"%({name})s" for name in own)
    whole = f"{_WHO}{named}{_GROUPS}"
    with connection.cursor() as cursor:
        cursor.execute(whole, values | own)
        return [Found(*row) for row in cursor.fetchall()]
