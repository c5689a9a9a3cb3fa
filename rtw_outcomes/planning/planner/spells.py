"""The steps of numbers of spells, and of the day of the rehabilitation chain."""

from rtw_outcomes.language.measures.spells import ChainDay, SpellsIn
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.planning.nodes.aggregates import ChainDayOn, Counted, SpellCount
from rtw_outcomes.planning.nodes.intervals import ChainedSpells
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import plan_number, plan_value


def plan_spells(kind: SpellsIn, outcome: Outcome) -> PlannedOutcome:
    """The number of spells in the window."""
    window, length = steps.find_window(outcome), steps.plan_length(kind)
    spells, counted = steps.plan_spells(outcome), Counted(kind.count)
    count = SpellCount(spells, None, window.from_, window.to, length, counted)
    return plan_number(outcome, count)


def plan_chain_day(kind: ChainDay, outcome: Outcome) -> PlannedOutcome:
    """The days of a chain up to one day."""
    chained = ChainedSpells(steps.plan_spells(outcome), kind.link_gap.days)
    return plan_value(outcome, ChainDayOn(chained, kind.at))
