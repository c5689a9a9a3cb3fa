"""Outcomes into one plan: each measure becomes the steps that compute it.

The plan says what is asked, as plainly as it can; `sharing.py` makes it cheap.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from itertools import pairwise

from rtw_outcomes.errors import DefinitionError, Problem
from rtw_outcomes.language.absence import Absence, Window
from rtw_outcomes.language.lengths import DAYS_OF_WEEK, ZERO, Length
from rtw_outcomes.language.measures.composites import (
    OBSERVED_YEARS,
    PERSONS,
    AllOf,
    AnyOf,
    Change,
    Logical,
    NoneOf,
    Rate,
)
from rtw_outcomes.language.measures.cut import Cut
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.measures.kind import Kind, Result
from rtw_outcomes.language.measures.money import CohortColumn, Cost
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.measures.spells import ChainDay, OfLength, SpellsIn
from rtw_outcomes.language.measures.states import (
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.language.vocabulary import DISABILITY_PENSION, EXITS, expand_benefits
from rtw_outcomes.language.yaml_types import EmployerPeriods
from rtw_outcomes.planning.plan import (
    Absent,
    AbsentOnDay0,
    ChainDayOn,
    ChainedSpells,
    CohortAmount,
    Column,
    CostIn,
    Counted,
    Difference,
    Exit,
    ExtentOn,
    Extents,
    FirstDays,
    FirstEvent,
    FreeRun,
    Happened,
    Incomplete,
    InPopulation,
    IsOneOf,
    Logic,
    LogicalCombination,
    NamedStateOn,
    Node,
    Number,
    ObservedDays,
    ObservedWeeks,
    One,
    Onset,
    Paid,
    PercentOn,
    Plan,
    PlannedOutcome,
    Reaches,
    RegisterRows,
    Return,
    Seen,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    SpellLength,
    Spells,
    StateDaysIn,
    StateIntervals,
    StateOn,
    Total,
    TransitionCount,
    Unconfirmable,
    WorkPercent,
    Years,
)

ANY_EXTENT = Threshold.parse("any")
LOGIC = {AllOf: Logic.ALL, AnyOf: Logic.ANY, NoneOf: Logic.NONE}


def plan_outcomes(
    resolved: tuple[ResolvedOutcome, ...], employer_periods: EmployerPeriods | None = None
) -> Plan:
    """Plan all outcomes of a run.

    Args:
        resolved: the outcomes.
        employer_periods: how long employers pay before the register sees a spell; None when nothing
            says it.

    Raises:
        DefinitionError: two outcomes would write a column of the same name, or one measures spells
            from their true first day and nothing says how far that lies back.
    """
    if employer_periods is None:
        _check_no_length_is_true(resolved)
    plan = Plan(tuple(plan_measure(each.outcome.kind, each) for each in resolved))
    if employer_periods and any(each.counts_from_true_first_day for each in resolved):
        plan = plan.rewrite(lambda step: _put_in(employer_periods, step))
    names = [column.name for column in plan.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise DefinitionError(
            [
                Problem(
                    f"column `{name}`",
                    "two outcomes of the study have this column",
                    hint="Give one of them another id",
                )
            ]
        )
    return plan


def _check_no_length_is_true(resolved: tuple[ResolvedOutcome, ...]) -> None:
    problems = [
        Problem(
            f"outcome `{each.outcome.outcome}`",
            "it measures spells from their true first day, and nothing says how long employers pay "
            "before the register sees a spell",
            expected="a study whose register says it, or which has the key `employer_periods`",
            hint="Write `employer_periods: [{from: 2005-01-01, days: 14}]` in the study, with the "
            "country's own dates and days, or `[]` if the register sees spells from their first day",
        )
        for each in resolved
        if each.counts_from_true_first_day
    ]
    if problems:
        raise DefinitionError(problems)


def _put_in(employer_periods: EmployerPeriods, step: Node) -> Node:
    """The step with the employer periods where the true first day of spells matters."""
    if not isinstance(step, Onset | SpellCount) or not step.length.from_true_first_day:
        return step
    return replace(step, length=replace(step.length, employer_periods=employer_periods))


@singledispatch
def plan_measure(kind: Kind, resolved: ResolvedOutcome) -> PlannedOutcome:
    """Plan one outcome by its kind of measure."""
    raise AssertionError(f"no plan for the measure {type(kind).__name__} of {resolved}")


@plan_measure.register
def _(kind: SickDays, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, window = resolved.outcome, _window(resolved.outcome)
    if kind.unit == "weeks":
        return _plan_value(outcome, _sick_weeks(outcome, ANY_EXTENT), "count", kind.cut)
    if kind.per is None:
        return _plan_days(resolved, kind, {outcome.outcome: (window.from_, window.to)})
    periods = window.count_periods(kind.per)
    width = max(2, len(str(periods)))
    bounds = [window.from_ + kind.per * period for period in range(periods + 1)]
    parts = {
        f"{outcome.outcome}_{number:0{width}}": part
        for number, part in enumerate(pairwise(bounds), start=1)
    }
    return _plan_days(resolved, kind, parts)


@plan_measure.register
def _(kind: WorkDays, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, window = resolved.outcome, _window(resolved.outcome)
    start, end, net = window.from_, window.to, kind.count == "net"
    if kind.unit == "weeks":
        when = outcome.own_absence.when
        assert when, "the rules ask for it"
        work = Difference(ObservedWeeks(start.days, end.days), _sick_weeks(outcome, when))
    else:
        sick_days = SickDaysIn(_sick_days(outcome.own_absence), start, end, net)
        work = Difference(ObservedDays(None, start, end), sick_days)
    as_percent = kind.as_ == "percent"
    value_kind = "amount" if net or as_percent else "count"
    return _plan_value(outcome, WorkPercent(work) if as_percent else work, value_kind, kind.cut)


@plan_measure.register
def _(kind: Cost, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, window = resolved.outcome, _window(resolved.outcome)
    days = _days_that_cost(outcome.own_absence, kind.friction)
    net_days = SickDaysIn(days, window.from_, window.to, True)
    amount = kind.per_net_day
    per_day = CohortAmount(amount.column) if isinstance(amount, CohortColumn) else amount
    return _plan_value(outcome, CostIn(net_days, per_day), "amount")


@plan_measure.register
def _(kind: ExtentOnDay, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    extent = ExtentOn(Paid(RegisterRows(), expand_benefits(outcome.own_absence.benefits)), kind.at)
    return _plan_one(outcome, *_apply(kind.cut, PercentOn(extent), "amount"))


@plan_measure.register
def _(_: ReturnToWork, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    returned = _plan_return(outcome)
    account = Column(f"{outcome.outcome}_unconfirmable", Unconfirmable(returned), "value", "count")
    return PlannedOutcome(outcome.outcome, _time_columns(outcome.outcome, returned), (account,))


@plan_measure.register
def _(kind: Relapse, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, origin = resolved.outcome, _origin(resolved)
    event = FirstEvent(
        event=Onset(_plan_spells(outcome), origin, _spell_length(kind)),
        origin=origin,
        follow_up=_window(outcome).to,
        competing=_plan_competing(outcome, origin),
    )
    return PlannedOutcome(outcome.outcome, _time_columns(outcome.outcome, event))


@plan_measure.register
def _(kind: FirstSpell, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    spells = _plan_spells(outcome)
    event = FirstEvent(
        event=Onset(spells, None, _spell_length(kind)),
        origin=AbsentOnDay0(spells),
        follow_up=_window(outcome).to,
        competing=_plan_competing(outcome, None),
    )
    return PlannedOutcome(outcome.outcome, _time_columns(outcome.outcome, event))


@plan_measure.register
def _(kind: Recurrence, resolved: ResolvedOutcome) -> PlannedOutcome:
    length = _spell_length(kind)
    return _count_spells(resolved.outcome, length, Counted.STARTED, _origin(resolved))


@plan_measure.register
def _(kind: SpellsIn, resolved: ResolvedOutcome) -> PlannedOutcome:
    length = _spell_length(kind)
    return _count_spells(resolved.outcome, length, Counted(kind.count), None)


@plan_measure.register
def _(kind: ChainDay, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    chained = ChainedSpells(_plan_spells(outcome), kind.link_gap.days)
    return _plan_one(outcome, ChainDayOn(chained, kind.at), "count")


@plan_measure.register
def _(kind: WorkState, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    benefits = expand_benefits((*outcome.own_absence.benefits, *kind.always_counts))
    state = StateOn(
        at=kind.at,
        precedence=kind.precedence,
        out_of_work=ExtentOn(Paid(RegisterRows(), benefits), kind.at),
        pension=ExtentOn(Paid(RegisterRows(), (DISABILITY_PENSION,)), kind.at),
    )
    if kind.one_of:
        return _plan_one(outcome, IsOneOf(state, kind.one_of), "count")
    return _plan_one(outcome, state, "category")


@plan_measure.register
def _(kind: StateDays, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, window = resolved.outcome, _window(resolved.outcome)
    states, observed = _plan_states(kind), ObservedDays(None, window.from_, window.to)
    days: list[Node] = [
        StateDaysIn(states, place, window.from_, window.to) for place in range(len(kind.states))
    ]
    days.append(Difference(observed, Total(tuple(days))))
    columns = [
        Column(f"{outcome.outcome}_{name}", node, "value", "count")
        for name, node in zip(kind.names, days, strict=True)
    ]
    columns.append(Column(f"{outcome.outcome}_observed_days", observed, "value", "count"))
    account = Column(f"{outcome.outcome}_incomplete", Incomplete(observed), "value", "count")
    return PlannedOutcome(outcome.outcome, tuple(columns), (account,))


@plan_measure.register
def _(kind: Transitions, resolved: ResolvedOutcome) -> PlannedOutcome:
    window = _window(resolved.outcome)
    before, after = (
        None if name is None else kind.names.index(name)
        for name in (kind.from_state, kind.to_state)
    )
    transitions = TransitionCount(_plan_states(kind), before, after, window.from_, window.to)
    return _plan_value(resolved.outcome, transitions, "count")


@plan_measure.register
def _(kind: StateOnDay, resolved: ResolvedOutcome) -> PlannedOutcome:
    extents = tuple(
        ExtentOn(Paid(RegisterRows(), expand_benefits(state.benefits)), kind.at)
        for state in kind.states
    )
    at_least = tuple(_ppm_of(state.when) for state in kind.states)
    state = NamedStateOn(kind.at, extents, at_least, kind.names)
    return _plan_one(resolved.outcome, state, "category")


@plan_measure.register(AllOf)
@plan_measure.register(AnyOf)
@plan_measure.register(NoneOf)
def _(kind: Logical, resolved: ResolvedOutcome) -> PlannedOutcome:
    name, parts = resolved.outcome.outcome, _plan_named(resolved)
    answer = LogicalCombination(LOGIC[type(kind)], tuple(part.node for part, _ in parts))
    return PlannedOutcome(
        name, (Column(name, answer, "value", "count"),), _plan_incomplete(name, parts)
    )


@plan_measure.register
def _(_: Change, resolved: ResolvedOutcome) -> PlannedOutcome:
    name, parts = resolved.outcome.outcome, _plan_named(resolved)
    (before, first), (after, second) = parts
    value = Difference(after.node, before.node)
    observed = [_find_observed(planned) for planned in (first, second)]
    columns = [Column(name, value, "value", before.kind)]
    if known := tuple(node for node in observed if node):
        columns.append(Column(f"{name}_observed_days", Total(known), "value", "count"))
    return PlannedOutcome(name, tuple(columns), _plan_incomplete(name, parts))


@plan_measure.register
def _(kind: Rate, resolved: ResolvedOutcome) -> PlannedOutcome:
    name, parts = resolved.outcome.outcome, _plan_named(resolved)
    number, planned = parts[0]
    observed = _find_observed(planned)
    if kind.over == PERSONS:
        over = Column("", One(), "value", "count")
    elif kind.over != OBSERVED_YEARS:
        over = parts[1][0]
    elif isinstance(number.node, Happened):
        # The time at risk, to which also those add who are lost before the clock's end.
        over = Column("", Years(number.node.clock), "value", "amount")
        number = replace(number, node=replace(number.node, or_seen=True))
    else:
        assert isinstance(observed, ObservedDays), "the rules ask for a follow-up"
        over = Column("", Years(observed), "value", "amount")
    columns = [
        Column(name, _in_population(kind, number.node, over.node), "value", number.kind),
        Column(f"{name}_over", _in_population(kind, over.node, number.node), "value", over.kind),
    ]
    if observed:
        columns.append(Column(f"{name}_observed_days", observed, "value", "count"))
    return PlannedOutcome(name, tuple(columns), _plan_incomplete(name, parts[:1]))


def _plan_return(outcome: Outcome) -> Return:
    """The steps of a return to work, also for the outcomes that count from it."""
    kind = outcome.kind
    assert isinstance(kind, ReturnToWork), "the rules let nothing else through"
    return Return(
        run=FreeRun(_plan_spells(outcome), kind.sustained, kind.day_0_may_count),
        follow_up=_window(outcome).to,
        competing=_plan_competing(outcome, None),
    )


def _plan_spells(outcome: Outcome) -> Spells:
    """The steps from register rows to the spells that this outcome's absence makes."""
    absence = outcome.own_absence
    assert absence.when, "the rules ask for it"
    assert absence.join_gap is not None, "the rules ask for it"
    return _spells_of(expand_benefits(absence.benefits), absence.when, absence.join_gap)


