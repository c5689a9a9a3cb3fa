"""The steps that look through the intervals of an index date: runs, onsets, counts and sums.

Each gives a table with `zero` and one or more columns, without the index dates that have none.
"""

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from rtw_outcomes.engines.frames.pieces import (
    DAYS_APART,
    Calendar,
    Names,
    add_up,
    day_of,
    hi,
    hold,
    is_first_of_date,
    lo,
    take_first,
    zero,
)
from rtw_outcomes.plan import ExtentOn, FreeRun, Onset, SickDaysIn, SpellCount
from rtw_outcomes.stages import Gathered


def gather(
    steps: Sequence[Gathered],
    intervals: pl.LazyFrame,
    names: Names,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """The tables of steps that look at the same intervals.

    Where they count from an origin, the intervals have a column `origin`, its day. Of the runs that
    are `ended` the end is needed too.
    """
    runs = [step for step in steps if isinstance(step, FreeRun)]
    if runs:
        yield from find_free_runs(runs, intervals, names, calendar, ended)
    for step in steps:
        if isinstance(step, Onset):
            after = intervals.filter(lo > zero + _origin_of(step))
            yield take_first(after, **{f"{names[step]}_day": day_of(lo)})
    sums = [step for step in steps if isinstance(step, SpellCount | SickDaysIn | ExtentOn)]
    if sums:
        yield _add_up(sums, intervals, names, calendar)


def _add_up(
    sums: Sequence[SpellCount | SickDaysIn | ExtentOn],
    intervals: pl.LazyFrame,
    names: Names,
    calendar: Calendar,
) -> pl.LazyFrame:
    """The sums of several steps over the intervals that add to any of them."""
    lengths = [length for step in sums for length in step.lengths()]
    intervals = intervals.with_columns(**calendar.columns(lengths))
    parts = {step: contribution(step, calendar) for step in sums}
    conditions = [counts for counts, _ in parts.values()]
    same = all(counts.meta.eq(conditions[0]) for counts in conditions)
    values = {
        f"{names[step]}_value": amount if same else pl.when(counts).then(amount).otherwise(0)
        for step, (counts, amount) in parts.items()
    }
    return add_up(intervals.filter(pl.any_horizontal(conditions)), **values)


def find_free_runs(
    runs: Sequence[FreeRun],
    spells: pl.LazyFrame,
    names: Names,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """For each step the first day after a spell that begins a long enough run.

    And the day that ends the run, for those that are `ended`. Where day 0 may count, also
    `SPELLS_first_lo`, the first day of the first spell that ends after day 0.
    """
    first_lo = pl.when(is_first_of_date()).then(lo - zero).forward_fill()
    ahead = spells.with_columns(next_lo=lo.shift(-1)).filter(hi > zero)
    ahead = hold(ahead.with_columns(first_lo=first_lo))
    from_day_0 = [step for step in runs if step.day_0_may_count]
    if from_day_0:
        first = {f"{names[from_day_0[0].spells]}_first_lo": pl.col("first_lo").cast(pl.Int32)}
        tables = [take_first(ahead, **first)]
        tables += _find_runs(from_day_0, ahead, names, calendar, from_day_0)
        yield pl.concat(tables, how="horizontal")
    at_risk = [step for step in runs if not step.day_0_may_count]
    if at_risk:
        absent = hold(ahead.filter(pl.col("first_lo") <= 0))
        tables = [take_first(absent), *_find_runs(at_risk, absent, names, calendar, ended)]
        yield pl.concat(tables, how="horizontal")


def _find_runs(
    runs: Sequence[FreeRun],
    ahead: pl.LazyFrame,
    names: Names,
    calendar: Calendar,
    ended: Collection[FreeRun],
) -> Iterator[pl.LazyFrame]:
    """The last spell of an index date has a run after it that nothing ends.

    So every step finds one for every index date, and the tables lie side by side without a join.
    """
    next_lo = pl.col("next_lo")
    # The next spell may be another date's: then it is too far off to end a run of this one.
    next_absent = pl.when(next_lo - zero < DAYS_APART // 2).then(day_of(next_lo))
    for sustained in dict.fromkeys(step.sustained for step in runs):
        free = (next_lo - hi >= sustained.least_days).fill_null(True)
        if sustained.months:
            run_end = zero + calendar.day_after(sustained, day_of(hi))
            free &= (next_lo >= run_end).fill_null(True)
        same = [step for step in runs if step.sustained == sustained]
        days = {f"{names[step]}_day": day_of(hi) for step in same}
        ends = {f"{names[step]}_next_absent": next_absent for step in same if step in ended}
        yield ahead.filter(free).filter(is_first_of_date()).select(**days, **ends)


def contribution(
    step: SpellCount | SickDaysIn | ExtentOn, calendar: Calendar
) -> tuple[pl.Expr, pl.Expr]:
    """Which intervals add to the sum of a step, and what they add."""
    if isinstance(step, ExtentOn):
        day = zero + calendar.day_after(step.at, 0)
        return (lo <= day) & (day < hi), pl.col("extent")
    origin = _origin_of(step)
    start, end = (zero + calendar.day_after(length, origin) for length in (step.start, step.end))
    if isinstance(step, SickDaysIn):
        days = pl.min_horizontal(hi, end) - pl.max_horizontal(lo, start)
        return (lo < end) & (hi > start), days * (pl.col("extent") if step.net else 1)
    # A spell that begins on the day of the return is not one after it.
    begins = lo > start if step.origin else lo >= start
    counts = begins & (lo < end) & (hi - lo >= step.at_least_days)
    return counts, counts.cast(pl.Int64)


def _origin_of(step: Onset | SpellCount | SickDaysIn) -> pl.Expr | int:
    return pl.col("origin") if getattr(step, "origin", None) else 0
