"""The columns of the steps with one row per index date, as expressions over columns before.

A column is called after its step and its field: `return_1_days`. What was gathered from intervals
is settled here: an index date without intervals has its zeros and nulls put in.
"""

import operator
from collections.abc import Sequence
from functools import reduce, singledispatch

import polars as pl

from rtw_outcomes.engines.polars.expressions import Calendar, StepNames, earlier, later
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, DAYS_OF_YEAR, NEVER
from rtw_outcomes.language.vocabulary import (
    DEATH,
    EMIGRATION,
    FULL_TIME_PPM,
    NOT_OBSERVED,
    PPM_PER_PERCENT,
    PRIOR_STATES,
    WORK_STATES,
)
from rtw_outcomes.planning.plan import (
    AbsentOnDay0,
    ChainDayOn,
    CohortAmount,
    CostIn,
    Difference,
    Exit,
    ExtentOn,
    FirstEvent,
    FreeRun,
    Happened,
    Incomplete,
    InPopulation,
    IsOneOf,
    Logic,
    LogicalCombination,
    NamedStateOn,
    NextAbsence,
    Node,
    ObservedDays,
    ObservedWeeks,
    One,
    Onset,
    PercentOn,
    Reaches,
    Return,
    Seen,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    StateOn,
    Total,
    TransitionCount,
    Unconfirmable,
    WorkPercent,
    Years,
)

PolarsColumns = dict[str, pl.Expr]

observed_days = pl.col("observed_days")


@singledispatch
def to_parts(node: Node, names: StepNames, calendar: Calendar) -> PolarsColumns:  # noqa: ARG001 the signature for every step
    """What the columns of a step are computed from, under names of its own or of what shares it.

    They are columns before the others are computed: Polars repeats a lookup wherever it is written,
    and computes what is shared only once when nothing that is shared stands in it.
    """
    return {}


@to_parts.register
def _(node: Return, names: StepNames, calendar: Calendar) -> PolarsColumns:
    day = _field(node.run, "day", names)
    run_end = calendar.day_after(node.run.sustained, day)
    return {f"{names[node]}_run_end": run_end, **_to_first_competing(node.competing, names)}


@to_parts.register
def _(node: FirstEvent, names: StepNames, calendar: Calendar) -> PolarsColumns:
    clock_end = calendar.day_after(node.follow_up, origin_day(node.origin, names))
    end = earlier(observed_days, clock_end)
    return {f"{names[node]}_end": end, **_to_first_competing(node.competing, names)}


@to_parts.register
def _(node: ObservedDays, names: StepNames, calendar: Calendar) -> PolarsColumns:
    if not node.origin:
        return {}
    origin = origin_day(node.origin, names)
    return {
        f"{names[node]}_start": calendar.day_after(node.start, origin),
        f"{names[node]}_end": calendar.day_after(node.end, origin),
    }


@to_parts.register
def _(node: Happened, names: StepNames, calendar: Calendar) -> PolarsColumns:
    if node.or_seen:
        return {}
    origin = 0 if isinstance(node.clock, Return) else origin_day(node.clock.origin, names)
    return {f"{names[node]}_clock_end": calendar.day_after(node.clock.follow_up, origin)}


@to_parts.register
def _(node: Incomplete, names: StepNames, calendar: Calendar) -> PolarsColumns:
    return to_parts(node.observed, names, calendar)


@singledispatch
def to_columns(node: Node, names: StepNames, calendar: Calendar) -> PolarsColumns:  # noqa: ARG001 the signature for every step
    """The columns of a step, by the names of its fields."""
    raise UnsupportedError(f"the polars engine has no step {type(node).__name__}")


@to_columns.register
def _(node: FreeRun, names: StepNames, calendar: Calendar) -> PolarsColumns:
    day, next_absent = _field(node, "day", names), _field(node, "next_absent", names)
    if not node.day_0_may_count:
        return {}
    first_lo = pl.col(f"{names[node.spells]}_first_lo")
    free_at_once = (first_lo >= calendar.day_after(node.sustained, 0)).fill_null(True)
    return {
        "day": pl.when(free_at_once).then(pl.lit(0, pl.Int32)).otherwise(day),
        "next_absent": pl.when(free_at_once).then(first_lo).otherwise(next_absent),
    }


@to_columns.register
def _(node: Onset, names: StepNames, _: Calendar) -> PolarsColumns:
    return {"day": _field(node, "day", names)}


