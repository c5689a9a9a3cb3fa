"""Every statistic that describes the persons of a run: outcome by outcome, group by group."""

from collections.abc import Iterator, Sequence

import polars as pl

from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.statistics.censoring import CensoringReasons, add_censoring
from rtw_outcomes.statistics.description import ComparedWith, describe_outcome
from rtw_outcomes.statistics.members import Members, split_groups
from rtw_outcomes.statistics.statistic import Statistic


def describe_outcomes(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    table: pl.DataFrame,
    by: Sequence[str],
    below: int,
    ends: pl.Series | None = None,
    compared: ComparedWith | None = None,
) -> Iterator[Statistic]:
    """Describe every outcome in every group that may be named.

    Args:
        resolved: the outcomes, in the order of the plan.
        plan: what was computed.
        table: keys and results together, one row per person and index date.
        by: columns of `table` that make the groups.
        below: groups of fewer persons are left out, for their names alone would tell of them.
        ends: why the observation of each row ends, where censored persons are to be counted by it.
        compared: what a comparison of the groups will be made of; None where they are not compared.
    """
    censoring: dict[str, CensoringReasons] = {}
    if ends is not None:
        table, censoring = add_censoring(plan, table, ends)
    groups = list_named_groups(table, by, below)
    for each, planned in zip(resolved, plan.outcomes, strict=True):
        for members in groups:
            reasons = censoring.get(planned.outcome)
            yield from describe_outcome(each, planned, members, reasons, compared)


def list_named_groups(table: pl.DataFrame, by: Sequence[str], below: int) -> list[Members]:
    """The groups of at least so many persons; everybody is a group of any size."""
    return [each for each in split_groups(table, by) if each.count >= below or not by]