def _sick_days(absence: Absence) -> Extents | Absent:
    """The days that are absent, or all that are paid."""
    extents = _paid_days(absence)
    if absence.when in (None, ANY_EXTENT):
        return extents
    return Absent(extents, absence.when.limit)


def _paid_days(absence: Absence) -> Extents:
    return Extents(Paid(RegisterRows(), expand_benefits(absence.benefits)))


def _days_that_cost(absence: Absence, friction: Length | None) -> Extents | FirstDays:
    """All days that are paid, or the first ones of each spell."""
    extents = _paid_days(absence)
    if friction is None:
        return extents
    assert absence.join_gap is not None, "the rules ask for it"
    return FirstDays(extents, absence.join_gap.days, friction.days)


def _sick_weeks(outcome: Outcome, when: Threshold) -> SickWeeksIn:
    window, benefits = _window(outcome), expand_benefits(outcome.own_absence.benefits)
    within_a_week = Length(days=DAYS_OF_WEEK - 1)
    spells = _spells_of(benefits, when, within_a_week)
    return SickWeeksIn(spells, window.from_.days, window.to.days)


def _spells_of(benefits: tuple[str, ...], when: Threshold, join_gap: Length) -> Spells:
    absent = Absent(Extents(Paid(RegisterRows(), benefits)), when.limit)
    return Spells(absent, join_gap.days)


