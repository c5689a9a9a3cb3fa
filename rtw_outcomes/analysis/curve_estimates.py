"""Estimates of curves of times to an event: how many by a day, mean times, and their comparison."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from rtw_outcomes.analysis.blank_estimates import BlankEstimates, fill
from rtw_outcomes.analysis.curve_numbers import CurveNumbers, FoundNumber
from rtw_outcomes.analysis.design import Adjustment
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.event_counts import CENSORED
from rtw_outcomes.analysis.least_squares import fit_differences
from rtw_outcomes.analysis.pseudo_values import list_pseudo_values

NO_EVENTS = "A group has no events by this day, so there is no ratio."


@dataclass(frozen=True)
class CurveEstimates:
    """Estimates of the curves of all groups.

    Attributes:
        blanks: the estimates without values.
        confidence: in percent.
    """

    blanks: BlankEstimates
    confidence: float

    @property
    def _numbers(self) -> CurveNumbers:
        return self.blanks.numbers

    def describe(self, number: int, group: int) -> Iterator[Estimate]:
        """How many are at risk, had an event and were censored by a day, and the curves there."""
        day, level = self.blanks.days[number], self.blanks.levels[number]
        shape = self.blanks.counts.totals.shape
        chosen = np.zeros(shape, bool)
        chosen[group, day:] = True
        count = self.blanks.blank_count(number, group, chosen)
        yield replace(count, name="n.risk", label=f"At risk at {level}")
        for code in range(shape[2]):
            chosen = np.zeros(shape, bool)
            chosen[group, : day + 1, code] = True
            count = self.blanks.blank_count(number, group, chosen)
            if code == CENSORED:
                yield replace(count, name="n.censor", label=f"Censored by {level}")
                continue
            cause = code - 1
            label = f"With {self.blanks.cause(cause)} by {level}"
            yield replace(count, name=self.blanks.name("n.event", cause), label=label)
            yield self.number(number, group, cause)

    def number(self, number: int, group: int, cause: int) -> Estimate:
        """A cumulative incidence, or the mean time to the horizon."""
        is_area = number == self._numbers.area
        limits = "" if is_area else "; limits on the scale log(-log)"
        estimate = replace(
            self.blanks.blank(number, cause, (group,)),
            context="rmst" if is_area else self.blanks.context,
            name=self.blanks.name("estimate", cause),
            label=self._tell(number, cause),
            method=f"{_capitalize(self._tell_estimator(number))}; {self.blanks.variance}{limits}.",
        )
        if estimate.error:
            return estimate
        found = self._numbers.level(number, group, cause)
        # Whether a share or a time is 0 is no hypothesis.
        return replace(fill(estimate, found, self.confidence), p_value=None)

    def difference(self, number: int, group: int, cause: int) -> Estimate:
        """The difference of a group and the reference."""
        estimate = self._plan_difference(number, group, cause, "difference")
        if estimate.error:
            return estimate
        return fill(estimate, self._numbers.difference(number, group, cause), self.confidence)

    def adjusted_difference(
        self, number: int, group: int, cause: int, plan: Adjustment, numbers: CurveNumbers | None
    ) -> Estimate:
        """The coefficient of the group in a regression on pseudo-values.

        Args:
            number: of the curves.
            group: which one is compared with the reference.
            cause: the number of the cause.
            plan: the design of the group and the reference.
            numbers: of the curves of the index dates in `plan`; None where there are none.
        """
        estimate = self._plan_difference(number, group, cause, "adjusted difference")
        if estimate.error:
            return estimate
        warnings = [estimate.warning, *plan.warnings]
        if numbers is None:
            return replace(
                estimate, warning=_join(warnings), covariates=plan.names, error=plan.error
            )
        own = BlankEstimates(numbers, self.blanks.levels).blank(number, cause, (1, 0))
        estimate = replace(
            estimate,
            covariates=plan.names,
            n=own.n,
            n_events=own.n_events,
            n_clusters=own.n_clusters,
            parts=own.parts,
            one_person=own.one_person,
        )
        if own.error:
            return replace(estimate, warning=_join(warnings), error=own.error)
        fit = fit_differences(plan.design, list_pseudo_values(numbers, number, cause))
        estimate = replace(
            estimate,
            warning=_join([*warnings, *fit.warnings]),
            method=f"Least squares on pseudo-values of {self._tell_estimator(number)}; {fit.method}.",
        )
        if fit.error or math.isnan(fit.values[0]):
            return replace(estimate, error=fit.error or fit.intervals[0].reason)
        without = numbers.pair_with_codes(fit.without[:, 0])
        found = FoundNumber(float(fit.values[0]), fit.intervals[0], without)
        return fill(estimate, found, self.confidence)

    def ratio(self, number: int, group: int, cause: int) -> Estimate:
        """The ratio of a group and the reference."""
        is_area = number == self._numbers.area
        estimate = replace(
            self.blanks.blank_ratio(number, cause, (group, 0)),
            context="rmst" if is_area else "risk_ratio",
            name=self.blanks.name("ratio" if is_area else "estimate", cause),
            label=f"{self._tell(number, cause)}, ratio",
            method=f"Ratio of {self._tell_estimator(number)}; {self.blanks.variance}, of the logarithm.",
        )
        if estimate.error:
            return estimate
        if min(self._numbers.value(number, each, cause) for each in (group, 0)) <= 0:
            return replace(estimate, error=NO_EVENTS)
        return fill(estimate, self._numbers.log_ratio(number, group, cause), self.confidence)

    def _plan_difference(self, number: int, group: int, cause: int, what: str) -> Estimate:
        is_area = number == self._numbers.area
        return replace(
            self.blanks.blank(number, cause, (group, 0)),
            context="rmst" if is_area else "proportion_difference",
            name=self.blanks.name("difference" if is_area else "estimate", cause),
            label=f"{self._tell(number, cause)}, {what}",
            unit="days" if is_area else "percentage points",
            method=f"Difference of {self._tell_estimator(number)}; {self.blanks.variance}.",
        )

    def _tell(self, number: int, cause: int) -> str:
        level, name = self.blanks.levels[number], self.blanks.cause(cause)
        if number != self._numbers.area:
            return f"Percent with {name} by {level}"
        if self._numbers.is_competing:
            return f"Mean days after {name}, up to {level}"
        return f"Mean days before {name}, up to {level}"

    def _tell_estimator(self, number: int) -> str:
        if number != self._numbers.area:
            return f"the cumulative incidence ({self.blanks.curve})"
        if self._numbers.is_competing:
            return "the restricted mean time lost (area under the Aalen-Johansen curve)"
        return "the restricted mean survival time (area under the Kaplan-Meier curve)"


def _capitalize(text: str) -> str:
    return text[0].upper() + text[1:]


def _join(sentences: list[str]) -> str:
    return " ".join(each for each in sentences if each)
