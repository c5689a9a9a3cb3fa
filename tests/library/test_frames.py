"""Which frames go in, which come out, and what their columns may hold."""

import datetime
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from rtw_outcomes import Run, compute
from tests.library.conftest import COHORT, DAYS, MAKERS, NET_DAYS, OBSERVED, SPELLS, to_polars

OUTCOMES = ["full_rtw_28d", "net_sick_days_12m"]
KINDS = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy polars": pl.DataFrame,
    "arrow": pa.Table,
    "record batch": pa.Table,
}
DATES = [datetime.date(2020, 4, 1), datetime.date(2020, 1, 1)]


def assert_right(run):
    table = to_polars(run.outcomes)
    assert table["full_rtw_28d_days"].to_list() == DAYS
    assert table["net_sick_days_12m"].to_list() == NET_DAYS


@pytest.mark.parametrize("kind", MAKERS)
def test_frames_come_back_in_the_kind_of_the_cohort(kind):
    run = compute(OUTCOMES, MAKERS[kind](SPELLS), MAKERS[kind](COHORT), observed=OBSERVED)
    assert isinstance(run, Run)
    for frame in (run.outcomes, run.summary, run.rejected):
        assert type(frame) is KINDS[kind]
    assert_right(run)
    assert to_polars(run.outcomes)["index_date"].to_list() == DATES


def test_frames_may_be_mixed_with_files_and_the_cohort_says_the_kind(tmp_path):
    SPELLS.write_parquet(tmp_path / "spells.parquet")
    COHORT.write_csv(tmp_path / "cohort.csv")
    by_path = compute(OUTCOMES, tmp_path / "spells.parquet", COHORT.to_pandas(), observed=OBSERVED)
    assert isinstance(by_path.outcomes, pd.DataFrame)
    assert_right(by_path)
    by_text = compute(OUTCOMES, SPELLS.to_arrow(), str(tmp_path / "cohort.csv"), observed=OBSERVED)
    assert isinstance(by_text.outcomes, pl.DataFrame)
    assert_right(by_text)


def test_only_files_give_frames_of_polars(tmp_path, monkeypatch):
    SPELLS.write_csv(tmp_path / "spells.csv")
    COHORT.write_csv(tmp_path / "cohort.csv")
    monkeypatch.chdir(tmp_path)
    run = compute(OUTCOMES, "spells.csv", "cohort.csv", observed=OBSERVED)
    assert isinstance(run.outcomes, pl.DataFrame)
    assert_right(run)


def test_a_frame_is_left_as_it_was(spells, cohort):
    before = spells.copy(), cohort.copy()
    compute(OUTCOMES, spells, cohort, observed=OBSERVED)
    pd.testing.assert_frame_equal(spells, before[0])
    pd.testing.assert_frame_equal(cohort, before[1])


def as_objects(values):
    return pd.Series(values, dtype=object)


def as_datetime(date):
    return datetime.datetime.combine(date, datetime.time())


DATE_COLUMNS = {
    "nanoseconds": lambda dates: pd.Series(pd.to_datetime(dates)).astype("datetime64[ns]"),
    "seconds": lambda dates: pd.Series(pd.to_datetime(dates)).astype("datetime64[s]"),
    "dates": as_objects,
    "datetimes": lambda dates: as_objects([as_datetime(date) for date in dates]),
    "timestamps": lambda dates: as_objects([pd.Timestamp(date) for date in dates]),
    "dates and datetimes": lambda dates: as_objects([dates[0], as_datetime(dates[1])]),
    "texts": lambda dates: pd.Series([str(date) for date in dates]),
    "texts as objects": lambda dates: as_objects([str(date) for date in dates]),
    "categories of texts": lambda dates: pd.Series(map(str, dates)).astype("category"),
    "categories of dates": lambda dates: pd.Series(pd.to_datetime(dates)).astype("category"),
    "arrow dates": lambda dates: pd.Series(dates, dtype=pd.ArrowDtype(pa.date32())),
}


@pytest.mark.parametrize("form", DATE_COLUMNS)
def test_dates_of_pandas_have_many_forms(form, spells, cohort):
    cohort["index_date"] = DATE_COLUMNS[form](DATES)
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED)
    assert_right(run)
    assert run.outcomes["index_date"].dtype.kind == "M"


