"""The comparison of times to an event between groups: curves, their differences, tests and hazards."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from rtw_outcomes.analysis.blank_estimates import BlankEstimates, fill
from rtw_outcomes.analysis.curve_estimates import CurveEstimates
from rtw_outcomes.analysis.curve_numbers import CurveNumbers
from rtw_outcomes.analysis.design import Adjustment, adjust
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.event_counts import count_events
from rtw_outcomes.analysis.hazards import compare_hazards
from rtw_outcomes.analysis.incidence import Curve, draw_curve
from rtw_outcomes.analysis.incidence_tests import run_gray, run_log_rank
from rtw_outcomes.analysis.sample import Ints, Sample

IGNORES_CLUSTERS = "The test ignores clusters; its p-value may be far too small."
LEFT_BEFORE = "Groups with nobody at risk when the first event comes are not in the test."
IGNORES_PERSONS = "The test ignores that a person has several index dates."


@dataclass(frozen=True)
class Times:
    """Times to an event.

    Attributes:
        days: for each index date the day of its event or of the end of its observation; -1 where it
            is not at risk.
        status: for each the number of its status in `statuses`; any number where not at risk.
        statuses: `censored`, `event`, then each competing event.
        at: days, by what the study calls them.
        horizon: the day up to which mean times, tests and hazards look.
    """

    days: Ints
    status: Ints
    statuses: tuple[str, ...]
    at: Mapping[str, int]
    horizon: int

    def choose(self, sample: Sample) -> tuple[Sample, "Times"]:
        """The sample and the times of those at risk."""
        at_risk = self.days >= 0
        return sample.keep(at_risk), replace(
            self, days=self.days[at_risk], status=self.status[at_risk]
        )

    def number_curves(self, sample: Sample) -> CurveNumbers:
        """The numbers of the curves of a sample."""
        last_day = max(self.horizon, *self.at.values(), 0)
        counts = count_events(sample, self.days, self.status, self.statuses, last_day)
        return CurveNumbers(counts, tuple(self.at.values()), self.horizon, sample.confidence)


def compare_times(
    sample: Sample,
    days: Ints,
    status: Ints,
    statuses: tuple[str, ...],
    at: Mapping[str, int],
    horizon: int,
) -> list[Estimate]:
    """Compare times to an event between groups, for the event and for each cause that competes.

    For each cause, group and day of `at`: the cumulative incidence in percent; and how many are at
    risk at the beginning of the day, had the event by its end and were censored by its end, as in
    R's `summary(survfit(...), times=)`. A person whose observation ends on the day is therefore at
    risk and censored. For each group and the reference: the difference and the ratio on these days,
    the same for the mean time to the horizon, and the hazard ratio; of differences and hazard ratios
    the adjusted ones too when the sample has covariates. For each cause a test over all groups.
    Names of numbers about another cause than `event` end with it: `estimate.death`.

    Args:
        sample: the index dates; the first group is the reference.
        days: see `Times`.
        status: see `Times`.
        statuses: see `Times`.
        at: see `Times`.
        horizon: see `Times`.
    """
    sample, times = Times(days, status, statuses, at, horizon).choose(sample)
    numbers = times.number_curves(sample)
    written = next((name for name, day in at.items() if day == horizon), f"{horizon} days")
    blanks = BlankEstimates(numbers, (*at, written))
    return list(_TimesComparison(sample, times, blanks).list_estimates())


def curve(
    sample: Sample, days: Ints, status: Ints, statuses: tuple[str, ...], last_day: int
) -> dict[tuple[str, str], Curve]:
    """The whole curves by group and cause, exact; nobody may see them before they are thinned."""
    counts = count_events(sample, days, status, statuses, last_day)
    return {
        (group, cause): draw_curve(counts, one, other)
        for one, group in enumerate(counts.groups)
        for other, cause in enumerate(counts.causes)
    }


@dataclass(frozen=True)
class _TimesComparison:
    """The index dates at risk and what is said about them."""

    sample: Sample
    times: Times
    blanks: BlankEstimates

    def list_estimates(self) -> Iterator[Estimate]:
        curves = CurveEstimates(self.blanks, self.sample.confidence)
        numbers = self.blanks.numbers
        groups = range(len(self.sample.groups))
        for number in range(numbers.area):
            for group in groups:
                yield from curves.describe(number, group)
        for cause in range(len(self.blanks.counts.causes)):
            yield from (curves.number(numbers.area, group, cause) for group in groups)
            yield self._test(cause)
        for group in groups[1:]:
            yield from self._compare(curves, group)

    def _compare(self, curves: CurveEstimates, group: int) -> Iterator[Estimate]:
        """A group with the reference; others have no part in it, so that none can spoil it."""
        pair, times = self._choose_pair(group)
        is_adjusted = bool(self.sample.covariates)
        plan, own = _plan_adjusted(pair, times) if is_adjusted else (None, None)
        blanks = BlankEstimates(times.number_curves(pair), self.blanks.levels)
        adjusted_blanks = BlankEstimates(own, self.blanks.levels) if own else blanks
        for cause in range(len(self.blanks.counts.causes)):
            for number in range(len(self.blanks.levels)):
                yield curves.difference(number, group, cause)
                if plan is not None:
                    yield curves.adjusted_difference(number, group, cause, plan, own)
                yield curves.ratio(number, group, cause)
            yield from self._compare_hazards(pair, times, blanks, cause, False)
            if is_adjusted:
                yield from self._compare_hazards(pair, times, adjusted_blanks, cause, True)

    def _choose_pair(self, group: int) -> tuple[Sample, Times]:
        chosen = (self.sample.group == 0) | (self.sample.group == group)
        kept = self.sample.keep(chosen)
        pair = replace(
            kept,
            groups=(self.sample.groups[0], self.sample.groups[group]),
            group=(kept.group == group).astype(np.int64),
        )
        own = replace(self.times, days=self.times.days[chosen], status=self.times.status[chosen])
        return pair, own

    def _compare_hazards(
        self, pair: Sample, times: Times, blanks: BlankEstimates, cause: int, is_adjusted: bool
    ) -> Iterator[Estimate]:
        what = f"Hazard of {blanks.cause(cause)}" + (", adjusted" if is_adjusted else "")
        ratio = replace(
            blanks.blank_ratio(blanks.numbers.area, cause, (1, 0)),
            context="coxph",
            name=blanks.name("estimate", cause),
            label=f"{what}, ratio",
            warning="",
        )
        if ratio.error:
            yield ratio
            return
        hazards = compare_hazards(
            pair,
            np.minimum(times.days, times.horizon),
            (times.status == cause + 1) & (times.days <= times.horizon),
            is_adjusted,
        )
        ratio = replace(
            ratio,
            method=hazards.method,
            warning=" ".join(hazards.warnings),
            covariates=hazards.covariates,
        )
        if hazards.log_ratio is None:
            yield replace(ratio, error=hazards.error)
            return
        yield fill(ratio, hazards.log_ratio, self.sample.confidence)
        if not math.isnan(hazards.statistic):
            yield replace(
                blanks.blank_test(cause, (1, 0)),
                context="coxph",
                name=blanks.name("proportional", cause),
                label=f"{what}: test that the ratio is the same on all days",
                value=hazards.statistic,
                p_value=hazards.p_value,
                method="Score test of the group times log(1 + day), as cox.zph of R; it takes index dates for independent.",
                covariates=hazards.covariates,
            )

    def _test(self, cause: int) -> Estimate:
        counts = self.blanks.counts
        is_gray = self.blanks.numbers.is_competing
        groups = tuple(range(len(counts.groups)))
        what = "Gray's test" if is_gray else "Log-rank test"
        warning = "" if counts.is_one_row_per_person else IGNORES_PERSONS
        estimate = replace(
            self.blanks.blank_test(cause, groups),
            context="gray" if is_gray else "logrank",
            name=self.blanks.name("statistic", cause),
            label=f"{what} of {self.blanks.cause(cause)}, up to {self.blanks.levels[-1]}",
            group="",
            reference="",
            method=f"{what} over all groups" + (", variance of cmprsk." if is_gray else "."),
            warning=IGNORES_CLUSTERS if counts.has_clusters else warning,
        )
        cut = counts.cut(self.times.horizon)
        found = run_gray(cut, cause) if is_gray else run_log_rank(cut)
        if found.statistic is None:
            return replace(estimate, warning="", error=found.reason)
        if found.df is not None and found.df < len(groups) - 1:
            estimate = replace(estimate, warning=f"{estimate.warning} {LEFT_BEFORE}".strip())
        return replace(estimate, value=found.statistic, p_value=found.p_value)


def _plan_adjusted(pair: Sample, times: Times) -> tuple[Adjustment, CurveNumbers | None]:
    """The design of two groups, and the curves of those that have all covariates."""
    plan = adjust(pair)
    if plan.error:
        return plan, None
    if plan.kept is None:
        return plan, times.number_curves(pair)
    kept = replace(times, days=times.days[plan.kept], status=times.status[plan.kept])
    return plan, kept.number_curves(pair.keep(plan.kept))
