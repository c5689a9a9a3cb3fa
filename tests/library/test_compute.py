"""`compute` on frames gives what `rtw run` gives on files, in the kind of frame that came in."""

from datetime import date, datetime
from html.parser import HTMLParser

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from rtw_outcomes import (
    ContractError,
    DefinitionError,
    Run,
    UsageError,
    compute,
    describe_outcome,
    find_outcome,
    list_outcomes,
    run_study,
    validate_study,
)
from rtw_outcomes.definitions.catalogue import CORE, list_ids
from rtw_outcomes.engines.registry import BUILT_IN

OBSERVED = (date(2015, 1, 1), date(2023, 12, 31))
NET = "net_sick_days_12m"
SPELLS = pl.DataFrame(
    {
        "person_id": [1, 1, 1, 2],
        "start_date": [date(2019, 12, 20), date(2020, 2, 1), date(2020, 4, 1), date(2020, 1, 5)],
        "end_date": [date(2020, 1, 31), date(2020, 2, 29), date(2020, 4, 10), date(2020, 1, 4)],
        "extent": [100.0, 50.0, 100.0, 100.0],
        "benefit": ["sickness_benefit"] * 4,
    }
)
COHORT = pl.DataFrame(
    {
        "person_id": [2, 1],
        "index_date": [date(2020, 1, 1), date(2020, 1, 1)],
        "arm": ["a", "b"],
    }
)
TO = {
    "pandas": pl.DataFrame.to_pandas,
    "polars": lambda frame: frame,
    "lazy": pl.DataFrame.lazy,
    "arrow": pl.DataFrame.to_arrow,
}
OUT = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.DataFrame,
    "arrow": pa.Table,
}


def run(outcomes=NET, spells=SPELLS, cohort=COHORT, **others):
    return compute(
        outcomes, spells, cohort, **{"observed": OBSERVED, "tolerate": "100 percent"} | others
    )


@pytest.mark.parametrize("kind", TO)
def test_the_results_are_frames_of_the_kind_that_came_in(kind):
    finished = run(spells=TO[kind](SPELLS), cohort=TO[kind](COHORT))
    for frame in (finished.outcomes, finished.summary, finished.rejected):
        assert isinstance(frame, OUT[kind])
    assert list(pl.DataFrame(finished.outcomes)[NET]) == [0.0, 55.5]


@pytest.mark.parametrize("kind", TO)
def test_the_table_of_results_comes_in_the_same_kind(kind):
    keys = {"groups": "arm", "reference": "a"}
    asked = run(cohort=TO[kind](COHORT), compare=keys, suppress_below=1)
    nothing = run(cohort=TO[kind](COHORT))
    for finished in (asked, nothing):
        assert isinstance(finished.results, OUT[kind])
    (table, empty) = (pl.DataFrame(finished.results) for finished in (asked, nothing))
    assert {"summary", "flow", "mean_difference"} <= set(table["context"])
    difference = table.filter(
        pl.col("context").eq("mean_difference") & pl.col("stat_name").eq("estimate")
    )
    assert set(difference["stat"]) == {55.5}
    assert (empty.columns, empty.height) == (table.columns, 0)


