"""Values that the cohort brings: read, held against the range of each outcome, and refused."""

import polars as pl
import pytest

ENGINES = ["duckdb", "polars", "reference"]
ABILITY = """\
outcome: ability
language: 1
title: Work ability
source: {text: none, certainty: none}
measure:
  reported: {column: wai, range: {from: 7, to: 49.5}}
examples:
  - case: a score
    index: 2020-01-01
    reported: {wai: 38.5}
    spells: |
      start  end  extent
    expect: {value: 38.5}
"""
WIDER = (
    ABILITY.split("examples")[0].replace("ability", "wider").replace("7, to: 49.5", "-7, to: 60")
)
COHORT = """\
person_id,index_date,wai
P-SECRET-77,2020-01-01,38.5
P-SECRET-78,2020-04-01,7
"""
TYPED = pl.DataFrame(
    {
        "person_id": ["P-SECRET-77", "P-SECRET-78"],
        "index_date": ["2020-01-01", "2020-04-01"],
        "wai": [38.5, 7.0],
    }
).with_columns(pl.col("index_date").str.to_date())
OUTCOMES = "[net_sick_days_12m, full_rtw_28d]"


@pytest.fixture
def values(study):
    """A study of a reported value and of nothing that looks at the register."""
    study.put("ability.yaml", ABILITY)
    return study.write(
        cohort=COHORT, study=study.path.read_text().replace(OUTCOMES, "[ability.yaml]")
    )


@pytest.fixture
def two_ranges(values):
    """The same with a second outcome, whose range of the same column is wider."""
    values.put("wider.yaml", WIDER)
    return values.write(
        study=values.path.read_text().replace("[ability.yaml]", "[wider.yaml, ability.yaml]")
    )


def spoil(cell):
    return COHORT.replace("38.5", cell)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_is_the_one_of_its_row_and_its_column_is_carried_along(values, engine):
    values.assert_runs("--engine", engine)
    results = values.outcomes()
    assert results["ability"].to_list() == [38.5, 7.0]
    assert results["wai"].to_list() == [38.5, 7.0]  # carried along
    assert [name for name in results.columns if name.startswith("ability")] == ["ability"]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_empty_cell_is_a_missing_value_and_counted_as_one(values, engine):
    values.write(
        cohort=spoil(" "), study=values.path.read_text() + "suppress_below: 1\n"
    ).assert_runs("--engine", engine)
    assert values.outcomes()["ability"].to_list() == [None, 7.0]
    assert values.rejected().height == 0
    summary = pl.read_csv(values.out / "summary.csv").filter(pl.col("outcome") == "ability")
    counts = dict(summary.select("statistic", "value").iter_rows())
    assert (counts["missing"], counts["observed"], counts["mean"]) == (1, 1, 7)


@pytest.mark.parametrize("cell", ["7", "49.5", "+8", "049.50", "7.0"])
def test_both_limits_of_the_range_are_among_its_values(values, cell):
    values.write(cohort=spoil(cell)).assert_runs()
    assert values.outcomes()["ability"].to_list() == [float(cell), 7.0]


@pytest.mark.parametrize(
    "cell", ["none", "6.9999", "49.5001", "-8", "3 8", "4e", '"38,5"', "inf", "nan", "true"]
)
def test_a_cell_outside_of_the_range_stops_the_run_and_is_not_told(values, cell):
    finished = values.write(cohort=spoil(cell)).assert_refused(
        4, "cohort.csv", "`wai`", "`ability`", "from 7 to 49.5", "1 other cell", "row 1"
    )
    assert cell.strip('"') not in finished.err.replace("from 7 to 49.5", "")


@pytest.mark.parametrize("cell", ["6", "50", "-7", "60"])
def test_each_outcome_has_its_own_range_of_a_column(two_ranges, cell):
    two_ranges.write(cohort=spoil(cell)).assert_refused(4, "`wai`", "`ability`", "7 to 49.5")
    two_ranges.assert_runs("--outcome", "wider")
    assert two_ranges.outcomes()["wider"].to_list() == [float(cell), 7.0]


def test_a_wider_range_has_limits_too(two_ranges):
    two_ranges.write(cohort=spoil("61"))
    two_ranges.assert_refused(4, "`wai`", "`wider`", "from -7 to 60", "row 1")


@pytest.mark.parametrize("engine", ENGINES)
def test_two_ranges_of_a_column_give_the_same_value(two_ranges, engine):
    two_ranges.assert_runs("--engine", engine)
    results = two_ranges.outcomes()
    assert results["ability"].to_list() == results["wider"].to_list() == [38.5, 7.0]


@pytest.mark.parametrize(
    ("values_of_column", "words"),
    [
        ([True, False], "numbers"),
        (["x", "7"], "numbers from 7"),
        ([[1.0], [2.0]], "several values in a cell"),
        ([float("nan"), 8], "from 7 to 49.5"),
        ([float("inf"), 8], "from 7 to 49.5"),
        ([50, 8], "from 7 to 49.5"),
    ],
)
def test_a_typed_column_with_something_else_stops_the_run(values, values_of_column, words):
    column = pl.Series("wai", values_of_column, strict=False)
    values.put("cohort.parquet", TYPED.with_columns(column))
    values.write(study=values.path.read_text().replace("cohort.csv", "cohort.parquet"))
    values.assert_refused(4, "cohort.parquet", "`wai`", words)


def test_a_column_that_is_not_there_stops_the_run_and_the_validation(values, rtw):
    values.put("ability.yaml", ABILITY.split("examples")[0].replace("wai", "wia"))
    refused = values.assert_refused(4, "cohort.csv", "`wia`", "`ability`", "Did you mean `wai`")
    assert rtw("validate", values.path).err == refused.err


def test_a_column_with_the_name_of_a_result_is_told_before_any_row_is_read(values, rtw):
    other = WIDER.replace("column: wai", "column: pain").replace("outcome: wider", "outcome: wai")
    values.put("wai.yaml", other)
    values.write(
        study=values.path.read_text().replace("[ability.yaml]", "[wai.yaml, ability.yaml]"),
        cohort="person_id,index_date,WAI,pain\nP-SECRET-77,no date,much,\n",
    )
    refused = values.assert_refused(4, "cohort.csv", "the column `wai` has the name of a result")
    assert rtw("validate", values.path).err == refused.err


def test_an_example_has_a_value_of_its_own(values, rtw):
    assert "3 passed, 0 failed" in rtw("test", values.folder / "ability.yaml").out
    shown = rtw("show", values.folder / "ability.yaml").out
    assert "wai 38.5" in shown
    assert "the cohort's column `wai` holds, from 7 to 49.5" in " ".join(shown.split())


def test_two_cuts_of_a_value_are_compared_on_a_study(values, rtw):
    for name, limit in (("some", 30), ("more", 40)):
        text = ABILITY.split("examples")[0].replace("ability", name)
        values.put(f"{name}.yaml", text.replace("49.5}", f"49.5}}, cut: {{at_least: {limit}}}"))
    files = [values.folder / f"{name}.yaml" for name in ("some", "more")]
    finished = rtw("diff", *files, "--study", values.path)
    assert finished.status == 0, finished.said
    assert "the number that must be reached" in finished.out
