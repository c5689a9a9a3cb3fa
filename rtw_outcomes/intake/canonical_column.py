"""A canonical column: how its cells are read from the delivered column, as expressions of DuckDB."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.intake.forms import (
    DATE_FORMS_OF_NUMBERS,
    PERCENT_SIGN,
    first_that_reads,
    has_no_day,
    has_no_month,
    has_time_of_day,
    read_date_number,
    read_date_text,
    read_date_without_day,
    read_date_without_month,
    read_number_text,
)

INTEGER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
FLOAT_TYPES = ("FLOAT", "DOUBLE")
NUMBER_TYPES = (*INTEGER_TYPES, "UBIGINT", "HUGEINT", *FLOAT_TYPES, "DECIMAL")
TIME_TYPES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
DATE_TYPES = ("DATE", *TIME_TYPES)
NO_VALUES = "NULL"  # the type of a column that holds nothing; an optional one may
# The texts of a column that has cells of several kinds of types, each kind in files of its own.
MIXED = "MIXED"
TEXT_TYPES = ("VARCHAR", "ENUM", MIXED)

FORMS_OF_NUMBERS = ("yyyymmdd", *DATE_FORMS_OF_NUMBERS)

# The file and the number of a row. No delivery has columns of these names.
FILE, ROW = "rtw::file", "rtw::row"

# An end from this day on says that nobody knows the end. Registers have 9999-12-31, and that day of SAS
# is 9999-12-29 elsewhere, for SAS leaves out two leap days. All such ends become this day.
OPEN_END = date(9000, 1, 1)


@dataclass(frozen=True)
class CanonicalColumn:
    """A canonical column.

    Attributes:
        name: its canonical name.
        delivered: the name that the profile, or the table of index dates, has for it.
        role: what it holds: `id`, `date`, `number` or `text`.
        type: its type in the delivery; None for text.
        called: its name in the delivery, for messages.
        is_whole: whether it has whole numbers that are written as floats.
        dates: the forms that its dates may have, where they are texts or numbers.
        dates_by_file: the form of its dates in each file, by its number, where files have different ones.
        decimal: the decimal separator of its numbers, where they are texts.
        has_percent_sign: whether each of its numbers has a percent sign behind it.
        missing: the texts that stand for an empty cell.
        factor: what its numbers are multiplied by.
        full_time: the column with the hours of full time, where it holds hours.
        is_end: whether it is the end of a row.
        open_end: what an empty end means, `ongoing` or `faulty`; None where nobody says it.
        day_after: whether the end of a row is the first day after it.
        may_be_partial: whether its dates may lack the day or the month.
        day_of_month: the day of a month that stands for a date without a day: `first_day`, `middle` or
            `last_day`; None where such a date cannot be read.
        day_of_year: the same of a date without a month.
        limit: the date that it is cut to: no start lies before it, and no end after it.
        constant: its value in every row, where the delivery has no column for it.
        joined: the columns whose codes are joined to its own.
        separator: the text between joined codes.
    """

    name: str
    delivered: str
    role: str
    type: str | None
    called: str = ""
    is_whole: bool = False
    dates: tuple[str, ...] = ("iso",)
    dates_by_file: tuple[tuple[int, str], ...] = ()
    decimal: str = "."
    has_percent_sign: bool = False
    missing: tuple[str, ...] = ("",)
    factor: float = 1.0
    full_time: "CanonicalColumn | None" = None
    is_end: bool = False
    open_end: str | None = None
    day_after: bool = False
    may_be_partial: bool = False
    day_of_month: str | None = None
    day_of_year: str | None = None
    limit: "CanonicalColumn | None" = None
    constant: float | str | None = None
    joined: "tuple[CanonicalColumn, ...]" = ()
    separator: str = ""

    @property
    def is_text(self) -> bool:
        """Whether its cells are texts."""
        return is_text_type(self.type)

    @property
    def number_form(self) -> str:
        """The form of its numbers, where they are texts."""
        return f"{self.decimal}{PERCENT_SIGN if self.has_percent_sign else ''}"

    @property
    def raw(self) -> Expr:
        """The cell as delivered; a text cell without its blanks, null when it stands for no value."""
        return quoted(f"rtw::raw::{self.name}")

    @property
    def value(self) -> Expr:
        """The cell in its canonical type; null when it is missing or unreadable."""
        return quoted(f"rtw::value::{self.name}")

    @property
    def uncut(self) -> Expr:
        """The value of a cell that has a limit, before it is cut to it."""
        return quoted(f"rtw::uncut::{self.name}")

    @property
    def is_missing(self) -> Expr:
        """Whether the cell is empty; that of an end that may be open is not."""
        return exp.false() if self.open_end == "ongoing" else self.raw.is_(exp.null())

    @property
    def is_unreadable(self) -> Expr:
        """Whether there is something in the cell that cannot be read."""
        return self.raw.is_(exp.null()).not_().and_(self.value.is_(exp.null()))

    @property
    def lacks_day(self) -> Expr:
        """Whether the cell is a date with year and month only, which cannot be read."""
        if self.day_of_month is not None or not self.may_be_partial:
            return exp.false()
        return exp.and_(self.is_unreadable, has_no_day(self._text()))

    @property
    def lacks_month(self) -> Expr:
        """Whether the cell is a date with a year only, which cannot be read."""
        if self.day_of_year is not None or not self.may_be_partial:
            return exp.false()
        return exp.and_(self.is_unreadable, has_no_month(self._text()))

    @property
    def has_time_of_day(self) -> Expr:
        """Whether the cell of a date cannot be read because a time of day stands in it."""
        if self.is_text:
            return self.is_unreadable.and_(has_time_of_day(self.raw))
        if self.type not in TIME_TYPES:
            return exp.false()
        day = exp.TryCast(this=self.raw, to=exp.DataType.build("date"))
        is_other = exp.cast(day, "timestamp").neq(exp.cast(self.raw, "timestamp"))
        return self.is_unreadable.and_(exp.func("COALESCE", is_other, exp.false()))

    def read_raw(self) -> Expr:
        """The expression that `raw` is the name of, in the delivered column."""
        if self.constant is not None:
            return literal(self.constant)
        if self.joined:
            return self._join()
        column = quoted(self.delivered)
        if self.is_text:
            text = read_code(column, self.type)
            if self.missing in ((), ("",)):
                return exp.func("NULLIF", text, exp.Literal.string(""))
            # No list, which DuckDB would join with: that takes longer, and rows change places.
            marks = [exp.Literal.string(mark) for mark in dict.fromkeys(("", *self.missing))]
            return exp.case().when(exp.and_(*(text.copy().neq(mark) for mark in marks)), text)
        if self.role == "text":
            return read_code(column, self.type)
        return exp.cast(column, "bigint") if self.is_whole else column

    def _join(self) -> Expr:
        codes = [cell.read_raw() for cell in self.joined]
        empty = exp.Literal.string("")
        filled = [exp.func("COALESCE", code.copy(), empty.copy()) for code in codes]
        parts = [part for each in filled for part in (literal(self.separator), each)][1:]
        is_there = exp.func("COALESCE", *codes).is_(exp.null()).not_()
        return exp.case().when(is_there, exp.func("CONCAT", *parts))

    def read_value(self) -> Expr:
        """The expression that `value` is the name of, in `raw`."""
        if self.role == "date":
            return self._end() if self.is_end else self._date()
        if self.role == "number":
            return self._number()
        if self.role == "id" and not self.is_text:
            return self.raw
        return exp.cast(self.raw, "text")

    def cut(self) -> Expr:
        """The expression that `value` is the name of where there is a limit, in `uncut`."""
        assert self.limit, "only a cell with a limit is cut"
        limit = self.limit.value
        beyond = limit < self.uncut if self.is_end else limit > self.uncut
        return exp.case().when(beyond, limit.copy()).else_(self.uncut)

    def readings(self, forms: Sequence[str]) -> list[Expr]:
        """`raw` as a date, or as a number, in each of these forms."""
        if self.role == "number":
            return [read_number_text(self.raw, form) for form in forms]
        return [_in_known_years(self._date_in(form)) for form in forms]

    def _date_in(self, form: str) -> Expr:
        if not self.is_text:
            return read_date_number(self.raw, form)
        if form in DATE_FORMS_OF_NUMBERS:
            # A program that writes an exponent may have rounded, and a rounded number is another day.
            number = read_number_text(self.raw, self.decimal, has_exponent=False)
            return read_date_number(number, form)
        return read_date_text(self.raw, form)

    def _text(self) -> Expr:
        """The cell as a text, where it may be a partial date."""
        if self.is_text:
            return self.raw
        whole = exp.TryCast(this=self.raw, to=exp.DataType.build("bigint"))
        return exp.cast(whole, "text")

    def _date(self) -> Expr:
        readings = [self._whole_date()]
        if self.may_be_partial:
            if self.day_of_month:
                readings.append(read_date_without_day(self._text(), self.day_of_month))
            if self.day_of_year:
                readings.append(read_date_without_month(self._text(), self.day_of_year))
        return first_that_reads(readings)

    def _whole_date(self) -> Expr:
        if self.type == "DATE":
            return _in_known_years(self.raw)
        if self.type in DATE_TYPES:  # a timestamp is read as its date when it is midnight
            return _in_known_years(read_midnight(self.raw))
        if self.dates_by_file:
            return self._date_in_file()
        forms = self.dates if self.is_text else [f for f in self.dates if f in FORMS_OF_NUMBERS]
        return first_that_reads(self.readings(forms)) if forms else exp.cast(exp.null(), "date")

    def _date_in_file(self) -> Expr:
        read = exp.case()
        for form, reading in zip(self.dates, self.readings(self.dates), strict=True):
            files = [literal(number) for number, own in self.dates_by_file if own == form]
            read = read.when(quoted(FILE).isin(*files), reading)
        return read

    def _end(self) -> Expr:
        read, open_end = self._date(), literal(OPEN_END)
        is_open: Expr = read >= open_end
        last = (
            exp.cast(read.copy() - exp.Literal.number(1), "date") if self.day_after else read.copy()
        )
        if self.open_end == "faulty":
            return exp.case().when(is_open.not_(), last)
        if self.open_end == "ongoing":
            is_open = self.raw.is_(exp.null()).or_(is_open)
        return exp.case().when(is_open, open_end.copy()).else_(last)

    def _number(self) -> Expr:
        number = read_number(self.raw, self.is_text, self.number_form)
        if self.full_time:
            hours = self.full_time.value
            share = exp.Div(this=exp.Paren(this=number * 100), expression=hours)
            return exp.case().when(hours > 0, share)
        if self.factor == 1:
            return number
        return exp.Mul(this=exp.Paren(this=number), expression=literal(self.factor))


def read_midnight(cell: Expr) -> Expr:
    """The date of a typed date, or of a timestamp that is midnight; null for another time."""
    day = exp.TryCast(this=cell, to=exp.DataType.build("date"))
    is_midnight = exp.cast(day, "timestamp").eq(exp.cast(cell.copy(), "timestamp"))
    return exp.case().when(is_midnight, day.copy())


def read_number(cell: Expr, is_text: bool, form: str) -> Expr:
    """A cell as a number, whose form matters where it is a text; null where it holds none."""
    if is_text:
        return read_number_text(cell, form)
    number = exp.TryCast(this=cell, to=exp.DataType.build("double"))
    return exp.case().when(exp.func("ISFINITE", number), number.copy())


def read_code(cell: Expr, kind: str | None) -> Expr:
    """A cell as the text of a code; a whole number has no decimals, also where it is a float."""
    text = exp.cast(cell, "text")
    if is_text_type(kind):
        return exp.func("TRIM", text)
    if kind not in (*FLOAT_TYPES, "DECIMAL"):
        return text
    whole = exp.TryCast(this=cell.copy(), to=exp.DataType.build("bigint"))
    is_whole = whole.eq(cell.copy())
    return (
        exp.case()
        .when(is_whole, exp.cast(whole.copy(), "text"))
        .when(exp.func("ISFINITE", exp.cast(cell.copy(), "double")), text)
    )


def read_cells(table: str, cells: Sequence[CanonicalColumn], values: bool = True) -> exp.Subquery:
    """The rows of a table, with the raw cells and the values of canonical columns beside.

    They are read once, in layers: where rules repeated the expressions, DuckDB would take minutes to plan
    the query.
    """
    cells = [*cells, *(cell.full_time for cell in cells if cell.full_time)]
    raw = exp.select("*", *(cell.read_raw().as_(cell.raw.name, quoted=True) for cell in cells))
    rows = raw.from_(exp.to_table(table)).subquery("raw")
    if not values:
        return rows
    first = [
        cell.read_value().as_((cell.uncut if cell.limit else cell.value).name, quoted=True)
        for cell in cells
        if not cell.full_time
    ]
    second = [
        (cell.cut() if cell.limit else cell.read_value()).as_(cell.value.name, quoted=True)
        for cell in cells
        if cell.full_time or cell.limit
    ]
    for layer in filter(None, (first, second)):
        rows = exp.select("*", *layer).from_(rows).subquery("read")
    return rows


def is_text_type(kind: str | None) -> bool:
    """Whether a delivered column of this type has texts; None is the type in a text file."""
    return kind is None or kind in TEXT_TYPES


def quoted(name: str) -> exp.Column:
    """A column by its name, whatever characters that has."""
    return exp.column(name, quoted=True)


def literal(value: str | float | date) -> Expr:
    """A value of our own as an expression."""
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def _in_known_years(read: Expr) -> Expr:
    """Years that Python and Polars know too; a typed file may hold others, and infinity."""
    known = exp.Between(this=read, low=literal(date.min), high=literal(date.max))
    return exp.case().when(known, read.copy())
