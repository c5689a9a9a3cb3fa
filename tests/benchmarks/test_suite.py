"""The benchmark says who differs, and shows no time then; what it shows it has compared."""

import shutil
from dataclasses import replace

import pytest

from benchmarks.contestants.handwritten import FOLDER
from benchmarks.field import FAST_ENGINES, Contestant, list_contestants
from benchmarks.processes import Limits
from benchmarks.suite import Settings, run_suite

QUICK = {FAST_ENGINES[0], "compiled", "handwritten_sql", "pandas_script", "reference"}
TASKS = {"stock", "floor"}


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings((4_000,), Limits(1, 1), tmp_path / "registers", tmp_path)


@pytest.fixture
def contestants() -> list[Contestant]:
    """Those of a task that start quickly; `make bench-small` runs them all."""
    everyone = [each for each in list_contestants() if each.task in TASKS]
    return [each for each in everyone if each.name in QUICK or each.task == "floor"]


def test_what_is_shown_and_kept_has_been_compared(settings, contestants, tmp_path, capsys):
    assert run_suite(settings, contestants) == 0
    shown = capsys.readouterr()
    assert "Comparing the results" in shown.err
    for each in contestants:
        assert (f"`{each.name}`" in shown.out) is not each.is_check
    assert "| `rtw --help` / `import typer` | <= 1.5 |" in shown.out
    assert (tmp_path / "results/table.md").read_text("utf-8") + "\n" == shown.out
    assert "</svg>" in (tmp_path / "results/plot.svg").read_text("utf-8")
    lines = (tmp_path / "history.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + sum(not each.is_check for each in contestants)
    assert str(tmp_path) not in shown.out + "".join(lines)


def test_a_wrong_result_stops_it_before_any_time_is_shown(settings, contestants, tmp_path, capsys):
    queries = shutil.copytree(FOLDER, tmp_path / "queries")
    wrong = queries / "full_rtw_28d.sql"
    text = wrong.read_text("utf-8")
    assert "INTERVAL 12 MONTH" in text
    wrong.write_text(text.replace("INTERVAL 12 MONTH", "INTERVAL 11 MONTH"), encoding="utf-8")
    one_is_wrong = [
        replace(each, options={"folder": str(queries)}) if each.name == "handwritten_sql" else each
        for each in contestants
        if each.name in (FAST_ENGINES[0], "handwritten_sql")
    ]
    assert run_suite(settings, one_is_wrong) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    told = [line for line in shown.err.splitlines() if "differs" in line]
    assert len(told) == 1
    yardstick = f"{FAST_ENGINES[0]}-stock-sorted"
    assert told[0].startswith(
        f"handwritten_sql-stock-sorted differs from {yardstick}: full_rtw_28d"
    )
    assert told[0].endswith(" of 400 rows")
    assert not (tmp_path / "history.csv").exists()


def test_a_contestant_that_takes_too_long_is_stopped(settings, contestants, capsys):
    hurried = replace(settings, limits=Limits(1, 1, longest=0.01), keep=None)
    assert run_suite(hurried, contestants[:1]) == 1
    assert "did not finish: stopped after 0 seconds" in capsys.readouterr().err


def test_a_contestant_that_stops_is_told_and_makes_it_fail(settings, contestants, capsys):
    one_stops = replace(contestants[1], name="stops", options={"no": "such option"})
    assert run_suite(settings, [contestants[0], one_stops]) == 1
    shown = capsys.readouterr()
    assert "stops-stock-shuffled did not finish" in shown.err
    assert "did not finish" in shown.out
