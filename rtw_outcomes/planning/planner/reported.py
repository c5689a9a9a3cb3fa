"""The step of a value that the cohort brings."""

from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.planning.nodes.values import CohortNumber
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.planning.planner.columns import plan_cut


def plan_reported(kind: Reported, outcome: Outcome) -> PlannedOutcome:
    """The value of the row, cut or not; no day is looked at."""
    value = plan_cut(kind.cut, CohortNumber(kind.column))
    return PlannedOutcome(outcome.outcome, (Column(outcome.outcome, Role.VALUE, value),))
