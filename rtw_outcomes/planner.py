"""Outcomes into one plan: each measure becomes the steps that compute it.

The plan says what is asked, as plainly as it can; `sharing.py` makes it cheap.
"""

from collections.abc import Mapping
from functools import singledispatch

from rtw_outcomes.catalogue import ResolvedOutcome
from rtw_outcomes.errors import DefinitionError, Problem
from rtw_outcomes.lengths import ZERO, Length
from rtw_outcomes.model import (
    Kind,
    NewSpells,
    Outcome,
    Recurrence,
    Relapse,
    ReturnToWork,
    SickDays,
    Window,
    WorkState,
)
from rtw_outcomes.plan import (
    Absent,
    Column,
    Exit,
    ExtentOn,
    Extents,
    FirstEvent,
    FreeRun,
    Incomplete,
    Node,
    ObservedDays,
    Onset,
    Paid,
    Plan,
    PlannedOutcome,
    Return,
    Rows,
    SickDaysIn,
    SpellCount,
    Spells,
    StateOn,
    Unconfirmable,
)
from rtw_outcomes.rules import count_periods
from rtw_outcomes.threshold import Threshold
from rtw_outcomes.vocabulary import DISABILITY_PENSION, EXITS, expand_benefits


def plan_outcomes(resolved: tuple[ResolvedOutcome, ...]) -> Plan:
    """Plan all outcomes of a run.

    Raises:
        DefinitionError: two outcomes would write a column of the same name.
    """
    plan = Plan(tuple(plan_measure(each.outcome.kind, each) for each in resolved))
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


@singledispatch
def plan_measure(kind: Kind, resolved: ResolvedOutcome) -> PlannedOutcome:
    """Plan one outcome by its kind of measure."""
    raise AssertionError(f"no plan for the measure {type(kind).__name__} of {resolved}")


@plan_measure.register
def _(kind: SickDays, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, window = resolved.outcome, _window(resolved.outcome)
    if kind.per is None:
        return _plan_days(resolved, kind, {outcome.outcome: (window.from_, window.to)})
    periods = count_periods(window.to, kind.per)
    width = max(2, len(str(periods)))
    parts = {
        f"{outcome.outcome}_{period + 1:0{width}}": (kind.per * period, kind.per * (period + 1))
        for period in range(periods)
    }
    return _plan_days(resolved, kind, parts)


@plan_measure.register
def _(_: ReturnToWork, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    returned = plan_return(outcome)
    account = Column(f"{outcome.outcome}_unconfirmable", Unconfirmable(returned), "value", "count")
    return PlannedOutcome(outcome.outcome, _time_columns(outcome.outcome, returned), (account,))


@plan_measure.register
def _(_: Relapse, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome, origin = resolved.outcome, _origin(resolved)
    event = FirstEvent(
        event=Onset(plan_spells(outcome), origin),
        origin=origin,
        follow_up=_window(outcome).to,
        competing=_plan_competing(outcome, origin),
    )
    return PlannedOutcome(outcome.outcome, _time_columns(outcome.outcome, event))


@plan_measure.register
def _(kind: Recurrence, resolved: ResolvedOutcome) -> PlannedOutcome:
    return _count_spells(resolved.outcome, kind.at_least, _origin(resolved))


@plan_measure.register
def _(kind: NewSpells, resolved: ResolvedOutcome) -> PlannedOutcome:
    return _count_spells(resolved.outcome, kind.at_least, None)


@plan_measure.register
def _(kind: WorkState, resolved: ResolvedOutcome) -> PlannedOutcome:
    outcome = resolved.outcome
    benefits = expand_benefits((*outcome.absence.benefits, DISABILITY_PENSION))
    state = StateOn(
        at=kind.at,
        precedence=kind.precedence,
        out_of_work=ExtentOn(Paid(Rows(), benefits), kind.at),
        pension=ExtentOn(Paid(Rows(), (DISABILITY_PENSION,)), kind.at),
    )
    return PlannedOutcome(outcome.outcome, (Column(outcome.outcome, state, "value", "category"),))


def plan_return(outcome: Outcome) -> Return:
    """The steps of a return to work, also for the outcomes that count from it."""
    kind = outcome.kind
    assert isinstance(kind, ReturnToWork), "the rules let nothing else through"
    return Return(
        run=FreeRun(plan_spells(outcome), kind.sustained, kind.day_0_may_count),
        follow_up=_window(outcome).to,
        competing=_plan_competing(outcome, None),
    )


def plan_spells(outcome: Outcome) -> Spells:
    """The steps from register rows to the spells that this outcome's absence makes."""
    absence = outcome.absence
    assert absence.when, "the rules ask for it"
    assert absence.join_gap is not None, "the rules ask for it"
    return _spells_of(expand_benefits(absence.benefits), absence.when, absence.join_gap)


def _spells_of(benefits: tuple[str, ...], when: Threshold, join_gap: Length) -> Spells:
    absent = Absent(Extents(Paid(Rows(), benefits)), when.at_least_ppm)
    return Spells(absent, join_gap.days)


def _plan_competing(outcome: Outcome, origin: Return | None) -> tuple[Onset | Exit, ...]:
    any_extent = Threshold.parse("any")
    return tuple(
        Exit(event) if event in EXITS else Onset(_spells_of((event,), any_extent, ZERO), origin)
        for event in outcome.competing
    )


def _count_spells(
    outcome: Outcome, at_least: Length | None, origin: Return | None
) -> PlannedOutcome:
    window = _window(outcome)
    least_days = at_least.days if at_least else 1
    count = SpellCount(plan_spells(outcome), origin, window.from_, window.to, least_days)
    observed = ObservedDays(origin, window.from_, window.to)
    return _plan_values(outcome.outcome, {outcome.outcome: (count, observed)}, "count")


def _plan_days(
    resolved: ResolvedOutcome, kind: SickDays, windows: dict[str, tuple[Length, Length]]
) -> PlannedOutcome:
    paid = Paid(Rows(), expand_benefits(resolved.outcome.absence.benefits))
    net = kind.count == "net"
    values = {
        name: (SickDaysIn(Extents(paid), start, end, net), ObservedDays(None, start, end))
        for name, (start, end) in windows.items()
    }
    return _plan_values(resolved.outcome.outcome, values, "amount" if net else "count")


def _plan_values(
    outcome: str, values: Mapping[str, tuple[Node, ObservedDays]], kind: str
) -> PlannedOutcome:
    """Values over windows: beside each stands the number of its observed days."""
    columns = [
        column
        for name, (value, observed) in values.items()
        for column in (
            Column(name, value, "value", kind),
            Column(f"{name}_observed_days", observed, "value", "count"),
        )
    ]
    account = [
        Column(f"{name}_incomplete", Incomplete(observed), "value", "count")
        for name, (_, observed) in values.items()
    ]
    return PlannedOutcome(outcome, tuple(columns), tuple(account))


def _time_columns(name: str, node: Node) -> tuple[Column, ...]:
    return (
        Column(f"{name}_days", node, "days", "count"),
        Column(f"{name}_status", node, "status", "count"),
    )


def _origin(resolved: ResolvedOutcome) -> Return:
    assert resolved.returned, "the catalogue finds the return or raises"
    return plan_return(resolved.returned)


def _window(outcome: Outcome) -> Window:
    assert outcome.follow_up, "the rules ask for it"
    return outcome.follow_up
