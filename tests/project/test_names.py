"""One word per idea: GLOSSARY.md says which, and the words that it outlaws stand nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

# Outlawed word -> the word that is used, and why.
OUTLAWED = {
    r"episodes?": ("spell", "registers also call treatments and diagnoses episodes"),
    r"sick[- _]?lea(ve|ves)": ("spell, or sickness absence", "leave is granted, benefit is paid"),
    r"baseline": ("index date", "a baseline is also a measurement, and also a hazard"),
    r"patients?": ("person", "most persons of a register are nobody's patients"),
    r"participants?": ("person", "a cohort from a register has not been asked to take part"),
    r"degree of absence|absence degree": ("extent", "degree, grade, scope and extent are one idea"),
    r"grace[- _]period": ("gap", "nothing is granted: the days between are free days"),
    r"wash-?out|look-?back": ("observed period", "the study says which days are observed"),
    r"lost to follow-?up": ("censored", "a register loses nobody; observation ends, with a reason"),
    r"partial days|full-time equivalent days": ("net days", "one word for days times extent"),
    r"calendar days absent|crude days": ("gross days", "one word for days of any extent"),
}

# The glossary names the words in order to outlaw them.
NOT_SEARCHED = {"GLOSSARY.md", "tests/project/test_names.py", "tests/project/golden"}
SEARCHED = ("rtw_outcomes", "cli", "specs", "docs", "tests", "benchmarks")
ENDINGS = {".py", ".yaml", ".md", ".j2", ".sql"}

# A module with such a name has no idea of its own; what is in it has a better home.
EMPTY_NAMES = {
    *("utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc", "shared"),
    *("tools", "lib", "v2", "nextgen"),
}

# Verbs that promise nothing. The others are contracts; see CONTRIBUTING.md.
CALLED_BY_A_LIBRARY = {"handle_starttag", "handle_endtag", "handle_data"}  # of html.parser
EMPTY_VERBS = ("get_", "process_", "handle_", "do_", "perform_", "manage_")

SCHEMAS = {"specs": "definition", "rtw_outcomes/registers": "profile"}


@pytest.fixture(scope="module")
def texts(root) -> dict[str, str]:
    """Code and documents, by their path in the repository."""
    paths = [*root.glob("*.md")]
    for folder in SEARCHED:
        paths += [path for path in (root / folder).rglob("*") if path.suffix in ENDINGS]
    names = {path.relative_to(root).as_posix(): path for path in paths}
    return {
        name: path.read_text("utf-8")
        for name, path in sorted(names.items())
        if not any(name == skip or name.startswith(f"{skip}/") for skip in NOT_SEARCHED)
    }


@pytest.mark.parametrize("outlawed", OUTLAWED)
def test_an_idea_has_one_word(outlawed, texts):
    word, why = OUTLAWED[outlawed]
    pattern = re.compile(rf"\b({outlawed})\b", re.IGNORECASE)
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: `{match[0]}`: write {word}; {why}"
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_the_glossary_has_the_words_that_are_used(root):
    glossary = (root / "GLOSSARY.md").read_text("utf-8")
    words = {word.split(",")[0].removesuffix("s") for word, _ in OUTLAWED.values()}
    assert [word for word in sorted(words) if f"**{word}**" not in glossary.lower()] == []


def test_a_module_has_a_name_of_its_own(texts):
    modules = [Path(name) for name in texts if name.endswith(".py")]
    empty = [str(path) for path in modules if EMPTY_NAMES & {path.stem, *path.parent.parts}]
    assert empty == []


def test_a_function_starts_with_a_verb_that_says_something(texts):
    empty = [
        f"{name}:{node.lineno}: {node.name}"
        for name, text in texts.items()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and node.name.lstrip("_").startswith(EMPTY_VERBS)
        and not node.name.startswith("__")
        and node.name not in CALLED_BY_A_LIBRARY
    ]
    assert empty == []


def test_a_class_name_stands_for_one_thing(root):
    """Type aliases are called like classes and count as such."""
    homes: dict[str, list[str]] = {}
    for folder in ("rtw_outcomes", "cli"):
        for path in sorted((root / folder).rglob("*.py")):
            for name in _list_types(ast.parse(path.read_text("utf-8"))):
                homes.setdefault(name, []).append(path.relative_to(root).as_posix())
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def _list_types(module: ast.Module) -> Iterator[str]:
    """The classes of a module, and the aliases that it gives to types."""
    yield from (node.name for node in ast.walk(module) if isinstance(node, ast.ClassDef))
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        yield from (
            each.id
            for each in targets
            if isinstance(each, ast.Name) and re.fullmatch("_?[A-Z][a-z][A-Za-z]*", each.id)
        )


@pytest.mark.parametrize("folder", SCHEMAS)
def test_a_shipped_file_is_called_as_what_it_defines(folder, root):
    paths = sorted((root / folder).glob("*.yaml"))
    assert paths != []
    key = {"specs": "outcome"}.get(folder, "register")
    ids = [re.findall(rf"^{key}: (\S+)$", path.read_text("utf-8"), re.MULTILINE) for path in paths]
    assert ids == [[path.stem] for path in paths]


@pytest.mark.parametrize("folder", SCHEMAS)
def test_a_shipped_file_names_its_schema_and_the_schema_is_todays(folder, root, rtw):
    schema = f"{SCHEMAS[folder]}.schema.json"
    firsts = {path.read_text("utf-8").split("\n")[0] for path in (root / folder).glob("*.yaml")}
    assert firsts == {f"# yaml-language-server: $schema={schema}"}
    assert (root / folder / schema).read_text("utf-8") == rtw("schema", SCHEMAS[folder])
