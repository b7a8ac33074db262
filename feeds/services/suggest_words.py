"""What may be meant while somebody types into the search: people, tags and places whose names begin so."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import search_people
from photos.selectors import known_places, known_tags

MOST_TYPED = 100  # signs
# What a first sign or an operator asks for.
_ONLY = {"@": "people", "from:": "people", "#": "tags", "tag:": "tags", "place:": "places"}
_SORTS = ("people", "tags", "places")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """`people` have what cards need; `places` are slug and name."""

    people: Sequence[User] = ()
    tags: Sequence[str] = ()
    places: Sequence[tuple[str, str]] = ()


def suggest(viewer: Viewer, text: str, limit: int = 5) -> Suggestions:
    """`limit` of each sort at most; of one sort alone if what is typed begins with @, #, from:, tag: or place:.

    Five queries at most. Nothing for nothing.
    """
    typed = text.strip()[:MOST_TYPED]
    begin, sorts = next(
        ((begin, (sort,)) for begin, sort in _ONLY.items() if typed.lower().startswith(begin)), ("", _SORTS)
    )
    word = typed[len(begin) :].strip().strip('"')
    if not word:
        return Suggestions()
    return Suggestions(
        people=search_people(viewer, word, cursor="", limit=limit).items if "people" in sorts else (),
        tags=known_tags(viewer, word, limit=limit) if "tags" in sorts else (),
        places=known_places(viewer, word, limit=limit) if "places" in sorts else (),
    )