ID_COLUMNS = {
    "numbers": lambda ids: ids,
    "small numbers": lambda ids: ids.astype("int16"),
    "nullable numbers": lambda ids: ids.astype("Int64"),
    "floats": lambda ids: ids.astype(float),
    "texts": lambda ids: ids.astype(str),
    "objects": lambda ids: ids.astype(object),
    "categories of numbers": lambda ids: ids.astype("category"),
    "categories of texts": lambda ids: ids.astype(str).astype("category"),
    "arrow texts": lambda ids: ids.astype(str).astype("string[pyarrow]"),
}


@pytest.mark.parametrize("form", ID_COLUMNS)
@pytest.mark.parametrize("table", ["spells", "cohort"])
def test_ids_of_pandas_have_many_forms_and_may_differ_between_the_tables(
    table, form, spells, cohort
):
    frame = {"spells": spells, "cohort": cohort}[table]
    frame["person_id"] = ID_COLUMNS[form](frame["person_id"])
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED)
    assert_right(run)
    assert run.outcomes["person_id"].tolist() == [7014, 7013]


EXTENTS = {
    "whole numbers": lambda values: [int(value) for value in values],
    "decimals": lambda values: as_objects([Decimal(str(value)) for value in values]),
    "small floats": lambda values: pd.Series(values, dtype="float32"),
    "nullable floats": lambda values: pd.Series(values, dtype="Float64"),
    "objects": as_objects,
}


@pytest.mark.parametrize("form", EXTENTS)
def test_extents_are_numbers_of_any_kind(form, spells, cohort):
    spells["extent"] = EXTENTS[form](spells["extent"])
    assert_right(compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent"))


MISSING = {
    "person_id": [float("nan"), None, pd.NA],
    "start_date": [pd.NaT, None, pd.NA],
    "extent": [float("nan"), None, pd.NA],
    "benefit": [float("nan"), None, pd.NA, ""],
}


@pytest.mark.parametrize(
    ("column", "mark"),
    [(column, mark) for column, marks in MISSING.items() for mark in marks],
    ids=repr,
)
def test_a_missing_cell_is_missing_however_pandas_marks_it(column, mark, spells, cohort):
    values = [*spells[column], mark]
    spells = pd.concat([spells, spells.iloc[[-1]]], ignore_index=True)
    spells[column] = as_objects(values)
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent")
    assert_right(run)
    rejected = run.rejected.to_dict("records")
    assert [(each["rule"], each["source_row"]) for each in rejected] == [(f"missing_{column}", 4)]


def test_ids_that_pandas_made_floats_because_one_is_missing_are_whole_again(spells, cohort):
    spells = pd.concat([spells, spells.iloc[[0]].assign(person_id=float("nan"))])
    assert spells["person_id"].dtype == float
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent")
    assert_right(run)
    assert [rule.rule for rule in run.accounts[0].rules] == ["missing_person_id"]


def test_a_time_of_day_is_seen_also_where_it_stands_among_dates(spells, cohort):
    late = datetime.datetime(2020, 1, 1, 4)
    for column in (as_objects([DATES[0], late]), pd.Series([pd.Timestamp(DATES[0]), late])):
        cohort["index_date"] = column
        run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent")
        assert [rule.rule for rule in run.accounts[1].rules] == ["time_of_day_in_index_date"]
        assert run.rejected["reason"].tolist() == ["the cell has a time of day"]


def test_the_index_of_pandas_is_not_read(spells, cohort):
    cohort.index = pd.Index([9, 9], name="made_up")
    spells.index = pd.MultiIndex.from_product([["a"], [3, 2, 1]], names=["one", None])
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent")
    assert_right(run)
    assert list(run.outcomes.index) == [0, 1]
    assert "made_up" not in run.outcomes


def test_columns_may_have_other_names(spells, cohort):
    names = {"spells": {"person_id": "LOPNR", "start_date": "from"}}
    names["cohort"] = {"index_date": "day 0"}
    spells = spells.rename(columns=names["spells"])
    cohort = cohort.rename(columns=names["cohort"])
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, columns=names)
    assert_right(run)
    assert list(run.outcomes)[:3] == ["person_id", "index_date", "arm"]


