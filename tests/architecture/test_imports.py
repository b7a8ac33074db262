"""The import law of the house: who may know whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "core": set[str](),
    "accounts": {"core"},
    "photos": {"core", "accounts"},
    "feeds": {"core", "accounts", "photos"},
    "exports": {"core", "accounts", "photos", "moderation", "sharing"},
    "notifications": {"core", "accounts", "photos"},
    "moderation": {"core", "accounts", "photos"},
    "sharing": {"core", "accounts", "photos"},
}
LAYERS = (
    ("admin", "web", "api", "receivers", "management", "apps"),
    ("tasks",),
    ("services",),
    ("cards", "selectors", "access", "originals", "representations", "ready"),
    ("models", "querysets"),
)
PURE = {
    "photos/imaging": {"PIL", "pillow_heif", "numpy", "pilgram", "photos.imaging"},
    "feeds/ranking.py": set[str](),
    "core/ids.py": set[str](),
}


def imports_of(path: Path) -> Iterator[tuple[str, ast.stmt, bool]]:
    """(module, statement, whether it stands inside a function) for each import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(child) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node, id(node) in inside
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node, id(node) in inside
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node, id(node) in inside


def files_of(app: str) -> list[Path]:
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_app_imports_only_apps_below_it(app: str) -> None:
    forbidden = (set(MAY_IMPORT) | {"instagram"}) - MAY_IMPORT[app] - {app}

    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {module}"
        for path in files_of(app)
        for module, node, _ in imports_of(path)
        if module.split(".")[0] in forbidden
    ]

    assert wrong == []


def test_configuration_names_apps_by_dotted_string_only() -> None:
    wrong = [
        f"{path.name}:{node.lineno} {module}"
        for path in files_of("instagram")
        for module, node, _ in imports_of(path)
        if module.split(".")[0] in MAY_IMPORT
    ]

    assert wrong == []


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_inside_functions_carry_a_reason(app: str) -> None:
    wrong = []
    for path in files_of(app):
        lines = path.read_text(encoding="utf-8").split("\n")
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for _, node, inside in imports_of(path)
            if inside and "  # " not in lines[node.lineno - 1]
        ]

    assert wrong == []


@pytest.mark.parametrize(
    "name", [str(path.relative_to(ROOT)) for app in ("accounts", "photos", "feeds") for path in files_of(app)]
)
def test_module_imports_only_layers_below_it_in_its_own_app(name: str) -> None:
    path = ROOT / name
    app, layer = path.relative_to(ROOT).parts[0], layer_of(path)
    if layer is None:
        return

    wrong = [
        f"line {node.lineno}: {module}"
        for module, node, _ in imports_of(path)
        if module.startswith(f"{app}.")
        and (other := layer_of(ROOT / Path(*module.split(".")))) is not None
        and other < layer
    ]

    assert wrong == []


def layer_of(path: Path) -> int | None:
    """The height of a module inside its app; None for what stands outside the layers."""
    name = path.relative_to(ROOT).parts[1].removesuffix(".py") if len(path.relative_to(ROOT).parts) > 1 else ""
    return next((number for number, names in enumerate(LAYERS) if name in names), None)


@pytest.mark.parametrize("place", PURE)
def test_pure_modules_know_neither_django_nor_our_apps(place: str) -> None:
    target = ROOT / place
    ours = {"django", "rest_framework", "celery", "core", "accounts", "photos", "feeds", "instagram"}

    wrong = [
        f"{path.name}:{node.lineno} {module}"
        for path in ([target] if target.is_file() else sorted(target.rglob("*.py")))
        for module, node, _ in imports_of(path)
        if module.split(".")[0] in ours and not any(module.startswith(allowed) for allowed in PURE[place])
    ]

    assert wrong == []


def test_nothing_listens_to_post_save() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}"
        for app in MAY_IMPORT
        for path in files_of(app)
        if "post_save" in path.read_text(encoding="utf-8") or "pre_save" in path.read_text(encoding="utf-8")
    ]

    assert wrong == []


def test_every_file_with_tests_has_a_name_that_is_collected() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if "\ndef test_" in path.read_text(encoding="utf-8") and not path.name.startswith("test_")
    ]

    assert wrong == []
