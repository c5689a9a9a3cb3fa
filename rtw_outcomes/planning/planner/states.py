"""The steps of states: of one day, the days in each, and the transitions between them."""

from rtw_outcomes.language.measures.states import (
    StateDays,
    StateOnDay,
    States,
    Transitions,
    WorkState,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import NamedState, Role
from rtw_outcomes.language.vocabulary import DISABILITY_PENSION
from rtw_outcomes.planning.nodes.aggregates import ExtentOn, StateDaysIn, TransitionCount
from rtw_outcomes.planning.nodes.intervals import Absent, Extents, StateIntervals
from rtw_outcomes.planning.nodes.node import Number
from rtw_outcomes.planning.nodes.values import (
    Difference,
    Incomplete,
    IsOneOf,
    NamedStateOn,
    ObservedDays,
    StateOn,
    Total,
)
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import plan_number, plan_one_day, see


def plan_work_state(kind: WorkState, outcome: Outcome) -> PlannedOutcome:
    """The work state of one day, or whether it is one of several."""
    benefits = (*outcome.own_absence.benefits, *kind.always_counts)
    state = StateOn(
        at=kind.at,
        precedence=kind.precedence,
        out_of_work=ExtentOn(steps.plan_paid(benefits), kind.at),
        pension=ExtentOn(steps.plan_paid((DISABILITY_PENSION,)), kind.at),
    )
    return plan_one_day(outcome, IsOneOf(state, kind.one_of) if kind.one_of else state)


def plan_state_days(kind: StateDays, outcome: Outcome) -> PlannedOutcome:
    """The days in each state; in the last one are the observed days that are in no other."""
    name, window = outcome.outcome, steps.find_window(outcome)
    intervals, observed = _plan_intervals(kind), ObservedDays(None, window.from_, window.to)
    days: list[Number] = [
        StateDaysIn(intervals, place, window.from_, window.to) for place in range(len(kind.states))
    ]
    days.append(Difference(observed, Total(tuple(days))))
    columns = [
        Column(name, Role.VALUE, see(number, observed), NamedState(state))
        for state, number in zip(kind.names, days, strict=True)
    ]
    columns.append(Column(name, Role.OBSERVED_DAYS, observed))
    account = Column(name, Role.INCOMPLETE, Incomplete(observed))
    return PlannedOutcome(name, tuple(columns), (account,))


def plan_state_on_day(kind: StateOnDay, outcome: Outcome) -> PlannedOutcome:
    """The state of one day."""
    extents = tuple(ExtentOn(steps.plan_paid(state.benefits), kind.at) for state in kind.states)
    at_least = tuple(steps.read_ppm(state.when) for state in kind.states)
    return plan_one_day(outcome, NamedStateOn(kind.at, extents, at_least, kind.names))


def plan_transitions(kind: Transitions, outcome: Outcome) -> PlannedOutcome:
    """The number of days in another state than the day before."""
    window = steps.find_window(outcome)
    before, after = (
        None if name is None else kind.names.index(name)
        for name in (kind.from_state, kind.to_state)
    )
    intervals = _plan_intervals(kind)
    return plan_number(outcome, TransitionCount(intervals, before, after, window.from_, window.to))


def _plan_intervals(kind: States) -> StateIntervals:
    return StateIntervals(
        tuple(
            Absent(Extents(steps.plan_paid(state.benefits)), steps.read_ppm(state.when))
            for state in kind.states
        )
    )
