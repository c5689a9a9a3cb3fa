"""The pieces that steps are built from: columns, days, windows, and the joins between steps.

An index date is always joined as `i`, its intervals as `s`, the return that it counts from as `o`.
"""

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.expressions import Expr, Query, Select

from rtw_outcomes.lengths import Length
from rtw_outcomes.plan import Exit, Node, Onset, Return

Names = dict[Node, str]
Step = tuple[str, Query]

NEVER = 1_000_000  # days; later than any date, and still far from any integer's end


def col(name: str, table: str | None = None) -> exp.Column:
    """A column, of the table with this alias."""
    return exp.column(name, table=table)


def aliased(name: str, alias: str) -> Expr:
    """A table under an alias."""
    return exp.to_table(name).as_(alias)


def literal(value: int) -> Expr:
    """A whole number."""
    return exp.Literal.number(value)


def paren(expression: Expr) -> exp.Paren:
    """An expression in brackets, where the printer would leave them out."""
    return exp.Paren(this=expression)


def sum_of(expression: Expr) -> exp.Sum:
    """SUM."""
    return exp.Sum(this=expression)


def min_of(expression: Expr) -> exp.Min:
    """MIN."""
    return exp.Min(this=expression)


def over(function: Expr, order: str, running: bool = False) -> exp.Window:
    """A window over the rows of one index date, in the order of days."""
    frame = exp.WindowSpec(
        kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW", end_side=None
    )
    return exp.Window(
        this=function,
        partition_by=[col("row_id")],
        order=exp.Order(expressions=[exp.Ordered(this=col(order), nulls_first=True)]),
        spec=frame if running else None,
    )


def days_between(start: Expr, end: Expr) -> Expr:
    """The number of days from one date to another."""
    return exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))


def day_after(length: Length, start: Expr) -> Expr:
    """The day that lies a length of time after the day `start`; the index date is i.index_date."""
    if not length.months:
        return paren(start.copy() + length.days)
    index_date = col("index_date", "i")
    begin = _date_add(index_date, start.copy(), "DAY")
    return days_between(index_date.copy(), _date_add(begin, literal(length.months), "MONTH"))


def _date_add(start: Expr, count: Expr, unit: str) -> Expr:
    moved = exp.DateAdd(this=start, expression=count, unit=exp.var(unit))
    return exp.cast(moved, "date")  # some dialects make a timestamp of it


def join(query: Select, table: str, alias: str, left: str = "i", outer: bool = False) -> Select:
    """Join a step, which has one row per index date, or many with `outer`."""
    same_row = col("row_id", left).eq(col("row_id", alias))
    return query.join(aliased(table, alias), on=same_row, join_type="left" if outer else "inner")


def join_origin(query: Select, origin: Return | None, names: Names) -> Select:
    """Join the return that days are counted from, when there is one."""
    return join(query, names[origin], "o") if origin else query


def origin_day(origin: Return | None) -> Expr:
    """The day that days are counted from: that of the return, or day 0."""
    return col("origin", "o") if origin else literal(0)


def left_intervals(intervals: Node, origin: Return | None, names: Names) -> Select:
    """Every index date (i) with its intervals (s), and with its origin (o) when there is one."""
    dates = exp.Select().from_(aliased("index_dates", "i"))
    return join(join_origin(dates, origin, names), names[intervals], "s", outer=True)


def with_competing(query: Select, events: Sequence[Onset | Exit], names: Names) -> Select:
    """Add the first competing event: other_day and other_status; of a tie, the first named."""
    days = []
    for status, event in enumerate(events, start=2):
        query = join(query, names[event], f"c{status}")
        days.append(exp.func("COALESCE", col("day", f"c{status}"), literal(NEVER)))
    first = exp.func("LEAST", *days, literal(NEVER)) if days else literal(NEVER)
    which = exp.case()
    for status, day in enumerate(days, start=2):
        which = which.when(day.copy().eq(first.copy()), literal(status))
    return query.select(
        first.as_("other_day"), (which if days else exp.cast(exp.null(), "int")).as_("other_status")
    )
