"""A command for each call of the API, made of the examples in its schema."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

Json = Mapping[str, Any]

_FILE = "picture.jpg"


def curl_command(schema: Json, path: str, method: str, call: Json) -> str:
    """One command over several lines. The token is `$TOKEN`, a file is picture.jpg."""

    def find(described: Json) -> Json:
        return _component(schema, described["$ref"]) if "$ref" in described else described

    parameters = [find(each) for each in call.get("parameters", ())]
    for each in parameters:
        if each["in"] == "path":
            path = path.replace("{" + each["name"] + "}", str(each["example"]))
    parts = [f"curl{_method(method, call)} {shlex.quote(settings.ORIGIN + path)}"]
    if {} not in call["security"]:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    parts += [f"-H {shlex.quote(_header_line(each))}" for each in parameters if _is_needed(each)]
    parts += _body(call.get("requestBody"), find)
    return " \\\n     ".join(parts)


def _component(schema: Json, reference: str) -> Json:
    _, _, kind, name = reference.split("/", 3)
    found: Json = schema["components"][kind][name]
    return found


def _is_needed(parameter: Json) -> bool:
    return parameter["in"] == "header" and bool(parameter.get("required"))


def _header_line(parameter: Json) -> str:
    return f"{parameter['name']}: {parameter.get('example', parameter['schema'].get('const', ''))}"


def _method(method: str, call: Json) -> str:
    """As curl takes it: a body makes a POST by itself."""
    has_body = "requestBody" in call
    if method == "head":
        return " -I"
    return "" if method == "get" or (method == "post" and has_body) else f" -X {method.upper()}"


def _body(body: Json | None, find: Any) -> Iterator[str]:
    if body is None:
        return
    ((media_type, content),) = body["content"].items()
    if media_type == "multipart/form-data":
        (example,) = content["examples"].values()
        for name, value in find(example)["value"].items():
            yield f"-F file=@{_FILE}" if name == "file" else f"-F {shlex.quote(f'{name}={value}')}"
        return
    yield f"-H 'Content-Type: {media_type}'"
    if media_type == "application/json":
        (example,) = content["examples"].values()
        yield f"-d {shlex.quote(json.dumps(find(example)['value'], indent=2, ensure_ascii=False))}"
    else:
        yield f"--data-binary @{_FILE}"
