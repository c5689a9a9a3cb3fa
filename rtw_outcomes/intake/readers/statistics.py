"""Files of SAS, Stata and SPSS into Parquet, some rows at a time.

Labels of values never replace the values.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from rtw_outcomes.errors import ContractError, refuse
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.readers.date_formats import DateFormat, compute_dates, find_date_format
from rtw_outcomes.intake.readers.extra import needed_for
from rtw_outcomes.intake.readers.parquet_file import write_batches

# The program that writes each kind of file, and the function of pyreadstat that reads it.
KINDS = {
    ".sas7bdat": ("SAS", "read_sas7bdat"),
    ".xpt": ("SAS", "read_xport"),
    ".dta": ("Stata", "read_dta"),
    ".sav": ("SPSS", "read_sav"),
    ".zsav": ("SPSS", "read_sav"),
}

# The memory that the rows of one chunk may take. Small chunks are slow: each one reads the file from
# its start, to skip the rows before.
CHUNK_BYTES = 150_000_000
NUMBER_BYTES, TEXT_BYTES, USUAL_TEXT = (
    32,
    60,
    60,
)  # in Python; most texts are shorter than their column

XPT_RECORD = 80  # an .xpt file is made of whole records of so many bytes

# Where a letter is made of two, pyreadstat moves the last letter of a cell into the next one.
BROKEN_ENCODINGS = {"WINDOWS-1258"}

# In the messages of pyreadstat's errors on texts in an encoding that was not expected.
ENCODING_WORDS = ("encoding", "character set")

TYPES = {
    "string": pa.string(),
    "int8": pa.int32(),
    "int16": pa.int32(),
    "int32": pa.int32(),
    "float": pa.float64(),
    "double": pa.float64(),
}


@dataclass(frozen=True)
class StatisticsFile:
    """A file of SAS, Stata or SPSS as its head describes it.

    Attributes:
        name: the file, for messages.
        program: `SAS`, `Stata` or `SPSS`.
        read: reads some of its rows: columns as lists, and what the file says of itself.
        rows: how many rows the file says it has; None where it does not say.
        chunk_rows: how many rows to read at a time.
        types: the types of the columns in the file.
        dates: the meaning of the columns that a format calls dates.
    """

    name: str
    program: str
    read: Callable[..., tuple[dict[str, list[Any]], Any]]
    rows: int | None
    chunk_rows: int
    types: dict[str, pa.DataType]
    dates: dict[str, DateFormat]

    @property
    def schema(self) -> pa.Schema:
        """The columns with their types in Parquet."""
        return pa.schema(
            {
                column: self.dates[column].type if column in self.dates else kind
                for column, kind in self.types.items()
            }
        )


def read_statistics_file(
    path: Path,
    name: str,
    target: Path,
    encoding: str | None = None,
    chunk_bytes: int = CHUNK_BYTES,
) -> None:
    """Read a file of SAS (.sas7bdat, .xpt), Stata (.dta) or SPSS (.sav, .zsav) into Parquet.

    A number is a date when the format of its column shows a whole date. Then the column has dates, or
    times in microseconds. A date outside the years 1 to 9999 becomes one that the contract finds
    unreadable. All kinds of missing values become empty cells; other numbers stay as they are.

    Args:
        path: the file.
        name: the file as the study writes it, for messages.
        target: the Parquet file to write, whole or not at all.
        encoding: how the file writes its letters, where it does not say so itself, or wrongly.
        chunk_bytes: about how many bytes of memory the rows may take that are read at a time.

    Raises:
        ContractError: the file cannot be read, its letters are in another encoding, it has fewer rows
            than it says, or two of its columns have the same name.
        RtwError: pyreadstat is not installed.
    """
    source = _open(path, name, encoding, chunk_bytes)
    write_batches(_read_chunks(source), source.schema, name, target)


def _open(path: Path, name: str, encoding: str | None, chunk_bytes: int) -> StatisticsFile:
    ending = path.suffix.lower()
    program, function = KINDS[ending]
    with needed_for(f"{ending} files", "pyreadstat", "stat"):
        import pyreadstat

    with path.open("rb") as file:  # a file that may not be opened is told as any other
        size = file.seek(0, 2)
    if ending == ".xpt" and size % XPT_RECORD:
        raise _refuse_unreadable(name, program)

    def read(**options: Any) -> tuple[dict[str, list[Any]], Any]:
        return _read(getattr(pyreadstat, function), path, name, program, encoding, options)

    _, meta = read(metadataonly=True)
    if (encoding or meta.file_encoding or "").upper() in BROKEN_ENCODINGS:
        raise refuse(name, "texts in the encoding of this file cannot be read without faults")
    columns = meta.column_names
    kinds = meta.readstat_variable_types
    dates = {
        column: found
        for column, format_name in meta.original_variable_types.items()
        if kinds[column] != "string" and (found := find_date_format(program, format_name))
    }
    row_bytes = sum(
        TEXT_BYTES + min(meta.variable_storage_width[column], USUAL_TEXT)
        if kinds[column] == "string"
        else NUMBER_BYTES
        for column in columns
    )
    chunk_rows = max(1, chunk_bytes // max(1, row_bytes))
    types = {column: TYPES[kinds[column]] for column in columns}
    return StatisticsFile(name, program, read, meta.number_rows, chunk_rows, types, dates)


def _read(
    function: Callable[..., tuple[dict[str, list[Any]], Any]],
    path: Path,
    name: str,
    program: str,
    encoding: str | None,
    options: dict[str, Any],
) -> tuple[dict[str, list[Any]], Any]:
    """Call pyreadstat, and tell its errors, whose texts may hold values."""
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            rows = function(
                str(path),
                output_format="dict",
                disable_datetime_conversion=True,
                encoding=encoding,
                **options,
            )
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, UnicodeDecodeError) or any(
            word in str(error) for word in ENCODING_WORDS
        ):
            raise refuse(
                name,
                "the text is not in the encoding that the file says, or that was given",
                hint="Give the encoding of the file, such as WINDOWS-1252",
            ) from None
        raise _refuse_unreadable(name, program) from None
    # pyreadstat would give the second one another name.
    if any("is duplicated" in str(warning.message) for warning in told):
        raise refuse(name, "two columns have the same name")
    return rows


def _read_chunks(source: StatisticsFile) -> Iterator[pa.RecordBatch]:
    first = 0
    while source.rows is None or first < source.rows:
        columns, _ = source.read(row_offset=first, row_limit=source.chunk_rows)
        rows = len(next(iter(columns.values()), []))
        if not rows:
            break
        # Each column is forgotten when its array is made: as objects of Python it is much larger.
        arrays = [
            compute_dates(columns.pop(column), source.dates[column])
            if column in source.dates
            else pa.array(columns.pop(column), kind)
            for column, kind in source.types.items()
        ]
        yield pa.record_batch(arrays, schema=source.schema)
        first += rows
    if source.rows is not None and first != source.rows:
        raise _refuse_short(source, first)


def _refuse_unreadable(name: str, program: str) -> ContractError:
    hint = "It may be cut off, or another kind of file than its name says"
    return refuse(name, f"the file cannot be read as one of {program}", hint=hint)


def _refuse_short(source: StatisticsFile, rows: int) -> ContractError:
    return refuse(
        source.name,
        "the file does not have as many rows as it says",
        expected=count_words(source.rows or 0, "row"),
        found=count_words(rows, "row"),
        hint="It may be cut off",
    )
