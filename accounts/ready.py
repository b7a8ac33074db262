"""What is kept ready about people: whose posts may reach a person, and the facts about an author that cards need."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Block, CloseFriend, Follow, Mute, User
from accounts.standings import Standing
from core.ready import Key, await_others, forget, lease_key, store, take_leases
from core.valkey import valkey, when_away

RELATIONS_SECONDS = 6 * 3600
PERSON_SECONDS = 24 * 3600
REMEMBERED = 10_000  # facts that a process keeps as values
HAS_BLOCKS = -1  # among the sources: the person has numbers of their own (`User.has_blocks`)
TOMBSTONE = b"-"  # of what nobody may see
TOMBSTONE_SECONDS = 600

# What was counted since a lease was taken may be in its value or not: the lease ends, unless a change bars the key.
_PATCH = """
local facts, lease = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if lease and string.sub(lease, 1, 6) ~= 'barred' then redis.call('DEL', KEYS[2]) end
if not facts or facts == '-' then return 0 end
local words = {}
for word in string.gmatch(facts, '%S+') do words[#words + 1] = word end
for n = 1, #ARGV, 2 do
  local field = tonumber(ARGV[n])
  words[field] = string.format('%d', math.max(0, tonumber(words[field]) + tonumber(ARGV[n + 1])))
end
redis.call('SET', KEYS[1], table.concat(words, ' '), 'KEEPTTL')
return 1
"""


def sources_key(user_id: int) -> Key:
    """The set of the people whose posts may be in this person's feed; 0 is always in it, and maybe HAS_BLOCKS."""
    return b"sources:%d" % user_id


def mutuals_key(user_id: int) -> Key:
    """The set of those sources who follow the person back; 0 is always in it."""
    return b"mutuals:%d" % user_id


def close_friends_key(user_id: int) -> Key:
    """The set of all who have this person on their list of close friends; 0 is always in it."""
    return b"closefriends:%d" % user_id


def person_key(user_id: int) -> Key:
    """`<version> <o|p> <followers> <following> <public posts> <follower posts> <close friend posts> <h|s>`.

    h: the person hides counts from others, s: shows them. TOMBSTONE when out of sight.
    """
    return b"person:%d" % user_id


def new_version() -> bytes:
    """A word that no value had before: what was made of other values is not taken for this one's."""
    return secrets.token_hex(6).encode()


def person_facts(user: User) -> bytes:
    """The facts of a person as they are now."""
    if not user.is_active:
        return TOMBSTONE
    return b"%b %b %d %d %d %d %d %b" % (
        new_version(),
        b"p" if user.is_private else b"o",
        user.follower_count,
        user.following_count,
        user.public_post_count,
        user.follower_post_count,
        user.close_friend_post_count,
        b"h" if user.hides_counts else b"s",
    )


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What `person_facts` wrote."""

    version: bytes
    is_private: bool
    followers: int
    following: int
    public_posts: int
    follower_posts: int
    close_friend_posts: int
    hides_counts: bool


@lru_cache(REMEMBERED)
def read_person(text: bytes) -> PersonFacts:
    """The facts, unless they are TOMBSTONE; those that a release of before wrote, too."""
    version, privacy, followers, following, public, private, *more = text.split(b" ")
    close, hides = more or (b"0", b"s")
    return PersonFacts(
        version, privacy == b"p", int(followers), int(following), int(public), int(private), int(close), hides == b"h"
    )


def lower_counts(text: bytes, standing: Standing) -> bytes:
    """The facts as somebody reads them who stands so to the person: without the people whom they may not see."""
    hidden = standing.hidden_followers, standing.hidden_following
    if hidden == (0, 0):
        return text
    words = text.split(b" ")
    words[2:4] = (b"%d" % max(0, int(word) - less) for word, less in zip(words[2:4], hidden, strict=True))
    return b" ".join(words)


def without_counts(text: bytes) -> bytes:
    """The facts as if the person hid counts from others."""
    words = text.split(b" ")
    return b" ".join([*words[:6], *(words[6:7] or [b"0"]), b"h"])


def load_relations(user_id: int) -> None:
    """Make the sources and mutuals of a person ready, and whose close friend they are, with three queries.

    A followed account that is closed stays among the sources, so that it is there again when it is reopened: its own
    facts say that nobody sees it. Nothing happens while Valkey is away.
    """
    when_away(lambda: _load_relations(user_id), None)


def fill_people(user_ids: Collection[int]) -> None:
    """Make the facts of these people ready, with one query; nothing happens while Valkey is away."""
    if user_ids:
        when_away(lambda: _fill_people(user_ids), None)


def forget_person(user_id: int) -> None:
    """Call inside the transaction that changes anything others see of this person."""
    forget(person_key(user_id))


def change_counts(
    user_id: int,
    *,
    followers: int = 0,
    following: int = 0,
    public_posts: int = 0,
    follower_posts: int = 0,
    close_friend_posts: int = 0,
) -> None:
    """Add these to the counts in the facts of the person, if they are ready, once the transaction is committed."""
    steps = {3: followers, 4: following, 5: public_posts, 6: follower_posts, 7: close_friend_posts}
    changes = {field: step for field, step in steps.items() if step}
    if changes:
        transaction.on_commit(partial(patch, person_key(user_id), changes))


def patch(key: Key, changes: dict[int, int]) -> None:
    """Add to fields (counted from 1) of the facts under `key`. Facts that cannot be reached are forgotten instead."""
    words = [number for change in changes.items() for number in change]
    try:
        valkey().eval(_PATCH, 2, key, lease_key(key), *words)
    except (RedisError, OSError):
        forget(key)


def store_facts(facts: dict[Key, bytes], leases: dict[Key, bytes], *, seconds: float) -> None:
    """Store facts for so long, tombstones for TOMBSTONE_SECONDS. RedisError when Valkey is away."""
    store({key: value for key, value in facts.items() if value != TOMBSTONE}, leases, seconds=seconds)
    store({key: value for key, value in facts.items() if value == TOMBSTONE}, leases, seconds=TOMBSTONE_SECONDS)


def _load_relations(user_id: int) -> None:
    keys = [sources_key(user_id), mutuals_key(user_id), close_friends_key(user_id)]
    leases = take_leases(keys)
    if leases:
        blocks, ends = _own_numbers_and_ends(user_id)  # before whom they hide: one that is over by then is no loss
        found = list(_sources(user_id))
        follows = [followee_id for followee_id, _ in found]
        back = [followee_id for followee_id, is_mutual in found if is_mutual]
        owners = CloseFriend.objects.filter(friend=user_id).values_list("owner_id", flat=True)
        sets = ([0, *blocks, *follows], [0, *back], [0, *owners])
        store(dict(zip(keys, sets, strict=True)), leases, seconds=_until(ends))
    if len(leases) < len(keys):
        await_others(keys)


def _own_numbers_and_ends(user_id: int) -> tuple[list[int], list[datetime]]:
    """HAS_BLOCKS if the person has numbers of their own, and when the next of their mutes ends by itself."""
    ending = Mute.objects.in_force().filter(muter=user_id, until__isnull=False).order_by("until")
    person = User.objects.filter(pk=user_id).annotate(next_end=Subquery(ending.values("until")[:1]))
    found = person.values_list("has_blocks", "next_end").first() or (False, None)
    return [HAS_BLOCKS] if found[0] else [], [found[1]] if found[1] else []


def _sources(user_id: int) -> Iterable[tuple[int, bool]]:
    """Each person whose posts may be in the feed, and whether they follow back."""
    blocks = Block.objects.filter(
        Q(blocker=user_id, blocked=OuterRef("followee")) | Q(blocker=OuterRef("followee"), blocked=user_id)
    )
    back = Follow.objects.filter(follower=OuterRef("followee"), followee=user_id, state=Follow.State.ACCEPTED)
    follows = Follow.objects.filter(follower=user_id, state=Follow.State.ACCEPTED)
    mutes = Mute.objects.in_force().filter(muter=user_id)
    wanted = follows.exclude(Exists(blocks)).exclude(Exists(mutes.filter(muted=OuterRef("followee"))))
    return wanted.annotate(back=Exists(back)).values_list("followee_id", "back")


def _until(ends: Iterable[datetime]) -> float:
    """RELATIONS_SECONDS, or less when something ends before."""
    rest = [max((end - timezone.now()).total_seconds(), 1.0) for end in ends]
    return min([RELATIONS_SECONDS, *rest])


def _fill_people(user_ids: Collection[int]) -> None:
    keys = {person_key(user_id): user_id for user_id in user_ids}
    leases = take_leases(list(keys))
    mine = {keys[key] for key in leases}
    people = {user.pk: user for user in User.objects.filter(pk__in=mine)} if mine else {}
    facts = {person_key(pk): person_facts(people[pk]) if pk in people else TOMBSTONE for pk in mine}
    store_facts(facts, leases, seconds=PERSON_SECONDS)
    others = [key for key in keys if key not in leases]
    if others:
        await_others(others)