def _plan_states(kind: States) -> StateIntervals:
    return StateIntervals(
        tuple(
            Absent(
                Extents(Paid(RegisterRows(), expand_benefits(state.benefits))), _ppm_of(state.when)
            )
            for state in kind.states
        )
    )


def _ppm_of(when: Threshold) -> int:
    assert isinstance(when.limit, int), "the rules let nothing else through"
    return when.limit


def _plan_named(resolved: ResolvedOutcome) -> list[tuple[Column, PlannedOutcome]]:
    """The plans of the outcomes that this one is made of, each with its one number or answer."""
    planned = [plan_measure(each.outcome.kind, each) for each in resolved.named]
    return [
        (_plan_part(named.outcome, each), each)
        for named, each in zip(resolved.named, planned, strict=True)
    ]


def _plan_part(outcome: Outcome, planned: PlannedOutcome) -> Column:
    column = planned.columns[0]
    if outcome.result is Result.TIME:
        return _to_answer(column)
    if outcome.result.is_number:
        return replace(column, node=_see(column.node, _find_observed(planned)))
    return column


def _to_answer(column: Column) -> Column:
    clock = column.node
    assert isinstance(clock, Return | FirstEvent), "no other step is a clock"
    return replace(column, node=Happened(clock, or_seen=False), field="value")


