"""Every answer of the API that Django's test client gets is held against the schema: status, content type and body.

Here an object has exactly the fields that the schema names; clients are told to pass over those they do not know.
"""

import re
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import jsonschema_rs
import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import override_settings
from django.urls import Resolver404, resolve

from core.api.errors import PROBLEM
from core.api.schema import PREFIX, make_schema

Json = dict[str, Any]

ADDRESSES = "instagram.urls"

# Refused before the call is looked at, wherever it goes; and our own faults. The schema says so of all calls at once.
ANYWHERE = {405, 411, 413, 500}
_ROUTE_VALUE = re.compile(r"<\w+:(\w+)>")


class BrokenContract(AssertionError):
    """An answer that a client written after the schema would not understand."""


def check_answer(request: HttpRequest, response: HttpResponseBase) -> None:
    """BrokenContract when the answer is not one that the schema has for this call.

    Other pages are passed over, and what browsers ask before a call to another origin; so are the addresses of a test
    that says OUTSIDE_THE_CONTRACT beside its `urlpatterns`.
    """
    is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    outside = getattr(import_module(settings.ROOT_URLCONF), "OUTSIDE_THE_CONTRACT", False)
    if not request.path.startswith(PREFIX) or is_preflight or outside:
        return
    method = str(request.method).lower()
    operation = _operation(request.path, method)
    reason = _fault(operation, response, has_body=request.method != "HEAD")
    if reason:
        raise BrokenContract(f"{request.method} {request.path} answered {response.status_code}: {reason}")


def _fault(operation: Json | None, response: HttpResponseBase, *, has_body: bool) -> str:
    """What is wrong with the answer, "" for nothing."""
    status = response.status_code
    contents = _contents(operation, status)
    if contents is None:
        return "docs/openapi.json has no such answer for this call"
    if not has_body:
        return ""
    if not contents:
        return "a body where none is said" if getattr(response, "content", b"") else ""
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    said = contents.get(media_type) or contents.get(media_type.partition("/")[0] + "/*")
    if said is None:
        return f"{media_type or 'no type'} instead of {', '.join(contents)}"
    if response.streaming or "$ref" not in said["schema"]:
        return ""
    return _body_fault(said["schema"]["$ref"], response.content)  # type: ignore[attr-defined]  # it does not stream


def _body_fault(schema: str, content: bytes) -> str:
    body = orjson.loads(content)
    checker = _checker(schema)
    if checker.is_valid(body):
        return ""
    name = schema.rpartition("/")[2]
    return "\n".join([f"this is no {name}:", *(str(error) for error in checker.iter_errors(body))])


def _contents(operation: Json | None, status: int) -> Json | None:
    """The media types that may come with this status; None when it may not come at all."""
    said = (operation or {"responses": {}})["responses"].get(str(status))
    if said is None:
        is_refusal = status in ANYWHERE or (operation is None and status >= 400)
        return {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}} if is_refusal else None
    if "$ref" in said:
        said = _schema()["components"]["responses"][said["$ref"].rpartition("/")[2]]
    found: Json = said.get("content", {})
    return found


def _operation(path: str, method: str) -> Json | None:
    """What the schema says of the call; None where there is none. HEAD is as GET unless it is described itself."""
    item = _schema()["paths"].get(_template(path), {})
    found: Json | None = item.get(method) or (item.get("get") if method == "head" else None)
    return found


@lru_cache(10_000)
def _template(path: str) -> str:
    """The address as the schema writes it, "" for an unknown one."""
    try:
        route = resolve(path).route
    except Resolver404:
        return ""
    return "/" + _ROUTE_VALUE.sub(r"{\1}", route).rstrip("/")


@cache
def _checker(reference: str) -> jsonschema_rs.Draft202012Validator:
    whole = {"$ref": reference, "components": {"schemas": _exact(_schema()["components"]["schemas"])}}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _exact(part: Any) -> Any:
    """The schema with no room for fields that it does not name."""
    if isinstance(part, list):
        return [_exact(each) for each in part]
    if not isinstance(part, dict):
        return part
    exact = {name: _exact(value) for name, value in part.items() if name != "examples"}
    return {**exact, "additionalProperties": False} if isinstance(part.get("properties"), dict) else exact


@cache
def _schema() -> Json:
    with override_settings(ROOT_URLCONF=ADDRESSES):  # a test may have addresses of its own
        return make_schema()
