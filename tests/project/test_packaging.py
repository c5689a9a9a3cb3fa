"""What is in the tree is in the wheel: modules, definitions, profiles, schemas and templates."""

import re
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

# Where a folder of the repository lies in an installation.
INSTALLED = {
    "rtw_outcomes": "rtw_outcomes",
    "cli": "rtw_outcomes/cli",
    "specs": "rtw_outcomes/specs",
}
# The pages for people, which lie as they do in the repository, so that their links lead somewhere.
DOCS = "rtw_outcomes/docs"
PAGES = ("README.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md")


def test_every_package_folder_is_listed(root):
    listed = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {
        _installed(root, init.parent).as_posix().replace("/", ".")
        for top in INSTALLED
        for init in (root / top).rglob("__init__.py")
    }
    assert sorted([*folders, DOCS.replace("/", ".")]) == sorted(listed["packages"])


def test_every_folder_with_files_is_a_package(root):
    without = {
        path.parent.relative_to(root).as_posix()
        for top in INSTALLED
        for path in _files(root / top)
        if not (path.parent / "__init__.py").is_file()
    }
    assert without == set()


def test_the_wheel_holds_the_files_of_the_tree(tree, wheel):
    expected = {
        _installed(tree, path).as_posix() for top in INSTALLED for path in _files(tree / top)
    }
    pages = [*(tree / "docs").rglob("*.md"), *(tree / name for name in PAGES)]
    pages += (tree / "docs" / "figures").glob("*.svg")
    expected |= {f"{DOCS}/{page.relative_to(tree).as_posix()}" for page in pages}
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    found = {name for name in names if ".dist-info/" not in name}
    assert found == expected
    kinds = {PurePosixPath(name).suffix or name for name in found}
    assert kinds >= {".py", ".yaml", ".json", ".csv", ".j2", ".md", ".typed"}


def test_the_wheel_has_the_command_and_the_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        info = {
            name.split("/", 1)[1]: archive.read(name).decode("utf-8")
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "rtw = rtw_outcomes.cli.start:main" in info["entry_points.txt"]
    assert info["top_level.txt"].split() == ["rtw_outcomes"]
    assert "licenses/LICENSE" in info
    assert re.search(r"^License-Expression: MIT$", info["METADATA"], re.MULTILINE)


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    ]


def _installed(root: Path, path: Path) -> PurePosixPath:
    top, *rest = path.relative_to(root).parts
    return PurePosixPath(INSTALLED[top], *rest)
