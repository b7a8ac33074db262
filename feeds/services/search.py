"""Searching posts: by title first, then tags, caption, and place and author; what is spelled nearly so comes when
little else is found.

Who may see a post is asked of the posts; the kept words (photos/wanted.py) only say which to ask of. Nothing here
counts or stops at posts that the viewer may not find.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import QueryCanceled

from accounts.models import User
from accounts.querysets import Viewer
from core.exceptions import FieldError, InvalidInput, NotSignedIn
from core.ids import MAX_ID, first_id_at
from core.paging import Page
from feeds.services.search_order import FEW, ORDERS, Found
from photos.finding import PATIENCE, slow
from photos.models import Media, Post
from photos.querysets import PostQuerySet
from photos.questions import ME, read_question
from photos.stemming import language_of
from photos.wanted import wanted_by

__all__ = ["FEW", "KINDS", "QUERY_LENGTH", "SORTS", "TYPES", "Question", "clean_question", "search_posts"]

TYPES = ("posts", "users", "tags", "places")
KINDS = tuple(Media.Kind.values)
SORTS = tuple(ORDERS)
QUERY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. `kind` is "" for both, `author` a username or "" for everybody's; operators in `text`
    say more. `language` is a tag such as "de-AT" of the language that stems are of.
    """

    text: str
    type: str = TYPES[0]
    kind: str = ""
    sort: str = SORTS[0]
    author: str = ""
    language: str = settings.LANGUAGE_CODE


def clean_question(asked: Mapping[str, str], *, language: str = settings.LANGUAGE_CODE) -> Question:
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
    problems += _text_problems(question)
    if problems:
        raise InvalidInput(problems[0].message, errors=problems)
    return replace(question, language=language)


def _text_problems(question: Question) -> Sequence[FieldError]:
    if not question.text:
        return [FieldError("q", "required", "Say what to look for.")]
    if len(question.text) > QUERY_LENGTH:
        return [FieldError("q", "too_long", f"q may have {QUERY_LENGTH} signs.")]
    try:
        if question.type == "posts":
            read_question(question.text)
    except InvalidInput as error:
        return error.errors
    return []


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
            cursor.execute(
                f"SET LOCAL statement_timeout = {PATIENCE * 1000:.0f}; SET LOCAL random_page_cost = 1.1;"
                " SET LOCAL enable_seqscan = off"
            )
            yield
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        raise slow() from error


def search_posts(viewer: Viewer, question: Question, *, cursor: str, limit: int) -> Page[Post]:
    """One page of posts, with id and audience. The number of queries grows only with what is passed over as hidden.

    InvalidInput for an operator with a value that it cannot have. Malformed for a cursor of another list.
    """
    asked = read_question(question.text)
    asked.author, asked.kind = question.author or asked.author, question.kind or asked.kind
    author = _author(viewer, asked.author)
    excluded = _author(viewer, asked.excluded.author if asked.excluded else "")
    wanted = wanted_by(asked, author, excluded, language_of(question.language))
    posts, zone = _findable(viewer, by_name=author is not None), _zone(viewer)
    above, below = _moment(asked.after, zone), _moment(asked.before, zone)
    if above:
        posts = posts.filter(published_at__gte=above)
    if below:
        posts = posts.filter(published_at__lt=below)
    bounds = (first_id_at(above) - 1 if above else -1, first_id_at(below) if below else MAX_ID)
    found = Found(posts, wanted, *bounds) if wanted.has_query or asked.narrows else None
    return ORDERS[question.sort](found, cursor, limit)


def _findable(viewer: Viewer, *, by_name: bool) -> PostQuerySet:
    """The posts that searching may bring before `viewer`.

    Of people whom the viewer has muted in everything only who asks for them by name finds something.
    """
    posts = Post.objects.offered_to(viewer).filter(state=Post.State.PUBLISHED)
    wants_it = Q(author__in_search=True)
    posts = posts.filter(wants_it if viewer.is_anonymous else wants_it | Q(author=viewer.pk))
    return (posts if by_name else posts.without_muted_by(viewer)).only("id", "audience")


def _author(viewer: Viewer, name: str) -> int | None:
    """The id of whom is asked for; 0 for nobody by that name, and nobody the viewer may find; None if nobody is asked
    for. One query for a name.
    """
    if not name:
        return None
    if name == ME:
        return viewer.pk or 0
    named = User.objects.searchable_by(viewer).filter(username=name.replace("\0", ""))
    return named.values_list("pk", flat=True).first() or 0


def _zone(viewer: Viewer) -> ZoneInfo:
    """In whose calendar the days of `before` and `after` are."""
    return ZoneInfo(settings.TIME_ZONE if viewer.is_anonymous else viewer.time_zone)


def _moment(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None
