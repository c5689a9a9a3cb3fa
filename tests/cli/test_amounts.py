"""Amounts of money that outcomes take from the cohort: read, refused, and asked for in the query."""

import json

import polars as pl
import pytest

ENGINES = ["duckdb", "polars", "reference"]
COST = """\
outcome: own_cost
language: 1
title: Own cost
source: {text: none, certainty: none}
absence: {benefits: sickness_related}
follow_up: 12 months
measure:
  cost: {per_net_day: {column: daily_cost}}
examples:
  - case: ten days
    index: 2020-01-01
    amounts: {daily_cost: 1200}
    spells: |
      start       end         extent
      2020-01-01  2020-01-10  100
    expect: {value: 12000}
"""
COHORT = """\
person_id,index_date,daily_cost
P-SECRET-77,2020-01-01,1000.5
P-SECRET-78,2020-04-01,200
"""
TYPED = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-78"],
        "index_date": ["2020-01-01", "2020-04-01"],
        "daily_cost": [1000.5, 200.0],
    }
).with_columns(pl.col("index_date").str.to_date())
# 31 days at 100 percent and 29 at 50 are 45.5 net days; the other person has 10.
COSTS = [45.5 * 1000.5, 2000.0]
WITH_COST = ("[net_sick_days_12m, full_rtw_28d]", "[net_sick_days_12m, own.yaml]")


@pytest.fixture
def costs(study):
    """A study of costs, whose amounts stand in the cohort."""
    study.put("own.yaml", COST)
    return study.write(cohort=COHORT, study=study.path.read_text().replace(*WITH_COST))


def spoil(cell):
    return COHORT.replace("1000.5", cell)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cost_is_reckoned_with_the_amount_of_its_row(costs, engine):
    costs.assert_runs("--engine", engine)
    results = costs.outcomes()
    assert results["own_cost"].to_list() == COSTS
    assert results["daily_cost"].to_list() == [1000.5, 200.0]  # carried along


RATE = """\
outcome: rate_of_cost
language: 1
title: Cost per person
source: {text: none, certainty: none}
measure:
  rate: {of: own_cost, over: persons}
"""


@pytest.mark.parametrize("narrowed", [(), ("--outcome", "rate_of_cost")])
def test_an_outcome_that_is_made_of_costs_takes_their_amounts(costs, narrowed):
    costs.put("rate.yaml", RATE).put("own_cost.yaml", COST)
    text = costs.path.read_text().replace("own.yaml]", "own_cost.yaml, rate.yaml]")
    for outcomes in (text, text.replace("own_cost.yaml, rate", "rate")):
        costs.write(study=outcomes).assert_runs(*narrowed)
        assert costs.outcomes()["rate_of_cost"].to_list() == COSTS


@pytest.mark.parametrize("type_of_amount", [pl.Float64, pl.Float32, pl.Decimal(9, 2)])
def test_an_amount_may_be_of_any_type_of_numbers(costs, type_of_amount):
    costs.put("cohort.parquet", TYPED.with_columns(pl.col("daily_cost").cast(type_of_amount)))
    costs.write(study=costs.path.read_text().replace("cohort.csv", "cohort.parquet"))
    costs.assert_runs()
    assert costs.outcomes()["own_cost"].to_list() == COSTS


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cost_without_an_amount_is_counted_as_missing(costs, engine):
    costs.write(
        cohort=spoil(" "), study=costs.path.read_text() + "suppress_below: 1\n"
    ).assert_runs("--engine", engine)
    results = costs.outcomes()
    assert results["own_cost"].to_list() == [None, 2000.0]
    assert results["own_cost_observed_days"].to_list() == [366, 365]
    assert results["net_sick_days_12m"].to_list() == [45.5, 10.0]
    assert costs.rejected().height == 0
    summary = pl.read_csv(costs.out / "summary.csv").filter(pl.col("outcome") == "own_cost")
    counts = dict(summary.select("statistic", "value").iter_rows())
    assert (counts["missing"], counts["fully_observed"], counts["mean"]) == (1, 1, 2000)


