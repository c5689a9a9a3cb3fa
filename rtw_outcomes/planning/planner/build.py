"""Outcomes into one plan, as plainly as it can be said; the optimizer makes it cheap."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rtw_outcomes.errors import DefinitionError, Problem
from rtw_outcomes.language.measures.composites import AllOf, AnyOf, Change, NoneOf, Rate
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.measures.kind import Kind
from rtw_outcomes.language.measures.money import Cost
from rtw_outcomes.language.measures.reported import Reported
from rtw_outcomes.language.measures.return_to_work import (
    FirstSpell,
    Recurrence,
    Relapse,
    ReturnToWork,
)
from rtw_outcomes.language.measures.spells import ChainDay, SpellsIn
from rtw_outcomes.language.measures.states import StateDays, StateOnDay, Transitions, WorkState
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.yaml_types import EmployerPeriods
from rtw_outcomes.planning.nodes.aggregates import SpellCount
from rtw_outcomes.planning.nodes.events import Onset
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.plan import Plan, PlannedOutcome
from rtw_outcomes.planning.planner import (
    composites,
    days,
    money,
    reported,
    return_to_work,
    spells,
    states,
)

PLANNERS: dict[type[Kind], Callable[[Any, Outcome], PlannedOutcome]] = {
    SickDays: days.plan_sick_days,
    Cost: money.plan_cost,
    WorkDays: days.plan_work_days,
    ExtentOnDay: days.plan_extent_on_day,
    ChainDay: spells.plan_chain_day,
    ReturnToWork: return_to_work.plan_return,
    FirstSpell: return_to_work.plan_first_spell,
    SpellsIn: spells.plan_spells,
    WorkState: states.plan_work_state,
    StateDays: states.plan_state_days,
    StateOnDay: states.plan_state_on_day,
    Transitions: states.plan_transitions,
    Reported: reported.plan_reported,
}
# Of measures that are computed from other outcomes, whose plans are there first.
PLANNERS_FROM_OTHERS: dict[
    type[Kind], Callable[[Any, Outcome, tuple[PlannedOutcome, ...]], PlannedOutcome]
] = {
    Relapse: return_to_work.plan_relapse,
    Recurrence: return_to_work.plan_recurrence,
    AllOf: composites.plan_logical,
    AnyOf: composites.plan_logical,
    NoneOf: composites.plan_logical,
    Change: composites.plan_change,
    Rate: composites.plan_rate,
}


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
    plan = Plan(tuple(map(plan_outcome, resolved)))
    if employer_periods and any(each.counts_from_true_first_day for each in resolved):
        plan = plan.rewrite(lambda step: _put_in(employer_periods, step))
    return _check_names(plan)


def plan_outcome(resolved: ResolvedOutcome) -> PlannedOutcome:
    """Plan one outcome by its kind of measure, after those that it is computed from."""
    outcome = resolved.outcome
    kind = outcome.kind
    if type(kind) in PLANNERS:
        return PLANNERS[type(kind)](kind, outcome)
    named = tuple(map(plan_outcome, resolved.named))
    return PLANNERS_FROM_OTHERS[type(kind)](kind, outcome, named)


def _check_names(plan: Plan) -> Plan:
    """Each column of the results has a name of its own."""
    outcomes = defaultdict(list)
    for column in plan.columns:
        outcomes[column.name].append(f"`{column.outcome}`")
    problems = [
        Problem(
            f"column `{name}`",
            f"two outcomes of the study have this column: {' and '.join(dict.fromkeys(ids))}",
            hint="Give one of them another id",
        )
        for name, ids in sorted(outcomes.items())
        if len(ids) > 1
    ]
    if problems:
        raise DefinitionError(problems)
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
