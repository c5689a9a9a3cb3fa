"""The steps of states: of one day or of several, the days in each, and the transitions between them."""

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
from rtw_outcomes.planning.planner.columns import plan_days, plan_number, see


def plan_work_state(kind: WorkState, outcome: Outcome) -> PlannedOutcome:
    """The work state of a day or of several, or whether it is one of some states."""
    paid = steps.plan_paid((*outcome.own_absence.benefits, *kind.always_counts))
    pension = steps.plan_paid((DISABILITY_PENSION,))
    days = kind.list_days(outcome.follow_up)
    states = {
        split: StateOn(at, kind.precedence, ExtentOn(paid, at), ExtentOn(pension, at))
        for split, at in days.items()
    }
    if kind.one_of is None:
        return plan_days(outcome, states)
    return plan_days(outcome, {split: IsOneOf(states[split], kind.one_of) for split in states})


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
    """The state of a day, or of several."""
    paid = [steps.plan_paid(state.benefits) for state in kind.states]
    at_least = tuple(steps.read_ppm(state.when) for state in kind.states)
    days = kind.list_days(outcome.follow_up)
    return plan_days(
        outcome,
        {
            split: NamedStateOn(
                at, tuple(ExtentOn(each, at) for each in paid), at_least, kind.names
            )
            for split, at in days.items()
        },
    )


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