@to_columns.register
def _(node: SpellCount, names: StepNames, _: Calendar) -> PolarsColumns:
    count = _field(node, "value", names).fill_null(0)
    if not node.origin:
        return {"value": count}
    return {"value": pl.when(origin_day(node.origin, names).is_not_null()).then(count)}


@to_columns.register
def _(node: SickDaysIn, names: StepNames, _: Calendar) -> PolarsColumns:
    days = _field(node, "value", names).fill_null(0)
    if not node.net:
        return {"value": days}
    # One division, of a whole number that a double holds exactly: rounded once, everywhere. By a
    # column, because by a single number Polars multiplies with its reciprocal, which rounds twice.
    full_time = observed_days * 0 + FULL_TIME_PPM
    return {"value": days.cast(pl.Float64) / full_time.cast(pl.Float64)}


@to_columns.register
def _(node: ExtentOn, names: StepNames, _: Calendar) -> PolarsColumns:
    extent = _field(node, "value", names).fill_null(0)
    return {"value": earlier(pl.lit(FULL_TIME_PPM), extent)}


@to_columns.register
def _(node: ChainDayOn, names: StepNames, calendar: Calendar) -> PolarsColumns:
    day = _field(node, "value", names).fill_null(0)
    return {"value": pl.when(calendar.day_after(node.at, 0) < observed_days).then(day)}


@to_columns.register(AbsentOnDay0)
@to_columns.register(SickWeeksIn)
@to_columns.register(StateDaysIn)
@to_columns.register(TransitionCount)
def _(
    node: AbsentOnDay0 | SickWeeksIn | StateDaysIn | TransitionCount, names: StepNames, _: Calendar
) -> PolarsColumns:
    return {"value": _field(node, "value", names).fill_null(0)}


