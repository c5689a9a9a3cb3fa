"""The direction of imports: a module may import what stands before it in LAYERS, and nothing else."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rtw_outcomes.engines.registry import ENGINES

# From the bottom, which knows nobody, to the top. `*` stands for the modules of a folder, which
# may import each other.
LAYERS = (
    "rtw_outcomes.errors",
    "rtw_outcomes.vocabulary",
    "rtw_outcomes.faults",
    "rtw_outcomes.lengths",
    "rtw_outcomes.threshold",
    "rtw_outcomes.parts",
    "rtw_outcomes.worked_examples",
    "rtw_outcomes.model",
    "rtw_outcomes.example_rules",
    "rtw_outcomes.rules",
    "rtw_outcomes.rules_between",
    "rtw_outcomes.yaml_reader",
    "rtw_outcomes.definition",
    "rtw_outcomes.catalogue",
    "rtw_outcomes.registers.profile",
    "rtw_outcomes.study",
    "rtw_outcomes.schemas",
    "rtw_outcomes.words",
    "rtw_outcomes.differences",
    "rtw_outcomes.variants",
    "rtw_outcomes.plan",
    "rtw_outcomes.planner",
    "rtw_outcomes.sharing",
    "rtw_outcomes.stages",
    "rtw_outcomes.tables",
    "rtw_outcomes.people.edge_cases",
    "rtw_outcomes.contracts.inputs",
    "rtw_outcomes.contracts.results",
    "rtw_outcomes.engines.sql.*",
    "rtw_outcomes.engines.reference",
    "rtw_outcomes.engines.duckdb",
    "rtw_outcomes.engines.frames.*",
    "rtw_outcomes.engines.polars",
    "rtw_outcomes.engines.registry",
    "rtw_outcomes.examples",
    "rtw_outcomes.intake.account",
    "rtw_outcomes.intake.sources",
    "rtw_outcomes.intake.judging",
    "rtw_outcomes.intake.database",
    "rtw_outcomes.intake.persons",
    "rtw_outcomes.intake.neighbours",
    "rtw_outcomes.intake.settling",
    "rtw_outcomes.intake.spells",
    "rtw_outcomes.intake.cohort",
    "rtw_outcomes.intake.reading",
    "rtw_outcomes.disclosure",
    "rtw_outcomes.summary",
    "rtw_outcomes.comparison",
    "rtw_outcomes.manifest",
    "rtw_outcomes.report",
    "rtw_outcomes.results_folder",
    "rtw_outcomes.memory",
    "rtw_outcomes.pipeline",
    "rtw_outcomes.demo.*",
    "rtw_outcomes.cli.render",
    "rtw_outcomes.cli.app",
)

# Third-party modules that have one place, so that they can be replaced there.
PLACES = {
    "duckdb": ("rtw_outcomes.engines.duckdb", "rtw_outcomes.intake.database"),
    "sqlglot": ("rtw_outcomes.engines.*", "rtw_outcomes.intake.*"),
    "yaml": ("rtw_outcomes.yaml_reader",),
    "typer": ("rtw_outcomes.cli.app",),
    "rich": ("rtw_outcomes.cli.render",),
    "pandera": ("rtw_outcomes.contracts.*",),
    "jinja2": ("rtw_outcomes.report",),
}

# Comes with pydantic in the one version that fits it; to declare it could only be wrong.
NOT_DECLARED = {"pydantic-core"}

MARKS = ("<!-- modules -->\n", "<!-- end of modules -->")


@pytest.fixture(scope="module")
def modules(root) -> dict[str, Path]:
    """Every module, packages included, under its installed name."""
    places = {
        "rtw_outcomes": "rtw_outcomes",
        "cli": "rtw_outcomes.cli",
        "specs": "rtw_outcomes.specs",
    }
    found = {}
    for folder, package in places.items():
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            found[name] = path
    return found


@pytest.fixture(scope="module")
def imports(modules) -> dict[str, list[str]]:
    """What each module imports, inside functions too, as full names."""
    return {name: list(_find_imports(name, path, modules)) for name, path in modules.items()}


def test_layers_name_every_module(modules):
    known = {name for name in modules if any(fnmatch(name, row) for row in LAYERS)}
    packages = {name for name, path in modules.items() if path.name == "__init__.py"}
    assert sorted(set(modules) - known - packages) == []
    assert [row for row in LAYERS if not any(fnmatch(name, row) for name in modules)] == []


def test_a_package_file_holds_no_code(modules):
    """The one of rtw_outcomes itself lists the public names; see test_docs.py."""
    wordy = [
        name
        for name, path in modules.items()
        if path.name == "__init__.py"
        and name != "rtw_outcomes"
        and len(ast.parse(path.read_text("utf-8")).body) > 1
    ]
    assert wordy == []


def test_imports_point_downward(imports):
    upward = [
        f"{name} imports {imported}"
        for name, all_imported in imports.items()
        for imported in all_imported
        if _row(name) is not None
        and imported.startswith("rtw_outcomes")
        and not _may_import(name, imported)
    ]
    assert upward == []


def test_an_engine_imports_no_other_engine(imports):
    """Each has a folder of its own at most; a shared step would let two share a mistake."""
    sideways = [
        f"{name} imports {imported}"
        for name, all_imported in imports.items()
        for imported in all_imported
        if _engine_of(name)
        and imported.startswith("rtw_outcomes.engines.")
        and _engine_of(imported) != _engine_of(name)
    ]
    assert sideways == []


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_imported_only_in_its_place(library, imports):
    users = [name for name, all_imported in imports.items() if library in _tops(all_imported)]
    assert users != []
    assert [f"{u} imports {library}" for u in users if not _is_in(u, PLACES[library])] == []


def test_every_imported_library_is_declared(root, imports):
    """What only the dev environment has would fail for users."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    provided = packages_distributions()
    undeclared = {
        f"{name} imports {top}"
        for name, all_imported in imports.items()
        for top in _tops(all_imported) - sys.stdlib_module_names - {"rtw_outcomes"}
        if not {canonicalize_name(each) for each in provided.get(top, [top])}
        & (declared | NOT_DECLARED)
    }
    assert sorted(undeclared) == []


