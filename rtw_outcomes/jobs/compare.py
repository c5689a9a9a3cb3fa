"""Compute two definitions on the people of a study, and compare what they give."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from rtw_outcomes.definitions.variants import Variant, change_one_at_a_time
from rtw_outcomes.disclosure.protect import protect
from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.intake.delivery import read_delivery
from rtw_outcomes.intake.study import Study
from rtw_outcomes.intake.study_reader import read_study
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import check_engine, find_database
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.comparison import (
    Comparison,
    Steps,
    lay_out_comparison,
    lay_out_steps,
)
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.summary import lay_out_summary
from rtw_outcomes.statistics.every import describe_outcomes, list_named_groups
from rtw_outcomes.statistics.two_definitions import compare_results, compare_variants


@dataclass(frozen=True)
class GroupResults:
    """Two definitions on the people of one group.

    Attributes:
        index_dates: how many there are.
        comparison: the results side by side.
        steps: what each parameter in which they differ does by itself; empty where that has no number.
    """

    index_dates: int
    comparison: Comparison
    steps: tuple[Steps, ...]


@dataclass(frozen=True)
class TwoResults:
    """Two definitions on the people of a study.

    Attributes:
        by: the columns of the cohort that make the groups.
        summary: that of a run with the two outcomes.
        groups: each under its values of `by`, for what all groups have together would tell what one
            of them hides.
    """

    by: tuple[str, ...]
    summary: pl.DataFrame
    groups: dict[tuple[str, ...], GroupResults]


def compare_on_study(
    path: str | os.PathLike[str],
    both: tuple[ResolvedOutcome, ResolvedOutcome],
    *,
    memory_limit: int | None = None,
    progress: Progress = None,
) -> TwoResults:
    """Compute two definitions on the people of a study, and compare what they give.

    Raises:
        RtwError: as `run_study` does.
    """
    tell = read_progress(progress)
    if both[0].outcome.outcome == both[1].outcome.outcome:
        both = _rename(both[0], "a"), _rename(both[1], "b")
    variants = change_one_at_a_time(*both)
    outcomes = (*both, *(each.resolved for each in variants))
    loaded = replace(read_study(path), outcomes=outcomes)
    engine = check_engine(loaded, None)
    database = find_database(loaded, engine)
    plan = plan_outcomes(outcomes, loaded.employer_periods)
    with open_workspace() as folder:
        tell("Reading the delivery")
        intake = read_delivery(loaded, plan, folder, memory_limit)
        tell("Computing two outcomes, and what lies between them")
        results = run_plan(engine, plan, optimize(plan), intake.tables, memory_limit, database)
        results = check_results(results, plan)
    table = pl.concat([intake.keys, results], how="horizontal").filter(intake.choose(loaded))
    return _compare(both, variants, plan, table, loaded.study)


def _compare(
    both: tuple[ResolvedOutcome, ResolvedOutcome],
    variants: Sequence[Variant],
    plan: Plan,
    table: pl.DataFrame,
    study: Study,
) -> TwoResults:
    """All that is told of two definitions, protected in one pass."""
    first, second = plan.outcomes[:2]
    below = study.rules.below
    named = list_named_groups(table, study.by, below)
    of_run = describe_outcomes(both, Plan((first, second)), table, study.by, below)
    statistics = [replace(each, is_of_run=True) for each in of_run]
    for members in named:
        statistics += compare_results(both, (first, second), members)
        statistics += compare_variants(both, variants, plan.outcomes, members)
    # A run tells other counts of the same persons, so these are not told as exactly as those.
    statistics = [replace(each, is_side=True) for each in statistics]
    told, _ = protect(statistics, (), study.rules)
    groups = {}
    for members in named:
        of_group = [each for each in told if each.statistic.group == members.group]
        groups[members.group] = GroupResults(
            members.table.height, lay_out_comparison(of_group), lay_out_steps(of_group)
        )
    return TwoResults(study.by, lay_out_summary(told, study.by), groups)


def _rename(resolved: ResolvedOutcome, letter: str) -> ResolvedOutcome:
    """Two files may define one id, such as an older and a newer one: they are told apart."""
    name = f"{resolved.outcome.outcome} ({letter.upper()})"
    return replace(resolved, outcome=resolved.outcome.model_copy(update={"outcome": name}))
