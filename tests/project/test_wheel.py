"""The wheel works where nothing but its own dependencies is installed.

Its dependencies come from the package index that pip is set up for, in the versions and with the
hashes of dev.lock. Where no index answers the test is skipped; RTW_REQUIRE_WHEEL_TEST=1, which CI
sets, makes that a failure.
"""

import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RESULT_FILES = (
    "manifest.json",
    "outcomes.parquet",
    "rejected.parquet",
    "release",
    "report.html",
    "results.csv",
    "results.parquet",
    "summary.csv",
)

COMMANDS = (
    "rtw list",
    "rtw docs",
    "rtw init mine --definition",
    "rtw test mine",
    "rtw sql full_rtw_28d --dialect postgres",
    "rtw test full_rtw_28d work_state_12m net_sick_days_12m",
    "rtw demo demo --persons 300",
    "rtw validate demo/study.yaml",
    "rtw run demo/study.yaml --out results",
    "rtw run demo/study.yaml --out by_reference --engine reference --outcome net_sick_days_12m",
)

# A dependency that only the dev environment has hides until here.
NOT_INSTALLED = ("pytest", "hypothesis", "ruff", "cli", "specs")


def test_the_installed_wheel_runs_in_an_empty_environment(root, wheel, tmp_path):
    lock = tmp_path / "runtime.lock"
    lock.write_text(_lock_of_dependencies(root), encoding="utf-8")
    python = _make_environment(tmp_path / "environment", lock)
    _run([*_pip_install(python), "--no-deps", "--no-index", wheel], tmp_path)

    empty = tmp_path / "empty"
    empty.mkdir()
    finds = (
        f"from importlib.util import find_spec as f; print([n for n in {NOT_INSTALLED} if f(n)])"
    )
    assert _run([python, "-P", "-c", finds], empty).strip() == "[]"
    for command in COMMANDS:
        name, *arguments = command.split()
        _run([python.with_name(name), *arguments], empty)
    folder, _, *pages = _run([python.with_name("rtw"), "docs"], empty).splitlines()
    assert Path(folder).is_relative_to(tmp_path)
    names = [page.split()[0] for page in pages[1:]]
    assert {"README.md", "docs/reference/study.md"} <= set(names)
    assert all((Path(folder) / name).is_file() for name in names)
    for folder in ("results", "by_reference"):
        assert sorted(path.name for path in (empty / folder).iterdir()) == list(RESULT_FILES)


def _make_environment(folder: Path, lock: Path) -> Path:
    _run([sys.executable, "-m", "venv", "--without-pip", folder], folder.parent)
    python = folder / "bin" / "python"
    install = [*_pip_install(python), "--require-hashes", "--requirement"]
    smallest = folder.parent / "one.lock"
    smallest.write_text(_blocks(lock.read_text("utf-8"))["annotated-types"], encoding="utf-8")
    # Asks for one small file only, so that no answer is known at once.
    asking = [
        *install,
        smallest,
        "--no-deps",
        "--no-cache-dir",
        "--retries",
        "0",
        "--timeout",
        "15",
    ]
    if subprocess.run(asking, capture_output=True, check=False).returncode != 0:
        _skip("no package index answers, so the wheel's dependencies cannot be installed")
    _run([*install, lock, "--no-compile"], folder.parent)
    return python


def _pip_install(python: Path) -> list[object]:
    return [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]


def _skip(reason: str) -> None:
    if os.environ.get("RTW_REQUIRE_WHEEL_TEST") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _run(command: list[object], cwd: Path) -> str:
    outside = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=outside,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _lock_of_dependencies(root: Path) -> str:
    """The part of dev.lock that an installation needs."""
    blocks = _blocks((root / "dev.lock").read_text("utf-8"))
    needed: set[tuple[str, str]] = set()
    _add_needs("rtw-outcomes", "", needed)
    names = sorted({name for name, _ in needed} - {"rtw-outcomes"})
    return "".join(blocks[name] for name in names)


def _add_needs(name: str, extra: str, needed: set[tuple[str, str]]) -> None:
    if (name, extra) in needed:
        return
    needed.add((name, extra))
    for text in requires(name) or ():
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            for wanted in ("", *need.extras):
                _add_needs(canonicalize_name(need.name), wanted, needed)


def _blocks(lock: str) -> dict[str, str]:
    """Each requirement of a lock with its hashes, by name.

    A name may stand there several times, with other versions for other versions of Python.
    """
    blocks: dict[str, str] = {}
    for part in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE):
        name = re.split(r"==|\[", part)[0]
        blocks[name] = blocks.get(name, "") + part
    return blocks
