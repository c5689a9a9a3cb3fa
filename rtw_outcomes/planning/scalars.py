"""The steps that are arithmetic over one row of index dates, each said once for all engines.

A step with one row per index date has columns, by the names of its fields. Most follow from columns
before them; of an aggregate the columns complete what it found in the intervals, because an index date
without intervals has its zeros and nulls put in. The end of a free run is not said here: engines find
different things of it. The reference engine does not read this module, so a mistake here is found out.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, reduce, singledispatch

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
from rtw_outcomes.planning.expressions import (
    And,
    AsFloat,
    CaseWhen,
    Coalesce,
    Constant,
    DateColumn,
    DayAfter,
    Expression,
    Field,
    Greatest,
    Indicator,
    Intermediate,
    IsIn,
    Least,
    Null,
    NumberColumn,
    Operand,
    Or,
    ValueType,
    WeeksUpTo,
    to_expression,
    walk_intermediates,
)
from rtw_outcomes.planning.nodes.aggregates import (
    ChainDayOn,
    ExtentOn,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    TransitionCount,
)
from rtw_outcomes.planning.nodes.events import (
    AbsentOnDay0,
    Exit,
    FirstEvent,
    FreeRun,
    NextAbsence,
    Onset,
    Return,
)
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.nodes.values import (
    CohortNumber,
    CostIn,
    Difference,
    Happened,
    Incomplete,
    InPopulation,
    IsOneOf,
    Logic,
    LogicalCombination,
    NamedStateOn,
    ObservedDays,
    ObservedWeeks,
    One,
    PercentOn,
    Reaches,
    Seen,
    StateOn,
    Total,
    Unconfirmable,
    WorkPercent,
    Years,
)

Columns = Mapping[str, Expression]

OBSERVED_DAYS, FIRST_DAY = DateColumn("observed_days"), DateColumn("first_day")
STATES = (*PRIOR_STATES, *WORK_STATES)
ZERO, ONE, NO_DAY = Constant(0), Constant(1), Constant(NEVER)


def list_intermediates(steps: Iterable[Node]) -> Iterator[Intermediate]:
    """The intermediate columns that the columns of steps are computed from."""
    for step in steps:
        if not isinstance(step, FreeRun):
            for column in columns_of(step).values():
                yield from walk_intermediates(column)


@lru_cache(maxsize=4096)
def columns_of(step: Node) -> Columns:
    """The columns of a step, by the names of its fields.

    They are kept, because the step itself and all that are computed from it ask for them.
    """
    return say_columns(step)


@singledispatch
def say_columns(step: Node) -> Columns:
    """The columns of each kind of step."""
    raise UnsupportedError(f"nothing says what the columns of a step {type(step).__name__} are")


@say_columns.register
def _(step: Onset) -> Columns:
    return {"day": _found(step, "day")}


@say_columns.register
def _(step: SpellCount) -> Columns:
    return {"value": _if_there_is_an_origin(step.origin, _found_or_zero(step))}


@say_columns.register
def _(step: SickDaysIn) -> Columns:
    """Net days are one division of a whole number that a double holds exactly: rounded once."""
    days = _found_or_zero(step)
    return {"value": AsFloat(days) / Decimal(FULL_TIME_PPM) if step.net else days}


@say_columns.register
def _(step: ExtentOn) -> Columns:
    return {"value": Least((_found_or_zero(step), Constant(FULL_TIME_PPM)))}


@say_columns.register
def _(step: ChainDayOn) -> Columns:
    return {"value": _when(DayAfter(step.at) < OBSERVED_DAYS, _found_or_zero(step))}


@say_columns.register(AbsentOnDay0)
@say_columns.register(SickWeeksIn)
@say_columns.register(StateDaysIn)
@say_columns.register(TransitionCount)
def _(step: AbsentOnDay0 | SickWeeksIn | StateDaysIn | TransitionCount) -> Columns:
    return {"value": _found_or_zero(step)}


@say_columns.register
def _(step: NextAbsence) -> Columns:
    return {"day": _field(step.run, "next_absent")}


@say_columns.register
def _(step: Exit) -> Columns:
    is_reason = DateColumn("censor_reason").equals(step.reason)
    return {"day": _when(is_reason, DateColumn("exit_day"))}


@say_columns.register
def _(step: Return) -> Columns:
    """The first of these: a competing event before the run's end, the return, the end of what is seen.

    For a person who is not at risk the day is null, and so is every comparison with it. What does
    not depend on the run is written so that returns with the same follow-up share it. `origin` is
    the day of the return, from which other steps count.
    """
    day, follow_up = _field(step.run, "day"), DayAfter(step.follow_up)
    run_end = Intermediate("{}_run_end", (step,), DayAfter(step.run.sustained, day))
    other_day, other_status = _first_competing(step.competing)
    instead = _when(other_day < follow_up, other_status, otherwise=0)
    comes_first = other_day < run_end
    confirmed = (day < follow_up) & (run_end <= OBSERVED_DAYS)
    status = _when(comes_first, instead, otherwise=_when(confirmed, 1, otherwise=0))
    day_or_end = _when(day >= follow_up, follow_up, otherwise=day)
    return {
        "days": _when(comes_first, Least((other_day, follow_up)), otherwise=day_or_end),
        "status": _when(day.is_known(), status),
        "origin": _when(confirmed & ~comes_first, day),
    }


@say_columns.register
def _(step: FirstEvent) -> Columns:
    """The least of the event's day, the competing day and the end of the clock."""
    origin, event_day = _origin_day(step.origin), Coalesce(_field(step.event, "day"), NO_DAY)
    other_day, other_status = _first_competing(step.competing)
    clock_end = DayAfter(step.follow_up, origin)
    end = Intermediate("{}_end", (step,), Least((clock_end, OBSERVED_DAYS)))
    happens = (event_day < end) & (event_day <= other_day)
    instead = _when(other_day < end, other_status, otherwise=0)
    return {
        "days": Least((event_day, other_day, end)) - origin,
        "status": _when(origin.is_known(), _when(happens, 1, otherwise=instead)),
    }


