"""How a view says what its calls take and answer; `core.api.schema` makes the schema of the API of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rest_framework import serializers

ID_PATTERN = r"^[0-9]{1,19}$"


class Answer(serializers.Serializer):  # type: ignore[type-arg]
    """What a call answers, in words only: nothing is made with it, and tests hold every answer against it."""

    example: ClassVar[Any] = None


class Page(Answer):
    """One page of a list; a subclass says of what in `results`."""

    next = serializers.URLField(allow_null=True, help_text="The whole address of the next page, null on the last one.")


def page_example(path: str, *results: Any, **more: Any) -> dict[str, Any]:
    return {
        "results": list(results),
        "next": f"https://photos.example.org/rest/v1/{path}{'&' if '?' in path else '?'}cursor=ZXhhbXBsZS4x",
        **more,
    }


def id_text(**options: Any) -> serializers.RegexField:
    """An id as answers have it: a string of digits."""
    return serializers.RegexField(ID_PATTERN, **options)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named value in the query or, with `where` set to "header", in a header.

    `component` is what the schema calls it, where other calls mean something else by the name.
    """

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    where: str = "query"
    required: bool = False
    may_be_empty: bool = False
    example: Any = None
    component: str = ""


@dataclass(frozen=True, slots=True)
class Bytes:
    """A body that is no JSON but bytes of one of these media types."""

    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method of a view. What follows from the view itself is not said again: who may call, scopes, paging, limits.

    `problems` are statuses beyond those that every such call has; `also` are further statuses of success with the same
    answer; an `answer` of None is an answer without a body. `tag` is the chapter, if not that of the module.
    """

    name: str
    summary: str
    answer: type[Answer] | Bytes | None = None
    status: int = 0
    also: tuple[int, ...] = ()
    takes: type[serializers.Serializer[Any]] | Bytes | None = None
    may_be_empty: bool = False
    parameters: tuple[Parameter, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[int, ...] = ()
    token_optional: bool = False
    tag: str = ""

    @property
    def statuses(self) -> Sequence[int]:
        """Those of success."""
        return self.status or (204 if self.answer is None else 200), *self.also


LIMIT = Parameter(
    "limit",
    "How many a page has: 20 if nothing is said, 100 at most.",
    {"type": "integer", "default": 20},
    may_be_empty=True,
    example=20,
)
CURSOR = Parameter("cursor", "Where the page begins, as `next` of the page before has it.", example="ZXhhbXBsZS4x")
SEARCH = Parameter("q", "Only people of whose names a word begins so.", example="ha")
IF_NONE_MATCH = Parameter(
    "If-None-Match", "The `ETag` you have: 304 if it is still right.", where="header", example='"5d41402abc4b2a76"'
)
IF_MATCH = Parameter("If-Match", "The `ETag` it must have: else 412.", where="header")
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "Any text of your own: the same request with it gets the same answer for 24 hours, another one 409. Without a "
    "token it has 32 random signs at least.",
    {"type": "string", "maxLength": 255},
    where="header",
    example="0f6d1c3e-9d39-4a53-a9ac-4c6d2a1f7b10",
)
RANGE = Parameter("Range", "The part of the bytes that you want.", where="header", example="bytes=0-1023")
IF_RANGE = Parameter("If-Range", "The range only if this is still the `ETag`, else the whole.", where="header")
