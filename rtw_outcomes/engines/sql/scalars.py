"""The columns of the steps with one row per index date, as expressions over columns before.

A column is called after its step and its field: `return_1_days`. What was gathered from intervals
is settled here: an index date without intervals has its zeros and nulls put in.
"""

import operator
from collections.abc import Iterator, Sequence
from functools import reduce, singledispatch

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.engines.sql.expressions import (
    Scope,
    col,
    day_after,
    day_from_index,
    days_between,
    is_known,
    is_null,
    literal,
    paren,
    text,
    weeks_up_to,
    when,
)
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, DAYS_OF_YEAR, NEVER
from rtw_outcomes.language.vocabulary import (
    DEATH,
    EMIGRATION,
    FULL_TIME_PPM,
    NOT_OBSERVED,
    PPM_PER_PERCENT,
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

SqlColumns = dict[str, Expr]


@singledispatch
def to_parts(node: Node, scope: Scope) -> SqlColumns:  # noqa: ARG001 the signature for every step
    """What the columns of a step are computed from, under names of its own or of what shares it.

    They are columns before the others are computed, for DuckDB reckons anew what stands in several
    branches of a CASE.
    """
    return {}


@to_parts.register
def _(node: Return, scope: Scope) -> SqlColumns:
    run_end = day_after(node.run.sustained, _field(node.run, "day", scope))
    return {f"{scope.names[node]}_run_end": run_end, **_to_first_competing(node.competing, scope)}


@to_parts.register
def _(node: FirstEvent, scope: Scope) -> SqlColumns:
    clock_end = day_after(node.follow_up, origin_day(node.origin, scope))
    end = exp.func("LEAST", clock_end, col("observed_days"))
    return {f"{scope.names[node]}_end": end, **_to_first_competing(node.competing, scope)}


@to_parts.register
def _(node: ObservedDays, scope: Scope) -> SqlColumns:
    if node.origin is None:
        return {}
    origin = origin_day(node.origin, scope)
    return {
        f"{scope.names[node]}_start": day_after(node.start, origin),
        f"{scope.names[node]}_end": day_after(node.end, origin),
    }


@to_parts.register
def _(node: Happened, scope: Scope) -> SqlColumns:
    clock = node.clock
    if node.or_seen:
        return {}
    if isinstance(clock, Return):
        return {f"{scope.names[node]}_clock_end": day_from_index(clock.follow_up)}
    clock_end = day_after(clock.follow_up, origin_day(clock.origin, scope))
    return {f"{scope.names[node]}_clock_end": clock_end}


@to_parts.register
def _(node: Incomplete, scope: Scope) -> SqlColumns:
    return to_parts(node.observed, scope)


@singledispatch
def to_columns(node: Node, scope: Scope) -> SqlColumns:  # noqa: ARG001 the signature for every step
    """The columns of a step, by the names of its fields."""
    raise UnsupportedError(f"SQL has no step {type(node).__name__}")


@to_columns.register
def _(node: FreeRun, scope: Scope) -> SqlColumns:
    """The run after the last spell is as long as one wishes, so it is the one if no other is."""
    last_hi = col(f"{scope.names[node.spells.absent]}_last_hi")
    first_lo = col(f"{scope.names[node.spells]}_first_lo")
    day: Expr = exp.func("COALESCE", _field(node, "day", scope), last_hi)
    next_absent: Expr = _field(node, "next_absent", scope)
    absent_on_day_0 = paren((last_hi.copy() > 0).and_(is_null(first_lo)))
    free_at_once = is_null(first_lo).or_(first_lo >= day_from_index(node.sustained))
    at_once = paren(free_at_once).and_(
        exp.func("COALESCE", absent_on_day_0.copy(), exp.false()).not_()
    )
    if node.day_0_may_count:
        day = when(at_once, literal(0), day)
        next_absent = when(at_once.copy(), first_lo.copy(), next_absent)
    else:
        day = when(absent_on_day_0, day)
        next_absent = when(absent_on_day_0.copy(), next_absent)
    columns: SqlColumns = {"day": day}
    if node in scope.ended:
        columns["next_absent"] = next_absent
    return columns


@to_columns.register
def _(node: Onset, scope: Scope) -> SqlColumns:
    return {"day": _field(node, "day", scope)}


@to_columns.register
def _(node: SpellCount, scope: Scope) -> SqlColumns:
    count = exp.func("COALESCE", _field(node, "value", scope), literal(0))
    return {"value": _if_there_is_an_origin(node.origin, count, scope)}


@to_columns.register
def _(node: SickDaysIn, scope: Scope) -> SqlColumns:
    days: Expr = exp.func("COALESCE", _field(node, "value", scope), literal(0))
    if node.net:
        # One division, of a whole number that a double holds exactly: rounded once, everywhere.
        days = exp.cast(days, "double") / exp.cast(literal(FULL_TIME_PPM), "double")
    return {"value": days}


@to_columns.register
def _(node: ExtentOn, scope: Scope) -> SqlColumns:
    extent = exp.func("COALESCE", _field(node, "value", scope), literal(0))
    return {"value": exp.func("LEAST", extent, literal(FULL_TIME_PPM))}


@to_columns.register
def _(node: ChainDayOn, scope: Scope) -> SqlColumns:
    day = exp.func("COALESCE", _field(node, "value", scope), literal(0))
    return {"value": when(day_from_index(node.at) < col("observed_days"), day)}


@to_columns.register(AbsentOnDay0)
@to_columns.register(SickWeeksIn)
@to_columns.register(StateDaysIn)
@to_columns.register(TransitionCount)
def _(node: AbsentOnDay0 | SickWeeksIn | StateDaysIn | TransitionCount, scope: Scope) -> SqlColumns:
    return {"value": exp.func("COALESCE", _field(node, "value", scope), literal(0))}


@to_columns.register
def _(node: ObservedWeeks, _: Scope) -> SqlColumns:
    """Rounded out to whole weeks; the window begins on day 0 or later, when all is observed."""
    after_last = exp.func("LEAST", literal(node.end), col("observed_days"))
    weeks = weeks_up_to(after_last) - node.start // DAYS_OF_WEEK
    return {"value": exp.func("GREATEST", weeks, literal(0))}


@to_columns.register
def _(node: CohortAmount, _: Scope) -> SqlColumns:
    return {"value": exp.column(node.name, quoted=True)}


@to_columns.register
def _(node: CostIn, scope: Scope) -> SqlColumns:
    if isinstance(node.per_day, CohortAmount):
        per_day: Expr = _field(node.per_day, "value", scope)
    else:
        per_day = exp.cast(exp.Literal.number(str(node.per_day)), "double")
    return {"value": _field(node.net_days, "value", scope) * per_day}


@to_columns.register
def _(node: Difference, scope: Scope) -> SqlColumns:
    return {"value": _field(node.whole, "value", scope) - _field(node.less, "value", scope)}


@to_columns.register
def _(node: Total, scope: Scope) -> SqlColumns:
    parts: Iterator[Expr] = (_field(each, "value", scope) for each in node.parts)
    return {"value": reduce(operator.add, parts)}


@to_columns.register
def _(node: WorkPercent, scope: Scope) -> SqlColumns:
    work, observed = _field(node.work, "value", scope), _field(node.work.whole, "value", scope)
    percent = exp.cast(work, "double") * literal(100) / exp.cast(observed, "double")
    return {"value": when(observed.copy() > 0, percent)}


@to_columns.register
def _(node: PercentOn, scope: Scope) -> SqlColumns:
    extent = exp.cast(_field(node.extent, "value", scope), "double")
    percent = extent / exp.cast(literal(PPM_PER_PERCENT), "double")
    return {"value": when(day_from_index(node.extent.at) < col("observed_days"), percent)}


@to_columns.register
def _(node: Seen, scope: Scope) -> SqlColumns:
    is_seen = _field(node.observed, "value", scope) > 0
    return {"value": when(is_seen, _field(node.number, "value", scope))}


@to_columns.register
def _(node: Reaches, scope: Scope) -> SqlColumns:
    value = _field(node.number, "value", scope)
    limit = exp.cast(exp.Literal.number(str(node.limit)), "double")
    reached = value > limit if node.above else value >= limit
    case = exp.case().when(is_null(value), exp.null()).when(reached, literal(1))
    return {"value": case.else_(literal(0))}


@to_columns.register
def _(node: Exit, _: Scope) -> SqlColumns:
    return {"day": when(col("censor_reason").eq(text(node.reason)), col("exit_day"))}


@to_columns.register
def _(node: NextAbsence, scope: Scope) -> SqlColumns:
    return {"day": _field(node.run, "next_absent", scope)}


@to_columns.register
def _(node: Return, scope: Scope) -> SqlColumns:
    """What came first: a competing event before the run's end, the return, or an end of sight.

    For a person who is not at risk the day is null, and so is every comparison with it.
    """
    day, run_end = _field(node.run, "day", scope), _field(node, "run_end", scope)
    follow_up = day_from_index(node.follow_up)
    other_day, other_status = _first_competing(node.competing, scope)
    comes_first = other_day < run_end
    confirmed = (day < follow_up).and_(run_end.copy() <= col("observed_days"))
    status = (
        exp.case()
        .when(comes_first, when(other_day.copy() < follow_up.copy(), other_status, literal(0)))
        .when(confirmed, literal(1))
        .when(is_known(day), literal(0))
    )
    days = (
        exp.case()
        .when(comes_first.copy(), exp.func("LEAST", other_day.copy(), follow_up.copy()))
        .when(is_known(day), exp.func("LEAST", day.copy(), follow_up.copy()))
    )
    returned = confirmed.copy().and_(paren(comes_first.copy()).not_())
    return {"days": days, "status": status, "origin": when(returned, day.copy())}


@to_columns.register
def _(node: FirstEvent, scope: Scope) -> SqlColumns:
    """The least of the event's day, the competing day and the end of the clock."""
    origin = origin_day(node.origin, scope)
    event_day = exp.func("COALESCE", _field(node.event, "day", scope), literal(NEVER))
    other_day, other_status = _first_competing(node.competing, scope)
    end = _field(node, "end", scope)
    first = exp.func("LEAST", event_day.copy(), other_day.copy(), end.copy())
    at_risk = is_known(origin)
    seen = (event_day < end).and_(event_day.copy() <= other_day)
    status = (
        exp.case()
        .when(at_risk.copy().not_(), exp.null())
        .when(seen, literal(1))
        .when(other_day.copy() < end.copy(), other_status)
        .else_(literal(0))
    )
    return {"days": when(at_risk, first - origin.copy()), "status": status}


@to_columns.register
def _(node: ObservedDays, scope: Scope) -> SqlColumns:
    """The overlap of the window with the observed days."""
    start, end = _window(node, scope)
    lo = exp.func("GREATEST", start, col("first_day"))
    hi = exp.func("LEAST", end, col("observed_days"))
    days = exp.func("GREATEST", hi - lo, literal(0))
    return {"value": _if_there_is_an_origin(node.origin, days, scope)}


@to_columns.register
def _(node: Incomplete, scope: Scope) -> SqlColumns:
    """Compare the observed days with the length of the window."""
    start, end = _window(node.observed, scope)
    observed = _field(node.observed, "value", scope)
    value = (
        exp.case()
        .when(is_null(observed), exp.null())
        .when(observed < paren(end - start), literal(1))
        .else_(literal(0))
    )
    return {"value": value}


@to_columns.register
def _(node: Unconfirmable, scope: Scope) -> SqlColumns:
    """Whether observation ends before the last day that could confirm a return."""
    returned = node.returned
    follow_up = day_from_index(returned.follow_up)
    confirmed = day_after(returned.run.sustained, follow_up)
    value = (
        exp.case()
        .when(is_null(_field(returned, "status", scope)), exp.null())
        .when(confirmed > col("observed_days"), literal(1))
        .else_(literal(0))
    )
    return {"value": value}


@to_columns.register
def _(node: StateOn, scope: Scope) -> SqlColumns:
    """The first state that holds; work and absence by the extent on the day."""
    day = day_from_index(node.at)
    left = paren(days_between(col("index_date"), col("censor_date"))) <= day
    reason = col("censor_reason")
    out_of_work = _field(node.out_of_work, "value", scope)
    holds: dict[str, Expr] = {
        "dead": reason.eq(text(DEATH)).and_(left),
        "emigrated": reason.copy().eq(text(EMIGRATION)).and_(left.copy()),
        "not_observed": day.copy() >= col("observed_days"),
        "disability_pension": _field(node.pension, "value", scope).eq(FULL_TIME_PPM),
    }
    state = exp.case()
    for prior in node.precedence:
        state = state.when(holds[prior], text(prior))
    state = (
        state.when(out_of_work.eq(0), text("full_work"))
        .when(out_of_work.copy() < FULL_TIME_PPM, text("part_work"))
        .else_(text("full_absence"))
    )
    return {"value": state}


@to_columns.register
def _(node: IsOneOf, scope: Scope) -> SqlColumns:
    state = _field(node.state, "value", scope)
    is_one = state.isin(*[text(each) for each in node.states])
    known = state.copy().neq(text(NOT_OBSERVED))
    return {"value": when(known, when(is_one, literal(1), literal(0)))}


@to_columns.register
def _(node: NamedStateOn, scope: Scope) -> SqlColumns:
    state = exp.case()
    for extent, at_least, name in zip(
        node.extents, node.at_least_ppm, node.names[:-1], strict=True
    ):
        state = state.when(_field(extent, "value", scope) >= at_least, text(name))
    named = state.else_(text(node.names[-1]))
    return {"value": when(day_from_index(node.at) < col("observed_days"), named)}


@to_columns.register
def _(node: Happened, scope: Scope) -> SqlColumns:
    """Who is censored with the clock's end observed has not had the event."""
    status = _field(node.clock, "status", scope)
    if node.or_seen:
        answer = exp.case().when(status.eq(1), literal(1)).when(is_known(status), literal(0))
        return {"value": answer}
    clock_end = _field(node, "clock_end", scope)
    days: Expr = _field(node.clock, "days", scope)
    if isinstance(node.clock, FirstEvent):
        days = days + origin_day(node.clock.origin, scope)
    value = (
        exp.case()
        .when(status.eq(1), literal(1))
        .when((status.copy() > 1).or_(days >= clock_end), literal(0))
    )
    return {"value": value}


@to_columns.register
def _(node: LogicalCombination, scope: Scope) -> SqlColumns:
    """The logic of three values: AND and OR are null only where a null decides."""
    answers = [_field(each, "value", scope).eq(1) for each in node.answers]
    together = exp.and_(*answers) if node.logic is Logic.ALL else exp.or_(*answers)
    yes, no = (0, 1) if node.logic is Logic.NONE else (1, 0)
    value = exp.case().when(together, literal(yes)).when(paren(together.copy()).not_(), literal(no))
    return {"value": value}


@to_columns.register
def _(_: One, __: Scope) -> SqlColumns:
    return {"value": literal(1)}


@to_columns.register
def _(node: Years, scope: Scope) -> SqlColumns:
    year = exp.cast(exp.Literal.number(str(DAYS_OF_YEAR)), "double")
    return {"value": exp.cast(_field(node.days, node.field, scope), "double") / year}


@to_columns.register
def _(node: InPopulation, scope: Scope) -> SqlColumns:
    is_in = is_known(_field(node.known, "value", scope))
    if node.left_out:
        is_in = is_in.and_(_field(node.left_out, "value", scope) < node.out_from_ppm)
    return {"value": when(is_in, _field(node.number, "value", scope))}


def origin_day(origin: Return | AbsentOnDay0 | None, scope: Scope) -> Expr:
    """The day that days are counted from, that of the return or day 0; null where there is none."""
    if isinstance(origin, AbsentOnDay0):
        return when(_field(origin, "value", scope).eq(0), literal(0))
    return _field(origin, "origin", scope) if origin else literal(0)


def _window(node: ObservedDays, scope: Scope) -> tuple[Expr, Expr]:
    if node.origin is None:
        return day_from_index(node.start), day_from_index(node.end)
    return _field(node, "start", scope), _field(node, "end", scope)


def _if_there_is_an_origin(origin: Return | None, value: Expr, scope: Scope) -> Expr:
    return when(is_known(origin_day(origin, scope)), value) if origin else value


def _to_first_competing(events: Sequence[Onset | Exit], scope: Scope) -> SqlColumns:
    """The first competing day, NEVER when there is none, and its status; of a tie the first named."""
    days = [exp.func("COALESCE", _field(event, "day", scope), literal(NEVER)) for event in events]
    first = exp.func("LEAST", *days, literal(NEVER)) if days else literal(NEVER)
    status = exp.case()
    for code, day in enumerate(days, start=2):
        status = status.when(day.copy().eq(first.copy()), literal(code))
    known = status if days else exp.cast(exp.null(), "int")
    return dict(zip(_name_first(events, scope), (first, known), strict=True))


def _first_competing(events: Sequence[Onset | Exit], scope: Scope) -> tuple[Expr, Expr]:
    day, status = _name_first(events, scope)
    return col(day), col(status)


def _name_first(events: Sequence[Onset | Exit], scope: Scope) -> tuple[str, str]:
    which = "_or_".join(scope.names[event] for event in events)
    return f"first_{which}_day", f"first_{which}_status"


def _field(node: Node, name: str, scope: Scope) -> exp.Column:
    return col(f"{scope.names[node]}_{name}")