def test_the_table_of_results_is_that_of_the_file(tmp_path):
    SPELLS.write_csv(tmp_path / "spells.csv")
    COHORT.write_csv(tmp_path / "cohort.csv")
    text = """\
study: files
register: canonical
observed: {from: 2015-01-01, to: 2023-12-31}
spells: spells.csv
cohort: cohort.csv
outcomes: [net_sick_days_12m]
tolerate: 100 percent
describe: [arm]
suppress_below: 1
"""
    (tmp_path / "study.yaml").write_text(text, "utf-8")
    finished = run_study(tmp_path / "study.yaml", tmp_path / "results")
    assert_frame_equal(finished.results, pl.read_parquet(tmp_path / "results" / "results.parquet"))


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
@pytest.mark.parametrize("engine", BUILT_IN)
def test_frames_give_what_files_give(kind, engine, tmp_path):
    """The two tables of one delivery, all outcomes of the core, on every engine."""
    (tmp_path / "own").mkdir()
    SPELLS.write_csv(tmp_path / "own" / "spells.csv")
    COHORT.write_csv(tmp_path / "own" / "cohort.csv")
    ids = list(list_ids(CORE))
    (tmp_path / "study.yaml").write_text(
        "study: own\nregister: canonical\nobserved: {from: 2015-01-01, to: 2023-12-31}\n"
        "tolerate: 100 percent\n"
        f"spells: own/spells.csv\ncohort: own/cohort.csv\noutcomes: [{', '.join(ids)}]\n"
    )
    of_files = run_study(str(tmp_path / "study.yaml"), str(tmp_path / "results"), engine)
    of_frames = run(ids, TO[kind](SPELLS), TO[kind](COHORT), engine=engine)
    assert_frame_equal(of_files.outcomes, pl.DataFrame(of_frames.outcomes), check_dtypes=False)
    assert_frame_equal(of_files.summary, pl.DataFrame(of_frames.summary), check_dtypes=False)
    assert_frame_equal(of_files.outcomes, pl.read_parquet(tmp_path / "results/outcomes.parquet"))
    accounts = validate_study(tmp_path / "study.yaml")
    assert [each.used for each in accounts] == [each.used for each in of_frames.accounts]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.astype({"person_id": "Int64"}),
        lambda frame: frame.astype({"person_id": "float64"}),
        lambda frame: frame.astype({"person_id": "str"}),
        lambda frame: frame.astype({"person_id": "category"}),
        lambda frame: frame.set_index(pd.Index([7] * len(frame))),
        lambda frame: frame.assign(**{c: pd.to_datetime(frame[c]) for c in dates_of(frame)}),
        lambda frame: frame.assign(**{c: frame[c].astype(str) for c in dates_of(frame)}),
    ],
)
def test_the_types_that_pandas_frames_have_in_practice_are_read(change):
    """Nullable integers, floats that are whole, texts, categories, any index, and dates as they come."""
    finished = run(spells=change(SPELLS.to_pandas()), cohort=change(COHORT.to_pandas()))
    assert finished.outcomes[NET].to_list() == [0.0, 55.5]


def dates_of(frame):
    return [column for column in frame.columns if column.endswith("_date")]


def test_a_missing_date_is_missing_in_every_kind_of_frame():
    dated = COHORT.with_columns(censor_date=pl.Series([None, date(2020, 2, 10)], dtype=pl.Date))
    for kind in ("pandas", "polars", "arrow"):
        observed = run(cohort=TO[kind](dated)).outcomes
        assert list(pl.DataFrame(observed)[f"{NET}_observed_days"]) == [366, 41]


def test_a_person_is_observed_from_the_entry_also_where_its_column_has_another_name():
    before = {
        "outcome": "before",
        "language": 1,
        "title": "Before",
        "source": {"text": "none", "certainty": "ours"},
        "absence": {"benefits": "sickness_related"},
        "follow_up": {"from": "31 days before", "to": "0 days"},
        "measure": {"sick_days": {"count": "gross"}},
    }
    dated = COHORT.with_columns(immigrated=pl.Series([None, date(2019, 12, 30)], dtype=pl.Date))
    for kind in ("pandas", "polars", "arrow"):
        columns = {"cohort": {"entry_date": "immigrated"}}
        finished = run(before, cohort=TO[kind](dated), columns=columns)
        found = pl.DataFrame(finished.outcomes)
        assert list(found["before"]) == [0, 2]
        assert list(found["before_observed_days"]) == [31, 2]
        assert "immigrated" not in found.columns


def test_outcomes_are_given_as_ids_files_mappings_or_objects(tmp_path):
    mapping = {
        "outcome": "own",
        "language": 1,
        "title": "Own",
        "source": {"text": "none", "certainty": "ours"},
        "absence": {"benefits": "sickness_related"},
        "follow_up": "30 days",
        "measure": {"sick_days": {"count": "gross"}},
    }
    by_id = find_outcome(NET)
    assert run(mapping).outcomes["own"].to_list() == [0, 30]
    assert run(by_id.outcome).outcomes[NET].to_list() == [0.0, 55.5]
    assert run(by_id).outcomes[NET].to_list() == [0.0, 55.5]
    assert run([by_id.outcome, "full_rtw_28d"]).outcomes["full_rtw_28d_days"].to_list() == [
        None,
        60,
    ]
    path = tmp_path / "own.yaml"
    path.write_text(
        "outcome: own\nlanguage: 1\ntitle: Own\nsource: {text: none, certainty: ours}\n"
        "absence: {benefits: sickness_related}\nfollow_up: 30 days\n"
        "measure: {sick_days: {count: gross}}\n"
    )
    for given in (path, str(path)):
        assert run(given).outcomes["own"].to_list() == [0, 30]


