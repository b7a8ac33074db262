"""Whom each feed is made of, packed ahead for the build (`FollowPack`), and how packs stay right.

What changes the relations of people moves the version of their packs on within its own transaction. A pack made from
what was read before such a change is refused, since its version is not that one any more; whoever packs never waits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from feeds.ranking import MAX_CLOSENESS
from feeds.services.scores import Ints
from feeds.services.sources import CLOSENESS, PARTS, Parameters, fetch_columns, packed, parameters

PACKED_AGAIN_AFTER = timedelta(hours=24)  # closeness fades, accounts close
OLD_SHARE = 10  # at most one of so many packs is made again only for its age, lest all come at once
PEOPLE_A_QUERY = 500

_MARK = """
    INSERT INTO feeds_followpack (user_id, followees, closeness, version, packed_version)
    SELECT id, '', '', 1, 0 FROM accounts_user WHERE id = ANY(%(people)s) ORDER BY id
    ON CONFLICT (user_id) DO UPDATE SET version = feeds_followpack.version + 1
"""
_MARK_IF_RIGHT = (
    "UPDATE feeds_followpack SET version = version + 1 WHERE user_id = %(person)s AND version = packed_version"
)
_ADD = """
    INSERT INTO feeds_followpack (user_id, followees, closeness, version, packed_version)
    SELECT id, '', '', 1, 0 FROM accounts_user
    WHERE id = ANY(%(people)s) AND is_active ORDER BY id
    ON CONFLICT DO NOTHING
"""
_MAKE = f"""
    SELECT person, string_agg(int8send(part), '' ORDER BY part),
           string_agg(set_byte('\\x00', 0, least(coalesce(amount, 0), {MAX_CLOSENESS})::int), '' ORDER BY part)
    FROM ({PARTS}) source LEFT JOIN ({CLOSENESS}) near USING (person, author) GROUP BY person
"""  # noqa: S608  the same
_KEEP = """
    UPDATE feeds_followpack pack
    SET followees = made.followees, closeness = made.closeness, packed_version = made.version, packed_at = %(now)s
    FROM unnest(%(people)s::bigint[], %(versions)s::int[], %(followees)s::bytea[], %(closeness)s::bytea[])
        AS made (person, version, followees, closeness)
    WHERE pack.user_id = made.person AND pack.version = made.version AND pack.user_id IN (
        SELECT user_id FROM feeds_followpack WHERE user_id = ANY(%(people)s) FOR NO KEY UPDATE SKIP LOCKED
    )
"""
_READ = """
    SELECT pack.user_id, pack.version, pack.followees, pack.closeness, pack.version <> pack.packed_version,
           pack.packed_at < %(packed_since)s
    FROM feeds_followpack pack JOIN accounts_user person ON person.id = pack.user_id AND person.is_active
    WHERE pack.user_id = ANY(%(people)s) AND person.id = ANY(%(people)s)  -- twice, lest everybody is scanned
"""
_VERSIONS = f"""
    SELECT {packed("user_id")}, {packed("version")} FROM feeds_followpack WHERE user_id = ANY(%(people)s)
"""  # noqa: S608  the same


@dataclass(frozen=True, slots=True)
class Packs:
    """Of each of `people`, in rising order: `versions`, how many followees, and theirs one after the other.

    Followees are parts, as the window names them: who has the person among their close friends is there twice.
    """

    people: list[int]
    versions: list[int]
    sizes: Ints
    followees: Ints
    closeness: NDArray[np.uint8]


class _Row(NamedTuple):
    person: int
    version: int
    followees: bytes
    closeness: bytes
    is_stale: bool
    is_old: bool | None  # None when it was never made


def mark_stale(user_ids: Collection[int]) -> None:
    """The relations of these people change: call it in the transaction of the change."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"people": sorted(user_ids)})


def mark_liked(user_id: int) -> None:
    """The person likes something, so that some author is nearer."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_IF_RIGHT, {"person": user_id})


def fresh_packs(people: Sequence[int]) -> Packs:
    """The packs of those of these people whose account is open; what is stale or missing, and some of what is old, is
    made first. One query when all are right.

    A pack that changes at this moment is given as it was.
    """
    rows = _read(people)
    missing = [person for person in people if person not in rows]
    if missing:
        rows |= _add(missing)
    stale = [row for row in rows.values() if row.is_stale]
    old = [row for row in rows.values() if row.is_old and not row.is_stale][: len(people) // OLD_SHARE + 1]
    again = [*stale, *old]
    for start in range(0, len(again), PEOPLE_A_QUERY):
        some = again[start : start + PEOPLE_A_QUERY]
        pack_people([row.person for row in some], [row.version for row in some])
    if again:
        rows |= _read([row.person for row in again])
    return _join([rows[person] for person in sorted(rows)])


def pack_people(people: Sequence[int], versions: Sequence[int]) -> int:
    """Make the packs of these people, of which these versions were read before; returns how many were kept."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, parameters(people))
        made = {person: (bytes(followees), bytes(closeness)) for person, followees, closeness in cursor.fetchall()}
        values: Parameters = {
            "people": list(people),
            "versions": list(versions),
            "followees": [made.get(person, (b"", b""))[0] for person in people],
            "closeness": [made.get(person, (b"", b""))[1] for person in people],
            "now": timezone.now(),
        }
        cursor.execute(_KEEP, values)
        return int(cursor.rowcount)


def changed_people(packs: Packs) -> list[int]:
    """Whose relations have changed since `packs` were read."""
    people, versions = fetch_columns(_VERSIONS, {"people": packs.people})
    now = dict(zip(people.tolist(), versions.tolist(), strict=True))
    return [person for person, version in zip(packs.people, packs.versions, strict=True) if now.get(person) != version]


def _read(people: Sequence[int]) -> dict[int, _Row]:
    since = timezone.now() - PACKED_AGAIN_AFTER
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"people": list(people), "packed_since": since})
        return {row[0]: _Row(*row) for row in cursor.fetchall()}


def _add(people: Sequence[int]) -> dict[int, _Row]:
    """Begin the packs of people who have none; those of closed accounts stay out of it."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"people": list(people)})
    return _read(people)


def _join(rows: Sequence[_Row]) -> Packs:
    followees = np.frombuffer(b"".join(row.followees for row in rows), dtype=">i8").astype(np.int64)
    closeness = np.frombuffer(b"".join(row.closeness for row in rows), dtype=np.uint8)
    sizes = np.array([len(row.closeness) for row in rows], dtype=np.int64)
    return Packs([row.person for row in rows], [row.version for row in rows], sizes, followees, closeness)
