"""The steps that look through the intervals of an index date: runs, onsets, counts and sums.

Each gives a table with `zero` and one or more columns, without the index dates that have none.
"""

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from rtw_outcomes.engines.polars.expressions import (
    DAYS_APART,
    EPOCH,
    Calendar,
    StepNames,
    add_up,
    day_of,
    earlier,
    hi,
    hold,
    index,
    is_first_of_date,
    later,
    lo,
    take_first,
    zero,
)
from rtw_outcomes.language.lengths import DAYS_OF_WEEK
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
from rtw_outcomes.planning.nodes.events import AbsentOnDay0, Aggregate, FreeRun, Onset, SpellLength
from rtw_outcomes.planning.nodes.node import list_months
from rtw_outcomes.planning.optimizer import days_range

# Free days after a date's last spell; no two days of one date lie so far apart.
FAR_OFF = DAYS_APART // 2

gap = pl.col("gap")

PolarsSum = (
    SpellCount
    | AbsentOnDay0
    | SickDaysIn
    | SickWeeksIn
    | ExtentOn
    | ChainDayOn
    | StateDaysIn
    | TransitionCount
)


def aggregate(
    steps: Sequence[Aggregate],
    intervals: pl.LazyFrame,
    names: StepNames,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """The tables of steps that look at the same intervals.

    Where they count from an origin, the intervals have a column `origin`, its day. Of the runs that
    are `ended` the end is needed too.
    """
    runs = [step for step in steps if isinstance(step, FreeRun)]
    if runs:
        yield from search_free_runs(runs, intervals, names, calendar, ended)
    for step in steps:
        if isinstance(step, Onset):
            begins = lo > zero + _origin_of(step)
            after = intervals.filter(begins & _has_length(step.length))
            yield take_first(after, **{f"{names[step]}_day": day_of(lo)})
    sums = [step for step in steps if isinstance(step, PolarsSum)]
    if sums:
        yield _add_up(sums, intervals, names, calendar)


def _add_up(
    sums: Sequence[PolarsSum],
    intervals: pl.LazyFrame,
    names: StepNames,
    calendar: Calendar,
) -> pl.LazyFrame:
    """The sums of several steps over the intervals that add to any of them."""
    if days := days_range(sums):
        # Intervals that are far from all windows go before days are looked up in the calendar.
        first_day, last_day = days
        intervals = intervals.filter(lo <= zero + last_day)
        if first_day is not None:
            intervals = intervals.filter(hi > zero + first_day)
    intervals = intervals.with_columns(**calendar.columns(list_months(sums)))
    parts = {step: contribution(step, calendar) for step in sums}
    conditions = [counts for counts, _ in parts.values()]
    same = all(counts.meta.eq(conditions[0]) for counts in conditions)
    values = {
        f"{names[step]}_value": amount if same else pl.when(counts).then(amount).otherwise(0)
        for step, (counts, amount) in parts.items()
    }
    return add_up(intervals.filter(pl.any_horizontal(conditions)), **values)


def search_free_runs(
    runs: Sequence[FreeRun],
    spells: pl.LazyFrame,
    names: StepNames,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """For each step the first day after a spell that begins a long enough run.

    The tables also hold the day that ends the run, for those in `ended`. Where day 0 may count, also
    `SPELLS_first_lo`, the first day of the first spell that ends after day 0.
    """
    first_lo = pl.when(is_first_of_date()).then(lo - zero).forward_fill()
    # After a date's last spell nothing ends a run; the spell that follows is another date's.
    to_next = (lo.shift(-1) - hi).fill_null(FAR_OFF).clip(upper_bound=FAR_OFF)
    ahead = spells.with_columns(gap=to_next.cast(pl.Int32)).filter(hi > zero)
    ahead = hold(ahead.select("zero", "index", "hi", "gap", first_lo=first_lo))
    from_day_0 = [step for step in runs if step.day_0_may_count]
    if from_day_0:
        first = {f"{names[from_day_0[0].spells]}_first_lo": pl.col("first_lo").cast(pl.Int32)}
        tables = [take_first(ahead, **first)]
        tables += _search_runs(from_day_0, ahead, names, calendar, from_day_0)
        yield pl.concat(tables, how="horizontal")
    at_risk = [step for step in runs if not step.day_0_may_count]
    if at_risk:
        absent = hold(ahead.filter(pl.col("first_lo") <= 0))
        tables = [take_first(absent), *_search_runs(at_risk, absent, names, calendar, ended)]
        yield pl.concat(tables, how="horizontal")


def _search_runs(
    runs: Sequence[FreeRun],
    ahead: pl.LazyFrame,
    names: StepNames,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """The last spell of an index date has a run after it that nothing ends.

    So every step finds one for every index date, and the tables lie side by side without a join.
    """
    next_absent = pl.when(gap < FAR_OFF).then(day_of(hi) + gap)
    fields = {
        step: {f"{names[step]}_day": day_of(hi)}
        | ({f"{names[step]}_next_absent": next_absent} if step in ended else {})
        for step in runs
    }
    for step in runs:
        if step.sustained.months:
            needed = calendar.day_after(step.sustained, day_of(hi)) - day_of(hi)
            free = ahead.filter(gap >= needed).filter(is_first_of_date())
            yield free.select(**fields[step])
    in_days = [step for step in runs if not step.sustained.months]
    if in_days:
        longest = _keep_longest(ahead)
        firsts = {
            name: column.filter(_is_first_of(step.sustained.days))
            for step in in_days
            for name, column in fields[step].items()
        }
        yield longest.select(**firsts)


def _keep_longest(gaps: pl.LazyFrame) -> pl.LazyFrame:
    """The gaps that are longer than all before them of their index date, with the longest of those.

    Then the first one of so many days is known by itself, without a search for each number of days.
    """
    before = ((zero + gap).cum_max().shift(1) - zero).fill_null(0)
    return gaps.with_columns(before=before.cast(pl.Int32)).filter(gap > pl.col("before"))


def _is_first_of(days: int) -> pl.Expr:
    """Whether a gap is the first of its index date with so many days."""
    return (gap >= days) & (pl.col("before") < days)


def contribution(step: PolarsSum, calendar: Calendar) -> tuple[pl.Expr, pl.Expr]:
    """The condition for an interval to add to the sum of a step, and the number that it adds."""
    if isinstance(step, ExtentOn):
        day = zero + calendar.day_after(step.at, 0)
        return (lo <= day) & (day < hi), pl.col("extent")
    if isinstance(step, ChainDayOn):
        day = zero + calendar.day_after(step.at, 0)
        return (lo <= day) & (day < hi), pl.col("earlier_days") + (day - lo + 1)
    if isinstance(step, AbsentOnDay0):
        covers = (lo <= zero) & (zero < hi)
        return covers, covers.cast(pl.Int64)
    if isinstance(step, TransitionCount):
        return _transitions(step, calendar)
    if isinstance(step, SickWeeksIn):
        start, end = zero + step.start, zero + step.end
        first, after_last = later(lo, start) - zero, earlier(hi, end) - zero
        weeks = -(-after_last // DAYS_OF_WEEK) - first // DAYS_OF_WEEK
        return (lo < end) & (hi > start), weeks
    origin = _origin_of(step)
    start, end = (zero + calendar.day_after(length, origin) for length in (step.start, step.end))
    if isinstance(step, SickDaysIn | StateDaysIn):
        days, meets = earlier(hi, end) - later(lo, start), (lo < end) & (hi > start)
        if isinstance(step, StateDaysIn):
            return meets & (pl.col("state") == step.state), days
        return meets, days * (pl.col("extent") if step.net else 1)
    counts = _counts(step, start, end) & _has_length(step.length)
    return counts, counts.cast(pl.Int64)


def _counts(step: SpellCount, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    if step.counted is Counted.ENDED:
        # A spell that observation cuts has not ended.
        return (hi > start) & (hi <= end) & (hi < zero + pl.col("observed_days"))
    if step.counted is Counted.ONGOING:
        return (lo < end) & (hi > start)
    # A spell that begins on the day of the return is not one after it.
    return (lo > start if step.origin else lo >= start) & (lo < end)


def _transitions(step: TransitionCount, calendar: Calendar) -> tuple[pl.Expr, pl.Expr]:
    """The transition into a state, on its first day, and that out of it to none, after its last."""
    start, end = (zero + calendar.day_after(length, 0) for length in (step.start, step.end))
    state, before, none = pl.col("state"), pl.col("before"), len(step.states.held)

    def is_seen(day: pl.Expr) -> pl.Expr:
        is_observed = (day > zero + pl.col("first_day")) & (day < zero + pl.col("observed_days"))
        return (day > start) & (day < end) & is_observed

    begins, ends = is_seen(lo) & (before != state), is_seen(hi) & pl.col("ends")
    if step.from_ is not None:
        begins, ends = begins & (before == step.from_), ends & (state == step.from_)
    if step.to is not None:
        begins, ends = begins & (state == step.to), ends & (step.to == none)
    return begins | ends, begins.cast(pl.Int64) + ends.cast(pl.Int64)


def _has_length(length: SpellLength) -> pl.Expr:
    days = hi - lo + _employer_days(length)
    long_enough = days >= length.at_least_days
    return long_enough if length.below_days is None else long_enough & (days < length.below_days)


def _employer_days(length: SpellLength) -> pl.Expr | int:
    """The days of the employer period that was in force on the first day of a spell."""
    days: pl.Expr | int = 0
    for period in length.employer_periods:
        in_force = index + day_of(lo) >= (period.from_ - EPOCH).days
        days = pl.when(in_force).then(period.days).otherwise(days)
    return days


def asks_for_ends(steps: Sequence[Aggregate]) -> bool:
    """Whether the intervals need to know which days are observed, to tell what has ended."""
    return any(
        isinstance(step, TransitionCount)
        or (isinstance(step, SpellCount) and step.counted is Counted.ENDED)
        for step in steps
    )


def _origin_of(step: Onset | SpellCount | SickDaysIn | StateDaysIn) -> pl.Expr | int:
    return pl.col("origin") if step.counted_from else 0
