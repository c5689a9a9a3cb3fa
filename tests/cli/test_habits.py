"""What people expect of every command line: version, help, tab completion, and near words."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

import rtw_outcomes

COMMANDS = ["demo", "run", "validate", "list", "show", "diff", "sql", "test", "schema"]
SLOW = ("polars", "duckdb", "pydantic", "yaml", "sqlglot", "rich")


def complete(script, line, cwd=None):
    """What the shell offers at the end of a line."""
    words = line.split(" ")
    asking = {
        "_RTW_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [script], env=os.environ | asking, cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_the_version_is_that_of_the_installation(rtw):
    finished = rtw("--version")
    assert (finished.status, finished.err) == (0, "")
    assert finished.out == f"rtw {version('rtw-outcomes')}\n"
    assert rtw_outcomes.__version__ == version("rtw-outcomes")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_the_short_option_for_help_says_what_the_long_one_says(rtw, command):
    short, long = rtw(*command, "-h"), rtw(*command, "--help")
    assert short.status == long.status == 0
    assert short.out == long.out
    assert "Usage: rtw" in short.out


def test_the_package_runs_as_a_module(tmp_path):
    command = [sys.executable, "-P", "-m", "rtw_outcomes", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"rtw {version('rtw-outcomes')}\n"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("rtw show full_rtw_2", ["full_rtw_28d"]),
        ("rtw diff full_rtw_28d sustainable_f", ["sustainable_full_rtw_3m"]),
        ("rtw sql work_state_1", ["work_state_12m"]),
        ("rtw test full_rtw_28d recurr", ["recurrence_12m"]),
        ("rtw run gone.yaml --outcome recurr", ["recurrence_12m"]),
        ("rtw run study.yaml --engine d", ["duckdb"]),
        ("rtw ru", ["run"]),
        ("rtw show zzz", []),
    ],
)
def test_the_shell_offers_words(script, line, offered):
    assert complete(script, line) == offered


def test_the_shell_offers_the_outcomes_of_the_study(script, study):
    own = "outcome: own_days\nlanguage: 1\n"
    study.put("own.yaml", own).write(
        study=study.path.read_text().replace("full_rtw_28d", "own.yaml")
    )
    offered = complete(script, "rtw run study.yaml --outcome ", cwd=study.folder)
    assert offered == ["net_sick_days_12m", "own_days"]


def test_the_shell_can_be_taught(script):
    done = subprocess.run(
        [script, "--show-completion", "bash"],
        env=os.environ | {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_RTW_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    "code",
    [
        "import_module('rtw_outcomes.cli.app')",
        "import_module('rtw_outcomes.cli.completion').complete_ids('full')",
    ],
)
def test_help_and_completion_import_nothing_slow(code):
    asking = f"import sys; from importlib import import_module; {code}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", asking], capture_output=True, text=True, check=True
    )
    assert set(SLOW) & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rum"], ["Did you mean 'run'?"]),
        (["run", "s.yaml", "--out", "x", "--engin", "duckdb"], ["--engine"]),
        (
            ["run", "s.yaml", "--out", "x", "--engine", "polarz"],
            [
                "`polarz` is not one of polars, duckdb, spark, postgres, reference. Did you mean `polars`?"
            ],
        ),
        (["sql", "x", "--dialect", "postgre"], ["duckdb, spark, postgres", "mean `postgres`?"]),
        (["schema", "studdy"], ["definition, study, profile", "mean `study`?"]),
        (["list", "--group", "cor"], ["Did you mean `core`?"]),
    ],
)
def test_a_wrong_word_of_the_command_line_is_told_with_a_near_one(rtw, arguments, words):
    finished = rtw(*arguments)
    assert (finished.status, finished.out) == (2, "")
    assert "Value error" not in finished.err
    for word in words:
        assert word in finished.err
