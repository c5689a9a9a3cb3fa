"""What is in the cells of a column that could not be read: counted only when a run stops because of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    CanonicalColumn,
    literal,
    quoted,
    read_cells,
    read_code,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.format import KNOWN_MARKS, USUAL_MISSING
from rtw_outcomes.intake.forms import DATE_FORMS_OF_NUMBERS, PERCENT_SIGN
from rtw_outcomes.intake.plain_forms import Validated

FEW_TEXTS = 3
NEARLY_ALL = 0.9
# Numbers that stand for days of a register are days of these years, in the right form.
PLAUSIBLE_DAYS = (date(1900, 1, 1), date(2100, 12, 31))


@dataclass(frozen=True)
class UnreadCells:
    """The cells of a column that hold something and have no value.

    Attributes:
        cells: their number, without those with a time of day.
        with_time: those that are a date with a time of day.
        with_percent_sign: those that end with one.
        marks: the known marks among them.
        in_marks: the number of cells with these marks.
        are_few_words: whether nearly all are the same few texts without a digit.
        number_forms: the forms in which most of them are numbers that stand for plausible days.
    """

    cells: int
    with_time: int
    with_percent_sign: int
    marks: tuple[str, ...]
    in_marks: int
    are_few_words: bool
    number_forms: tuple[str, ...]

    @property
    def are_marks(self) -> bool:
        """Whether nearly all are known marks."""
        return self.in_marks > 0 and self.in_marks >= NEARLY_ALL * self.cells


def count_unread(
    database: Database, validated: Validated, names: Sequence[str]
) -> dict[str, UnreadCells]:
    """What is in the unread cells of these canonical columns."""
    cells = [
        replace(cell, is_end=False, limit=None, factor=1.0, full_time=None)
        for cell in validated.cells
        if cell.name in names and cell.role in ("date", "number") and cell.constant is None
    ]
    if not cells:
        return {}
    asked = {cell.name: _list_counts(cell) for cell in cells}
    counts = [count for each in asked.values() for count in each]
    query = exp.select(*(count.as_(f"c{n}") for n, count in enumerate(counts))).from_(
        read_cells("delivered", cells)
    )
    (row,) = database.measure(validated.source, query)
    numbers = iter(row)
    return {
        name: _tell([next(numbers) for _ in counted], len(KNOWN_MARKS))
        for name, counted in asked.items()
    }


def list_usual_marks(database: Database, validated: Validated) -> tuple[str, ...]:
    """The usual marks of an empty cell that stand in some column of dates or numbers."""
    texts = [
        read_code(quoted(cell.delivered), cell.type)
        for cell in validated.cells
        if cell.is_text and cell.role in ("date", "number") and cell.constant is None
    ]
    marks = [mark for mark in USUAL_MISSING if mark]
    if not texts:
        return ()
    counts = [
        _count(exp.or_(*(text.eq(exp.Literal.string(mark)) for text in texts))) for mark in marks
    ]
    query = exp.select(*(count.as_(f"c{n}") for n, count in enumerate(counts))).from_("delivered")
    (there,) = database.measure(validated.source, query)
    return tuple(mark for mark, count in zip(marks, there, strict=True) if count)


def _list_counts(cell: CanonicalColumn) -> list[exp.Expr]:
    partial = exp.or_(cell.lacks_day, cell.lacks_month)
    with_time = cell.has_time_of_day if cell.role == "date" else exp.false()
    unread = exp.and_(cell.is_unreadable, exp.not_(partial), exp.not_(with_time))
    text = read_code(cell.raw, cell.type)
    has_digit = exp.RegexpLike(this=text.copy(), expression=exp.Literal.string("[0-9]"))
    has_sign = exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(f"{PERCENT_SIGN}$"))
    texts = exp.case().when(unread.copy(), text)
    marks = [_count(unread, text.eq(exp.Literal.string(mark))) for mark in KNOWN_MARKS]
    days: list[exp.Expr] = []
    if cell.role == "date" and cell.type not in DATE_TYPES:
        first, last = map(literal, PLAUSIBLE_DAYS)
        days = [
            _count(unread, exp.Between(this=read, low=first.copy(), high=last.copy()))
            for read in cell.readings(list(DATE_FORMS_OF_NUMBERS))
        ]
    return [
        _count(unread),
        _count(with_time),
        _count(unread, has_sign),
        _count(unread, exp.not_(has_digit)),
        exp.func("APPROX_COUNT_DISTINCT", texts),
        *marks,
        *days,
    ]


def _tell(numbers: Sequence[int], known: int) -> UnreadCells:
    cells, with_time, with_sign, words, different, *others = numbers
    marks = {mark: count for mark, count in zip(KNOWN_MARKS, others[:known], strict=True) if count}
    days = zip(DATE_FORMS_OF_NUMBERS, others[known:], strict=False)
    return UnreadCells(
        cells,
        with_time,
        with_sign,
        tuple(marks),
        sum(marks.values()),
        are_few_words=different <= FEW_TEXTS and words >= NEARLY_ALL * cells > 0,
        number_forms=tuple(form for form, count in days if 2 * count > cells),
    )


def _count(*conditions: exp.Expr) -> exp.Expr:
    holds = exp.and_(*(each.copy() for each in conditions))
    return exp.func("COUNT", exp.case().when(holds, exp.Literal.number(1)))
