"""Carried columns: the columns of the cohort that go along into the results, in the types of their cells.

A text file has texts alone, and SAS, Stata and Excel have floats for all numbers. So the cells say the type:
the same table gives the same results, whatever kind of file it was delivered in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from rtw_outcomes.intake.account import Note, agree
from rtw_outcomes.intake.canonical_column import (
    FLOAT_TYPES,
    INTEGER_TYPES,
    TIME_TYPES,
    is_text_type,
    quoted,
    read_midnight,
)
from rtw_outcomes.intake.database import LAST_WHOLE_FLOAT, Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.forms import read_date_text
from rtw_outcomes.intake.person_ids import INTEGER_ID


@dataclass(frozen=True)
class CarriedColumn:
    """A carried column as it goes into the results.

    Attributes:
        name: its name there.
        value: its cells, from the table `deduplicated_cohort`.
        marks: the number of cells that count as empty for a usual mark of a missing value, among texts
            that it could be one of.
    """

    name: str
    value: exp.Expr
    marks: int = 0


def read_carried(
    database: Database, source: DeliveredTable, types: Mapping[str, str | None]
) -> list[CarriedColumn]:
    """The carried columns in the types of their cells, of the rows that are used.

    Texts that are all whole numbers, and floats that are, become whole numbers; so do other types of whole
    numbers. Texts become floats, or dates, when each cell is written as a float or a date is written in one
    way only. A code with a zero in front, such as `0180`, is no number, and its column stays text. Blanks around
    a text are left out, and a text of blanks is empty.

    Args:
        database: with the table `deduplicated_cohort`.
        source: the cohort.
        types: the carried columns with their delivered types.
    """
    return [_read_column(database, source, name, kind) for name, kind in types.items()]


def note_marks(columns: list[CarriedColumn]) -> Iterator[Note]:
    """A note on the marks of missing values that may be codes: NA is also a country."""
    for column in columns:
        if column.marks:
            one, several = "cell with a mark", "cells with marks"
            what = (
                f"of a missing value count as empty in the carried column `{column.name}`; where that is a "
                'code, say `format: {missing: [""]}`'
            )
            yield Note(
                "marks_of_missing",
                f"{agree(column.marks, one, several)} {what}",
                column.marks,
                f"{several} {what}",
            )


def _read_column(
    database: Database, source: DeliveredTable, name: str, kind: str | None
) -> CarriedColumn:
    cell = quoted(f"d_{name}")
    if kind in INTEGER_TYPES:
        return CarriedColumn(name, exp.cast(cell, "bigint"))
    if kind in (*FLOAT_TYPES, "DECIMAL"):
        return CarriedColumn(name, _read_numbers(database, cell))
    if kind in TIME_TYPES:
        return CarriedColumn(name, _read_times(database, cell))
    # Categories of a frame go out as they came in.
    return (
        _read_texts(database, source, name)
        if is_text_type(kind) and kind != "ENUM"
        else CarriedColumn(name, cell)
    )


def _read_numbers(database: Database, cell: exp.Expr) -> exp.Expr:
    number = exp.cast(cell, "double")
    known = exp.case().when(exp.func("ISNAN", number).not_(), number.copy())
    is_whole = exp.and_(
        number.copy().eq(exp.func("FLOOR", number.copy())),
        exp.func("ABS", number.copy()) < LAST_WHOLE_FLOAT,
    )
    there, whole = _count(database, known, exp.case().when(is_whole, number.copy()))
    return exp.cast(known.copy(), "bigint") if there == whole > 0 else known


def _read_times(database: Database, cell: exp.Expr) -> exp.Expr:
    midnight = read_midnight(cell)
    there, dates = _count(database, cell, midnight)
    return midnight.copy() if there == dates > 0 else cell


def _read_texts(database: Database, source: DeliveredTable, name: str) -> CarriedColumn:
    text = exp.func("NULLIF", exp.func("TRIM", quoted(f"d_{name}")), exp.Literal.string(""))
    marks = [exp.Literal.string(mark) for mark in source.format.marks]
    known = exp.case().when(text.copy().isin(*marks).not_(), text.copy()) if marks else text.copy()
    plain = known.copy()
    if source.format.decimal == ",":
        plain = exp.func("REPLACE", plain, exp.Literal.string(","), exp.Literal.string("."))
    number = exp.TryCast(this=plain, to=exp.DataType.build("double"))
    whole = exp.func("REGEXP_FULL_MATCH", known.copy(), exp.Literal.string(INTEGER_ID))
    # 1.10 is a code: as a float it would be written 1.1.
    float_ = exp.cast(number, "text").eq(plain.copy())
    date = read_date_text(known.copy(), "datetime")
    texts, there, wholes, numbers, dates = _count(
        database,
        text,
        known,
        exp.case().when(whole, known.copy()),
        exp.case().when(exp.or_(whole.copy(), float_), known.copy()),
        date,
    )
    if there and there == wholes:
        return CarriedColumn(name, exp.cast(known.copy(), "bigint"))
    if there and there == numbers:
        return CarriedColumn(name, number.copy())
    if there and there == dates:
        return CarriedColumn(name, date)
    return CarriedColumn(name, known, marks=texts - there if source.format.missing is None else 0)


def _count(database: Database, *cells: exp.Expr) -> tuple[int, ...]:
    """The number of used rows in which each expression has a value."""
    query = exp.select(*(exp.func("COUNT", cell) for cell in cells)).from_("deduplicated_cohort")
    (counts,) = database.rows(query.where("rule IS NULL"))
    return counts
