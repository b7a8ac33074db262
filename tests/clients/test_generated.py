"""What generators of clients make of the schema: everything, and in types that are right."""

import importlib
import inspect
import json
import subprocess
from types import ModuleType
from typing import Any

import pytest

from tests.clients.generated import PYTHON_PACKAGE, SCHEMA, Generated
from tests.clients.round_trips import faults_of

# Each line is a mistake that the types of the schema show.
MISTAKES = {
    "a field that no post has": "export const a = (post: Schemas['Post']) => post.likes;",
    "a person where null may be": "export const b = (user: Schemas['User']) => user.relationship.following;",
    "an audience that there is not": "export const c: Schemas['PostInput'] = { audience: 'friends' };",
    "a field that is missing": "export const d: Schemas['NewPostInput'] = { title: 'No pictures' };",
    "an id that is a number": "export const e: Schemas['NewPostInput'] = { media_ids: [1] };",
    "a call that there is not": "export const f = api.GET('/rest/v1/photos');",
    "a method that the call has not": "export const g = api.DELETE('/rest/v1/feed');",
    "an address without its value": "export const h = api.GET('/rest/v1/posts/{post_id}');",
    "a number that is a text": "export const i = api.GET('/rest/v1/feed', { params: { query: { limit: 'ten' } } });",
}
BEGINNING = (
    "import createClient from 'openapi-fetch'; import type { components, paths } from './schema.js';"
    " type Schemas = components['schemas']; const api = createClient<paths>();"
)


@pytest.fixture
def package(python_client: Generated, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(python_client.folder)
    return importlib.import_module(PYTHON_PACKAGE)


def operations() -> list[dict[str, Any]]:
    paths = json.loads(SCHEMA.read_text())["paths"]
    return [operation for item in paths.values() for operation in item.values()]


def test_python_client_has_every_call_and_was_generated_without_a_warning(python_client: Generated) -> None:
    modules = (python_client.folder / PYTHON_PACKAGE / "api").glob("*/[!_]*.py")

    made = sorted(path.stem.replace("_", "") for path in modules)

    assert made == sorted(operation["operationId"].lower() for operation in operations())
    assert "warning" not in python_client.said.lower()


def test_python_models_say_all_that_the_examples_of_the_schema_have(package: ModuleType) -> None:
    models = importlib.import_module(f"{package.__name__}.models")
    schemas = json.loads(SCHEMA.read_text())["components"]["schemas"]
    known = {name: part for name, part in schemas.items() if "oneOf" not in part}  # one of several has no model
    examples = {name: part["examples"][0] for name, part in known.items() if not is_form(getattr(models, name))}

    faults = {name: faults_of(getattr(models, name).from_dict(sent), sent) for name, sent in examples.items()}

    assert {name: found for name, found in faults.items() if found} == {}
    assert len(examples) > 50


def is_form(model: type) -> bool:
    """Whether it goes as multipart/form-data, with a file in it."""
    return hasattr(model, "to_multipart")


def test_python_calls_take_and_answer_files(package: ModuleType) -> None:
    send = importlib.import_module(f"{package.__name__}.api.uploads.send_upload_bytes")
    download = importlib.import_module(f"{package.__name__}.api.media.download_original")
    form = importlib.import_module(f"{package.__name__}.models").FileInput

    assert inspect.signature(send.sync).parameters["body"].annotation.__name__ == "File"
    assert "File" in str(inspect.signature(download.sync).return_annotation)
    assert inspect.get_annotations(form)["file"] == "File"


def test_typescript_shows_every_mistake(typescript_client: Generated) -> None:
    folder = typescript_client.folder / "mistaken"
    folder.mkdir()
    (folder / "node_modules").symlink_to(typescript_client.folder / "node_modules")
    for name in ("schema.d.ts", "tsconfig.json", "package.json"):
        (folder / name).write_text((typescript_client.folder / name).read_text())
    (folder / "mistakes.ts").write_text("\n".join([BEGINNING, *MISTAKES.values()]))

    done = subprocess.run(
        ["node_modules/.bin/tsc", "--noEmit"], cwd=folder, capture_output=True, text=True, check=False
    )
    complained = {line.partition(",")[0] for line in done.stdout.splitlines() if line.startswith("mistakes.ts(")}

    assert done.returncode != 0
    assert complained == {f"mistakes.ts({number}" for number in range(2, len(MISTAKES) + 2)}