def _plan_incomplete(name: str, parts: list[tuple[Column, PlannedOutcome]]) -> tuple[Column, ...]:
    """Whether the window of any of several outcomes is incomplete."""
    incomplete = tuple(
        column.node
        for _, planned in parts
        for column in planned.account
        if column.name == f"{planned.outcome}_incomplete"
    )
    if not incomplete:
        return ()
    return (
        Column(f"{name}_incomplete", LogicalCombination(Logic.ANY, incomplete), "value", "count"),
    )


def _find_observed(planned: PlannedOutcome) -> ObservedDays | Total | None:
    """The observed days of an outcome's window or windows, for one that has any."""
    name = f"{planned.outcome}_observed_days"
    node = next((each.node for each in planned.columns if each.name == name), None)
    assert node is None or isinstance(node, ObservedDays | Total), "no other step counts them"
    return node


def _in_population(kind: Rate, number: Node, known: Node) -> InPopulation:
    out = kind.leave_out
    if out is None:
        return InPopulation(number, known, None, 0)
    on_day_0 = ExtentOn(Paid(RegisterRows(), expand_benefits(out.benefits)), ZERO)
    return InPopulation(number, known, on_day_0, _ppm_of(out.when))


def _plan_competing(outcome: Outcome, origin: Return | None) -> tuple[Onset | Exit, ...]:
    return tuple(
        Exit(event)
        if event in EXITS
        else Onset(_spells_of((event,), ANY_EXTENT, ZERO), origin, SpellLength())
        for event in outcome.competing
    )


