"""The schema of the API: valid, whole, and the same as the committed copy."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.views import APIView

from core.api.schema import call_of, make_schema
from core.api.views import ApiView
from tests.hardening.routes import all_routes

COPY = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
METHODS = ("get", "put", "post", "patch", "delete", "options", "head")
Json = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Json:
    return make_schema()


def operations(schema: Json) -> Iterator[tuple[str, Json]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def resolved(schema: Json, part: Json) -> Json:
    """`part`, or what it refers to."""
    for name in part.get("$ref", "#").split("/")[1:]:
        part = schema[name] if name == "components" else part[name]
    return part


def successes(schema: Json, operation: Json) -> list[Json]:
    return [resolved(schema, answer) for status, answer in operation["responses"].items() if status.startswith("2")]


def bodies(schema: Json, operation: Json) -> Iterator[tuple[str, Json]]:
    """Each media type that the call takes or answers, and what is said of it."""
    answers = [resolved(schema, answer) for answer in operation["responses"].values()]
    for part in (operation.get("requestBody", {}), *answers):
        yield from part.get("content", {}).items()


def described_methods(view: type[ApiView]) -> set[str]:
    """The methods that a view has of its own. HEAD beside a GET says nothing new unless the view describes it."""
    own = {method for method in METHODS if getattr(view, method, None) is not getattr(APIView, method, None)}
    return own - ({"head"} if "get" in own and "head" not in view.calls else set())


def test_committed_copy_is_the_schema_of_the_code(schema: Json) -> None:
    written = json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    assert written == COPY.read_text(encoding="utf-8"), "The contract has changed: run `make schema` and look at it."


def test_schema_is_valid_openapi(schema: Json) -> None:
    assert schema["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(schema).iter_errors()] == []


def test_every_method_of_every_route_is_described_and_nothing_else(schema: Json) -> None:
    expected = {
        f"{method.upper()} /" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.pattern)
        for route in all_routes()
        if route.pattern.startswith("rest/v1/")
        for method in described_methods(route.view.cls)  # type: ignore[attr-defined]
    }

    assert {name for name, _ in operations(schema)} == expected
    assert len(expected) > 60


def test_every_call_has_a_name_of_its_own(schema: Json) -> None:
    names = [operation["operationId"] for _, operation in operations(schema)]

    assert sorted(names) == sorted(set(names))


def test_every_call_has_a_known_chapter_and_says_who_may_call(schema: Json) -> None:
    chapters = {tag["name"] for tag in schema["tags"]}
    used = {tag for _, operation in operations(schema) for tag in operation["tags"]}
    schemes = {name for _, operation in operations(schema) for way in operation["security"] for name in way}

    assert used == chapters
    assert [name for name, operation in operations(schema) if not operation["tags"] or not operation["security"]] == []
    assert schemes == set(schema["components"]["securitySchemes"])


def test_every_call_has_an_answer_with_a_schema_or_one_without_a_body(schema: Json) -> None:
    bodyless = {
        name
        for name, operation in operations(schema)
        if not all(answer.get("content") for answer in successes(schema, operation))
    }

    assert [name for name, operation in operations(schema) if not successes(schema, operation)] == []
    assert {name for name in bodyless if not name.startswith(("DELETE", "OPTIONS", "HEAD"))} == {
        "PATCH /rest/v1/uploads/{upload_id}"
    }


def test_every_error_is_a_problem(schema: Json) -> None:
    found = {
        content
        for _, operation in operations(schema)
        for status, answer in operation["responses"].items()
        if status >= "400" and status != "416"
        for content in resolved(schema, answer)["content"]
    }

    assert found == {"application/problem+json"}


def test_every_call_can_be_refused_for_who_asks_and_how_often(schema: Json) -> None:
    always = {"400", "401", "403", "429", "503"}

    assert [name for name, operation in operations(schema) if not always <= set(operation["responses"])] == []


def test_every_schema_has_an_example_that_fits_it(schema: Json) -> None:
    wrong: dict[str, list[str]] = {}
    for name, part in schema["components"]["schemas"].items():
        checker = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": schema["components"]})
        examples = part.get("examples", [])
        wrong[name] = ["no example"] * (not examples)
        wrong[name] += [error.message for example in examples for error in checker.iter_errors(example)]

    assert {name: errors for name, errors in wrong.items() if errors} == {}


def test_every_description_is_about_what_it_describes(schema: Json) -> None:
    said = [part["description"] for part in schema["components"]["schemas"].values() if "description" in part]

    assert sorted(said) == sorted(set(said))
    assert len(said) > 20


def test_what_is_sent_has_no_defaults_that_generators_take_for_values(schema: Json) -> None:
    fields = [
        (name, field, said)
        for name, part in schema["components"]["schemas"].items()
        for field, said in part.get("properties", {}).items()
    ]

    assert [(name, field) for name, field, said in fields if "default" in said] == []
    assert len(fields) > 200


def test_new_post_says_which_words_it_takes(schema: Json) -> None:
    sent, shown = (schema["components"]["schemas"][name]["properties"] for name in ("NewPostInput", "Post"))

    assert [sent[name]["enum"] == shown[name]["enum"] for name in ("audience", "licence")] == [True, True]
    assert sent["comments"]["enum"] == ["everyone", "followers", "off"]


def test_every_body_has_an_example(schema: Json) -> None:
    without = [
        f"{name} {media_type}"
        for name, operation in operations(schema)
        for media_type, said in bodies(schema, operation)
        if media_type.endswith("json") and not (said.get("examples") or said.get("example"))
    ]

    assert without == []


def test_every_parameter_says_what_it_is(schema: Json) -> None:
    parameters = [
        resolved(schema, each) for _, operation in operations(schema) for each in operation.get("parameters", [])
    ]

    assert [each["name"] for each in parameters if not (each.get("description") or each["in"] == "path")] == []
    assert [each["name"] for each in parameters if each["in"] == "path" and "example" not in each] == []


@pytest.mark.parametrize(
    ("call", "who"),
    [
        ("GET /rest/v1/posts/{post_id}", [{}, {"oauth2": ["read"]}, {"token": ["read"]}, {"session": []}]),
        (
            "PATCH /rest/v1/posts/{post_id}",
            [{"oauth2": ["write"]}, {"token": ["write"]}, {"session": [], "csrf": []}],
        ),
        (
            "PUT /rest/v1/users/{username}/follow",
            [{"oauth2": ["follow"]}, {"token": ["follow"]}, {"session": [], "csrf": []}],
        ),
        ("GET /rest/v1/me", [{"oauth2": ["read"]}, {"token": ["read"]}, {"session": []}]),
        ("POST /rest/v1/accounts", [{}]),
    ],
)
def test_who_may_call_is_what_the_view_says(schema: Json, call: str, who: list[Json]) -> None:
    assert dict(operations(schema))[call]["security"] == who


def test_list_has_pages_and_one_thing_has_a_version(schema: Json) -> None:
    found = dict(operations(schema))
    trash, post = found["GET /rest/v1/trash"], found["GET /rest/v1/posts/{post_id}"]

    assert [resolved(schema, each)["name"] for each in trash["parameters"]] == [
        "limit",
        "cursor",
        "If-None-Match",
        "If-Match",
    ]
    assert "Link" in trash["responses"]["200"]["headers"]
    assert [resolved(schema, each)["name"] for each in post["parameters"]] == ["post_id", "If-None-Match", "If-Match"]
    assert "ETag" in post["responses"]["200"]["headers"]
    assert "304" in post["responses"]


def test_view_without_a_word_about_a_method_is_named() -> None:
    with pytest.raises(LookupError, match="ApiView does not describe its PUT"):
        call_of(ApiView(), "PUT")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/rest/v1/schema", "/rest/v1/schema/"])
def test_schema_is_read_by_anybody_and_once(schema: Json, path: str) -> None:
    answer = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": answer["ETag"]})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == schema
    assert (again.status_code, again.content) == (304, b"")
