"""The schema of the API, OpenAPI 3.1, made by drf-spectacular of what views say in `calls`.

This adds to each call what follows from its view: who may call and with which scope, pages, tags of versions, limits,
and every error that can come.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent, force_instance
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from core.api.calls import CURSOR, IF_MATCH, IF_NONE_MATCH, IF_RANGE, LIMIT, RANGE, Bytes, Call, Page, Parameter
from core.api.schema_words import HEADERS, PATH_VALUES, PROBLEM, PROBLEMS, SECURITY
from core.api.views import ApiView

Json = dict[str, Any]

PREFIX = "/rest/v1/"
EVERYWHERE = (400, 401, 403, 429, 503)
WITH_BODY = (411, 413, 415)
BINARY: Json = {"type": "string", "format": "binary"}  # in the words of 3.0 too: generators of clients know no others
EACH_ANSWER = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-Id")
_ROUTE_VALUE = re.compile(r"<(\w+):(\w+)>")


def make_schema() -> Json:
    """The whole schema, in plain JSON types; the same on every site."""
    return cast(Json, Generator().get_schema(public=True))


def call_of(view: Any, method: str) -> Call:
    """LookupError, naming what is missing, when the view does not describe this method."""
    call = view.calls.get(method.lower())
    if call is None:
        raise LookupError(f"{type(view).__name__} does not describe its {method} in `calls`.")
    return cast(Call, call)


class Endpoints(EndpointEnumerator):
    """The calls under PREFIX, without the spelling that has a slash at its end."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        is_ours = path.startswith(PREFIX) and not path.endswith("/")
        return is_ours and bool(super().should_include_endpoint(path, callback))

    def get_allowed_methods(self, callback: Any) -> list[str]:
        """HEAD and OPTIONS where a view says more of them than that they exist."""
        methods = super().get_allowed_methods(callback)
        return [*methods, *(name for name in ("HEAD", "OPTIONS") if name.lower() in callback.cls.calls)]


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Endpoints

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, scheme in SECURITY.items():
            self.registry.register(ResolvedComponent(name, ResolvedComponent.SECURITY_SCHEMA, scheme, name))


