"""The statistics of a run as they may leave: computed, protected in one pass, and laid out as tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.disclosure.estimates import ToldEstimate
from rtw_outcomes.disclosure.protect import ToldStatistic, protect
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.results.summary import lay_out_summary
from rtw_outcomes.statistics.every import describe_outcomes
from rtw_outcomes.statistics.members import split_groups


@dataclass(frozen=True)
class Released:
    """The statistics of a run as they may leave.

    Attributes:
        summary: the table of `summary.csv`.
        has_unnamed_groups: whether groups of few persons are left out.
        described: what describes the persons.
        estimates: what compares groups.
    """

    summary: pl.DataFrame
    has_unnamed_groups: bool
    described: tuple[ToldStatistic, ...]
    estimates: tuple[ToldEstimate, ...]

    @property
    def hidden(self) -> dict[str, int]:
        """How many numbers are hidden, by the reason."""
        reasons = [each.told.why for each in self.described if each.told.why]
        reasons += [each.why for each in self.estimates if each.why]
        return dict(sorted(Counter(reasons).items()))


def release(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    table: pl.DataFrame,
    by: Sequence[str],
    rules: RuleSet,
    ends: pl.Series | None = None,
) -> Released:
    """Compute all statistics of a run and decide in what form each is told.

    Args:
        resolved: the outcomes, in the order of the plan.
        plan: what was computed.
        table: keys and results together, one row per person and index date.
        by: columns of `table` that make the groups.
        rules: the rules of disclosure control.
        ends: why the observation of each row ends, where censored persons are to be counted by it.
    """
    statistics = list(describe_outcomes(resolved, plan, table, by, rules.below, ends))
    described, estimates = protect(statistics, (), rules)
    groups = split_groups(table, by)
    return Released(
        summary=lay_out_summary(described, by),
        has_unnamed_groups=bool(by) and any(each.count < rules.below for each in groups),
        described=tuple(described),
        estimates=tuple(estimates),
    )