@pytest.mark.parametrize("name", ["two words", 'a"b', "row_id", "rule", "*", "^.*$", "{x}", "?"])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_amount_may_stand_in_a_column_with_an_odd_name(costs, engine, name):
    written = json.dumps(name)
    costs.put("own.yaml", COST.split("examples")[0].replace("daily_cost", written))
    quoted = '"' + name.replace('"', '""') + '"'
    costs.write(cohort=COHORT.replace("daily_cost", quoted)).assert_runs("--engine", engine)
    assert costs.outcomes()["own_cost"].to_list() == COSTS


def test_a_row_that_is_not_used_needs_no_amount(costs):
    costs.write(cohort=COHORT + "P-SECRET-77,2031-01-01,none\n").assert_runs()
    assert costs.outcomes()["own_cost"].to_list() == COSTS


@pytest.mark.parametrize("cell", ["none", "-1", "1 000", "1e", '"1000,5"', "inf", "nan"])
def test_a_cell_that_is_no_amount_stops_the_run(costs, cell):
    finished = costs.write(cohort=spoil(cell)).assert_refused(
        4, "cohort.csv", "`daily_cost`", "at least 0", "1 other cell", "row 1"
    )
    assert cell.strip('"') not in finished.err.replace("row 1", "").replace("found 1", "")


@pytest.mark.parametrize("amounts", [[True, False], ["a", "2"], [float("nan"), 1], [-0.5, 1]])
def test_a_typed_column_without_amounts_stops_the_run(costs, amounts):
    costs.put("cohort.parquet", TYPED.with_columns(pl.Series("daily_cost", amounts)))
    costs.write(study=costs.path.read_text().replace("cohort.csv", "cohort.parquet"))
    costs.assert_refused(4, "cohort.parquet", "`daily_cost`", "numbers")


@pytest.mark.parametrize(
    ("column", "words"),
    [("cost_a_day", ["`cost_a_day`", "own_cost"]), ("daily_costs", ["Did you mean `daily_cost`"])],
)
def test_a_column_that_is_not_there_stops_the_run_and_the_validation(costs, rtw, column, words):
    costs.put("own.yaml", COST.split("examples")[0].replace("daily_cost", column))
    refused = costs.assert_refused(4, "cohort.csv", *words)
    assert rtw("validate", costs.path).err == refused.err


def test_a_column_of_the_key_holds_no_amounts_under_whatever_name(costs):
    costs.put("own.yaml", COST.split("examples")[0].replace("daily_cost", "number"))
    costs.write(
        cohort=COHORT.replace("person_id", "number"),
        study=costs.path.read_text() + "columns: {cohort: {person_id: number}}\n",
    )
    costs.assert_refused(4, "cohort.csv", "`number`", "own_cost")


def test_a_study_without_such_an_outcome_asks_for_no_amount(costs):
    costs.write(cohort=spoil("none")).assert_runs("--outcome", "net_sick_days_12m")


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "postgres"])
def test_the_query_takes_the_amount_from_the_cohort(costs, rtw, dialect):
    for subject in (costs.path, "net_day_cost_12m"):
        finished = rtw("sql", subject, "--dialect", dialect)
        comments = [line for line in finished.out.splitlines() if line.startswith("-- cohort:")]
        assert comments == [
            "-- cohort: row_id (order of the result), person_id, index_date, entry_date, censor_date, "
            "censor_reason, number_daily_cost"
        ]
        assert "number_daily_cost" in finished.out.split(" AS (")[1]


def test_an_example_has_amounts_of_its_own(costs, rtw):
    assert "3 passed, 0 failed" in rtw("test", costs.folder / "own.yaml").out
    assert "daily_cost 1200" in rtw("show", costs.folder / "own.yaml").out


def test_two_definitions_of_a_cost_are_compared_on_a_study(costs, rtw):
    costs.put("other.yaml", COST.replace("own_cost", "other").replace("12 months", "30 days"))
    finished = rtw(
        "diff", costs.folder / "own.yaml", costs.folder / "other.yaml", "--study", costs.path
    )
    assert finished.status == 0, finished.said