def test_other_columns_go_along_whatever_their_names(spells, cohort):
    cohort["*"], cohort['a "b"'] = ["x", "y"], [None, 1.5]
    cohort[2020] = [1, 2]
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED, tolerate="100 percent")
    assert run.outcomes["*"].tolist() == ["x", "y"]
    assert run.outcomes["2020"].tolist() == [1, 2]
    assert run.outcomes['a "b"'].tolist()[1] == 1.5


def test_categories_come_back_as_what_they_stand_for(spells, cohort):
    cohort["arm"] = cohort["arm"].astype("category")
    cohort["site"] = pd.Categorical([3, 4])
    run = compute(OUTCOMES, spells, cohort, observed=OBSERVED)
    assert run.outcomes["arm"].dtype == SPELLS.to_pandas()["benefit"].dtype
    assert run.outcomes["site"].tolist() == [3, 4]


def test_whole_numbers_of_pandas_are_floats_only_where_one_is_missing(spells, cohort):
    whole = compute(OUTCOMES, spells, cohort, observed=OBSERVED).outcomes["full_rtw_28d_status"]
    assert whole.dtype == "int32"
    cohort.loc[0, "index_date"] = pd.Timestamp(2020, 3, 15)
    status = compute(OUTCOMES, spells, cohort, observed=OBSERVED).outcomes["full_rtw_28d_status"]
    assert status.dtype == "float64"
    assert status.isna().tolist() == [True, False]


def test_codes_of_benefits_and_a_profile_are_as_in_a_study_file(cohort):
    spells = pd.DataFrame(
        {
            "lopnr": SPELLS["person_id"].to_list(),
            "DEL_FROM_DATUM": SPELLS["start_date"].to_list(),
            "DEL_TOM_DATUM": SPELLS["end_date"].to_list(),
            "OMFATTNING": [1, 0.5, 1],
            "DELFORMAN1_KOD": ["S"] * 3,
        }
    )
    codes = {"S": "sickness_benefit"}
    run = compute(
        OUTCOMES,
        spells,
        cohort,
        observed=OBSERVED,
        register="midas",
        benefit_codes=codes,
        without=["same_row", "supplement_without_days"],
    )
    assert_right(run)


def test_rows_keep_their_numbers_and_their_order_in_a_large_frame_of_many_chunks():
    persons, broken = 300_000, 234_567
    first = pl.lit(datetime.date(2020, 1, 1))
    cohort = pl.DataFrame({"person_id": pl.int_range(persons, eager=True).reverse()})
    is_broken = pl.int_range(persons) == broken
    cohort = cohort.with_columns(index_date=pl.when(is_broken).then(None).otherwise(first))
    chunks = [cohort[start : start + 7_001].to_arrow() for start in range(0, persons, 7_001)]
    run = compute("gross_sick_days_12m", SPELLS, pa.concat_tables(chunks), observed=OBSERVED)
    assert run.rejected.column("source_row").to_pylist() == [broken + 1]
    expected = cohort["person_id"].to_list()
    del expected[broken]
    assert run.outcomes.column("person_id").to_pylist() == expected


NO_PANDAS = """
import sys

class NoPandas:
    def find_spec(self, name, *_):
        if name.split(".")[0] == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'")

sys.meta_path.insert(0, NoPandas())
"""


def test_nobody_needs_pandas():
    """The data of this folder in a process in which pandas cannot be imported."""
    source = Path(__file__).with_name("conftest.py").read_text("utf-8")
    data = source[source.index("SPELLS = ") : source.index("# What `full")]
    code = "\n".join(
        (
            NO_PANDAS,
            "import datetime",
            "import polars as pl",
            "from rtw_outcomes import compute",
            data,
            "run = compute('full_rtw_28d', SPELLS, COHORT.to_arrow(), observed=OBSERVED)",
            "print(run.outcomes['full_rtw_28d_days'].to_pylist())",
        )
    )
    script = [sys.executable, "-c", code]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.stdout == f"{DAYS}\n", done.stderr
