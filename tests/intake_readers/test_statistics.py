"""Files of SAS, Stata and SPSS come in with their types, their dates and all their rows."""

import datetime
import sys
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyreadstat
import pytest

from rtw_outcomes.errors import ContractError, RtwError
from rtw_outcomes.intake.readers.date_formats import find_date_format
from rtw_outcomes.intake.readers.statistics import read_statistics_file

from .conftest import NAME, read_back

FILES = Path(__file__).parent / "files"

DAYS = [datetime.date(2020, 2, 29), None, datetime.date(1959, 12, 31)]
TIMES = [datetime.datetime(2020, 2, 29, 13, 45, 30), None, datetime.datetime(1959, 12, 31, 0, 0)]
FRAME = pl.DataFrame(
    {
        "person_id": [7013.0, 7014.0, 123456789012.0],
        "name": ["Åse", "", "żółć"],
        "share": [0.5, None, -1.25],
        "nothing": pl.Series([None, None, None], dtype=pl.Float64),
    }
)
WRITERS = {
    ".dta": pyreadstat.write_dta,
    ".sav": pyreadstat.write_sav,
    ".xpt": pyreadstat.write_xport,
    ".zsav": lambda frame, path, **how: pyreadstat.write_sav(frame, path, compress=True, **how),
}
# How each kind of file counts: days or seconds, from the day on which its numbers are 0.
SAS, SPSS = datetime.date(1960, 1, 1), datetime.date(1582, 10, 14)
DAY = {".dta": 1, ".xpt": 1, ".sav": 86400, ".zsav": 86400}
SECOND = {".dta": 1000, ".xpt": 1, ".sav": 1, ".zsav": 1}
ORIGIN = {".dta": SAS, ".xpt": SAS, ".sav": SPSS, ".zsav": SPSS}
DATE_FORMAT = {".dta": "%td", ".xpt": "YYMMDD10", ".sav": "EDATE10", ".zsav": "SDATE10"}
TIME_FORMAT = {".dta": "%tc", ".xpt": "DATETIME20", ".sav": "DATETIME20", ".zsav": "DATETIME20"}


def write(path: Path, frame: pl.DataFrame, formats: dict[str, str] | None = None) -> Path:
    WRITERS[path.suffix](frame, path, variable_format=formats or {})
    return path


@pytest.mark.parametrize("ending", WRITERS)
def test_numbers_and_texts_come_in_as_they_are(ending, tmp_path, target):
    path = write(tmp_path / f"rows{ending}", FRAME)
    read_statistics_file(path, NAME, target)
    assert pl.from_arrow(read_back(target)).equals(FRAME)


@pytest.mark.parametrize("ending", WRITERS)
def test_dates_and_times_come_in_as_dates_and_times(ending, tmp_path, target):
    days = [day and (day - ORIGIN[ending]).days * float(DAY[ending]) for day in DAYS]
    start = datetime.datetime.combine(ORIGIN[ending], datetime.time())
    times = [time and (time - start).total_seconds() * SECOND[ending] for time in TIMES]
    formats = {"day": DATE_FORMAT[ending], "time": TIME_FORMAT[ending]}
    path = write(tmp_path / f"rows{ending}", pl.DataFrame({"day": days, "time": times}), formats)
    read_statistics_file(path, NAME, target)
    table = read_back(target)
    assert table.schema.types == [pa.date32(), pa.timestamp("us")]
    assert table.to_pydict() == {"day": DAYS, "time": TIMES}


@pytest.mark.parametrize("ending", WRITERS)
def test_a_cell_that_is_no_date_stays_filled_and_out_of_the_calendar(ending, tmp_path, target):
    """The contract then counts it as unreadable, and not as missing."""
    absurd = [1e13, -1e13, 1e300, 0.5, None]
    formats = {"day": DATE_FORMAT[ending], "time": TIME_FORMAT[ending]}
    frame = pl.DataFrame({"day": absurd, "time": [1e16, -1e16, 1e300, 1e17, None]})
    read_statistics_file(write(tmp_path / f"rows{ending}", frame, formats), NAME, target)
    years = f"SELECT year(day), year(time) FROM read_parquet('{target}')"
    assert duckdb.sql(years).fetchall() == [(200000, 200000)] * 4 + [(None, None)]


