"""The steps that look through the intervals of an index date: runs, onsets, counts and sums.

Each gives columns of one table that is grouped by index date. Steps that look at the same rows from
the same origin are columns of the same table.
"""

from collections.abc import Iterable, Sequence
from functools import singledispatch

from sqlglot import exp
from sqlglot.expressions import Expr, Select

from rtw_outcomes.engines.sql.expressions import (
    SqlScope,
    aliased,
    all_columns,
    col,
    date_add,
    date_of,
    day_after,
    day_from_index,
    is_known,
    is_null,
    literal,
    max_of,
    min_of,
    months_column,
    paren,
    sum_of,
    weeks_before,
    weeks_up_to,
    when,
)
from rtw_outcomes.engines.sql.intervals import begins_spell
from rtw_outcomes.language.lengths import Length
from rtw_outcomes.planning.nodes.aggregates import (
    ChainDayOn,
    Counted,
    ExtentOn,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    TransitionCount,
)
from rtw_outcomes.planning.nodes.events import (
    AbsentOnDay0,
    Aggregate,
    FreeRun,
    Onset,
    Return,
    SpellLength,
)
from rtw_outcomes.planning.nodes.intervals import Absent, Paid
from rtw_outcomes.planning.nodes.node import IntervalNode, list_months

SqlColumns = dict[str, Expr]

AddsWhatCounts = SickDaysIn | SickWeeksIn | ExtentOn | ChainDayOn | AbsentOnDay0 | StateDaysIn
SqlSum = AddsWhatCounts | SpellCount


def choose_intervals(step: Aggregate) -> IntervalNode:
    """The table that a step looks at: absent days do where only the first days of spells matter."""
    if isinstance(step, FreeRun):
        return step.spells.absent
    if isinstance(step, Onset | SpellCount):
        counts_starts = isinstance(step, Onset) or step.counted is Counted.STARTED
        if counts_starts and step.length.is_any:
            return step.spells.absent
    return step.source


def aggregate(
    looked_at: IntervalNode,
    steps: Sequence[Aggregate],
    origin: Return | None,
    table: str,
    scope: SqlScope,
) -> Select:
    """The table of the steps: row_id and their columns, without the index dates that have none."""
    columns = {name: value for step in steps for name, value in to_columns(step, scope).items()}
    query = exp.select(col("row_id"), *(value.as_(name) for name, value in columns.items()))
    conditions = [_counts(step) for step in steps if isinstance(step, AddsWhatCounts)]
    if len(conditions) == len(steps):  # then no other row adds anything
        query = query.where(exp.or_(*conditions))
    rows = _with_origin(looked_at, origin, table, scope) if origin else scope.names[looked_at]
    return query.from_(rows).group_by(col("row_id"))


def _with_origin(
    looked_at: IntervalNode, origin: Return, table: str, scope: SqlScope
) -> exp.Subquery:
    """The rows of the index dates that have a return, with its day."""
    extra = ("reach",) if isinstance(looked_at, Paid | Absent) else ()
    day = f"{scope.names[origin]}_origin"
    rows = (
        exp.select(
            *all_columns(("row_id", "lo", "hi", *extra), "s"),
            col("index_date", "d"),
            col(day, "d").as_("origin"),
        )
        .from_(aliased(scope.names[looked_at], "s"))
        .join(aliased(table, "d"), on=col("row_id", "s").eq(col("row_id", "d")))
        .where(is_known(col(day, "d")))
    )
    return rows.subquery("s")


def list_carried(steps: Iterable[Aggregate]) -> set[str]:
    """The columns of the index date that intervals must have, for their steps to look at."""
    carried: set[str] = set()
    for step in steps:
        if isinstance(step, FreeRun) and step.sustained.months:
            carried.add("index_date")
        elif not isinstance(step, FreeRun | Onset) and not step.counted_from:
            carried |= {months_column(number) for number in list_months([step])}
        if isinstance(step, SpellCount) and step.counted is Counted.ENDED:
            carried.add("observed_days")
        if isinstance(step, TransitionCount):
            carried |= {"first_day", "observed_days"}
        if (
            isinstance(step, Onset | SpellCount)
            and step.length.employer_periods
            and not step.origin
        ):
            carried.add("index_date")
    return carried


