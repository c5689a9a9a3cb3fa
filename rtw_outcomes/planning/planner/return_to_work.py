"""The steps of a return to work, of relapse and recurrence after it, and of the first spell of others."""

from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.planning.nodes.aggregates import Counted, SpellCount
from rtw_outcomes.planning.nodes.events import AbsentOnDay0, FirstEvent, FreeRun, Onset, Return
from rtw_outcomes.planning.nodes.values import Unconfirmable
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import plan_number, plan_time


def plan_return(kind: ReturnToWork, outcome: Outcome) -> PlannedOutcome:
    """The first free run that is long enough."""
    returned = Return(
        run=FreeRun(steps.plan_spells(outcome), kind.sustained, kind.day_0_may_count),
        follow_up=steps.find_window(outcome).to,
        competing=steps.plan_competing(outcome, None),
    )
    unconfirmable = Column(outcome.outcome, Role.UNCONFIRMABLE, Unconfirmable(returned))
    return plan_time(outcome, returned, (unconfirmable,))


def plan_relapse(
    kind: Relapse, outcome: Outcome, named: tuple[PlannedOutcome, ...]
) -> PlannedOutcome:
    """The first spell after a return."""
    origin = _find_return(named)
    event = FirstEvent(
        event=Onset(steps.plan_spells(outcome), origin, steps.plan_length(kind)),
        origin=origin,
        follow_up=steps.find_window(outcome).to,
        competing=steps.plan_competing(outcome, origin),
    )
    return plan_time(outcome, event)


def plan_first_spell(kind: FirstSpell, outcome: Outcome) -> PlannedOutcome:
    """The first spell after day 0 of those who are not absent on it."""
    spells = steps.plan_spells(outcome)
    event = FirstEvent(
        event=Onset(spells, None, steps.plan_length(kind)),
        origin=AbsentOnDay0(spells),
        follow_up=steps.find_window(outcome).to,
        competing=steps.plan_competing(outcome, None),
    )
    return plan_time(outcome, event)


def plan_recurrence(
    kind: Recurrence, outcome: Outcome, named: tuple[PlannedOutcome, ...]
) -> PlannedOutcome:
    """The number of new spells after a return."""
    window, length = steps.find_window(outcome), steps.plan_length(kind)
    origin, spells = _find_return(named), steps.plan_spells(outcome)
    count = SpellCount(spells, origin, window.from_, window.to, length, Counted.STARTED)
    return plan_number(outcome, count, origin=origin)


def _find_return(named: tuple[PlannedOutcome, ...]) -> Return:
    """The return that is counted from."""
    (returned,) = named
    node = returned.find(Role.STATUS).node
    assert isinstance(node, Return), "the rules let nothing else through"
    return node
