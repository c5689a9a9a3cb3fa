"""The statistics of a run as they may leave: computed, protected in one pass, and laid out as tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.disclosure.curves import thin_curve
from rtw_outcomes.disclosure.estimates import ToldEstimate
from rtw_outcomes.disclosure.protect import protect
from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.intake.delivery import Intake
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.language.comparison_keys import Compare
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.results.pitfalls import Pitfall, find_pitfalls
from rtw_outcomes.results.results_table import lay_out_results
from rtw_outcomes.results.summary import lay_out_summary
from rtw_outcomes.statistics.censoring import find_last_days
from rtw_outcomes.statistics.comparison_sample import ComparedRows, choose_rows
from rtw_outcomes.statistics.comparisons import compare_outcomes, draw_curves
from rtw_outcomes.statistics.description import ComparedWith
from rtw_outcomes.statistics.every import describe_outcomes, list_named_groups
from rtw_outcomes.statistics.statistic import Compared, OutcomeCurve, Statistic
from rtw_outcomes.statistics.table_one import describe_cohort

TOO_FEW_GROUPS = "Fewer than two groups, or no reference, have enough persons to be compared."


@dataclass(frozen=True)
class Released:
    """The statistics of a run as they may leave.

    Attributes:
        summary: the table of `summary.csv`.
        results: the table of `results.csv`, one row per statistic.
        has_results: whether the study asks for more than the summary.
        has_unnamed_groups: whether groups of few persons are left out.
        pitfalls: what readers of the results should know.
        described: what describes the persons.
        estimates: what compares groups.
    """

    summary: pl.DataFrame
    results: pl.DataFrame
    has_results: bool
    has_unnamed_groups: bool
    pitfalls: tuple[Pitfall, ...]
    described: tuple[ToldStatistic, ...]
    estimates: tuple[ToldEstimate, ...]

    @property
    def hidden(self) -> dict[str, int]:
        """How many numbers are hidden, by the reason."""
        reasons = [each.told.why for each in self.described if each.told.why]
        reasons += [each.why for each in self.estimates if each.why]
        return dict(sorted(Counter(reasons).items()))


def release_study(loaded: LoadedStudy, intake: Intake, plan: Plan, table: pl.DataFrame) -> Released:
    """Compute all statistics that a study asks for and decide in what form each is told.

    Args:
        loaded: the study.
        intake: what was read, which says whose rows count and why their observation ends.
        plan: what was computed.
        table: keys and results together, one row per person and index date.
    """
    study, counted = loaded.study, intake.choose(loaded)
    return release(
        loaded.outcomes,
        plan,
        table.filter(counted),
        study.by,
        study.rules,
        find_last_days(intake.tables).filter(counted),
        compare=study.compare,
        describe=study.describe,
        primary=study.primary,
    )


def release(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    table: pl.DataFrame,
    by: Sequence[str],
    rules: RuleSet,
    ends: pl.Series | None = None,
    *,
    compare: Compare | None = None,
    describe: Sequence[str] = (),
    primary: Sequence[str] = (),
) -> Released:
    """Compute all statistics of a run and decide in what form each is told.

    Args:
        resolved: the outcomes, in the order of the plan.
        plan: what was computed.
        table: keys and results together, one row per person and index date.
        by: columns of `table` that make the groups.
        rules: the rules of disclosure control.
        ends: why the observation of each row ends, where censored persons are to be counted by it.
        compare: the comparison of groups, if there is one.
        describe: columns of `table` that describe the persons.
        primary: the outcomes whose effects are estimated under other choices, too; all where none is named.
    """
    below = rules.below
    is_described = compare is not None and tuple(by) == (compare.groups,)
    at = ComparedWith(compare.at, below <= 1) if compare and is_described else None
    statistics = list(describe_outcomes(resolved, plan, table, by, below, ends, at))
    compared: list[Compared] = []
    curves: list[OutcomeCurve] = []
    rows = None
    if compare:
        rows = choose_rows(table, compare, below)
        compared = list(_compare(resolved, plan, rows, compare, is_described, primary))
        curves = list(draw_curves(resolved, plan, rows, compare)) if rows else []
    if compare or describe:
        statistics += _describe_cohort(table, by, compare, describe, below)
    place = by.index(compare.groups) if compare and compare.groups in by else None
    described, estimates = protect(statistics, compared, rules, place)
    told = list(zip((each.outcome for each in compared), estimates, strict=True))
    pitfalls = find_pitfalls(
        resolved, described, told, rows, compare.at if compare and rows else ()
    )
    sizes = {each.group: each.n.partition.codes.size for each in statistics if not each.is_side}
    return Released(
        summary=lay_out_summary(described, by),
        results=lay_out_results(
            described,
            told,
            by=by,
            compared=compare.groups if compare else "",
            reference=compare.reference if compare else "",
            fingerprints={each.id: each.fingerprint for each in resolved},
            pitfalls=pitfalls,
            curves=((each, thin_curve(each, rules)) for each in curves),
        ),
        has_results=bool(compare or describe),
        has_unnamed_groups=bool(by) and sum(sizes.values()) < table.height,
        pitfalls=pitfalls,
        described=tuple(described),
        estimates=tuple(estimates),
    )


def _compare(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    rows: ComparedRows | None,
    compare: Compare,
    is_described: bool,
    primary: Sequence[str],
) -> Iterator[Compared]:
    if rows is not None:
        yield from compare_outcomes(resolved, plan, rows, compare, is_described, primary)
        return
    for each in resolved:
        nothing = Estimate("mean_difference", "estimate", "Difference", None, error=TOO_FEW_GROUPS)
        yield Compared(each.id, (), nothing)


def _describe_cohort(
    table: pl.DataFrame,
    by: Sequence[str],
    compare: Compare | None,
    describe: Sequence[str],
    below: int,
) -> Iterator[Statistic]:
    """Table 1: of the groups that are compared, or else of those of the summary."""
    columns = (compare.groups,) if compare else tuple(by)
    groups = list_named_groups(table, columns, below)
    is_side = columns != tuple(by)
    yield from describe_cohort(table, groups, describe, below, is_side=is_side)
