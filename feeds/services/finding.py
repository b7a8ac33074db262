"""What is offered to somebody who is typing, and what they may have meant who find nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.querysets import Viewer
from accounts.selectors import near_people, offered_people
from photos.selectors import near_tags, offered_tags

MOST = 5  # of each sort
_SIGNS = {"@": "people", "#": "tags"}  # what the whole may begin with, and what it then can mean
_OPERATORS = {"from:": "people", "tag:": "tags"}  # the same of the last word


@dataclass(frozen=True, slots=True)
class Offers:
    """People whom many follow first, tags in the order of the alphabet."""

    people: Sequence[User] = ()
    tags: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.tags)


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed: `text` can be the beginning of things of `sort`, or of any ("").

    With an `operator` ("from:", "tag:") it is the value of that, behind `before`, which stays as it is.
    """

    text: str
    sort: str = ""
    before: str = ""
    operator: str = ""

    def with_value(self, value: str) -> str:
        """All that is typed, with this value of the operator."""
        return f"{self.before} {self.operator}{value}".strip()


def read_typed(typed: str) -> Typed:
    before, _, last = typed.rpartition(" ")
    for operator, sort in _OPERATORS.items():
        if last.lower().startswith(operator):
            return Typed(last[len(operator) :], sort, before, operator)
    return Typed(typed, _SIGNS.get(typed.lstrip()[:1], ""))


def offers_for(viewer: Viewer, typed: Typed) -> Offers:
    """What begins with what is typed. Four queries, none if that is nothing."""
    if not typed.text.strip(" @#"):
        return Offers()
    return Offers(
        people=[] if typed.sort == "tags" else offered_people(viewer, typed.text, MOST),
        tags=[] if typed.sort == "people" else offered_tags(viewer, typed.text, MOST),
    )


def near_offers(viewer: Viewer, text: str) -> Offers:
    """What begins with `text`; of which there is nothing so, what is spelled nearly so. Seven queries at most."""
    typed = read_typed(text)
    found = offers_for(viewer, typed)
    return Offers(
        people=found.people or ([] if typed.sort == "tags" else near_people(viewer, typed.text, MOST)),
        tags=found.tags or ([] if typed.sort == "people" else near_tags(viewer, typed.text, MOST)),
    )
