"""Searching posts: by title first, then tags, then caption; what is spelled nearly so comes when little else is found.

Who may see a post is asked of the posts, in the same query; the kept words (photos/matching.py) only say which to ask
of. Nothing here counts or stops at posts that the viewer may not find.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from psycopg.errors import QueryCanceled

from accounts.models import User
from accounts.querysets import Viewer
from core.exceptions import FieldError, InvalidInput, NotSignedIn, Unavailable
from core.ids import MAX_ID
from core.paging import Page, decode_cursor, decode_ids, encode_cursor, encode_ids
from photos.matching import EVERYWHERE, says, says_nearly
from photos.models import Media, Post, PostWords
from photos.querysets import PostQuerySet
from photos.words import MOST_WORDS, Word, words_in

TYPES = ("posts", "users", "tags")
KINDS = tuple(Media.Kind.values)
SORTS = ("relevance", "newest", "top")
QUERY_LENGTH = 200
PATIENCE = 2  # seconds for one query of the database
FEW = 5  # posts; with fewer those are shown, too, that are spelled nearly so
HANDFUL = 1000  # matches; so many are looked up one by one, of more the newest posts are read until the page is full
BEST = 200  # posts that `top` chooses
MANY = 10_000  # matches; among so many it chooses, of more among the newest BEST_OF that the viewer may find
BEST_OF = 1000

_RELEVANCE, _NEWEST, _TOP = "search", "search-newest", "search-top"
_WAY = "kept_words__"
_NEAR = 3  # the tier of what is spelled nearly so

Condition = Callable[[str], Q]  # of the way to the kept words


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. `kind` is "" for both, `author` a username or "" for everybody's."""

    text: str
    type: str = TYPES[0]
    kind: str = ""
    sort: str = SORTS[0]
    author: str = ""


def clean_question(asked: Mapping[str, str]) -> Question:
    """What `q`, `type`, `kind`, `sort` and `from` ask for. InvalidInput names each that cannot be asked."""
    text, author = asked.get("q", "").strip(), asked.get("from", "").strip().lstrip("@").lower()
    question = Question(text, asked.get("type", TYPES[0]), asked.get("kind", ""), asked.get("sort", SORTS[0]), author)
    choices: list[tuple[str, str, Sequence[str]]] = [("type", question.type, TYPES), ("sort", question.sort, SORTS)]
    if "kind" in asked:
        choices.append(("kind", question.kind, KINDS))
    problems = [
        FieldError(name, "unknown_choice", f"{name} must be one of {', '.join(known)}.")
        for name, value, known in choices
        if value not in known
    ]
    if not text:
        problems.append(FieldError("q", "required", "Say what to look for."))
    if len(text) > QUERY_LENGTH:
        problems.append(FieldError("q", "too_long", f"q may have {QUERY_LENGTH} signs."))
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return question


def require_open_search(viewer: Viewer) -> None:
    """NotSignedIn for visitors where the operator closed it to them, together with Explore."""
    if viewer.is_anonymous and not settings.EXPLORE_OPEN:
        raise NotSignedIn