@singledispatch
def to_columns(step: Aggregate, scope: SqlScope) -> SqlColumns:
    """The aggregates of a step, by the names of their columns."""
    raise AssertionError(f"no aggregate for {type(step).__name__} in {scope}")


@to_columns.register
def _(step: FreeRun, scope: SqlScope) -> SqlColumns:
    """A free run lies before each row that begins a spell, and one without end after the last row.

    `first_lo` is the first day of the spell after day 0, for those who are not absent on day 0.
    """
    begins = begins_spell(step.spells.join_gap_days)
    on_day_0 = paren(is_null(col("reach")).or_(col("reach") <= 0))
    maybe = paren(col("lo") - col("reach")) >= step.sustained.least_days
    ahead = begins.and_(col("reach") > 0).and_(maybe)
    free = begins.copy().and_(col("lo") > 0).and_(on_day_0)
    name = scope.names[step]
    columns: SqlColumns = {
        f"{scope.names[step.spells.absent]}_last_hi": max_of(col("hi")),
        f"{scope.names[step.spells]}_first_lo": min_of(when(free, col("lo"))),
        f"{name}_day": min_of(when(ahead, _if_long_enough(step.sustained, "reach"))),
    }
    if step in scope.ended:
        next_absent = _if_long_enough(step.sustained, "lo")
        columns[f"{name}_next_absent"] = min_of(when(ahead.copy(), next_absent))
    return columns


def _if_long_enough(sustained: Length, column: str) -> Expr:
    """Months are reckoned only where the run could be long enough: that is what takes time."""
    if not sustained.months:
        return col(column)
    return when(col("lo") >= day_after(sustained, col("reach")), col(column))


@to_columns.register
def _(step: Onset, scope: SqlScope) -> SqlColumns:
    after: Expr = col("lo") > _origin(step.origin)
    if step.length.is_any:
        after = begins_spell(step.spells.join_gap_days).and_(after)
    else:
        after = after.and_(_has_length(step.length))
    return {f"{scope.names[step]}_day": min_of(when(after, col("lo")))}


@to_columns.register
def _(step: SpellCount, scope: SqlScope) -> SqlColumns:
    counted = when(_counts(step), literal(1), literal(0))
    return {f"{scope.names[step]}_value": sum_of(counted)}


@to_columns.register
def _(step: SickDaysIn, scope: SqlScope) -> SqlColumns:
    amount = _overlap(step)
    if step.net:
        # A sum of INTEGERs is wide enough; a product of two need not be.
        amount = exp.cast(amount, "bigint") * col("extent")
    return {f"{scope.names[step]}_value": sum_of(when(_counts(step), amount, literal(0)))}


def _overlap(step: SickDaysIn | StateDaysIn) -> Expr:
    """The days of an interval that lie in the window; it has some."""
    start, end = _window(step)
    return paren(exp.func("LEAST", col("hi"), end) - exp.func("GREATEST", col("lo"), start))


@to_columns.register
def _(step: SickWeeksIn, scope: SqlScope) -> SqlColumns:
    start, end = _window(step)
    after_last = exp.func("LEAST", col("hi"), end)
    first = exp.func("GREATEST", col("lo"), start)
    weeks = weeks_up_to(after_last) - weeks_before(first)
    return {f"{scope.names[step]}_value": sum_of(when(_counts(step), weeks, literal(0)))}


@to_columns.register
def _(step: StateDaysIn, scope: SqlScope) -> SqlColumns:
    return {f"{scope.names[step]}_value": sum_of(when(_counts(step), _overlap(step), literal(0)))}


@to_columns.register
def _(step: TransitionCount, scope: SqlScope) -> SqlColumns:
    """The transition into a state, on its first day, and that out of it to none, after its last."""
    state, before = col("state"), col("before")
    begins = _is_seen(step, "lo").and_(before.neq(state))
    ends = _is_seen(step, "hi").and_(col("ends").eq(1))
    if step.from_ is not None:
        begins, ends = begins.and_(before.eq(step.from_)), ends.and_(state.eq(step.from_))
    if step.to is not None:
        begins = begins.and_(state.eq(step.to))
        ends = ends.and_(literal(len(step.states.held)).eq(step.to))
    both = when(begins, literal(1), literal(0)) + when(ends, literal(1), literal(0))
    return {f"{scope.names[step]}_value": sum_of(both)}