@to_columns.register
def _(node: ObservedWeeks, _: StepNames, __: Calendar) -> PolarsColumns:
    """Rounded out to whole weeks; the window begins on day 0 or later, when all is observed."""
    after_last = earlier(pl.lit(node.end, pl.Int32), observed_days)
    weeks = -(-after_last // DAYS_OF_WEEK) - node.start // DAYS_OF_WEEK
    return {"value": later(pl.lit(0, pl.Int32), weeks)}


@to_columns.register
def _(node: CohortAmount, _: StepNames, __: Calendar) -> PolarsColumns:
    return {"value": pl.col(node.name)}


@to_columns.register
def _(node: CostIn, names: StepNames, _: Calendar) -> PolarsColumns:
    days = _field(node.net_days, "value", names)
    if isinstance(node.per_day, CohortAmount):
        return {"value": days * _field(node.per_day, "value", names)}
    return {"value": days * float(node.per_day)}


@to_columns.register
def _(node: Difference, names: StepNames, _: Calendar) -> PolarsColumns:
    return {"value": _field(node.whole, "value", names) - _field(node.less, "value", names)}


@to_columns.register
def _(node: Total, names: StepNames, _: Calendar) -> PolarsColumns:
    return {"value": reduce(operator.add, (_field(each, "value", names) for each in node.parts))}


@to_columns.register
def _(node: WorkPercent, names: StepNames, _: Calendar) -> PolarsColumns:
    work, observed = _field(node.work, "value", names), _field(node.work.whole, "value", names)
    percent = work.cast(pl.Float64) * 100 / observed.cast(pl.Float64)
    return {"value": pl.when(observed > 0).then(percent)}


@to_columns.register
def _(node: PercentOn, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """One division, by a column; see `SickDaysIn`."""
    day = calendar.day_after(node.extent.at, 0)
    percent = (observed_days * 0 + PPM_PER_PERCENT).cast(pl.Float64)
    extent = _field(node.extent, "value", names).cast(pl.Float64)
    return {"value": pl.when(day < observed_days).then(extent / percent)}


@to_columns.register
def _(node: Seen, names: StepNames, _: Calendar) -> PolarsColumns:
    is_seen = _field(node.observed, "value", names) > 0
    return {"value": pl.when(is_seen).then(_field(node.number, "value", names))}


@to_columns.register
def _(node: Reaches, names: StepNames, _: Calendar) -> PolarsColumns:
    value, limit = _field(node.number, "value", names), float(node.limit)
    return {"value": (value > limit if node.above else value >= limit).cast(pl.Int32)}


@to_columns.register
def _(node: Exit, _: StepNames, __: Calendar) -> PolarsColumns:
    return {"day": pl.when(pl.col("censor_reason") == node.reason).then(pl.col("exit_day"))}


@to_columns.register
def _(node: NextAbsence, names: StepNames, _: Calendar) -> PolarsColumns:
    return {"day": _field(node.run, "next_absent", names)}


@to_columns.register
def _(node: Return, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """What came first: a competing event before the run's end, the return, or an end of sight.

    What does not depend on the run is written so that returns with the same follow-up share it.
    """
    day, run_end = _field(node.run, "day", names), _field(node, "run_end", names)
    follow_up = calendar.day_after(node.follow_up, 0)
    other_day, other_status = _first_competing(node.competing, names)
    instead = pl.when(other_day < follow_up).then(other_status).otherwise(0)
    confirmed = (day < follow_up) & (run_end <= observed_days)
    comes_first = other_day < run_end
    unless_other = pl.when(confirmed).then(pl.lit(1, pl.Int32)).otherwise(0)
    status = pl.when(comes_first).then(instead).otherwise(unless_other)
    return {
        "days": pl.when(comes_first)
        .then(earlier(other_day, follow_up))
        .otherwise(pl.when(day >= follow_up).then(follow_up).otherwise(day)),
        "status": pl.when(day.is_not_null()).then(status),
    }


@to_columns.register
def _(node: FirstEvent, names: StepNames, _: Calendar) -> PolarsColumns:
    """The least of the event's day, the competing day and the end of the clock."""
    event_day, end = _field(node.event, "day", names).fill_null(NEVER), _field(node, "end", names)
    other_day, other_status = _first_competing(node.competing, names)
    happens = (event_day < end) & (event_day <= other_day)
    comes_first = other_day < end
    first = pl.when(happens).then(event_day).when(comes_first).then(other_day).otherwise(end)
    unless_event = pl.when(comes_first).then(other_status).otherwise(0)
    status = pl.when(happens).then(pl.lit(1, pl.Int32)).otherwise(unless_event)
    return {
        "days": first - origin_day(node.origin, names),
        "status": pl.when(end.is_not_null()).then(status),
    }


@to_columns.register
def _(node: ObservedDays, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """The overlap of the window with the observed days."""
    start, end = _window(node, names, calendar)
    overlap = earlier(observed_days, end) - later(pl.col("first_day"), start)
    return {"value": later(pl.lit(0, pl.Int32), overlap)}


@to_columns.register
def _(node: Incomplete, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """Compare the observed days with the length of the window."""
    start, end = _window(node.observed, names, calendar)
    return {"value": (_field(node.observed, "value", names) < end - start).cast(pl.Int32)}


@to_columns.register
def _(node: Unconfirmable, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """Whether observation ends before the last day that could confirm a return."""
    returned = node.returned
    follow_up = calendar.day_after(returned.follow_up, 0)
    confirmed = calendar.day_after(returned.run.sustained, follow_up)
    at_risk = _field(returned, "status", names).is_not_null()
    return {"value": pl.when(at_risk).then((confirmed > observed_days).cast(pl.Int32))}


@to_columns.register
def _(node: StateOn, names: StepNames, calendar: Calendar) -> PolarsColumns:
    """The first state that holds; work and absence by the extent on the day."""
    day = calendar.day_after(node.at, 0)
    left, reason = pl.col("left_day") <= day, pl.col("censor_reason")
    out_of_work = _field(node.out_of_work, "value", names)
    holds = {
        "dead": left & (reason == DEATH),
        "emigrated": left & (reason == EMIGRATION),
        "not_observed": day >= observed_days,
        "disability_pension": _field(node.pension, "value", names) == FULL_TIME_PPM,
    }
    state = (
        pl.when(out_of_work == 0)
        .then(_state("full_work"))
        .when(out_of_work < FULL_TIME_PPM)
        .then(_state("part_work"))
        .otherwise(_state("full_absence"))
    )
    for prior in reversed(node.precedence):
        state = pl.when(holds[prior].fill_null(False)).then(_state(prior)).otherwise(state)
    return {"value": state}


@to_columns.register
def _(node: IsOneOf, names: StepNames, _: Calendar) -> PolarsColumns:
    state = _field(node.state, "value", names)
    return {"value": pl.when(state != NOT_OBSERVED).then(state.is_in(node.states).cast(pl.Int32))}


@to_columns.register
def _(node: NamedStateOn, names: StepNames, calendar: Calendar) -> PolarsColumns:
    kind = pl.Enum(node.names)
    state: pl.Expr = pl.lit(node.names[-1], kind)
    tried = zip(node.extents, node.at_least_ppm, node.names[:-1], strict=True)
    for extent, at_least, name in reversed(list(tried)):
        holds = _field(extent, "value", names) >= at_least
        state = pl.when(holds).then(pl.lit(name, kind)).otherwise(state)
    return {"value": pl.when(calendar.day_after(node.at, 0) < observed_days).then(state)}


@to_columns.register
def _(node: Happened, names: StepNames, _: Calendar) -> PolarsColumns:
    """Who is censored with the clock's end observed has not had the event."""
    status = _field(node.clock, "status", names)
    if node.or_seen:
        return {"value": (status == 1).cast(pl.Int32)}
    clock_end = _field(node, "clock_end", names)
    days = _field(node.clock, "days", names)
    if isinstance(node.clock, FirstEvent):
        days += origin_day(node.clock.origin, names)
    known = (status > 0) | (days >= clock_end)
    return {"value": pl.when(known).then((status == 1).cast(pl.Int32))}


@to_columns.register
def _(node: LogicalCombination, names: StepNames, _: Calendar) -> PolarsColumns:
    """The logic of three values that Polars has for booleans."""
    answers = [_field(each, "value", names) == 1 for each in node.answers]
    together = reduce(operator.and_ if node.logic is Logic.ALL else operator.or_, answers)
    value = ~together if node.logic is Logic.NONE else together
    return {"value": value.cast(pl.Int32)}


@to_columns.register
def _(_: One, __: StepNames, ___: Calendar) -> PolarsColumns:
    return {"value": pl.lit(1, pl.Int32)}


@to_columns.register
def _(node: Years, names: StepNames, _: Calendar) -> PolarsColumns:
    """One division, by a column; see `SickDaysIn`."""
    year = observed_days * 0 + pl.lit(DAYS_OF_YEAR)
    return {"value": _field(node.days, node.field, names).cast(pl.Float64) / year}


@to_columns.register
def _(node: InPopulation, names: StepNames, _: Calendar) -> PolarsColumns:
    is_in = _field(node.known, "value", names).is_not_null()
    if node.left_out:
        is_in &= _field(node.left_out, "value", names) < node.out_from_ppm
    return {"value": pl.when(is_in).then(_field(node.number, "value", names))}


def origin_day(origin: Return | AbsentOnDay0 | None, names: StepNames) -> pl.Expr:
    """The day that days are counted from, that of the return or day 0; null where there is none."""
    if origin is None:
        return pl.lit(0, pl.Int32)
    if isinstance(origin, AbsentOnDay0):
        return pl.when(_field(origin, "value", names) == 0).then(pl.lit(0, pl.Int32))
    returned = _field(origin, "status", names) == 1
    return pl.when(returned).then(_field(origin, "days", names))


def _window(node: ObservedDays, names: StepNames, calendar: Calendar) -> tuple[pl.Expr, pl.Expr]:
    if node.origin:
        return _field(node, "start", names), _field(node, "end", names)
    return calendar.day_after(node.start, 0), calendar.day_after(node.end, 0)


def _state(name: str) -> pl.Expr:
    return pl.lit(name, pl.Enum([*PRIOR_STATES, *WORK_STATES]))


def _to_first_competing(events: Sequence[Onset | Exit], names: StepNames) -> PolarsColumns:
    """The first competing day, NEVER when there is none, and its status; of a tie the first named."""
    days = [_field(event, "day", names).fill_null(NEVER) for event in events]
    first = reduce(earlier, days, pl.lit(NEVER, pl.Int32))
    status = pl.lit(None, pl.Int32)
    for code, day in reversed(list(enumerate(days, start=2))):
        status = pl.when(day == first).then(pl.lit(code, pl.Int32)).otherwise(status)
    return dict(zip(_name_first(events, names), (first, status), strict=True))


def _first_competing(events: Sequence[Onset | Exit], names: StepNames) -> tuple[pl.Expr, pl.Expr]:
    day, status = _name_first(events, names)
    return pl.col(day), pl.col(status)


def _name_first(events: Sequence[Onset | Exit], names: StepNames) -> tuple[str, str]:
    which = "_or_".join(names[event] for event in events)
    return f"first_{which}_day", f"first_{which}_status"


def _field(node: Node, name: str, names: StepNames) -> pl.Expr:
    return pl.col(f"{names[node]}_{name}")