@contextmanager
def short_queries() -> Iterator[None]:
    """Inside, a query of the database may take PATIENCE seconds: Unavailable (503) when one takes longer.

    Postgres looks rows up rather than read a whole table for them: what is searched is in memory.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE * 1000:.0f}; SET LOCAL random_page_cost = 1.1")
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        message = "Searching for this takes too long just now. Please try again, or add a word."
        raise Unavailable(message, code="search_slow") from error


def search_posts(viewer: Viewer, question: Question, *, cursor: str, limit: int) -> Page[Post]:
    """One page of posts, with id and audience. The number of queries does not grow with the posts.

    Malformed for a cursor of another list.
    """
    search = _Search(_findable(viewer, question), words_in(question.text)[:MOST_WORDS])
    pages = {"relevance": _by_relevance, "newest": _newest, "top": _top}
    return pages[question.sort](search, cursor, limit)


def _findable(viewer: Viewer, question: Question) -> PostQuerySet:
    """The posts that searching may bring before `viewer`, of the kind and by the author of the question. One query for
    an author; nobody by that name, and nobody the viewer may find, are the same.

    Of people whom the viewer has muted in everything only who asks for them by name finds something.
    """
    posts = Post.objects.offered_to(viewer).filter(state=Post.State.PUBLISHED)
    wants_it = Q(author__in_search=True)
    posts = posts.filter(wants_it if viewer.is_anonymous else wants_it | Q(author=viewer.pk))
    if question.kind:
        posts = posts.filter(Exists(Media.objects.filter(post=OuterRef("pk"), kind=question.kind)))
    if not question.author:
        return posts.without_muted_by(viewer).only("id", "audience")
    named = User.objects.searchable_by(viewer).filter(username=question.author.replace("\0", ""))
    author = named.values_list("pk", flat=True).first()
    return posts.filter(author=author or 0).only("id", "audience")


@dataclass(frozen=True, slots=True)
class _Search:
    """`posts` are all that may be found, `words` what they must say; without words nothing is found."""

    posts: PostQuerySet
    words: Sequence[Word]

    @property
    def can_be_wide(self) -> bool:
        return any(word.has_near for word in self.words)

    def exact(self, way: str) -> Q:
        return says(self.words, EVERYWHERE, way)

    def wide(self, way: str) -> Q:
        """Also what is spelled nearly so."""
        return says_nearly(self.words, way)

    def circles(self, *, wide: bool) -> list[Condition]:
        """Each holds for all the posts of the one before, which are better, and for more."""
        title, tags = (lambda way: says(self.words, "a", way)), (lambda way: says(self.words, "ab", way))
        return [title, tags, self.exact, *([self.wide] if wide else [])]

    def among(self, condition: Condition) -> PostQuerySet:
        """The posts that may be found and for which `condition` holds. One query, of the kept words alone."""
        if not self.words:
            return self.posts.none()
        ids = self.handful(condition)
        return self.posts.filter(condition(_WAY)) if ids is None else self.these(ids)

    def handful(self, condition: Condition) -> list[int] | None:
        """The posts for which `condition` holds, whoever may find them; None if they are more than a handful."""
        ids = list(PostWords.objects.filter(condition("")).values_list("pk", flat=True)[: HANDFUL + 1])
        return ids if len(ids) <= HANDFUL else None

    def these(self, ids: Sequence[int]) -> PostQuerySet:
        """Of these posts those that may be found."""
        return self.posts.filter(pk__in=[*ids, 0])  # never empty: no match takes as long as a hidden one


def _by_relevance(search: _Search, cursor: str, limit: int) -> Page[Post]:
    """By tiers, the newest first in each: a tier is what one circle has beyond the one before."""
    tier, last, wide = decode_cursor(_RELEVANCE, cursor, 3) if cursor else (0, MAX_ID, 0)
    found = _ranked(search, tier, last, wide=bool(wide), enough=_enough(cursor, limit))
    if not cursor and len(found) < FEW and search.can_be_wide:
        wide = 1
        found += _ranked(search, _NEAR, MAX_ID, wide=True, enough=limit + 1 - len(found))
    posts = [post for _, post in found[:limit]]
    if len(found) <= limit:
        return Page(posts, "")
    return Page(posts, encode_cursor(_RELEVANCE, found[limit - 1][0], posts[-1].pk, wide))


def _ranked(search: _Search, first: int, last: int, *, wide: bool, enough: int) -> list[tuple[int, Post]]:
    """`enough` posts with the numbers of their tiers, beginning in that tier behind the post `last`."""
    if not search.words or enough <= 0:
        return []
    circles = search.circles(wide=wide)
    ids = search.handful(circles[-1])
    if ids is None:
        return list(islice(_walk(search, first, last, circles, enough), enough))
    tiers = Case(
        *(When(circle(_WAY), then=Value(number)) for number, circle in enumerate(circles)), default=Value(len(circles))
    )
    posts = search.these(ids).annotate(tier=tiers).filter(Q(tier__gt=first) | Q(tier=first, pk__lt=last))
    rows = posts.order_by("tier", "-pk")[:enough]
    return [(post.tier, post) for post in rows]  # type: ignore[attr-defined]  # annotated


def _walk(
    search: _Search, first: int, last: int, circles: Sequence[Condition], enough: int
) -> Iterator[tuple[int, Post]]:
    """The same where there are many: tier by tier, as long as posts are wanted."""
    for number in range(first, len(circles)):
        tier = partial(_beyond, circles[number], circles[number - 1]) if number else circles[0]
        posts = search.among(tier).filter(pk__lt=last if number == first else MAX_ID)
        yield from ((number, post) for post in posts.order_by("-pk")[:enough])


def _beyond(circle: Condition, inner: Condition, way: str) -> Q:
    return circle(way) & ~inner(way)


def _newest(search: _Search, cursor: str, limit: int) -> Page[Post]:
    last, wide = decode_cursor(_NEWEST, cursor, 2) if cursor else (MAX_ID, 0)

    def read(condition: Condition) -> list[Post]:
        return list(search.among(condition).filter(pk__lt=last).order_by("-pk")[: _enough(cursor, limit)])

    posts = read(search.wide if wide else search.exact)
    if not cursor and len(posts) < FEW and search.can_be_wide:
        posts, wide = read(search.wide), 1
    next_cursor = encode_cursor(_NEWEST, posts[limit - 1].pk, wide) if len(posts) > limit else ""
    return Page(posts[:limit], next_cursor)


def _top(search: _Search, cursor: str, limit: int) -> Page[Post]:
    """The BEST most liked. Which they are is settled with the first page: cursors have those that are still to come."""
    if cursor:
        rest = decode_ids(_TOP, cursor, BEST)
        condition = search.wide if search.can_be_wide else search.exact
        found = search.posts.filter(condition(_WAY), pk__in=rest).in_bulk() if search.words else {}
        posts = [found[post_id] for post_id in rest if post_id in found]
    else:
        posts = _best(search, search.exact)
        if len(posts) < FEW and search.can_be_wide:
            posts = _best(search, search.wide)
    return Page(posts[:limit], encode_ids(_TOP, [post.pk for post in posts[limit:]]) if len(posts) > limit else "")


def _best(search: _Search, condition: Condition) -> list[Post]:
    """Two queries."""
    if not search.words:
        return []
    matches = PostWords.objects.filter(condition("")).values("pk")
    if matches[: MANY + 1].count() <= MANY:
        posts = search.posts.filter(pk__in=matches[:MANY])
    else:
        newest = search.posts.filter(condition(_WAY)).order_by("-pk").values("pk")[:BEST_OF]
        posts = Post.objects.filter(pk__in=newest).only("id", "audience")
    return list(posts.order_by("-like_count", "-pk")[:BEST])


def _enough(cursor: str, limit: int) -> int:
    """How many to read to know the next page, and from the first whether it is only a few."""
    return limit + 1 if cursor else max(limit + 1, FEW)
