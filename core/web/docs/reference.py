"""The schema of the API in the words of a page: chapters, calls and objects, each once, with links between them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.api.calls import ID_PATTERN
from core.api.schema import EACH_ANSWER, PREFIX
from core.web.docs.curl import curl_command
from core.web.markdown import anchor_of, line_to_html

Json = Mapping[str, Any]

ROOT = "/docs/api/"
OBJECTS, ERRORS = ROOT + "objects/", ROOT + "errors/"
EXAMPLE_ORIGIN = "https://photos.example.org"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
VERSION_HEADERS = {"If-None-Match", "If-Match"}
_NAMES_RULE = re.compile("at most|one of", re.IGNORECASE)
FORMATS = {"date-time": "time", "uri": "address", "email": "e-mail address"}


@dataclass(frozen=True, slots=True)
class Field:
    """A named value: in a body, an answer, or a parameter of a call; `kind` is what may stand there."""

    name: str
    kind: SafeString
    about: SafeString
    required: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What a call takes. Bytes have no fields."""

    media_type: str
    kind: str
    fields: list[Field]
    required: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: `kind` is empty for one without a body, `example` for bytes.

    Headers beside those of every answer: `shared` are described once for all calls, `headers` are of this call alone.
    """

    status: str
    about: str
    kind: SafeString
    shared: list[str]
    headers: list[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    scope: str
    open: bool
    parameters: list[Field]
    has_version: bool
    body: Body | None
    command: str
    answers: list[Answer]
    errors: list[str]

    @property
    def short_path(self) -> str:
        return self.path.removeprefix(PREFIX[:-1])

    @property
    def example(self) -> str:
        return next((answer.example for answer in self.answers if answer.example), "")


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    slug: str
    about: SafeString
    operations: list[Operation]

    @property
    def url(self) -> str:
        return f"{ROOT}{self.slug}/"


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that answers have or bodies take."""

    name: str
    about: SafeString
    fields: list[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Problem:
    status: str
    title: str
    example: str


class Reference:
    """What is read out of one schema."""

    def __init__(self, schema: Json) -> None:
        self._schema = schema
        self._components: Json = schema["components"]
        self.chapters = [self._chapter(tag) for tag in schema["tags"]]
        self.shapes = list(self._shapes())
        self.problems = list(self._problems())
        self.headers = [self._header(name, each) for name, each in self._components["headers"].items()]

    def links_of_calls(self) -> dict[str, str]:
        """Where each call is described, by its words: `GET /posts/{id}`, `/rest/v1` left out, ids called id."""
        found: dict[str, str] = {}
        for chapter in self.chapters:
            for call in chapter.operations:
                path = call.short_path.replace("post_id", "id").replace("media_id", "id")
                words = f"{call.method} {path.replace('upload_id', 'id').replace('export_id', 'id')}"
                found[words] = f"{chapter.url}#{call.anchor}"
        return found

    # --- Calls

    def _chapter(self, tag: Json) -> Chapter:
        operations = [
            self._operation(path, method, methods[method])
            for path, methods in self._schema["paths"].items()
            for method in METHODS
            if tag["name"] in methods.get(method, {}).get("tags", ())
        ]
        return Chapter(tag["name"], anchor_of(tag["name"]), line_to_html(tag["description"]), operations)

    def _operation(self, path: str, method: str, call: Json) -> Operation:
        parameters = [self._find(each) for each in call.get("parameters", ())]
        names = {each["name"] for each in parameters}
        return Operation(
            anchor=call["operationId"],
            method=method.upper(),
            path=path,
            summary=call["summary"],
            scope=next((scheme["oauth2"][0] for scheme in call["security"] if "oauth2" in scheme), ""),
            open={} in call["security"],
            parameters=[self._parameter(each) for each in parameters if each["name"] not in VERSION_HEADERS],
            has_version=bool(VERSION_HEADERS & names),
            body=self._body(call.get("requestBody")),
            command=curl_command(self._schema, path, method, call),
            answers=list(self._answers(call)),
            errors=[status for status in sorted(call["responses"]) if int(status) >= 400 and status != "416"],
        )

    def _parameter(self, parameter: Json) -> Field:
        about = line_to_html(parameter.get("description", ""))
        if "example" in parameter:
            about = format_html("{} Example: <code>{}</code>.", about, str(parameter["example"]))
        kind = self._kind(parameter["schema"])
        return Field(parameter["name"], kind, about, parameter.get("required", False), parameter["in"])

    def _body(self, body: Json | None) -> Body | None:
        if body is None:
            return None
        ((media_type, content),) = body["content"].items()
        reference = content["schema"].get("$ref", "")
        shape = self._find(content["schema"]) if reference else {}
        return Body(media_type, _last(reference), self._fields(shape), body["required"])

    def _answers(self, call: Json) -> Iterator[Answer]:
        for status, reference in sorted(call["responses"].items()):
            if int(status) >= 400 and status != "416":
                continue
            answer = self._find(reference)
            headers = {name: each for name, each in answer["headers"].items() if name not in EACH_ANSWER}
            yield Answer(
                status,
                "" if answer["description"] == call["summary"] else answer["description"],
                self._content_kind(answer.get("content", {})),
                [name for name, each in headers.items() if "$ref" in each],
                [self._header(name, each) for name, each in headers.items() if "$ref" not in each],
                self._content_example(answer.get("content", {})),
            )

    def _header(self, name: str, reference: Json) -> Field:
        header = self._find(reference)
        return Field(name, self._kind(header["schema"]), line_to_html(header["description"]), required=False)

    def _content_kind(self, content: Json) -> SafeString:
        """An object, or bytes of one of some media types."""
        kinds = [
            self._kind(each["schema"]) if "$ref" in each["schema"] else format_html("<code>{}</code>", media_type)
            for media_type, each in content.items()
        ]
        return format_html_join(" or ", "{}", ((kind,) for kind in kinds))

    def _content_example(self, content: Json) -> str:
        example = content.get("application/json", {}).get("examples", {})
        return next((_pretty(self._find(each)["value"]) for each in example.values()), "")

    # --- Objects

    def _shapes(self) -> Iterator[Shape]:
        """All but the bodies of calls, described there. A list has no example: what it lists has one."""
        bodies = {call.body.kind for chapter in self.chapters for call in chapter.operations if call.body}
        for name, shape in self._components["schemas"].items():
            if name not in bodies:
                own = "examples" in shape and "results" not in shape.get("properties", {})
                example = _pretty(shape["examples"][0]) if own else ""
                yield Shape(name, line_to_html(shape.get("description", "")), self._fields(shape), example)

    def _fields(self, shape: Json) -> list[Field]:
        return [
            Field(
                name,
                self._kind(value),
                line_to_html(value.get("description", "")),
                name in shape.get("required", ()),
            )
            for name, value in shape.get("properties", {}).items()
        ]

    def _kind(self, value: Json) -> SafeString:
        """What may stand there, in words: `text, at most 120 signs, or null`.

        Where a description names the rule, the bound of the schema is only what is read at all, and left out.
        """
        if "$ref" in value:
            name = _last(value["$ref"])
            return format_html('<a href="{}#{}">{}</a>', OBJECTS, name, name)
        if "oneOf" in value:
            return format_html_join(" or ", "{}", ((self._kind(each),) for each in value["oneOf"]))
        types = value.get("type", "anything")
        *others, first = reversed(types if isinstance(types, list) else [types])
        bounds = [] if _NAMES_RULE.search(value.get("description", "")) else _bounds(value)
        words = [self._plain_kind(first, value), *bounds, *(f"or {_name_of(each, {})}" for each in others)]
        return format_html_join(", ", "{}", ((word,) for word in words))

    def _plain_kind(self, sort: str, value: Json) -> SafeString:
        if "const" in value:
            return format_html("<code>{}</code>", value["const"])
        if "enum" in value:
            names = dict.fromkeys(each for each in value["enum"] if each is not None)
            return format_html("one of {}", format_html_join(", ", "<code>{}</code>", ((name,) for name in names)))
        if sort == "array":
            items = {"description": value.get("description", ""), **value["items"]} if value["items"] else {}
            return format_html("list of {}", self._kind(items))
        if sort == "object" and value.get("additionalProperties"):
            return format_html("object of {}", self._kind(value["additionalProperties"]))
        return format_html("{}", _name_of(sort, value))

    # --- Errors

    def _problems(self) -> Iterator[Problem]:
        for answer in self._components["responses"].values():
            (content,) = answer["content"].values()
            yield Problem(str(content["example"]["status"]), answer["description"], _pretty(content["example"]))

    def _find(self, described: Json) -> Json:
        """What a `$ref` points to; anything else is itself."""
        if "$ref" not in described:
            return described
        _, _, kind, name = described["$ref"].split("/", 3)
        found: Json = self._components[kind][name]
        return found


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _name_of(sort: str, value: Json) -> str:
    if value.get("contentMediaType"):
        return "file"
    if value.get("pattern") == ID_PATTERN:
        return "id"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}
    return FORMATS.get(value.get("format", ""), names.get(sort, sort))


def _bounds(value: Json) -> Iterator[str]:
    if "maxLength" in value and "enum" not in value:
        yield f"at most {value['maxLength']} signs"
    if "maxItems" in value:
        yield f"at most {value['maxItems']}"
    if "minimum" in value and "maximum" in value:
        yield f"{value['minimum']} to {value['maximum']}"
    elif "minimum" in value:
        yield f"{value['minimum']} or more"
    if value.get("default") not in (None, "", []):
        yield f"{json.dumps(value['default'])} if left out"


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False).replace(EXAMPLE_ORIGIN, settings.ORIGIN)
