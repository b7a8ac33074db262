"""What is typed into the field of the search as names to go to, and what somebody may mean who finds nothing."""

from dataclasses import dataclass

from accounts.querysets import Viewer
from accounts.selectors import near_people
from feeds.services.suggest_words import Suggestions, suggest
from photos.nearly import near_places, near_tags

MOST = 5  # of each sort
_OPERATORS = ("from:", "tag:", "place:")


@dataclass(frozen=True, slots=True)
class Typed:
    """`text` is what is to be completed; with an `operator` its value, behind `before`, which stays as it is."""

    text: str
    before: str = ""
    operator: str = ""

    def with_value(self, value: str) -> str:
        """All that is typed, with this value of the operator."""
        return f"{self.before} {self.operator}{value}".strip()


def read_typed(typed: str) -> Typed:
    before, _, last = typed.rpartition(" ")
    for operator in _OPERATORS:
        if last.lower().startswith(operator):
            return Typed(last[len(operator) :], before, operator)
    return Typed(typed)


def offers_for(viewer: Viewer, typed: Typed) -> Suggestions:
    return suggest(viewer, f"{typed.operator}{typed.text}", MOST)


def near_offers(viewer: Viewer, text: str) -> Suggestions:
    """What begins with `text`; of each sort that has nothing so, what is spelled nearly so. Nine queries at most."""
    typed = read_typed(text)
    found, word = offers_for(viewer, typed), typed.text.strip("@# ")
    return Suggestions(
        people=found.people or near_people(viewer, word, MOST),
        tags=found.tags or near_tags(viewer, word, MOST),
        places=found.places or near_places(viewer, word, MOST),
    )