def test_the_last_and_the_first_year_are_dates(tmp_path, target):
    days = [2936547.0, 2936549.0, 2936550.0, -715509.0, -715510.0]
    path = write(tmp_path / "rows.xpt", pl.DataFrame({"day": days}), {"day": "DATE9"})
    read_statistics_file(path, NAME, target)
    years = f"SELECT day::VARCHAR FROM read_parquet('{target}')"
    found = [day for (day,) in duckdb.sql(years).fetchall()]
    # SAS prints the first of them as 9999-12-31: it has no leap day in the years 4000 and 8000.
    assert found[:2] == ["9999-12-29", "9999-12-31"]
    assert found[3] == "0001-01-01"
    assert found[2] == found[4]
    assert found[2].startswith("200000-")


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("chunk_bytes", [1, 200, 300])
def test_chunks_keep_all_rows_in_their_order(ending, chunk_bytes, tmp_path, target):
    """A chunk may hold nothing but empty cells, and a column may start with them."""
    frame = pl.DataFrame(
        {
            "number": [None] * 5 + [float(number) for number in range(20)] + [None] * 5,
            "text": [""] * 6 + [str(number) for number in range(19)] + [""] * 4 + ["end"],
        }
    )
    path = write(tmp_path / f"rows{ending}", frame)
    read_statistics_file(path, NAME, target, chunk_bytes=chunk_bytes)
    assert pl.from_arrow(read_back(target)).equals(frame)


def test_whole_numbers_of_stata_stay_whole(tmp_path, target):
    frame = pl.DataFrame({"id": [1, None, 3]}, schema={"id": pl.Int32})
    read_statistics_file(write(tmp_path / "rows.dta", frame), NAME, target)
    table = read_back(target)
    assert table.schema.types == [pa.int32()]
    assert table["id"].to_pylist() == [1, None, 3]


def test_missing_values_of_stata_that_have_a_letter_are_empty(target):
    read_statistics_file(FILES / "tagged-na-int.dta", NAME, target)
    assert read_back(target)["x"].to_pylist() == [1, 2, 3, 4, 5, None, None, None]


@pytest.mark.parametrize("chunk_bytes", [1, 1_000_000])
def test_a_file_of_sas_has_its_dates(chunk_bytes, target):
    read_statistics_file(FILES / "datetime.sas7bdat", NAME, target, chunk_bytes=chunk_bytes)
    table = read_back(target)
    dates = ["2015-02-02", "2014-01-01", "2015-06-15", "1948-09-16"]
    assert table["VAR1"].type == pa.timestamp("us")
    assert str(table["VAR1"].to_pylist()[0]) == "2015-02-02 14:42:12"
    assert [[str(day) for day in table[name].to_pylist()] for name in ("VAR2", "VAR3", "VAR4")] == [
        dates
    ] * 3
    # A time of a day alone is no date.
    assert table["VAR5"].type == pa.float64()


def test_a_file_of_sas_that_was_cut_off_is_refused(tmp_path, target, refused):
    path = tmp_path / "rows.sas7bdat"
    path.write_bytes((FILES / "datetime.sas7bdat").read_bytes()[:-1024])
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    assert "cut off" in message


def test_times_of_stata_that_count_leap_seconds(tmp_path, target):
    """Midnights, in milliseconds: in 1970, around the first leap second, and after all 27."""
    days = ["1970-01-01", "1972-06-30", "1972-07-01", "2020-02-29"]
    start = datetime.datetime(1960, 1, 1)
    times = [datetime.datetime.fromisoformat(day) for day in days]
    leap_seconds = [0, 0, 1, 27]
    numbers = [
        ((time - start).total_seconds() + more) * 1000
        for time, more in zip(times, leap_seconds, strict=True)
    ]
    frame = pl.DataFrame({"time": [*numbers, None]})
    read_statistics_file(write(tmp_path / "rows.dta", frame, {"time": "%tC"}), NAME, target)
    assert read_back(target)["time"].to_pylist() == [*times, None]


def test_formats_that_show_whole_dates_are_dates():
    dates = {
        "SAS": "DATE9 DATE YYMMDD10 YYMMDDN8 DDMMYYP10 MMDDYYS8 E8601DA10 B8601DA8 WEEKDATE29 date9 "
        "WORDDATX18 DATETIME20 DATETIME22.3 E8601DT19 B8601DN8 DTDATE9",
        "Stata": "%td %d %tdCCYY-NN-DD %tdD_m_Y %-td %tc %tC %tcHH:MM:SS",
        "SPSS": "DATE11 ADATE10 EDATE8 SDATE10 DATETIME20 DATETIME23.2 YMDHMS19",
    }
    others = {
        "SAS": "YEAR4 MMYY5 MONYY7 TIME8 HHMM5 BEST12 DOLLAR8 $DATE QTR DATEX 8",
        "Stata": "%tw %tm %tq %th %ty %tbcalendar %9.0g %8.2f %16s",
        "SPSS": "TIME8 DTIME MOYR8 QYR6 WKYR8 F8.2 A8 WKDAY",
    }
    for program, names in dates.items():
        assert [name for name in names.split() if not find_date_format(program, name)] == []
    for program, names in others.items():
        assert [name for name in names.split() if find_date_format(program, name)] == []
        assert find_date_format(program, None) is None


def test_missing_values_that_an_spss_file_defines_are_empty(tmp_path, target):
    path = tmp_path / "rows.sav"
    frame = pl.DataFrame({"extent": [50.0, 999.0]})
    pyreadstat.write_sav(frame, path, missing_ranges={"extent": [999]})
    read_statistics_file(path, NAME, target)
    assert read_back(target)["extent"].to_pylist() == [50.0, None]


