"""The columns of the cohort that go into the results: the same types from every kind of file."""

from datetime import date

import polars as pl
import pytest

from tests.cli.test_ways_of_writing import COHORT, TEXT
from tests.intake_readers.workbooks import write_workbook

CARRIED = COHORT.with_columns(
    age=pl.Series([64, None, 51], dtype=pl.Int64),
    score=pl.Series([1.5, 2.0, None], dtype=pl.Float64),
    region=pl.Series(["0180", "1480", "0180"]),
    version=pl.Series(["1.10", "1.2", None]),
    asked=pl.Series([date(2019, 12, 1), None, date(2020, 5, 1)]),
    number=pl.Series([1, 2, 3], dtype=pl.Int64),
)
NAMES = CARRIED.columns[COHORT.width :]
NUMBERS = ("age", "number")


def results_of(study, name, content=None):
    if content is not None:
        study.put(name, content)
    said = study.path.read_text().replace("cohort.csv", name)
    return study.outcomes_of(spells=TEXT, study=said)


@pytest.fixture(scope="module")
def expected(make_study):
    found = results_of(make_study(), "c.parquet", CARRIED)
    assert found.select(NAMES).equals(CARRIED.select(NAMES))
    return found


# Another way of writing the table, and the name of its file.
OTHERWISE = {
    "csv": ("c.csv", CARRIED.write_csv()),
    "csv of R": ("c.csv", CARRIED.write_csv(null_value="NA").replace(",2.0,", ",2,")),
    "blanks": ("c.csv", CARRIED.write_csv().replace(",", " , ").replace("person_id ", "person_id")),
    "floats": ("c.parquet", CARRIED.cast(dict.fromkeys(NUMBERS, pl.Float64))),
    "NaN": (
        "c.parquet",
        CARRIED.cast({"age": pl.Float64}).with_columns(pl.col("age").fill_null(float("nan"))),
    ),
    "small numbers": ("c.parquet", CARRIED.cast({"age": pl.Int8, "number": pl.UInt16})),
    "texts": ("c.parquet", CARRIED.cast(dict.fromkeys((*NUMBERS, "score", "asked"), pl.String))),
    "empty texts": ("c.parquet", CARRIED.with_columns(pl.col("version").fill_null(""))),
    "times": ("c.parquet", CARRIED.cast({"asked": pl.Datetime("us")})),
}


@pytest.mark.parametrize("way", OTHERWISE)
def test_carried_columns_have_the_types_of_their_cells(study, expected, way):
    assert results_of(study, *OTHERWISE[way]).equals(expected)


def test_carried_columns_of_a_workbook_have_them_too(study, expected):
    write_workbook(study.folder / "c.xlsx", {"Cohort": [CARRIED.columns, *CARRIED.rows()]})
    assert results_of(study, "c.xlsx").equals(expected)


def test_a_decimal_comma_is_read_where_the_study_says_so(study, expected):
    text = CARRIED.write_csv(separator=";").replace("1.5", "1,5").replace("2.0", "2,0")
    source = "{file: c.csv, format: {decimal: ','}}"
    study.put("c.csv", text)
    assert results_of(study, source).equals(expected)


def test_a_mark_of_a_missing_value_that_may_be_a_code_is_told(study):
    """NA is also a country."""
    cohort = COHORT.with_columns(arm=pl.Series(["treated", "NA", "NA"])).write_csv()
    study.write(spells=TEXT, cohort=cohort).show_all()
    finished = study.assert_runs()
    assert study.outcomes()["arm"].to_list() == ["treated", None, None]
    assert "2 cells with marks of a missing value" in finished.err
    assert "`arm`" in finished.err
    study.write(study=study.path.read_text() + "format: {missing: ['']}\n")
    assert "missing value" not in study.assert_runs().err
    assert study.outcomes()["arm"].to_list() == ["treated", "NA", "NA"]


@pytest.mark.parametrize("cells", [["7", "08", "9"], ["7", "8", "x"], ["1e3", "2", "3"]])
def test_texts_that_are_not_all_plain_numbers_stay_texts(study, cells):
    study.write(spells=TEXT, cohort=COHORT.with_columns(code=pl.Series(cells)).write_csv())
    study.assert_runs()
    assert study.outcomes()["code"].to_list() == cells