class CallSchema(AutoSchema):
    """One operation of the schema; what it shares with others goes into `components`."""

    call: Call

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> Json:
        self.registry, self.path, self.path_regex, self.method = registry, path, path_regex, method.upper()
        self.call = call_of(self.view, method)
        described = {
            "operationId": self.call.name,
            "summary": self.call.summary,
            "tags": self.get_tags(),
            "parameters": [*self._path_values(), *map(self._parameter, self._all_parameters())],
            "requestBody": self._body(),
            "security": self.get_auth(),
            "responses": dict(sorted({**self._successes(), **self._refusals()}.items())),
        }
        return {name: value for name, value in described.items() if value}

    def get_tags(self) -> list[str]:
        """The chapter that the call names, else its module, or its app where the module is called `views`."""
        app, _, module = type(self.view).__module__.split(".")
        return [self.call.tag or (app if module == "views" else module).capitalize()]

    def get_auth(self) -> list[Json]:
        """Nobody at all, a token with the scope of the call, or the session of a browser."""
        signed = [{"oauth2": [self._scope]}, {"token": [self._scope]}, self._session]
        if not self.view.permission_classes:
            return [{}, *signed] if self.call.token_optional else [{}]
        is_open = self.method == "OPTIONS" or (self._is_reading and self._api_view.public)
        return [{}, *signed] if is_open else signed

    @property
    def _api_view(self) -> ApiView:
        return cast(ApiView, self.view)

    @property
    def _is_reading(self) -> bool:
        return self.method in SAFE_METHODS

    @property
    def _scope(self) -> str:
        return "read" if self._is_reading else self._api_view.write_scope

    @property
    def _session(self) -> Json:
        return {"session": []} if self._is_reading else {"session": [], "csrf": []}

    @property
    def _is_page(self) -> bool:
        return isinstance(self.call.answer, type) and issubclass(self.call.answer, Page)

    @property
    def _is_file(self) -> bool:
        return isinstance(self.call.answer, Bytes)

    @property
    def _has_version(self) -> bool:
        return self.method == "GET" and self.call.answer is not None

    # --- What it takes ---

    def _path_values(self) -> Iterator[Json]:
        for kind, name in _ROUTE_VALUE.findall(self.path_regex):
            yield {"name": name, "in": "path", "required": True, **PATH_VALUES[kind]}

    def _all_parameters(self) -> Iterator[Parameter]:
        yield from self.call.parameters
        if self._is_page and LIMIT not in self.call.parameters:
            yield from (LIMIT, CURSOR)
        if self._is_file:
            yield from (RANGE, IF_RANGE)
        if self._has_version:
            yield from (IF_NONE_MATCH, IF_MATCH)

    def _parameter(self, parameter: Parameter) -> Json:
        described: Json = {
            "name": parameter.name,
            "in": parameter.where,
            "description": parameter.description,
            "schema": dict(parameter.schema),
        }
        if parameter.required:
            described["required"] = True
        if parameter.may_be_empty:
            described["allowEmptyValue"] = True
        if parameter.example is not None:
            described["example"] = parameter.example
        return self._component(ResolvedComponent.PARAMETER, parameter.component or parameter.name, described)

    def _body(self) -> Json | None:
        takes = self.call.takes
        if takes is None:
            return None
        if isinstance(takes, Bytes):
            content: Json = self._bytes(takes)
        else:
            content = {self.view.parser_classes[0].media_type: self._content(takes)}
        return {"content": content, "required": not self.call.may_be_empty}

    # --- What it answers ---

    def _successes(self) -> Json:
        found: Json = {str(status): self._success() for status in self.call.statuses}
        if self._is_file:
            part = {**found["200"]["headers"], **self._headers("Content-Range")}
            found["206"] = {**found["200"], "description": "The part that was asked for.", "headers": part}
            found["416"] = {"description": "The part lies outside of the file.", "headers": part}
        if self._has_version:
            found["304"] = {"description": "What you have is still right.", "headers": self._headers("ETag")}
        return found

    def _success(self) -> Json:
        names = [*EACH_ANSWER, *(["Link"] * self._is_page), *(["ETag"] * self._has_version)]
        own = {name: {"description": text, "schema": {"type": "string"}} for name, text in self.call.headers.items()}
        answer: Json = {"description": self.call.summary, "headers": {**self._headers(*names), **own}}
        if isinstance(self.call.answer, Bytes):
            answer["content"] = self._bytes(self.call.answer)
        elif self.call.answer is not None:
            answer["content"] = {"application/json": self._content(self.call.answer)}
        return answer

    def _bytes(self, sort: Bytes) -> Json:
        return {name: {"schema": BINARY} for name in sort.media_types}

    def _content(self, serializer: type[serializers.Serializer[Any]]) -> Json:
        """A body of JSON or of a form: its schema, and the example that the serializer has."""
        component = self.resolve_serializer(serializer, "response")
        example = {"summary": component.name, "value": serializer.example}  # type: ignore[attr-defined]  # each has one
        reference = self._component(ResolvedComponent.EXAMPLE, component.name, example)
        return {"schema": component.ref, "examples": {component.name: reference}}

    def _refusals(self) -> Json:
        statuses = {*EVERYWHERE, *self.call.problems}
        if _ROUTE_VALUE.search(self.path_regex):
            statuses.add(404)
        if self._has_version:
            statuses.add(412)
        if self.call.takes is not None:
            statuses.update(WITH_BODY)
            statuses.update([422] if not isinstance(self.call.takes, Bytes) else [])
        return {str(status): self._problem(status) for status in statuses}

    def _problem(self, status: int) -> Json:
        title, example = PROBLEMS[status]
        names = [*EACH_ANSWER, *(["Retry-After"] if status in (429, 503) else [])]
        names += ["WWW-Authenticate"] if status == 401 else []
        schema = self._component(ResolvedComponent.SCHEMA, "Problem", PROBLEM)
        content = {"schema": schema, "example": example}
        answer = {
            "description": title,
            "headers": self._headers(*names),
            "content": {"application/problem+json": content},
        }
        return self._component(ResolvedComponent.RESPONSE, f"Problem{status}", answer)

    def _headers(self, *names: str) -> Json:
        return {name: self._component(ResolvedComponent.HEADER, name, HEADERS[name]) for name in names}

    def _component(self, kind: str, name: str, described: Mapping[str, Any]) -> Json:
        component = ResolvedComponent(name, kind, dict(described), name)
        self.registry.register_on_missing(component)
        return component.ref

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Json:
        """In words that generators of clients know where drf-spectacular has others: files, JSON of any shape, choices.

        No `default`: they take a field with one for a field that is always there, even in what is sent.
        """
        schema = cast(Json, super()._map_serializer_field(field, direction, bypass_extensions))
        for name in ("x-spec-enum-id", "default"):
            schema.pop(name, None)
        if isinstance(field, serializers.FileField):
            schema |= {**BINARY, "contentMediaType": "application/octet-stream", "minLength": 1}
        if isinstance(field, serializers.JSONField):
            schema = {"type": ["object", "null"]}
        if field.allow_null and "enum" in schema:
            kind, choices = schema.pop("type")[0], [each for each in schema.pop("enum") if each is not None]
            schema["oneOf"] = [{"type": kind, "enum": choices}, {"type": "null"}]
        return schema

    def _insert_field_validators(self, field: Any, schema: Json) -> None:
        """And the `words` of the field, which know best."""
        super()._insert_field_validators(field, schema)
        schema |= getattr(field, "words", {})

    def _map_serializer(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> Json:
        """With the example of the serializer, in its `words` what binds its fields together, and without the words of a
        class that it comes from.
        """
        schema = cast(Json, super()._map_serializer(serializer, direction, bypass_extensions))
        schema |= getattr(serializer, "words", {})
        if force_instance(serializer).__class__.__doc__ is None:
            schema.pop("description", None)
        example = getattr(serializer, "example", None)
        return schema if example is None else {**schema, "examples": [example]}
