"""The Spark engine on a session that somebody else set up: same numbers, and the session stays as it was."""

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcomes
from rtw_outcomes.demo.edge_cases import make_tables, read_edge_cases
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.engines.sql import query, spark
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("session")]

TABLES = make_tables(read_edge_cases())
# One of each kind: days, a time to an event, a state, and a look at what comes after an event.
NAMES = ("net_sick_days_12m", "full_rtw_28d", "work_state_12m", "recurrence_12m")
PLAN = plan_outcomes(resolve_outcomes([read_stock_definition(name) for name in NAMES]))


def run(engine, tables=TABLES, plan=PLAN):
    return run_plan(engine, plan, optimize(plan), tables)


def test_outcomes_are_what_polars_finds(tmp_path):
    """From a file whose name would be a pattern, if it were taken for one.

    The session has the time zone of Auckland, where a day begins half a day before it does in Greenwich.
    """
    path = tmp_path / "sp{a,b}e[l]l*s?.parquet"
    TABLES.spells.write_parquet(path)
    assert_frame_equal(run("spark", replace(TABLES, spells=path)), run("polars"))


def test_outcomes_are_computed_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(query, "OUTCOMES_A_QUERY", 3)
    assert [len(each.outcomes) for each in query.split_plan(PLAN)] == [3, 1]
    assert_frame_equal(run("spark"), run("polars"))


def test_nothing_of_a_run_stays_in_the_session(session):
    before = {name: session.conf.get(name, None) for name in spark.SETTINGS}
    assert before["spark.sql.ansi.enabled"] == "false"
    session.sql("SELECT 7013 AS theirs").createOrReplaceTempView("spells")
    run(
        "spark",
    )
    assert {name: session.conf.get(name, None) for name in spark.SETTINGS} == before
    assert [row.tableName for row in session.sql("SHOW TABLES").collect()] == ["spells"]
    assert session.sql("SELECT theirs FROM spells").collect()[0].theirs == 7013
    assert session.getTags() == set()


def test_an_empty_register_and_an_empty_cohort_have_their_results():
    nobody = replace(TABLES, spells=TABLES.spells.clear())
    assert_frame_equal(run("spark", nobody), run("polars", nobody))
    empty = replace(TABLES, cohort=TABLES.cohort.clear())
    assert_frame_equal(run("spark", empty), run("polars", empty))


def test_no_value_comes_out_when_spark_stops(session, capfd):
    """The ids are texts that are no numbers, where the cohort has numbers."""
    spells = TABLES.spells.with_columns(pl.lit("SECRET").alias("person_id"))
    cohort = TABLES.cohort.with_columns(pl.int_range(pl.len()).alias("person_id"))
    with pytest.raises(RtwError) as stopped:
        run("spark", replace(TABLES, spells=spells, cohort=cohort))
    shown = capfd.readouterr()
    kinds = ("CAST_INVALID_INPUT", "SparkNumberFormatException")  # depends on when Spark finds it
    assert str(stopped.value) in [f"Computing stopped: {kind} in Spark." for kind in kinds]
    assert "SECRET" not in f"{stopped.value}{stopped.value.__cause__}{shown.out}{shown.err}"
    assert session.conf.get("spark.sql.ansi.enabled") == "false"


def test_a_file_that_spark_does_not_see_is_told_with_what_to_do(tmp_path):
    with pytest.raises(RtwError, match=r"PATH_NOT_FOUND in Spark.*TMPDIR"):
        run("spark", replace(TABLES, spells=tmp_path / "nothing.parquet"))
