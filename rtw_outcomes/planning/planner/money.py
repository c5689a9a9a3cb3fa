"""The steps of the cost of absence."""

from rtw_outcomes.language.measures.money import CohortColumn, Cost
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.planning.nodes.aggregates import SickDaysIn
from rtw_outcomes.planning.nodes.intervals import Extents, FirstDays
from rtw_outcomes.planning.nodes.values import CohortNumber, CostIn
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import plan_number


def plan_cost(kind: Cost, outcome: Outcome) -> PlannedOutcome:
    """Net days times an amount."""
    window, amount = steps.find_window(outcome), kind.per_net_day
    net_days = SickDaysIn(_plan_days_that_cost(kind, outcome), window.from_, window.to, net=True)
    per_day = CohortNumber(amount.column) if isinstance(amount, CohortColumn) else amount
    return plan_number(outcome, CostIn(net_days, per_day))


def _plan_days_that_cost(kind: Cost, outcome: Outcome) -> Extents | FirstDays:
    """All days that are paid, or the first ones of each spell."""
    absence = outcome.own_absence
    extents = steps.plan_paid_days(absence)
    if kind.friction is None:
        return extents
    assert absence.join_gap is not None, "the rules ask for it"
    return FirstDays(extents, absence.join_gap.days, kind.friction.days)