@say_columns.register
def _(step: ObservedDays) -> Columns:
    """The overlap of the window with the observed days."""
    start, end = _window(step)
    overlap = Least((end, OBSERVED_DAYS)) - Greatest((start, FIRST_DAY))
    return {"value": _if_there_is_an_origin(step.origin, Greatest((overlap, ZERO)))}


@say_columns.register
def _(step: Incomplete) -> Columns:
    """Compare the observed days with the length of the window."""
    start, end = _window(step.observed)
    return {"value": Indicator(_value(step.observed) < end - start)}


@say_columns.register
def _(step: Unconfirmable) -> Columns:
    """Whether observation ends before the last day that could confirm a return."""
    returned = step.returned
    confirmed = DayAfter(returned.run.sustained, DayAfter(returned.follow_up))
    at_risk = _field(returned, "status").is_known()
    return {"value": _when(at_risk, Indicator(confirmed > OBSERVED_DAYS))}


@say_columns.register
def _(step: ObservedWeeks) -> Columns:
    """Rounded out to whole weeks; the window begins on day 0 or later, when all is observed."""
    after_last = Least((Constant(step.end), OBSERVED_DAYS))
    weeks = WeeksUpTo(after_last) - step.start // DAYS_OF_WEEK
    return {"value": Greatest((weeks, ZERO))}


@say_columns.register
def _(step: Difference) -> Columns:
    return {"value": _value(step.whole) - _value(step.less)}


@say_columns.register
def _(step: Total) -> Columns:
    return {"value": reduce(operator.add, map(_value, step.parts))}


@say_columns.register
def _(step: WorkPercent) -> Columns:
    observed = _value(step.work.whole)
    return {"value": _when(observed > 0, AsFloat(_value(step.work)) * 100 / AsFloat(observed))}


@say_columns.register
def _(step: CohortNumber) -> Columns:
    return {"value": NumberColumn(step.name)}


@say_columns.register
def _(step: CostIn) -> Columns:
    per_day = step.per_day
    amount = _value(per_day) if isinstance(per_day, CohortNumber) else Constant(per_day)
    return {"value": _value(step.net_days) * amount}


@say_columns.register
def _(step: PercentOn) -> Columns:
    percent = AsFloat(_value(step.extent)) / Decimal(PPM_PER_PERCENT)
    return {"value": _when(DayAfter(step.extent.at) < OBSERVED_DAYS, percent)}


@say_columns.register
def _(step: Seen) -> Columns:
    return {"value": _when(_value(step.observed) > 0, _value(step.number))}


@say_columns.register
def _(step: Reaches) -> Columns:
    value, limit = _value(step.number), step.limit
    return {"value": Indicator(value > limit if step.above else value >= limit)}


@say_columns.register
def _(step: StateOn) -> Columns:
    """The first state that holds; work and absence by the extent on the day."""
    day, out_of_work = DayAfter(step.at), _value(step.out_of_work)
    left, reason = DateColumn("left_day") <= day, DateColumn("censor_reason")
    holds = {
        "dead": left & reason.equals(DEATH),
        "emigrated": left & reason.equals(EMIGRATION),
        "not_observed": day >= OBSERVED_DAYS,
        "disability_pension": _value(step.pension).equals(FULL_TIME_PPM),
        "full_work": out_of_work.equals(0),
        "part_work": out_of_work < FULL_TIME_PPM,
    }
    tried = (*step.precedence, "full_work", "part_work")
    branches = tuple((holds[state], Constant(state, STATES)) for state in tried)
    return {"value": CaseWhen(branches, Constant("full_absence", STATES))}


