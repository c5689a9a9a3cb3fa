"""The expressions of SQL that steps are built from: columns, days and windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr, Query

from rtw_outcomes.language.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.planning.nodes.node import Node

Step = tuple[str, Query]


@dataclass(frozen=True)
class SqlScope:
    """The names of the steps of one query, and the columns that their intervals carry along.

    Attributes:
        names: the name of each step.
        carried: columns of the index date that intervals have beside row_id, lo and hi.
        ended: the runs whose end is needed too.
    """

    names: dict[Node, str]
    carried: tuple[str, ...]
    ended: frozenset[Node]

    @property
    def interval(self) -> tuple[str, ...]:
        """The columns that all intervals have."""
        return ("row_id", *self.carried, "lo", "hi")


def col(name: str, table: str | None = None) -> exp.Column:
    """A column, of the table with this alias."""
    return exp.column(name, table=table)


def aliased(name: str, alias: str) -> Expr:
    """A table under an alias."""
    return exp.to_table(name).as_(alias)


def literal(value: int) -> Expr:
    """A whole number."""
    return exp.Literal.number(value)


def text(value: str) -> Expr:
    """A text."""
    return exp.Literal.string(value)


def as_double(expression: Expr) -> Expr:
    """A number as a floating-point one."""
    return exp.cast(expression, "double")


def date_of(day: date) -> Expr:
    """A calendar date."""
    return exp.cast(text(day.isoformat()), "date")


def when(condition: Expr, then: Expr, otherwise: Expr | None = None) -> exp.Case:
    """A CASE with one condition; null when it does not hold and nothing else is said."""
    case = exp.case().when(condition, then)
    return case.else_(otherwise) if otherwise else case


def is_null(expression: Expr) -> Expr:
    """IS NULL."""
    return expression.copy().is_(exp.null())


def is_known(expression: Expr) -> Expr:
    """IS NOT NULL."""
    return is_null(expression).not_()


def paren(expression: Expr) -> exp.Paren:
    """An expression in brackets, where the printer would leave them out."""
    return exp.Paren(this=expression)


def sum_of(expression: Expr) -> exp.Sum:
    """SUM."""
    return exp.Sum(this=expression)


def min_of(expression: Expr) -> exp.Min:
    """MIN."""
    return exp.Min(this=expression)


def max_of(expression: Expr) -> exp.Max:
    """MAX."""
    return exp.Max(this=expression)


def over(function: Expr, *order: str, frame: str | None = None) -> exp.Window:
    """A window over the rows of one index date, in the order of these columns, or over all of them.

    `frame` says which rows: up to `CURRENT ROW`, or up to `PRECEDING`, the row before.
    """
    end = (
        {"end": frame, "end_side": None}
        if frame == "CURRENT ROW"
        else {"end": "1", "end_side": frame}
    )
    spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", **end)
    ordered = [exp.Ordered(this=col(name), nulls_first=True) for name in order]
    return exp.Window(
        this=function,
        partition_by=[col("row_id")],
        order=exp.Order(expressions=ordered) if ordered else None,
        spec=spec if frame else None,
    )


def days_between(start: Expr, end: Expr) -> Expr:
    """The number of days from one date to another; half as wide as some dialects have it."""
    days = exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))
    return exp.cast(days, "int")


def day_from_index(length: Length) -> Expr:
    """The day that lies a length of time after day 0."""
    return col(months_column(length.months)) if length.months else literal(length.days)


def months_column(months: int) -> str:
    """The column of the day that lies so many months after day 0: dates are reckoned with once."""
    return f"months_{months}" if months > 0 else f"months_before_{-months}"


def day_after(length: Length, start: Expr) -> Expr:
    """The day that lies a length of time after the day `start`, both from the index date."""
    if not length.months:
        return paren(start.copy() + length.days)
    begin = date_add(col("index_date"), start.copy(), "DAY")
    end = date_add(begin, literal(length.months), "MONTH")
    return days_between(col("index_date"), end)


def months_after_index(months: int, index_date: Expr) -> Expr:
    """The day that lies so many months after day 0."""
    return days_between(index_date, date_add(index_date.copy(), literal(months), "MONTH"))


def weeks_before(day: Expr) -> Expr:
    """The number of whole weeks from day 0 to a day."""
    # A quotient of whole numbers is whole where it should be, and FLOOR is the same everywhere.
    weeks = as_double(day) / as_double(literal(DAYS_OF_WEEK))
    return exp.cast(exp.Floor(this=weeks), "int")


def weeks_up_to(day: Expr) -> Expr:
    """The number of weeks that begin before a day, from day 0 on."""
    return weeks_before(paren(day + (DAYS_OF_WEEK - 1)))


def date_add(start: Expr, count: Expr, unit: str) -> Expr:
    """The date so many days or months after another; months are clamped to their end."""
    moved = exp.DateAdd(this=start, expression=count, unit=exp.var(unit))
    return exp.cast(moved, "date")  # some dialects make a timestamp of it


def all_columns(names: Sequence[str], table: str | None = None) -> list[Expr]:
    """SqlColumns by their names, one by one: `*` means other things in other dialects."""
    return [col(name, table) for name in names]
