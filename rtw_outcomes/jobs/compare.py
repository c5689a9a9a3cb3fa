"""Compute two definitions on the people of a study, and compare what they give."""

import os
from dataclasses import dataclass, replace

import polars as pl

from rtw_outcomes.definitions.variants import change_one_at_a_time
from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.intake.delivery import read_delivery
from rtw_outcomes.intake.study_reader import read_study
from rtw_outcomes.jobs.progress import Progress, read_progress
from rtw_outcomes.jobs.study_checks import check_engine
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.comparison import (
    Comparison,
    Steps,
    compare_results,
    compare_variants,
)
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.summary import split_groups, summarise


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
    plan = plan_outcomes(outcomes, loaded.employer_periods)
    with open_workspace() as folder:
        tell("Reading the delivery")
        intake = read_delivery(loaded, plan, folder, memory_limit)
        tell("Computing two outcomes, and what lies between them")
        results = run_plan(engine, plan, optimize(plan), intake.tables, memory_limit)
        results = check_results(results, plan)
    table = pl.concat([intake.keys, results], how="horizontal").filter(intake.choose(loaded))
    first, second = plan.outcomes[:2]
    by, below = loaded.study.by, loaded.study.suppress_below
    groups = {
        group: GroupResults(
            members.height,
            compare_results(both, (first, second), members.table, below),
            compare_variants(both, variants, plan.outcomes, members.table, below),
        )
        for group, members in split_groups(table, by).items()
    }
    return TwoResults(by, summarise(both, Plan((first, second)), table, by, below), groups)


def _rename(resolved: ResolvedOutcome, letter: str) -> ResolvedOutcome:
    """Two files may define one id, such as an older and a newer one: they are told apart."""
    name = f"{resolved.outcome.outcome} ({letter.upper()})"
    return replace(resolved, outcome=resolved.outcome.model_copy(update={"outcome": name}))