@say_columns.register
def _(step: IsOneOf) -> Columns:
    state = _value(step.state)
    is_one = Indicator(IsIn(state, step.states))
    return {"value": _when(state.differs_from(NOT_OBSERVED), is_one)}


@say_columns.register
def _(step: NamedStateOn) -> Columns:
    tried = zip(step.extents, step.at_least_ppm, step.names[:-1], strict=True)
    branches = tuple(
        (_value(extent) >= at_least, Constant(name, step.names)) for extent, at_least, name in tried
    )
    state = CaseWhen(branches, Constant(step.names[-1], step.names))
    return {"value": _when(DayAfter(step.at) < OBSERVED_DAYS, state)}


@say_columns.register
def _(step: Happened) -> Columns:
    """A person who is censored although the clock's end is observed has not had the event."""
    clock, status = step.clock, _field(step.clock, "status")
    happened = status.equals(1)
    if step.or_seen:
        return {"value": Indicator(happened)}
    day: Expression = _field(clock, "days")
    end: Expression = DayAfter(clock.follow_up)
    if isinstance(clock, FirstEvent):
        origin = _origin_day(clock.origin)
        day += origin
        end = Intermediate("{}_clock_end", (step,), DayAfter(clock.follow_up, origin))
    has_not = (status > 1) | (day >= end)
    return {"value": CaseWhen(((happened, ONE), (has_not, ZERO)), Null(ValueType.INTEGER))}


@say_columns.register
def _(step: LogicalCombination) -> Columns:
    """The logic of three values: `And` and `Or` are null only where a null decides."""
    answers = tuple(_value(each).equals(1) for each in step.answers)
    together = And(answers) if step.logic is Logic.ALL else Or(answers)
    return {"value": Indicator(~together if step.logic is Logic.NONE else together)}


@say_columns.register
def _(_: One) -> Columns:
    return {"value": ONE}


@say_columns.register
def _(step: Years) -> Columns:
    days = AsFloat(_field(step.days, step.field))
    return {"value": days / Decimal(str(DAYS_OF_YEAR))}


@say_columns.register
def _(step: InPopulation) -> Columns:
    is_in = _value(step.known).is_known()
    if step.left_out:
        is_in &= _value(step.left_out) < step.out_from_ppm
    return {"value": _when(is_in, _value(step.number))}


def _field(step: Node, name: str) -> Field:
    """A field of a step that was computed before, of the type of what is said of it."""
    if isinstance(step, FreeRun):
        return _found(step, name)
    said = columns_of(step)[name]
    return Field(step, name, said.type, said.can_be_null)


def _value(step: Node) -> Field:
    return _field(step, "value")


def _found(step: Node, name: str) -> Field:
    """The number that an aggregate found in the intervals; null for an index date that has none of them."""
    return Field(step, name, ValueType.INTEGER, may_be_null=True)


def _found_or_zero(step: Node) -> Expression:
    return Coalesce(_found(step, "value"), ZERO)


def _when(condition: Expression, then: Operand, otherwise: Operand | None = None) -> CaseWhen:
    """A case with one condition; null when it does not hold and nothing else is said."""
    value = to_expression(then)
    instead = Null(value.type) if otherwise is None else to_expression(otherwise)
    return CaseWhen(((condition, value),), instead)


def _origin_day(origin: Return | AbsentOnDay0) -> Expression:
    """The day that days are counted from: that of the return, or day 0; null where there is none."""
    if isinstance(origin, AbsentOnDay0):
        return _when(_value(origin).equals(0), 0)
    return _field(origin, "origin")


def _if_there_is_an_origin(origin: Return | None, value: Expression) -> Expression:
    return _when(_origin_day(origin).is_known(), value) if origin else value


def _window(step: ObservedDays) -> tuple[Expression, Expression]:
    """The first day of a window, and the day after its last one."""
    if step.origin is None:
        return DayAfter(step.start), DayAfter(step.end)
    origin = _origin_day(step.origin)
    return (
        Intermediate("{}_start", (step,), DayAfter(step.start, origin)),
        Intermediate("{}_end", (step,), DayAfter(step.end, origin)),
    )


def _first_competing(events: Sequence[Onset | Exit]) -> tuple[Expression, Expression]:
    """The first competing day, NEVER when there is none, and its status; of a tie the first named.

    The status means nothing where there is no such day.
    """
    if not events:
        return NO_DAY, ZERO
    days = tuple(Coalesce(_field(event, "day"), NO_DAY) for event in events)
    codes = tuple(Constant(code) for code, _ in enumerate(events, start=2))
    if len(events) == 1:
        return days[0], codes[0]
    first = Intermediate("first_{}_day", tuple(events), Least(days))
    comes_first = (day.equals(Least(days)) for day in days[:-1])
    status = CaseWhen(tuple(zip(comes_first, codes, strict=False)), codes[-1])
    return first, Intermediate("first_{}_status", tuple(events), status)
