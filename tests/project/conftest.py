"""What the project's tests share: the tree, the installed command, and a wheel built from a copy."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs")
BUILT_FROM = ("pyproject.toml", "LICENSE", "rtw_outcomes", "cli", "specs", *PAGES)

Rtw = Callable[..., str]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def rewrite() -> bool:
    """Whether texts that are compared with the program's are written anew instead."""
    return os.environ.get("RTW_GOLDEN") == "write"


@pytest.fixture(scope="session")
def rtw() -> Rtw:
    """The installed command: its standard output, for a run that succeeds; with its notes where asked."""

    def run(*arguments: str, cwd: Path = ROOT, has_notes: bool = False) -> str:
        command = [str(Path(sys.executable).with_name("rtw")), *arguments]
        notes = subprocess.STDOUT if has_notes else subprocess.PIPE
        done = subprocess.run(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=notes, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"rtw {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is built from: building leaves folders behind."""
    copy = tmp_path_factory.mktemp("tree")
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            skip = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
            shutil.copytree(source, copy / name, ignore=skip)
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture(scope="session")
def wheel(tree: Path) -> Path:
    """The wheel of the copy, built from its source archive as a release is; needs no network."""
    (tree / "dist").mkdir(exist_ok=True)
    archive = _build("sdist", tree)
    unpacked = tree / "unpacked"
    # `unpack_archive` knows `filter` from 3.11.4 on, and 3.11.0 is enough for this project.
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as archived:
        archived.extractall(unpacked, **safely)
    (source,) = unpacked.iterdir()
    return _build("wheel", source)


def _build(kind: str, source: Path) -> Path:
    code = f"import setuptools.build_meta as b; b.build_{kind}('dist')"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=source, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "would be ignored" not in done.stderr, "a folder is missing from [tool.setuptools]"
    (built,) = (source / "dist").iterdir()
    return built
