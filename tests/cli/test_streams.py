"""Streams that are closed, and an interrupt before the program has started."""

import subprocess
import sys

import pytest

INTERRUPTED_AT = """
import os, signal, sys
from importlib.metadata import entry_points

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

module = sys.argv.pop()
sys.meta_path.insert(0, Interrupt())
(script,) = entry_points(group="console_scripts", name="rtw")
script.load()()
"""


def run_with(redirection, *command):
    return subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {redirection}', *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "<&- 2>&-"])
def test_a_run_with_closed_streams_is_as_any_other(study, script, closed):
    command = ("run", study.path, "--out", study.folder / "other")
    expected = study.run().out.replace(str(study.out), str(study.folder / "other"))
    finished = run_with(closed, script, *command)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == expected
    assert (study.folder / "other" / "manifest.json").is_file()


def test_a_fault_has_its_status_also_where_it_cannot_be_told(study, script):
    assert run_with("2>&-", script, "validate", study.folder / "none.yaml").returncode == 3


@pytest.mark.parametrize("command", [["list"], ["--version"]])
def test_what_cannot_be_printed_is_told_with_status_5(script, command):
    finished = run_with(">&-", script, *command)
    assert finished.returncode == 5
    assert finished.stderr.startswith("rtw: Standard output is closed")
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("module", ["typer", "rtw_outcomes.cli.shell", "pydantic"])
def test_an_interrupt_while_a_module_is_imported_gives_130_and_one_line(module):
    finished = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED_AT, "list", module],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 130, finished.stderr
    assert finished.stdout == ""
    assert finished.stderr.startswith("rtw: Interrupted.")
    assert finished.stderr.count("\n") == 1
