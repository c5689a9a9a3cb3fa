"""The direction of imports: a room may import the rooms below it in ROOMS, and nothing else."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rtw_outcomes.engines.registry import ENGINES, MODULES

# From the bottom, which knows nobody, to the top. Rooms of one row do not know each other.
ROOMS = (
    ("errors",),
    ("disk",),
    ("language",),
    ("definitions",),
    ("planning",),
    ("analysis", "engines", "intake"),
    ("statistics",),
    ("disclosure",),
    ("report",),
    ("results",),
    ("quality",),
    ("jobs",),
    ("demo",),
    ("cli",),
    ("__main__",),
)
DATA = ("registers", "specs")  # folders of files that are read by their name

# What an engine is made of: itself alone. An engine that runs SQL is a dialect of `sql`.
ENGINE_MODULES = {
    "reference": ("reference",),
    "polars": ("polars.*",),
    "duckdb": ("sql.*",),
    "spark": ("sql.*",),
    "postgres": ("sql.*",),
}

# Third-party modules that have one place, so that they can be replaced there.
PLACES = {
    "duckdb": ("rtw_outcomes.engines.sql.duckdb", "rtw_outcomes.intake.database"),
    "sqlglot": ("rtw_outcomes.engines.*", "rtw_outcomes.intake.*"),
    "yaml": ("rtw_outcomes.language.yaml_reader",),
    "typer": ("rtw_outcomes.cli.app", "rtw_outcomes.cli.shell"),
    "rich": ("rtw_outcomes.cli.render",),
    "pandera": ("rtw_outcomes.intake.pandera_alone",),
    "jinja2": ("rtw_outcomes.report.page",),
    "matplotlib": ("rtw_outcomes.report.drawing",),
    "scipy": ("rtw_outcomes.analysis.*", "rtw_outcomes.disclosure.attacker"),
    "statsmodels": ("rtw_outcomes.analysis.regression",),
    "pyreadstat": ("rtw_outcomes.intake.readers.statistics",),
    "fastexcel": ("rtw_outcomes.intake.readers.workbook",),
    "adbc_driver_postgresql": (
        "rtw_outcomes.engines.sql.postgres",
        "rtw_outcomes.intake.readers.postgres",
    ),
    "pyspark": ("rtw_outcomes.engines.sql.spark*",),
    "arrow_odbc": ("rtw_outcomes.intake.readers.odbc",),
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


def test_every_module_is_in_a_room(modules):
    known = {room for row in ROOMS for room in row} | set(DATA)
    assert {_room(name) for name in modules} - {""} == known


def test_modules_of_a_room_import_in_one_direction(imports):
    """Two modules that need each other are one module."""
    graph = {
        name: [each for each in all_imported if _room(each) == _room(name) and each != name]
        for name, all_imported in imports.items()
    }
    list(TopologicalSorter(graph).static_order())  # raises CycleError where they go round


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
        if imported.startswith("rtw_outcomes")
        and name != "rtw_outcomes"
        and not _may_import(_room(name), _room(imported))
    ]
    assert upward == []


def test_an_engine_imports_no_other_engine(imports):
    """What two engines share would let them share a mistake; only dialects share `sql`."""
    assert sorted(ENGINE_MODULES) == sorted(ENGINES)
    sideways = [
        f"{name} imports {imported}"
        for name, all_imported in imports.items()
        for imported in all_imported
        if _engine(name)
        and imported.startswith("rtw_outcomes.engines.")
        and _engine(imported) != _engine(name)
    ]
    assert sideways == []


def test_a_dialect_imports_no_other_dialect(imports):
    dialects = {name: f"rtw_outcomes.engines.{MODULES[name]}" for name in ("duckdb", "spark")}
    both = {
        name: [each for each in dialects.values() if each in imports[module] and each != module]
        for name, module in dialects.items()
    }
    assert both == {"duckdb": [], "spark": []}


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_imported_only_in_its_place(library, imports):
    users = [name for name, all_imported in imports.items() if library in _tops(all_imported)]
    assert users != []
    assert [f"{u} imports {library}" for u in users if not _is_in(u, PLACES[library])] == []


def test_every_imported_library_is_declared(root, imports):
    """What only the dev environment has would fail for users."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    declared = {
        canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extras]
    }
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
    """Room by room, each module with the first sentence of its docstring."""
    page = root / "CONTRIBUTING.md"
    text = page.read_text("utf-8")
    before, rest = text.split(MARKS[0])
    written, after = rest.split(MARKS[1])
    listed = "\n".join(_list_modules(root, modules))
    if rewrite:
        page.write_text(before + MARKS[0] + listed + MARKS[1] + after, encoding="utf-8")
    else:
        assert written == listed, "RTW_GOLDEN=write renews the list"


def _list_modules(root: Path, modules: dict[str, Path]) -> Iterator[str]:
    for row in ROOMS:
        for room in row:
            inside = {name: path for name, path in modules.items() if _room(name) == room}
            head, *rest = inside.values()
            kind = "/" if head.name == "__init__.py" else ".py"
            place = "cli" if room == "cli" else f"rtw_outcomes/{room}"
            yield f"- **`{place}{kind}`**: {_first_sentence(head)}\n" + "".join(
                f"  - `{path.relative_to(root / place)}`: {_first_sentence(path)}\n"
                for path in rest
                if path.name != "__init__.py"
            )


def _first_sentence(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def _room(name: str) -> str:
    """The room that a module is in; empty for the package that holds the rooms."""
    return ([*name.split("."), ""])[1]


def _may_import(room: str, imported: str) -> bool:
    if room == imported or imported in DATA:
        return True
    rows = {each: number for number, row in enumerate(ROOMS) for each in row}
    return imported in rows and rows[imported] < rows.get(room, len(ROOMS))


def _engine(name: str) -> str | None:
    """The engine that a module belongs to; what chooses between them belongs to none."""
    part = name.removeprefix("rtw_outcomes.engines.")
    return next(
        (
            engine
            for engine, patterns in ENGINE_MODULES.items()
            if part != name and any(fnmatch(part, pattern) for pattern in patterns)
        ),
        None,
    )


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
