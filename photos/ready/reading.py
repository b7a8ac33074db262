"""Posts for lists as ready cards, made where they are missing; whether Valkey is there or not, the same cards.

Nothing here decides who may see a post: the ids come from a query with the audience rule in it, or pass the gate of
the feed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from accounts.ready import PERSON_SECONDS, TOMBSTONE, person_facts, person_key, store_facts
from core.ready import Key, await_others, lease_key, take_leases
from core.valkey import valkey, when_away
from photos.models import Post
from photos.ready.cards import card_seconds, make_bodies
from photos.ready.facts import POST_SECONDS, card_key, edition, post_facts, post_key, read_facts

# For each packed id: the facts of the post, those of its author, and the card; what is missing is false.
_READ = """
local found = {}
for n = 2, #ARGV do
  local facts = redis.call('GET', 'post:' .. ARGV[n])
  local person, card = false, false
  if facts and facts ~= '-' then
    local author, post, version = string.match(facts, '^(%d+) (%d+) .* (%S+)$')
    person = redis.call('GET', 'person:' .. author)
    if person and person ~= '-' then
      card = redis.call('GET', table.concat({'card', ARGV[1], post, version, string.match(person, '^%S+')}, ':'))
    end
  end
  found[#found + 1] = {facts, person, card}
end
return found
"""


@dataclass(frozen=True, slots=True)
class ReadyPost:
    """`body` is a card (`photos.ready.joining`), `person` the facts of its author, `audience` one of Post.Audience.

    The counts are those of the rows; `photos.ready.viewing.shown_likes` has what a viewer may read.
    """

    post_id: int
    author_id: int
    like_count: int
    comment_count: int
    audience: str
    body: bytes
    person: bytes


@dataclass(frozen=True, slots=True)
class _Found:
    """What Valkey has of one post; None is missing, TOMBSTONE nobody may see."""

    facts: bytes | None
    person: bytes | None
    body: bytes | None

    @property
    def is_whole(self) -> bool:
        return self.body is not None or TOMBSTONE in (self.facts, self.person)


Findings = Mapping[int, _Found]


def ready_posts(post_ids: Iterable[int], kind: str) -> dict[int, ReadyPost]:
    """Those of the posts that are published by somebody active and, for tiles, have a picture; in the order given."""
    ids = list(dict.fromkeys(post_ids))
    known: dict[int, ReadyPost | None] = when_away(lambda: _from_valkey(ids, kind), {}) if ids else {}
    missing = [post_id for post_id in ids if post_id not in known]
    made = _from_rows(load_posts(missing), kind) if missing else {}
    return {post_id: post for post_id in ids if (post := known.get(post_id) or made.get(post_id))}


def fill_posts(post_ids: Iterable[int], kind: str) -> None:
    """Make facts (or tombstones), facts of authors and cards ready wherever they are missing.

    Five queries at most for any number of posts. Nothing happens while Valkey is away.
    """
    ids = list(dict.fromkeys(post_ids))
    if ids:
        when_away(lambda: _fill(_read(ids, kind), kind), None)


def load_posts(post_ids: Collection[int]) -> list[Post]:
    """The published ones of these posts, loaded for cards. Four queries."""
    return list(Post.objects.filter(pk__in=post_ids, state=Post.State.PUBLISHED).for_cards())


def _from_rows(posts: Sequence[Post], kind: str) -> dict[int, ReadyPost | None]:
    shown = {post.pk: post for post in posts if post.author.is_active}
    bodies = make_bodies(list(shown.values()), kind)
    return {pk: _ready_post(post_facts(post), person_facts(post.author), bodies.get(pk)) for pk, post in shown.items()}


def _from_valkey(ids: Sequence[int], kind: str) -> dict[int, ReadyPost | None]:
    """None for a post that nobody may see; what could not be made ready is left out."""
    found = _read(ids, kind)
    missing = [post_id for post_id in ids if not found[post_id].is_whole]
    if missing:
        _fill(found, kind)
        found |= _read(missing, kind)
    return {pk: _ready_post(each.facts, each.person, each.body) for pk, each in found.items() if each.is_whole}


def _ready_post(facts: bytes | None, person: bytes | None, body: bytes | None) -> ReadyPost | None:
    if not facts or not person or not body or TOMBSTONE in (facts, person):
        return None
    post = read_facts(facts)
    return ReadyPost(
        post_id=post.post_id,
        author_id=post.author_id,
        like_count=post.like_count,
        comment_count=post.comment_count,
        audience=post.audience,
        body=body,
        person=person,
    )


def _read(ids: Sequence[int], kind: str) -> dict[int, _Found]:
    rows = cast(Any, valkey().eval(_READ, 0, edition(kind), *(post_id.to_bytes(8) for post_id in ids)))
    return {post_id: _Found(*row) for post_id, row in zip(ids, rows, strict=True)}


def _fill(found: Findings, kind: str) -> None:
    """Make what nobody else is making, and wait a moment for what somebody is."""
    wanted = {pk: _missing_key(pk, each, kind) for pk, each in found.items() if not each.is_whole}
    leases = take_leases(list(set(wanted.values())))
    mine = {pk: found[pk] for pk, key in wanted.items() if key in leases}
    if mine:
        _make(mine, leases, kind)
    others = set(wanted.values()) - set(leases)
    if others:
        await_others(others)


def _missing_key(post_id: int, found: _Found, kind: str) -> Key:
    """The first key on the way to the card that has no value."""
    if found.facts is None:
        return post_key(post_id)
    facts = read_facts(found.facts)
    if found.person is None:
        return person_key(facts.author_id)
    return card_key(kind, post_id, facts.version, _version(found.person))


def _make(found: Findings, leases: dict[Key, bytes], kind: str) -> None:
    """Every version is known or leased before the rows are read: a card is never older than what it is kept under.

    The facts are stored last, because others wait for them and then want the card.
    """
    people = _known_people(found, leases)
    posts = {post.pk: post for post in load_posts(found)}
    new_people = {}
    for author in {post.author_id: post.author for post in posts.values()}.values():
        if author.pk not in people and person_key(author.pk) in leases:
            new_people[author.pk] = person_facts(author)
    facts = {pk: each.facts or post_facts(posts.get(pk)) for pk, each in found.items()}
    _store_cards(posts, facts, people | new_people, kind)
    store_facts({person_key(pk): text for pk, text in new_people.items()}, leases, seconds=PERSON_SECONDS)
    new_facts = {post_key(pk): facts[pk] for pk, each in found.items() if each.facts is None}
    store_facts(new_facts, leases, seconds=POST_SECONDS)


def _known_people(found: Findings, leases: dict[Key, bytes]) -> dict[int, bytes]:
    """The facts of the authors that are ready. On others a lease is taken, unless somebody has it."""
    people = {read_facts(each.facts).author_id: each.person for each in found.values() if each.facts and each.person}
    new = [post_id for post_id, each in found.items() if each.facts is None]
    authors = set(Post.objects.filter(pk__in=new).values_list("author_id", flat=True)) - set(people) if new else set()
    if authors:
        keys = [person_key(author_id) for author_id in authors]
        texts = cast("list[bytes | None]", valkey().mget(keys))
        people |= {author_id: text for author_id, text in zip(authors, texts, strict=True) if text}
        leases |= take_leases([key for key, text in zip(keys, texts, strict=True) if not text and key not in leases])
    return people


def _store_cards(posts: Mapping[int, Post], facts: Mapping[int, bytes], people: Mapping[int, bytes], kind: str) -> None:
    """Those whose post and author have versions. What has no card gets an empty one."""
    shown = [post for post in posts.values() if people.get(post.author_id, TOMBSTONE) != TOMBSTONE]
    bodies = make_bodies(shown, kind)
    pipeline = valkey().pipeline(transaction=False)
    for post in shown:
        key = card_key(kind, post.pk, read_facts(facts[post.pk]).version, _version(people[post.author_id]))
        pipeline.set(key, bodies.get(post.pk, b""), ex=card_seconds(post))
        pipeline.delete(lease_key(key))
    pipeline.execute()


def _version(person: bytes) -> bytes:
    return person.partition(b" ")[0]
