"""The documents say what the program does today: their commands run, their names exist.

In README.md and docs/*.md a code block whose first line is `# name.yaml` is that file, and a `csv`
block is the file that the line before it names. A `console` block is what a terminal shows, and a
`python` block is a script. Each page is run in a folder of its own that holds the files of
README.md, too. RTW_GOLDEN=write writes today's output into the page.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pyarrow.parquet as pq
import pytest
from typer.main import get_command

import rtw_outcomes
from rtw_outcomes.engines.registry import DIALECTS, ENGINES
from rtw_outcomes.intake.expectations import Limits
from rtw_outcomes.jobs.schema import MODELS

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"`(\w+\.csv)`[^\n]*\n\n```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PATH = re.compile(r"^(rtw_outcomes|cli|specs|tests|docs|benchmarks|\.ci)/[\w./-]*$")


@pytest.fixture(scope="module")
def pages(root) -> dict[Path, str]:
    """The documents that people read, by their path."""
    paths = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return {path: path.read_text("utf-8") for path in sorted(paths)}


@pytest.fixture(scope="module")
def readme(root) -> str:
    """The text of README.md."""
    return (root / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def commands() -> dict[str, object]:
    """The commands of `rtw`, by name."""
    return get_command(_app().app).commands


@pytest.mark.parametrize("name", ["definitions.md", "python.md", "registers.md", "results.md"])
def test_a_page_shows_what_the_program_prints(name, root, readme, rewrite, rtw, tmp_path):
    page = root / "docs" / name
    shown = printed = page.read_text("utf-8")
    _write_files(readme + shown, tmp_path)
    for language, text in BLOCK.findall(shown):
        if language == "console":
            printed = printed.replace(text, "".join(_play(text, rtw, tmp_path)))
        if language == "python":
            script = [sys.executable, "-c", text]
            done = subprocess.run(script, cwd=tmp_path, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
    if rewrite:
        page.write_text(printed, encoding="utf-8")
    else:
        assert shown == printed, f"RTW_GOLDEN=write renews the output in docs/{name}"
    if name == "results.md":
        _check_results(readme, tmp_path / "results")


def test_every_page_with_output_is_tried(root):
    tried = {"definitions.md", "python.md", "registers.md", "results.md"}
    shows = {
        path.name
        for path in (root / "docs").glob("*.md")
        if re.search("^```(console|python)$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert shows == tried
    assert "$ rtw run study.yaml --out results" in (root / "docs/results.md").read_text("utf-8")


def _write_files(text: str, folder: Path) -> None:
    """Write the files that a page shows: those with a name in a comment, and tables named before."""
    for language, block in BLOCK.findall(text):
        first, _, rest = block.partition("\n")
        if language == "yaml" and first.startswith("# ") and first.endswith(".yaml"):
            (folder / first[2:]).write_text(rest, encoding="utf-8")
    for name, block in TABLE.findall(text):
        (folder / name).write_text(block, encoding="utf-8")


def _check_results(readme: str, results: Path) -> None:
    """A run leaves the files and the rows that README.md shows."""
    files = re.findall(r"^\| `(\w+\.\w+|\w+/)` \| ", readme, re.MULTILINE)
    left = [path.name + "/" * path.is_dir() for path in results.iterdir()]
    assert sorted(left) == sorted(files)
    outcomes = pq.read_table(results / "outcomes.parquet")
    rows = [outcomes.column_names, *(row.values() for row in outcomes.to_pylist())]
    for row in rows:
        assert f"\n| {' | '.join(str(value) for value in row)} |\n" in readme


def _play(console: str, rtw, folder: Path) -> Iterator[str]:
    """Run the commands of a terminal session, and show it as it comes out."""
    for line in console.splitlines():
        if line.startswith("$ "):
            name, *arguments = line[2:].split()
            assert name == "rtw", f"a terminal session here runs only rtw, not {name}"
            yield f"{line}\n{rtw(*arguments, cwd=folder, has_notes=True)}"


def test_a_command_that_is_named_exists(pages, root, commands):
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    unknown = []
    for page, text in pages.items():
        for code in _find_code(text):
            for name, rest in re.findall(r"(?<![\w./-])rtw ([a-z]+)(.*)", code):
                options = {o for p in getattr(commands.get(name), "params", ()) for o in p.opts}
                used = set(re.findall(r"(?<!\S)--[a-z-]+", rest)) - {"--help"}
                unknown += [f"{page.name}: rtw {name} {each}" for each in used - options]
                unknown += [f"{page.name}: rtw {name}"] if name not in commands else []
            for name in re.findall(r"^(?:\$ )?make ([a-z-]+)", code, re.MULTILINE):
                unknown += [f"{page.name}: make {name}"] if name not in targets else []
    assert unknown == []


def test_every_command_is_documented(readme, commands):
    code = "\n".join(_find_code(readme))
    assert [name for name in commands if not re.search(rf"\brtw {name}\b", code)] == []


@pytest.mark.parametrize("name", rtw_outcomes.__all__)
def test_a_public_name_exists_and_is_documented(name, root):
    public = getattr(rtw_outcomes, name)
    own = public.__dict__.get("__doc__") if isinstance(public, type) else public.__doc__
    assert own
    assert f"### `{name}`\n" in (root / "docs/reference/python.md").read_text("utf-8")


def test_the_public_names_are_those_that_type_checkers_see(root):
    """They are listed twice, for type checkers and for loading them late."""
    tree = ast.parse((root / "rtw_outcomes/__init__.py").read_text("utf-8"))
    (seen,) = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {alias.asname: node.module for node in seen.body for alias in node.names}
    assert homes == {name: f"rtw_outcomes.{home}" for name, home in rtw_outcomes._HOMES.items()}
    assert sorted(rtw_outcomes.__all__) == sorted(homes)


def test_exit_statuses_are_those_of_the_errors(root):
    page = (root / "docs/results.md").read_text("utf-8")
    for name in rtw_outcomes.__all__:
        public = getattr(rtw_outcomes, name)
        if isinstance(public, type) and issubclass(public, rtw_outcomes.RtwError):
            row = rf"^\| {public.exit_status} \|.*`{name}`"
            assert re.search(row, page, re.MULTILINE), f"{name} exits with {public.exit_status}"


def test_the_command_line_offers_what_there_is():
    """It lists them itself, because importing the engines would make `--help` slow."""
    assert get_args(_app().EngineName) == ENGINES
    assert _choices("sql", "dialect") == DIALECTS
    assert _choices("schema", "file") == tuple(MODELS)


def test_every_limit_is_documented_with_its_default(root):
    page = (root / "docs/quality.md").read_text("utf-8")
    for name in Limits.model_fields:
        words = re.escape(getattr(Limits(), name).words)
        assert re.search(rf"^\| \w+ \| `{name}` \| [^|]+ \| {words} \|$", page, re.MULTILINE), name


def test_internal_links_lead_somewhere(pages):
    broken = []
    for page, text in pages.items():
        for link in LINK.findall(BLOCK.sub("", text)):
            if "://" in link or link.startswith("mailto:"):
                continue
            file, _, anchor = link.partition("#")
            target = (page.parent / file).resolve() if file else page
            known = _anchors(target) if anchor and target.suffix == ".md" else {anchor}
            if not target.exists() or anchor not in known:
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_a_path_that_is_named_exists(pages, root):
    missing = [
        f"{page.name}: {path}"
        for page, text in pages.items()
        for path in CODE_SPAN.findall(BLOCK.sub("", text))
        if PATH.match(path) and not (root / path).exists()
    ]
    assert missing == []


def test_the_version_is_one(root):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    citation = (root / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {project['version']}\n" in citation
    assert (root / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1].startswith("Unreleased")


def _find_code(text: str) -> list[str]:
    blocks = [block for language, block in BLOCK.findall(text) if language != "yaml"]
    return [*blocks, *CODE_SPAN.findall(BLOCK.sub("", text))]


def _anchors(page: Path) -> set[str]:
    headings = HEADING.findall(BLOCK.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _choices(command: str, parameter: str) -> tuple[str, ...]:
    return get_args(get_type_hints(getattr(_app(), command))[parameter])


def _app():
    """The module of the commands, which type checkers cannot find by its installed name."""
    return import_module("rtw_outcomes.cli.app")