def test_fewer_rows_than_the_file_says_are_refused(tmp_path, target, refused, monkeypatch):
    """The library finds that itself in all files that could be made here."""
    path, read = write(tmp_path / "rows.dta", FRAME), pyreadstat.read_dta

    def read_less(*arguments, **options):
        if options.get("row_offset"):
            return {"person_id": []}, None
        return read(*arguments, **options)

    monkeypatch.setattr(pyreadstat, "read_dta", read_less)
    message = refused(
        lambda: read_statistics_file(path, NAME, target, chunk_bytes=1), ContractError
    )
    assert "Expected 3 rows, found 1 row" in message


def test_labels_never_replace_values(tmp_path, target):
    path = tmp_path / "rows.sav"
    pyreadstat.write_sav(
        pl.DataFrame({"code": [1.0, 2.0]}), path, variable_value_labels={"code": {1: "one"}}
    )
    read_statistics_file(path, NAME, target)
    assert read_back(target)["code"].to_pylist() == [1.0, 2.0]


def test_a_file_without_rows_keeps_its_columns(tmp_path, target):
    path = write(tmp_path / "rows.dta", FRAME.clear())
    read_statistics_file(path, NAME, target)
    table = read_back(target)
    assert (table.num_rows, table.column_names) == (0, FRAME.columns)


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_was_cut_off_is_refused(ending, share, tmp_path, target, refused):
    frame = pl.DataFrame({"name": ["SECRET"] * 4000, "number": [7.0] * 4000})
    path = write(tmp_path / f"rows{ending}", frame)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) | 1])
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    assert message.startswith(NAME)
    assert "cut off" in message


@pytest.mark.parametrize("ending", [*WRITERS, ".sas7bdat"])
def test_a_file_of_another_kind_is_refused(ending, tmp_path, target, refused):
    path = tmp_path / f"rows{ending}"
    path.write_bytes(b"person_id;SECRET\n" * 80)
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    program = {".xpt": "SAS", ".sas7bdat": "SAS", ".dta": "Stata"}.get(ending, "SPSS")
    assert f"cannot be read as one of {program}" in message


@pytest.mark.parametrize("ending", [".dta", ".sav", ".xpt"])
def test_another_encoding_is_told_and_can_be_given(ending, tmp_path, target, refused):
    path = write(tmp_path / f"rows{ending}", pl.DataFrame({"name": ["SECRET åäö"]}))
    utf8, latin = "SECRET åäö".encode(), "SECRET åäö   ".encode("latin-1")
    if ending == ".dta":
        latin = latin.replace(b"   ", bytes(3))
    path.write_bytes(path.read_bytes().replace(utf8, latin))
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    assert "encoding" in message
    read_statistics_file(path, NAME, target, encoding="WINDOWS-1252")
    assert read_back(target)["name"].to_pylist() == ["SECRET åäö"]


def test_an_encoding_that_nobody_knows_is_refused(tmp_path, target, refused):
    path = write(tmp_path / "rows.sav", FRAME)
    message = refused(
        lambda: read_statistics_file(path, NAME, target, encoding="SECRET"), ContractError
    )
    assert "encoding" in message


def test_columns_with_the_same_name_are_refused(tmp_path, target, refused):
    path = write(tmp_path / "rows.dta", pl.DataFrame({"id": [1.0], "ID": [2.0]}))
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    assert "columns 1 and 2 have the same name" in message


def test_columns_that_the_library_would_rename_are_refused(tmp_path, target, refused):
    path = write(tmp_path / "rows.xpt", pl.DataFrame({"day_a": [1.0], "day_b": [2.0]}))
    path.write_bytes(path.read_bytes().replace(b"day_b", b"day_a"))
    message = refused(lambda: read_statistics_file(path, NAME, target), ContractError)
    assert "two columns have the same name" in message


def test_a_file_that_is_not_there_is_told_as_any_other(tmp_path, target):
    with pytest.raises(FileNotFoundError):
        read_statistics_file(tmp_path / "rows.sav", NAME, target)


def test_without_pyreadstat_the_message_says_how_to_install_it(
    tmp_path, target, refused, monkeypatch
):
    path = write(tmp_path / "rows.sav", FRAME)
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    message = refused(lambda: read_statistics_file(path, NAME, target), RtwError)
    assert message == "Reading .sav files needs pyreadstat: pip install 'rtw-outcomes[stat]'"
    assert RtwError.exit_status == 5


def test_an_encoding_that_moves_letters_between_cells_is_refused(tmp_path, target, refused):
    path = write(tmp_path / "rows.sav", FRAME)
    message = refused(
        lambda: read_statistics_file(path, NAME, target, encoding="windows-1258"), ContractError
    )
    assert "cannot be read without faults" in message