def _is_seen(step: TransitionCount, day: str) -> Expr:
    """Whether a day and the one before it lie in the window and are observed."""
    start, end = _window(step)
    in_window = (col(day) > start).and_(col(day) < end)
    return in_window.and_(col(day) > col("first_day")).and_(col(day) < col("observed_days"))


@to_columns.register
def _(step: ExtentOn, scope: SqlScope) -> SqlColumns:
    extent = when(_counts(step), col("extent"), literal(0))
    return {f"{scope.names[step]}_value": sum_of(extent)}


@to_columns.register
def _(step: ChainDayOn, scope: SqlScope) -> SqlColumns:
    days = col("earlier_days") + paren(day_from_index(step.at) - col("lo")) + 1
    return {f"{scope.names[step]}_value": sum_of(when(_counts(step), days, literal(0)))}


@to_columns.register
def _(step: AbsentOnDay0, scope: SqlScope) -> SqlColumns:
    return {f"{scope.names[step]}_value": sum_of(when(_counts(step), literal(1), literal(0)))}


@singledispatch
def _counts(step: SqlSum) -> Expr:
    """Whether a row adds to the sum of a step."""
    raise AssertionError(f"{type(step).__name__} is no sum")


@_counts.register(SickDaysIn)
@_counts.register(SickWeeksIn)
def _(step: SickDaysIn | SickWeeksIn) -> Expr:
    start, end = _window(step)
    return (col("lo") < end).and_(col("hi") > start)


@_counts.register
def _(step: StateDaysIn) -> Expr:
    start, end = _window(step)
    return (col("lo") < end).and_(col("hi") > start).and_(col("state").eq(step.state))


@_counts.register
def _(_: AbsentOnDay0) -> Expr:
    return (col("lo") <= 0).and_(col("hi") > 0)


@_counts.register(ExtentOn)
@_counts.register(ChainDayOn)
def _(step: ExtentOn | ChainDayOn) -> Expr:
    day = day_from_index(step.at)
    return (col("lo") <= day).and_(day.copy() < col("hi"))


@_counts.register
def _(step: SpellCount) -> Expr:
    start, end = _window(step)
    if step.counted is Counted.ENDED:
        # A spell that observation cuts has not ended.
        ended = (col("hi") > start).and_(col("hi") <= end).and_(col("hi") < col("observed_days"))
        return ended.and_(_has_length(step.length))
    if step.counted is Counted.ONGOING:
        return (col("lo") < end).and_(col("hi") > start).and_(_has_length(step.length))
    # A spell that begins on the day of the return is not one after it.
    inside = (col("lo") > start if step.origin else col("lo") >= start).and_(col("lo") < end)
    if step.length.is_any:
        return begins_spell(step.spells.join_gap_days).and_(inside)
    return inside.and_(_has_length(step.length))


def _has_length(length: SpellLength) -> Expr:
    days: Expr = col("hi") - col("lo")
    if length.employer_periods:
        days += _employer_days(length)
    long_enough = paren(days) >= length.at_least_days
    if length.below_days is None:
        return long_enough
    return long_enough.and_(paren(days.copy()) < length.below_days)


def _employer_days(length: SpellLength) -> Expr:
    """The days of the employer period that was in force on the first day of a spell."""
    first_date = date_add(col("index_date"), col("lo"), "DAY")
    days = exp.case()
    for period in reversed(length.employer_periods):
        days = days.when(first_date.copy() >= date_of(period.from_), literal(period.days))
    return days.else_(literal(0))


def _window(
    step: SickDaysIn | SickWeeksIn | SpellCount | StateDaysIn | TransitionCount,
) -> tuple[Expr, Expr]:
    if isinstance(step, SickWeeksIn):
        return literal(step.start), literal(step.end)
    if step.counted_from:
        return day_after(step.start, col("origin")), day_after(step.end, col("origin"))
    return day_from_index(step.start), day_from_index(step.end)


def _origin(origin: Return | None) -> Expr:
    return col("origin") if origin else literal(0)