def _count_spells(
    outcome: Outcome, length: SpellLength, counted: Counted, origin: Return | None
) -> PlannedOutcome:
    window, spells = _window(outcome), _plan_spells(outcome)
    count = SpellCount(spells, origin, window.from_, window.to, length, counted)
    return _plan_value(outcome, count, "count", origin=origin)


def _spell_length(kind: OfLength) -> SpellLength:
    return SpellLength(
        at_least_days=kind.least.days,
        below_days=kind.below.days if kind.below else None,
        from_true_first_day=kind.from_true_first_day,
    )


def _plan_days(
    resolved: ResolvedOutcome, kind: SickDays, windows: dict[str, tuple[Length, Length]]
) -> PlannedOutcome:
    days, net = _sick_days(resolved.outcome.own_absence), kind.count == "net"
    values = {
        name: (SickDaysIn(days, start, end, net), ObservedDays(None, start, end))
        for name, (start, end) in windows.items()
    }
    value_kind = "amount" if net else "count"
    return _plan_values(resolved.outcome.outcome, values, value_kind, kind.cut)


def _plan_one(outcome: Outcome, node: Node, kind: str) -> PlannedOutcome:
    """One value of one day, without a window."""
    return PlannedOutcome(outcome.outcome, (Column(outcome.outcome, node, "value", kind),))


def _plan_value(
    outcome: Outcome,
    number: Node,
    kind: str,
    cut: Cut | None = None,
    origin: Return | None = None,
) -> PlannedOutcome:
    """One value over the whole follow-up."""
    window = _window(outcome)
    observed = ObservedDays(origin, window.from_, window.to)
    return _plan_values(outcome.outcome, {outcome.outcome: (number, observed)}, kind, cut)


def _plan_values(
    outcome: str,
    values: Mapping[str, tuple[Node, ObservedDays]],
    kind: str,
    cut: Cut | None = None,
) -> PlannedOutcome:
    """Values over windows, cut or not: beside each stands the number of its observed days."""
    columns: list[Column] = []
    for name, (number, observed) in values.items():
        value, value_kind = _apply(cut, _see(number, observed) if cut else number, kind)
        columns.append(Column(name, value, "value", value_kind))
        columns.append(Column(f"{name}_observed_days", observed, "value", "count"))
    account = [
        Column(f"{name}_incomplete", Incomplete(observed), "value", "count")
        for name, (_, observed) in values.items()
    ]
    return PlannedOutcome(outcome, tuple(columns), tuple(account))


def _see(number: Node, observed: ObservedDays | Total | None) -> Node:
    """The number where something is observed: always, in a window with day 0 or from a return."""
    if not isinstance(observed, ObservedDays) or observed.origin:
        return number
    holds_day_0 = observed.start.most_days <= 0 < observed.end.least_days
    return number if holds_day_0 else Seen(number, observed)


def _apply(cut: Cut | None, number: Node, kind: str) -> tuple[Node, str]:
    """A number and the kind of its column, or whether it reaches the limit of a cut."""
    if cut is None:
        return number, kind
    assert isinstance(number, Number), "no other measure has a cut"
    return Reaches(number, cut.limit, cut.above is not None), "count"


def _time_columns(name: str, node: Node) -> tuple[Column, ...]:
    return (
        Column(f"{name}_days", node, "days", "count"),
        Column(f"{name}_status", node, "status", "count"),
    )


def _origin(resolved: ResolvedOutcome) -> Return:
    (returned,) = resolved.named
    return _plan_return(returned.outcome)


def _window(outcome: Outcome) -> Window:
    assert outcome.follow_up, "the rules ask for it"
    return outcome.follow_up
