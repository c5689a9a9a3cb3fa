"""Frames of pandas, Polars and Arrow: how they come in, and how results go out in the same kind.

The only user of narwhals. A frame comes in as an Arrow table, so that the contract sees the same
types as in a Parquet file; results go out as the kind of frame that the cohort came in.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl
import pyarrow as pa

from rtw_outcomes.errors import ContractError, Problem, UsageError

FrameKind = nw.Implementation
POLARS = FrameKind.POLARS

HALF_CHARACTER = (
    "A file was read in another encoding than it is written in; read it again with its own"
)
LEAVE_OUT = "Make it text or a number, or leave it out"


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame that was handed over in memory.

    Attributes:
        table: its columns and rows. A pandas index is not among them.
        index: the names of a pandas index, for a hint in messages.
        kind: the library that the frame belongs to.
    """

    table: pa.Table
    index: tuple[str, ...]
    kind: FrameKind


def read_frame(frame: Any, name: str) -> Frame:
    """Take a frame of pandas, Polars or Arrow, or of any library that narwhals knows.

    A lazy frame is collected. A column whose name is a whole number gets that number as a text.

    Args:
        frame: what was handed over.
        name: the argument, for messages.

    Raises:
        UsageError: it is no frame.
        ContractError: a lazy frame cannot be collected; or a column has no name, has the name of another
            column, or holds values of several types or of one that a table of a register cannot have.
    """
    try:
        known = _know(frame, name)
    except nw.exceptions.DuplicateError:
        raise _refuse(name, "two columns have the same name") from None
    if known is None:
        raise UsageError(
            f"`{name}` is no table. Expected a frame of pandas, Polars or Arrow, or the path of a "
            f"file, found the type {type(frame).__name__}."
        )
    _check_names(known.columns, name)
    index, own = _name_index(known), nw.maybe_reset_index(known)
    table = _to_arrow(own, name).replace_schema_metadata(None)
    return Frame(table, index, known.implementation)


def to_kind(frame: pl.DataFrame, kind: FrameKind) -> Any:
    """A frame of results in the library of this kind.

    In pandas, dates become `datetime64`, and whole numbers with a missing one among them become
    floats, as when pandas reads a Parquet file: packages for statistics take floats with NaN, and not
    all of them take the nullable types of pandas.
    """
    if kind is POLARS:
        return frame
    if kind is FrameKind.PANDAS:
        return frame.to_pandas()
    # Arrow has newer types for texts, which other libraries do not all read.
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    backend: Any = kind
    return table if kind is FrameKind.PYARROW else nw.from_arrow(table, backend=backend).to_native()


def _know(frame: Any, name: str) -> nw.DataFrame[Any] | None:
    """The frame as narwhals sees it, collected; None if it is none."""
    try:
        known: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(frame)
    except TypeError:
        return _read_stream(frame)
    if not isinstance(known, nw.LazyFrame):
        return _name_numbers(known)
    try:
        collected: nw.DataFrame[Any] = known.collect()
    except Exception:
        # Whatever a step of the query raises; its text may hold values.
        what, hint = "the lazy frame cannot be collected", "Its own `collect()` shows the reason"
        raise _refuse(name, what, hint=hint) from None
    return collected


