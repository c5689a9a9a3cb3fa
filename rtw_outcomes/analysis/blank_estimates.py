"""Estimates about times to an event before they have a value: who is in them, and how few may be."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rtw_outcomes.analysis.curve_numbers import CurveNumbers, FoundNumber
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.event_counts import EventCounts
from rtw_outcomes.analysis.interval import limit_ratio
from rtw_outcomes.analysis.sample import Flags

EVENT = "event"  # the name of the status that an outcome is about; the others compete with it
NOBODY = "Nobody is at risk in a group."
UNKNOWN = "Nobody is under observation any more on this day; the curve keeps its last value."


@dataclass(frozen=True)
class BlankEstimates:
    """Estimates without a value, filled with all that follows from the counts.

    Attributes:
        numbers: of the curves.
        levels: what each number is about, as written: the days of `numbers.at`, and the horizon.
    """

    numbers: CurveNumbers
    levels: tuple[str, ...]

    @property
    def counts(self) -> EventCounts:
        """The index dates, counted."""
        return self.numbers.counts

    @property
    def curve(self) -> str:
        """The name of the estimator of curves."""
        return "Aalen-Johansen" if self.numbers.is_competing else "Kaplan-Meier"

    @property
    def variance(self) -> str:
        """The name of the variance of the numbers of curves."""
        if self.counts.has_clusters:
            return "delete-one-cluster jackknife, t"
        return "infinitesimal jackknife over persons"

    @property
    def context(self) -> str:
        """The context of the numbers of curves."""
        return "competing_cif" if self.numbers.is_competing else "survival_survfit"

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days that the numbers are about."""
        return (*self.numbers.at, self.numbers.horizon)

    def name(self, stem: str, cause: int) -> str:
        """A name of a statistic; that of a cause other than the event ends with the cause."""
        status = self.counts.causes[cause]
        return stem if status == EVENT else f"{stem}.{status}"

    def cause(self, cause: int) -> str:
        """A cause in words."""
        status = self.counts.causes[cause]
        return "the event" if status == EVENT else status.replace("_", " ")

    def have_rows(self, groups: tuple[int, ...]) -> bool:
        """Whether each of the groups has somebody at risk."""
        return bool(self.counts.at_risk[list(groups), 0].min() > 0)

    def events(self, number: int, cause: int, group: int) -> int:
        """The events of a cause in a group by the day that a number is about."""
        day = self.days[number]
        return int(self.counts.totals[group, : day + 1, cause + 1].sum())

    def blank(self, number: int, cause: int, groups: tuple[int, ...]) -> Estimate:
        """An estimate of a number of curves in percent or days, or of their difference.

        Args:
            number: of the curves.
            cause: the number of the cause.
            groups: one group; a group and the reference; or all groups.
        """
        is_area = number == self.numbers.area
        chosen = list(groups)
        names = self.counts.groups
        return Estimate(
            "",
            "",
            "",
            None,
            unit="days" if is_area else "percent",
            group=names[groups[0]],
            reference=names[groups[1]] if len(groups) > 1 else "",
            variable="time",
            level=self.levels[number],
            n=int(self.counts.at_risk[chosen, 0].sum()),
            n_events=sum(self.events(number, cause, group) for group in groups),
            n_clusters=self._count_clusters(groups),
            parts=self._count_parts(number, cause, groups),
            one_person=max(self._weigh_one(number, group) for group in groups),
            warning="" if self._are_followed(number, groups) else UNKNOWN,
            error="" if self.have_rows(groups) else NOBODY,
        )

    def blank_ratio(self, number: int, cause: int, groups: tuple[int, ...]) -> Estimate:
        """An estimate of a ratio."""
        fewest = min(self.events(number, cause, group) for group in groups)
        most = self.counts.most_rows_of_a_person
        return replace(
            self.blank(number, cause, groups),
            unit="ratio",
            is_ratio=True,
            one_person=most / fewest if fewest else 0.0,
        )

    def blank_test(self, cause: int, groups: tuple[int, ...]) -> Estimate:
        """An estimate of a statistic of a test: no contrast, so it has no reference."""
        plain = self.blank(self.numbers.area, cause, groups)
        return replace(plain, reference="", unit="chi-square", one_person=0.0, warning="", error="")

    def blank_count(self, number: int, group: int, chosen: Flags) -> Estimate:
        """The number of index dates in the chosen cells of [group, day, status]."""
        others = np.zeros_like(chosen)
        others[group] = ~chosen[group]
        return Estimate(
            self.context,
            "",
            "",
            float(self.counts.totals[chosen].sum()),
            unit="index dates",
            group=self.counts.groups[group],
            variable="time",
            level=self.levels[number],
            method="Number of index dates.",
            n=int(self.counts.at_risk[group, 0]),
            n_clusters=self._count_clusters((group,)),
            parts=(self.counts.count_persons(chosen), self.counts.count_persons(others)),
            one_person=float(self.counts.most_rows_of_a_person),
        )

    def _count_clusters(self, groups: tuple[int, ...]) -> int | None:
        if not self.counts.has_clusters:
            return None
        return int(self.counts.members[list(groups)].any(axis=0).sum())

    def _count_parts(self, number: int, cause: int, groups: tuple[int, ...]) -> tuple[int, ...]:
        """Persons with the cause by the day and without it, in each group."""
        parts = []
        for group in groups:
            has_cause = np.zeros(self.counts.totals.shape, bool)
            has_cause[group, : self.days[number] + 1, cause + 1] = True
            others = np.zeros_like(has_cause)
            others[group] = ~has_cause[group]
            parts += [self.counts.count_persons(has_cause), self.counts.count_persons(others)]
        return tuple(parts)

    def _weigh_one(self, number: int, group: int) -> float:
        weight = self.numbers.weight_of_one(group, self.days[number])
        return weight * (self.numbers.horizon if number == self.numbers.area else 100)

    def _are_followed(self, number: int, groups: tuple[int, ...]) -> bool:
        # The last day under the area is the one before the horizon.
        day = self.days[number] - (number == self.numbers.area)
        return all(self.numbers.is_followed(group, max(day, 0)) for group in groups)


def fill(blank: Estimate, found: FoundNumber, confidence: float) -> Estimate:
    """Fill in a value with its interval; ratios come as logarithms, shares as parts of 1."""
    interval = limit_ratio(found.interval) if blank.is_ratio else found.interval
    scale = 100 if blank.unit.startswith("percent") else 1
    scaled = [
        None if each is None else scale * each
        for each in (found.value, interval.low, interval.high)
    ]
    if blank.is_ratio:
        scaled = [None if each is None else math.exp(each) for each in scaled]
    return replace(
        blank,
        value=scaled[0],
        low=scaled[1],
        high=scaled[2],
        confidence=None if interval.low is None else confidence,
        se=None if interval.se is None else scale * interval.se,
        p_value=interval.p_value,
        error=interval.reason,
        without_clusters=tuple((code, scale * each) for code, each in found.without),
    )
