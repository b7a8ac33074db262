"""Whom a person might follow, and why: friends of friends, the same tags, much followed; never who should not be."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext, ngettext

from accounts.models import User
from accounts.querysets import UserQuerySet, Viewer
from accounts.standings import with_standing

CANDIDATES = 60  # of each kind

# Whoever these conditions let through may be suggested. `person` is a row of accounts_user.
_FIT = """
    person.is_active AND NOT person.is_private AND person.in_discovery AND person.public_post_count > 0
    AND person.limited_at IS NULL
    AND person.id <> %(viewer)s
    AND NOT EXISTS (SELECT FROM accounts_follow WHERE follower_id = %(viewer)s AND followee_id = person.id)
    AND NOT EXISTS (SELECT FROM accounts_dismissedsuggestion WHERE user_id = %(viewer)s AND dismissed_id = person.id)
    AND NOT EXISTS (SELECT FROM accounts_block WHERE blocker_id = %(viewer)s AND blocked_id = person.id)
    AND NOT EXISTS (SELECT FROM accounts_block WHERE blocker_id = person.id AND blocked_id = %(viewer)s)
    AND NOT EXISTS (SELECT FROM accounts_mute WHERE muter_id = %(viewer)s AND muted_id = person.id
                    AND scope = 'everything' AND (until IS NULL OR until > now()))
"""

# Every part looks at so many rows at most, however many people are followed and however much is posted. Nobody is
# named as a friend whose list of followed people the viewer may not read, or does not want to read of.
_CANDIDATES = f"""
    WITH friend AS MATERIALIZED (
        SELECT person.id, coalesce(nullif(person.display_name, ''), person.username) AS name
        FROM (SELECT followee_id FROM accounts_follow WHERE follower_id = %(viewer)s AND state = 'accepted'
              ORDER BY id DESC LIMIT 200) follow
        JOIN accounts_user person ON person.id = follow.followee_id
        WHERE person.is_active AND NOT person.hides_follows
          AND NOT EXISTS (SELECT FROM accounts_block WHERE blocker_id = person.id AND blocked_id = %(viewer)s)
          AND NOT EXISTS (SELECT FROM accounts_mute WHERE muter_id = %(viewer)s AND muted_id = person.id
                          AND scope = 'everything' AND (until IS NULL OR until > now()))
    ), mutual AS MATERIALIZED (
        SELECT next.followee_id AS id, count(*) AS amount, min(friend.name) AS name
        FROM friend CROSS JOIN LATERAL (
            SELECT followee_id FROM accounts_follow WHERE follower_id = friend.id AND state = 'accepted'
            ORDER BY id DESC LIMIT 50
        ) next
        GROUP BY next.followee_id
    ), topic AS MATERIALIZED (
        (SELECT tag_id AS id FROM photos_tagfollow WHERE user_id = %(viewer)s ORDER BY id DESC LIMIT 20)
        UNION
        (SELECT filed.tag_id FROM (SELECT id FROM photos_post WHERE author_id = %(viewer)s AND state = 'published'
                                   ORDER BY id DESC LIMIT 20) own
         JOIN photos_posttag filed ON filed.post_id = own.id LIMIT 20)
    ), tagged AS MATERIALIZED (
        SELECT post.author_id AS id, count(*) AS amount, mode() WITHIN GROUP (ORDER BY tag.name) AS name
        FROM topic JOIN photos_tag tag ON tag.id = topic.id
        CROSS JOIN LATERAL (SELECT post_id FROM photos_posttag WHERE tag_id = topic.id
                            ORDER BY post_id DESC LIMIT 60) filed
        JOIN photos_post post ON post.id = filed.post_id AND post.state = 'published' AND post.audience = 'public'
        GROUP BY post.author_id
    )
    (SELECT 1, mutual.id, mutual.amount, mutual.name FROM mutual JOIN accounts_user person USING (id)
     WHERE {_FIT} ORDER BY mutual.amount DESC, person.follower_count DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 2, tagged.id, tagged.amount, tagged.name FROM tagged JOIN accounts_user person USING (id)
     WHERE {_FIT} ORDER BY tagged.amount DESC, person.follower_count DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 3, person.id, 0, '' FROM accounts_user person
     WHERE {_FIT} ORDER BY person.follower_count DESC, person.id DESC LIMIT %(limit)s)
"""  # noqa: S608  of constants alone
_CODES = {1: "mutual", 2: "tag", 3: "popular"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person with the reason: a code for programs, a sentence for people."""

    person: User
    code: str
    text: str


def suggestions_for(viewer: Viewer, limit: int = 6) -> list[Suggestion]:
    """The best first: followed by many whom the viewer follows, then of the same tags, then followed by many.

    Two queries for a person; one for a visitor, who gets those with most followers.
    """
    if viewer.pk is None:
        popular = open_people(viewer).filter(public_post_count__gt=0).order_by("-follower_count", "-id")
        return [Suggestion(person, "popular", _text("popular", 0, "")) for person in popular[:limit]]
    reasons: dict[int, tuple[str, str]] = {}
    for kind, user_id, amount, name in _candidates(viewer.pk):
        reasons.setdefault(user_id, (_CODES[kind], _text(_CODES[kind], amount, name)))
    chosen = list(reasons)[:limit]
    people = with_standing(open_people(viewer), viewer).in_bulk(chosen)
    return [Suggestion(people[pk], *reasons[pk]) for pk in chosen if pk in people]


def open_people(viewer: Viewer) -> UserQuerySet:
    """Open accounts that agree to be suggested, and nobody whom `viewer` should not or does not want to see."""
    people = User.objects.offered_to(viewer).without_muted_by(viewer)
    return people.filter(is_private=False, in_discovery=True)


def _candidates(viewer_id: int) -> list[tuple[Any, ...]]:
    """(kind, person, amount, name), the better kind and the better person first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"viewer": viewer_id, "limit": CANDIDATES})
        return sorted(cursor.fetchall(), key=lambda row: row[0])


def _text(code: str, amount: int, name: str) -> str:
    if code == "tag":
        return gettext("Posts about #%(tag)s") % {"tag": name}
    if code == "popular":
        return gettext("Many follow them")
    if amount == 1:
        return gettext("Followed by %(name)s") % {"name": name}
    words = ngettext("Followed by %(name)s and %(n)d other", "Followed by %(name)s and %(n)d others", amount - 1)
    return words % {"name": name, "n": amount - 1}