def test_rejected_rows_are_counted_listed_and_told():
    finished = run(suppress_below=1)
    spells, cohort = finished.accounts
    assert (spells.rows, spells.used, spells.rejected, cohort.rejected) == (4, 3, 1, 0)
    assert finished.rejected["rule"].to_list() == ["dates_in_order"]
    assert "1 row (25.00 percent)" in finished.warnings[0]
    warnings = run().warnings
    assert "fewer than 5 rows faulty and rejected under dates_in_order" in warnings[0]
    assert not [each for each in warnings if " 1 " in each or "percent" in each]


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ({"spells": SPELLS.drop("extent")}, ContractError, "extent"),
        ({"cohort": COHORT.rename({"person_id": "id"})}, ContractError, "person_id"),
        ({"outcomes": "full_rtw_28"}, DefinitionError, "full_rtw_28d"),
        ({"outcomes": {"outcome": "own"}}, DefinitionError, "measure"),
        ({"outcomes": 7}, UsageError, "int"),
        ({"spells": 7}, UsageError, "spells"),
        ({"observed": ("2023-12-31", "2015-01-01")}, DefinitionError, "observed"),
        ({"observed": "2015"}, UsageError, "observed"),
        ({"by": "arms"}, DefinitionError, "arm"),
        ({"register": "midsa"}, DefinitionError, "midas"),
        ({"engine": "polar"}, DefinitionError, "polars"),
        (
            {"cohort": COHORT.to_pandas().set_index("person_id")},
            ContractError,
            "reset_index",
        ),
    ],
)
def test_a_wrong_argument_is_told_by_its_name_and_without_values(arguments, error, told):
    with pytest.raises(error) as raised:
        run(**arguments)
    assert told in str(raised.value)
    assert "sickness_benefit" not in str(raised.value).replace("one of", "")


def test_examples_of_an_own_definition_that_fail_are_told():
    own = {
        "outcome": "own_days",
        "language": 1,
        "title": "Own days",
        "source": {"text": "ours", "certainty": "our own"},
        "based_on": NET,
        "examples": [
            {
                "case": "nobody is absent",
                "index": "2020-01-01",
                "spells": "start end extent",
                "expect": {"value": 9},
            }
        ],
    }
    (warning,) = (each for each in run(own).warnings if "worked example" in each)
    assert warning.startswith("the one worked example of `own_days` fails")
    own["examples"][0]["expect"] = {"value": 0}
    assert not [each for each in run(own).warnings if "worked example" in each]


def test_nothing_is_printed_unless_asked(capfd):
    run()
    assert capfd.readouterr() == ("", "")
    run(progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "Reading" in err
    steps = []
    run(progress=steps.append)
    assert len(steps) > 1


def test_a_run_reads_well_in_a_console_and_in_a_notebook():
    cohort = COHORT.with_columns(arm=pl.Series(["<b>", "b"]))
    finished = run(by="arm", cohort=cohort, suppress_below=1)
    assert isinstance(finished, Run)
    assert NET in repr(finished)
    html = finished._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "http" not in html
    HTMLParser().feed(html)


def test_outcomes_are_listed_and_described():
    assert [each.id for each in list_outcomes(group="core")] == list(list_ids(CORE))
    assert {each.id for each in list_outcomes("forsakringskassan relapse")} >= {"fk_relapse_12m"}
    assert describe_outcome("full_rtw_28d") == describe_outcome(find_outcome("full_rtw_28d"))
    with pytest.raises(UsageError):
        list_outcomes("no_such_word")


def test_paths_are_taken_in_place_of_frames(tmp_path):
    SPELLS.write_parquet(tmp_path / "spells.parquet")
    COHORT.write_csv(tmp_path / "cohort.csv")
    finished = run(spells=tmp_path / "spells.parquet", cohort=str(tmp_path / "cohort.csv"))
    assert isinstance(finished.outcomes, pl.DataFrame)
    assert finished.outcomes[NET].to_list() == [0.0, 55.5]


def test_a_date_with_a_time_is_no_date():
    timed = COHORT.with_columns(index_date=pl.Series([datetime(2020, 1, 1, 12)] * 2))
    with pytest.raises(ContractError) as raised:
        run(cohort=timed)
    assert "2020" not in str(raised.value)