def _name_numbers(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """The frame with a text for each column that pandas knows by a whole number, such as a year."""
    if not any(isinstance(column, int) for column in frame.columns):
        return frame
    names = [str(column) if isinstance(column, int) else column for column in frame.columns]
    named: nw.DataFrame[Any] = nw.from_native(
        frame.to_native().set_axis(names, axis="columns"), eager_only=True
    )
    return named


def _check_names(columns: Sequence[Any], name: str) -> None:
    """Each column has a name of its own that is a text; messages and results call it so."""
    problems = []
    for place, column in enumerate(columns, start=1):
        if not isinstance(column, str):
            found = f"the type {type(column).__name__}"
            problems.append(Problem(name, f"the name of column {place} is no text", found=found))
        elif not column.strip():
            problems.append(Problem(name, f"the name of column {place} is empty"))
        elif not _is_unicode(column):
            what = f"the name of column {place} holds half a character (a lone surrogate)"
            problems.append(Problem(name, what, hint=HALF_CHARACTER))
    if problems:
        raise ContractError(problems)
    small = [column.lower() for column in columns]
    twice = [column for place, column in enumerate(columns) if small[place] in small[:place]]
    if twice:
        hint = "Names that differ in capitals only count as the same"
        raise _refuse(name, f"the column `{twice[0]}` is there twice", hint=hint)


def _is_unicode(text: Any) -> bool:
    try:
        str(text).encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_stream(frame: Any) -> nw.DataFrame[Any] | None:
    """A frame by Arrow's protocol, such as a record batch; None for others, a single column among them."""
    if not hasattr(frame, "__arrow_c_stream__") and not hasattr(frame, "__arrow_c_array__"):
        return None
    try:
        table: nw.DataFrame[Any] = nw.from_native(pa.table(frame), eager_only=True)
    except (TypeError, ValueError, pa.ArrowException):
        return None
    return table


def _name_index(frame: nw.DataFrame[Any]) -> tuple[str, ...]:
    """The names of the levels of a pandas index that has names."""
    index = nw.maybe_get_index(frame)
    return tuple(str(name) for name in getattr(index, "names", ()) if name is not None)


def _to_arrow(frame: nw.DataFrame[Any], name: str) -> pa.Table:
    # Polars would give Arrow the addresses of its objects, as bytes.
    objects = [
        column
        for column in frame.columns
        if frame.implementation is POLARS and frame[column].dtype == nw.Object
    ]
    if objects:
        raise ContractError(
            [
                Problem(name, f"the column `{column}` holds Python objects", hint=LEAVE_OUT)
                for column in objects
            ]
        )
    try:
        table = frame.to_arrow()
    except Exception:
        # The texts of Arrow's errors hold values.
        problems = [problem for column in frame.columns for problem in _judge(frame[column], name)]
        what = "the frame cannot be read as an Arrow table"
        raise ContractError(problems or [Problem(name, what)]) from None
    # Such as the months or the intervals of pandas, of which Arrow stores numbers.
    own_types = [each for each in table.schema if isinstance(each.type, pa.BaseExtensionType)]
    if own_types:
        raise ContractError(
            [
                Problem(
                    name,
                    f"the column `{each.name}` has a type that results cannot have",
                    found=f"the type {getattr(each.type, 'extension_name', each.type)}",
                    hint=LEAVE_OUT,
                )
                for each in own_types
            ]
        )
    # DuckDB has no floats of 16 bits.
    wide = [
        each.with_type(pa.float32()) if pa.types.is_float16(each.type) else each
        for each in table.schema
    ]
    table = table.cast(pa.schema(wide))
    for column in frame.columns:
        if frame[column].dtype == nw.Object and pa.types.is_date(table[column].type):
            table = _keep_times(table, column, frame[column].to_list())
    return table


def _keep_times(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    """Arrow cuts the time off a datetime that stands among dates; the contract must see it."""
    # A mark of a missing date is no date, or, as NaT, not equal to itself.
    days = [day if isinstance(day, datetime.date) and day == day else None for day in values]
    if not any(isinstance(day, datetime.datetime) for day in days):
        return table
    midnight = datetime.time()
    times = [
        day
        if day is None or isinstance(day, datetime.datetime)
        else datetime.datetime.combine(day, midnight)
        for day in days
    ]
    as_times = pa.array(times, pa.timestamp("us"), from_pandas=True)
    return table.set_column(table.column_names.index(column), column, as_times)


def _judge(column: nw.Series[Any], name: str) -> Iterator[Problem]:
    """The reason why a column cannot become one of Arrow; nothing where it can."""
    try:
        column.to_arrow()
    except Exception:
        if all(map(_is_unicode, column.to_list())):
            what = f"the column `{column.name}` holds values of several types, or of one that is not known"
            yield Problem(name, what, hint="Give it one type, such as with `astype` or `cast`")
        else:
            what = (
                f"the column `{column.name}` holds texts with half a character (a lone surrogate)"
            )
            yield Problem(name, what, hint=HALF_CHARACTER)


def _refuse(name: str, what: str, hint: str = "") -> ContractError:
    return ContractError([Problem(name, what, hint=hint)])
