"""Any number of titled posts to search, made in the database: 17 words each, some of them as common as in speech."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from accounts.models import User
from bench.copying import without_indexes
from bench.graph import FOLLOWS, make_follows, make_people, now_ms
from core.ids import EPOCH_MS
from feeds.weights import ID_SHIFT
from photos.models import Place, Tag
from photos.services.vocabulary import know_words
from photos.words import RULES

POSTS_EACH = 50
VOCABULARY, TAGS, PLACES, TAGGED = 20_000, 100_000, 1000, 200_000
COMMON, RARE = "light", "quaggaville"
TABLES = ["accounts_user", "accounts_follow", "photos_post", "photos_tag", "photos_posttag", "photos_place"]
# A word of the vocabulary, the first ones the most common; every third has a stem of its own.
_FUNCTIONS = f"""
    CREATE FUNCTION bench_pick() RETURNS int LANGUAGE sql VOLATILE
    AS $$ SELECT (exp(random() * ln({VOCABULARY + 5} / 5.0)) * 5 - 5)::int $$;
    CREATE FUNCTION bench_word(number int) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT 'w' || number || CASE WHEN number % 3 = 0 THEN 'xs' ELSE 'x' END $$;
    CREATE FUNCTION bench_kept(number int, place text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT '''w' || number || CASE WHEN number % 3 = 0
        THEN 'xs'':' || place || ' ''=w' || number || 'x'':' || place || ' ' ELSE 'x'':' || place || ' ' END $$;
"""
_SAID = """
    CREATE UNLOGGED TABLE bench_said AS
    SELECT number, (%(first)s + number::bigint * %(step)s) << {shift} AS id,
        (%(people)s::bigint[])[1 + (random() ^ 2 * (array_length(%(people)s::bigint[], 1) - 1))::int] AS author_id,
        {picks}
    FROM generate_series(1, %(posts)s) number
"""
_POSTS = """
    INSERT INTO photos_post (id, author_id, title, caption, location_name, place_slug, audience, sensitive,
        sensitive_by_staff, sensitive_before, spoiler, comments, downloads, licence, state, like_count, comment_count,
        created_at, published_at, removed_for)
    SELECT id, author_id, concat_ws(' ', bench_word(p1), bench_word(p2), bench_word(p3)), '',
        CASE WHEN number % 4 = 0 THEN 'Place ' || number % {places} ELSE '' END,
        CASE WHEN number % 4 = 0 THEN 'place-' || number % {places} ELSE '' END,
        CASE WHEN number % 10 = 3 THEN 'followers' ELSE 'public' END, false, false, false, '', 'everyone', false,
        'all_rights', 'published', least(1 / (random() + 0.000001), 1000000)::int, 0, made, made, ''
    FROM (SELECT *, to_timestamp(((id >> {shift}) + {epoch}) / 1000.0) AS made FROM bench_said) said
"""
_WORDS = """
    INSERT INTO photos_postwords (post_id, words, rules, indexed_at)
    SELECT id, ({kept}
        || CASE number %% 10 WHEN 0 THEN '''{common}'':4A ' WHEN 5 THEN '''{common}'':5012C ' ELSE '' END
        || CASE WHEN number %% (%(posts)s / 20) = 9 THEN '''{rare}'':5A ' ELSE '' END
        || CASE WHEN number %% 20 = 0 THEN '''東京'':6A ''京橋'':7A ''橋'':8A ' ELSE '' END
        || CASE WHEN number %% 4 = 0 THEN '''%%'':16000A ''%%place'':16000A ''%%place-' || number %% {places}
            || ''':16000A ''place'':15000D ''' || number %% {places} || ''':15001D ' ELSE '' END
        || '''p' || author_id || ''':15002D ''@' || author_id || ''':16000A ''~photo'':16000A ''#' || bench_word(p4)
        || ''':16000A'
    )::tsvector, {rules}, now() FROM bench_said
"""


@dataclass(frozen=True)
class Filled:
    """`member` follows many. `seconds` for the rows, and for the indexes of the words with the statistics."""

    member: User
    rows_seconds: float
    index_seconds: float


def fill(posts: int) -> Filled:
    started = time.perf_counter()
    chance = np.random.default_rng(1)
    with without_indexes(TABLES):
        people = make_people(chance, max(posts // POSTS_EACH, 1000))
        make_follows(chance, people[:1000], people[chance.permutation(len(people))], FOLLOWS)
        _execute(_FUNCTIONS)
        _say(posts, people.tolist())
        _execute(_POSTS.format(places=PLACES, shift=ID_SHIFT, epoch=EPOCH_MS))
        _name()
    with without_indexes(["photos_postwords"]):
        weights = [f"{place}A" for place in (1, 2, 3)] + ["200B", "201B"] + [f"{5000 + place}C" for place in range(12)]
        kept = " || ".join(f"bench_kept(p{number}, '{weight}')" for number, weight in enumerate(weights, 1))
        _execute(_WORDS.format(kept=kept, common=COMMON, rare=RARE, places=PLACES, rules=RULES), {"posts": posts})
        _execute("DROP TABLE bench_said")
        made = time.perf_counter()
    return Filled(User.objects.get(pk=int(people[0])), made - started, time.perf_counter() - made)


def close_accounts() -> None:
    """Eight of ten people keep what they post to their followers from now on."""
    _execute("UPDATE accounts_user SET is_private = true WHERE id >> 23 & 15 < 13")
    _execute("VACUUM (ANALYZE) accounts_user")


def _say(posts: int, people: list[int]) -> None:
    picks = ", ".join(f"bench_pick() AS p{number}" for number in range(1, 18))
    first = 24 * 3600 * 1000
    step = max((now_ms() - first) // posts - 1, 1)
    _execute(
        _SAID.format(shift=ID_SHIFT, picks=picks), {"first": first, "step": step, "people": people, "posts": posts}
    )


def _name() -> None:
    """Tags, the newest posts under them, places, and the words that what is typed is corrected by."""
    words = [f"w{number}x{'s' if number % 3 == 0 else ''}" for number in range(VOCABULARY)]
    names = [*words, *(f"t{number}" for number in range(TAGS - VOCABULARY))]
    Tag.objects.bulk_create([Tag(pk=place, name=name) for place, name in enumerate(names)], batch_size=10_000)
    _execute(
        "INSERT INTO photos_posttag (post_id, tag_id)"
        " SELECT id, p4 FROM bench_said ORDER BY number DESC LIMIT %(most)s",
        {"most": TAGGED},
    )
    slugs = [f"place-{number}" for number in range(PLACES)]
    Place.objects.bulk_create([Place(slug=slug, words=f"'place':1 '{slug[6:]}':2") for slug in slugs])
    know_words({*words, COMMON, RARE})


def _execute(statement: str, given: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
