"""Workbooks of Excel: one sheet with rows, dates as dates, and no cell lost."""

import datetime
import sys

import pyarrow as pa
import pytest

from rtw_outcomes.errors import ContractError, RtwError
from rtw_outcomes.intake.readers.workbook import read_workbook

from .conftest import NAME, read_back
from .workbooks import write_workbook

DAY, TIME = datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 1, 10, 30)
ROWS = [
    ["person_id", " index_date ", "asked", "arm", "mixed", "hours"],
    [7013, DAY, TIME, "SECRET", "x", datetime.timedelta(hours=30)],
    [123456789012, None, None, None, 5, None],
    [7014, DAY, DAY, "b", DAY, None],
]


@pytest.fixture
def path(tmp_path):
    """Where the workbook of a test lies."""
    return tmp_path / "rows.xlsx"


def test_cells_come_in_with_their_types(path, target):
    read_workbook(write_workbook(path, {"Cohort": ROWS}), NAME, target)
    table = read_back(target)
    midnight = datetime.datetime.combine(DAY, datetime.time())
    assert table.to_pydict() == {
        "person_id": [7013.0, 123456789012.0, 7014.0],
        "index_date": [DAY, None, DAY],
        "asked": [TIME, None, midnight],
        "arm": ["SECRET", None, "b"],
        "mixed": ["x", "5", "2020-02-29 00:00:00"],
        "hours": ["1 day, 6:00:00", None, None],
    }
    assert table.schema.field("index_date").type == pa.date32()


def test_a_kind_that_comes_late_counts_for_the_whole_column(path, target):
    rows = [["id", "day"], *[[7, None]] * 1500, ["x", DAY]]
    read_workbook(write_workbook(path, {"Cohort": rows}), NAME, target)
    table = read_back(target)
    assert table["id"].to_pylist() == ["7"] * 1500 + ["x"]
    assert table["day"].to_pylist() == [None] * 1500 + [DAY]


def test_nothing_is_printed_about_empty_columns(path, target, capfd, caplog):
    read_workbook(write_workbook(path, {"S": [["id", "no"], [1, None]]}), NAME, target)
    assert caplog.text == "".join(capfd.readouterr()) == ""


def test_empty_and_hidden_sheets_and_lines_above_the_names_are_passed_over(path, target):
    others = {"Empty": [], "Title": [["About the cohort"]], "Lists": ROWS}
    write_workbook(path, {**others, "Cohort": [[], *ROWS]}, hidden=["Lists"])
    read_workbook(path, NAME, target)
    assert read_back(target).num_rows == 3


def test_a_sheet_with_names_alone_has_no_rows(path, target):
    read_workbook(write_workbook(path, {"Cohort": ROWS[:1]}), NAME, target)
    table = read_back(target)
    assert (table.num_rows, table.num_columns) == (0, 6)


def test_several_sheets_with_rows_are_refused(path, target, refused):
    write_workbook(path, {"2019": ROWS, "SECRET": ROWS})
    message = refused(lambda: read_workbook(path, NAME, target), ContractError)
    assert "Expected one sheet with rows, found 2 such sheets" in message


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["id", None, "x"], "column 2 has no name"),
        (["id", " ", "x"], "column 2 has no name"),
        (["id", "x", "ID"], "columns 1 and 3 have the same name"),
    ],
)
def test_each_column_needs_a_name_of_its_own(names, told, path, target, refused):
    write_workbook(path, {"S": [names, [1, 2, "SECRET"]]})
    assert told in refused(lambda: read_workbook(path, NAME, target), ContractError)


@pytest.mark.parametrize("others", [[1, 2], ["SECRET", "b"], [DAY, None]])
def test_an_error_of_excel_is_refused(others, path, target, refused):
    rows = [["id", "value"], *([7, other] for other in others), [8, "#N/A"]]
    message = refused(
        lambda: read_workbook(write_workbook(path, {"S": rows}), NAME, target), ContractError
    )
    assert "the column `value` has cells that cannot be read" in message


def test_cells_that_do_not_fit_in_a_column_are_refused(path, target, refused):
    rows = [["id"], ["SECRET"], [datetime.timedelta(hours=1)]]
    message = refused(
        lambda: read_workbook(write_workbook(path, {"S": rows}), NAME, target), ContractError
    )
    assert "kinds that do not fit" in message


@pytest.mark.parametrize("cut", [20, 1000])
def test_a_file_that_was_cut_off_or_is_no_workbook_is_refused(cut, path, target, refused):
    path.write_bytes(write_workbook(path, {"Cohort": ROWS}).read_bytes()[:-cut])
    message = refused(lambda: read_workbook(path, NAME, target), ContractError)
    assert "cannot be read as a workbook of Excel" in message
    path.write_bytes(b"SECRET;1\n")
    refused(lambda: read_workbook(path, NAME, target), ContractError)


def test_an_empty_workbook_is_refused(path, target, refused):
    write_workbook(path, {"Cohort": []})
    assert "empty" in refused(lambda: read_workbook(path, NAME, target), ContractError)


def test_without_fastexcel_the_message_says_how_to_install_it(path, target, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    message = refused(lambda: read_workbook(path, NAME, target), RtwError)
    assert message == "Reading .xlsx files needs fastexcel: pip install 'rtw-outcomes[excel]'"