def test_nobody_imports_the_folders_by_their_place_in_the_repository(root):
    """They are rtw_outcomes.cli and rtw_outcomes.specs, for type checkers out of reach."""
    forbidden = {"cli", "specs", "rtw_outcomes.cli", "rtw_outcomes.specs"}
    found = [
        f"{path.relative_to(root)} imports {imported}"
        for folder in ("rtw_outcomes", "cli", "tests", "benchmarks")
        for path in sorted((root / folder).rglob("*.py"))
        for imported in _find_written(path)
        if any(imported == name or imported.startswith(f"{name}.") for name in forbidden)
    ]
    assert found == []


def test_contributing_lists_the_modules(root, modules, rewrite):
    """In the order of LAYERS, each with the first sentence of its docstring."""
    page = root / "CONTRIBUTING.md"
    text = page.read_text("utf-8")
    before, rest = text.split(MARKS[0])
    written, after = rest.split(MARKS[1])
    listed = "".join(_list_modules(root, modules))
    if rewrite:
        page.write_text(before + MARKS[0] + listed + MARKS[1] + after, encoding="utf-8")
    else:
        assert written == listed, "RTW_GOLDEN=write renews the list"


def _list_modules(root: Path, modules: dict[str, Path]) -> Iterator[str]:
    for row in LAYERS:
        name = row.removesuffix(".*")
        path = modules[name].relative_to(root)
        place = f"{path.parent}/" if path.name == "__init__.py" else str(path)
        yield f"- `{place}`: {_first_sentence(modules[name])}\n"


def _first_sentence(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def _engine_of(name: str) -> str | None:
    """The engine that a module belongs to; what chooses between them belongs to none."""
    part = name.removeprefix("rtw_outcomes.engines.").split(".")[0]
    engines = {"sql": "duckdb", "frames": "polars"} | {e: e for e in ENGINES}
    return engines.get(part) if name.startswith("rtw_outcomes.engines.") else None


def _row(name: str) -> int | None:
    rows = [number for number, row in enumerate(LAYERS) if fnmatch(name, row) or name == row[:-2]]
    return rows[0] if rows else None


def _may_import(name: str, imported: str) -> bool:
    own, other = _row(name), _row(imported)
    if other is None:
        return False
    return other < own or (other == own and LAYERS[own].endswith(".*"))


def _is_in(name: str, places: tuple[str, ...]) -> bool:
    return any(fnmatch(name, place) for place in places)


def _tops(imported: list[str]) -> set[str]:
    return {name.split(".")[0] for name in imported}


def _find_imports(name: str, path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """Full names of modules; of `from package import module` the module."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(
                [*(above if node.level else []), *([node.module] if node.module else [])]
            )
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in modules else base


def _find_written(path: Path) -> Iterator[str]:
    """The names as the file writes them; relative ones stay inside their folder."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
