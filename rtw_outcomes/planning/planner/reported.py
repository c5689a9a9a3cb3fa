"""The step of a value that the cohort brings."""

from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.planning.nodes.values import CohortNumber
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.planning.planner.columns import plan_cut, plan_value


def plan_reported(kind: Reported, outcome: Outcome) -> PlannedOutcome:
    """The value of the row, cut or not; no day is looked at."""
    return plan_value(outcome, plan_cut(kind.cut, CohortNumber(kind.column)))
