"""Workbooks of Excel into Parquet: cohort lists, which are small."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from rtw_outcomes.errors import ContractError, refuse
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.header import check_header_names
from rtw_outcomes.intake.readers.extra import needed_for
from rtw_outcomes.intake.readers.parquet_file import write_batches


def read_workbook(path: Path, name: str, target: Path) -> None:
    """Read the sheet of a workbook of Excel (.xlsx) that has rows into Parquet.

    The first line that is not empty holds the names of the columns. A column of dates has dates; one
    with times of a day has times in milliseconds. A column of several kinds of cells becomes text.
    Hidden sheets are not read.

    Args:
        path: the file.
        name: the file as the study writes it, for messages.
        target: the Parquet file to write, whole or not at all.

    Raises:
        ContractError: the file cannot be read, several sheets have rows, a column has no name or that
            of another one, or a cell holds an error of Excel.
        RtwError: fastexcel is not installed.
    """
    with needed_for(".xlsx files", "fastexcel", "excel"):
        import fastexcel

    # It would write to the screen which columns are empty.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    with path.open("rb"):  # a file that may not be opened is told as any other
        pass
    try:
        workbook = fastexcel.read_excel(path)
        sheet = _choose_sheet(workbook, name)
        names = _read_names(workbook, sheet, name)
        rows, faults = _load(workbook, sheet, texts=())
        if faults:
            # Such as NA among dates, which fastexcel does not count when it looks for the kind of a column.
            rows, faults = _load(workbook, sheet, {each.offset_position[1] for each in faults})
    except fastexcel.UnsupportedColumnTypeCombinationError:
        hint = "Give each column one kind of cells"
        raise refuse(name, "a column has cells of kinds that do not fit", hint=hint) from None
    except (fastexcel.FastExcelError, pa.ArrowException):
        hint = "It may be cut off, locked by a password, or another kind of file than its name says"
        raise refuse(name, "the file cannot be read as a workbook of Excel", hint=hint) from None
    if faults:
        raise _refuse_faults(faults, names, name)
    columns = [_as_dates(column) for column in rows.columns]
    schema = pa.schema(list(zip(names, (column.type for column in columns), strict=True)))
    write_batches([pa.record_batch(columns, schema=schema)], schema, name, target)


def _load(
    workbook: Any, sheet: int, texts: Collection[int]
) -> tuple[pa.RecordBatch, Sequence[Any]]:
    """The rows, with the columns at the places `texts` as texts, and the cells that do not fit in them."""
    kinds = dict.fromkeys(texts, "string")
    loaded = workbook.load_sheet(sheet, schema_sample_rows=None, dtypes=kinds or None)
    rows, faults = loaded.to_arrow_with_errors()
    return rows, faults.errors if faults is not None else ()


def _choose_sheet(workbook: Any, name: str) -> int:
    """The place of the one sheet that has more than a line; of the first, when none has."""
    sheets = [
        workbook.load_sheet(place, header_row=None, dtypes="string")
        for place in range(len(workbook.sheet_names))
    ]
    visible = [place for place, sheet in enumerate(sheets) if sheet.visible == "visible"]
    filled = [place for place in visible if sheets[place].height > 1]
    if len(filled) > 1:
        raise refuse(
            name,
            "it is not clear which sheet to read",
            expected="one sheet with rows",
            found=count_words(len(filled), "such sheet"),
            hint="Save the sheet as a file of its own, or delete the other sheets",
        )
    chosen = (filled or visible)[0]
    if not sheets[chosen].height:
        raise refuse(name, "the workbook is empty")
    return chosen


def _read_names(workbook: Any, sheet: int, name: str) -> list[str]:
    """The names as they stand in the sheet; fastexcel would make up those that are missing."""
    line = workbook.load_sheet(sheet, header_row=None, n_rows=1, dtypes="string").to_arrow()
    cells = [column[0].as_py() for column in line.columns]
    return check_header_names([(cell or "").strip() for cell in cells], name)


def _as_dates(column: pa.Array) -> pa.Array:
    """Dates for a column in which no cell has a time of day: Excel does not tell the two apart."""
    if not pa.types.is_timestamp(column.type):
        return column
    days = column.cast(pa.date32(), safe=False)
    midnight = pc.all(pc.equal(days.cast(column.type), column), min_count=0).as_py()
    return days if midnight else column


def _refuse_faults(faults: Sequence[Any], names: list[str], name: str) -> ContractError:
    column = names[faults[0].offset_position[1]]
    return refuse(
        name,
        f"the column `{column}` has cells that cannot be read, such as an error of Excel",
        found=count_words(len(faults), "such cell") + " in the sheet",
        hint="Correct or empty them",
    )
