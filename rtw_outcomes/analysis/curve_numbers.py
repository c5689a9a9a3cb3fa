"""Numbers of curves with their intervals: cumulative incidence on some days, and the mean time lost.

The intervals come from leaving out each cluster once, or without clusters from the infinitesimal
jackknife over persons. Both are found here, so that no estimate has to know which.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rtw_outcomes.analysis.event_counts import EventCounts
from rtw_outcomes.analysis.fit import FEW_PERSONS
from rtw_outcomes.analysis.incidence import (
    find_influence,
    find_log_log,
    find_steps,
    sum_steps,
    weigh_days,
)
from rtw_outcomes.analysis.interval import Interval, find_interval
from rtw_outcomes.analysis.jackknife import leave_out_sums, run_jackknife
from rtw_outcomes.analysis.sample import Floats


@dataclass(frozen=True)
class FoundNumber:
    """A number with what is uncertain about it.

    Attributes:
        value: the number; the logarithm of a ratio.
        interval: on the same scale.
        without: the number without each cluster, by the number of the cluster in the sample.
    """

    value: float
    interval: Interval
    without: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class CurveNumbers:
    """Numbers of the curves of all groups and causes.

    The numbers are the cumulative incidences on the days of `at`, as shares, and last the area up to
    the horizon. Where nothing competes, the area is taken from the horizon: the restricted mean time
    to the event.

    Attributes:
        counts: the index dates, counted.
        at: days.
        horizon: the day up to which the area is taken.
        confidence: in percent.
    """

    counts: EventCounts
    at: tuple[int, ...]
    horizon: int
    confidence: float

    @property
    def is_competing(self) -> bool:
        """Whether there is more than one cause."""
        return len(self.counts.causes) > 1

    @property
    def area(self) -> int:
        """The number of the area among the numbers."""
        return len(self.at)

    @cached_property
    def _weights(self) -> Floats:
        weights = weigh_days(list(self.at), self.horizon, self.counts.last_day)
        if not self.is_competing:
            weights[-1] *= -1
        return weights

    @cached_property
    def _values(self) -> tuple[Floats, Floats]:
        """The numbers [number, group, cause], and without each cluster [cluster, ...]."""
        shape = (len(self.at) + 1, len(self.counts.groups), len(self.counts.causes))
        base = np.zeros((shape[0], 1, 1))
        if not self.is_competing:
            base[-1] = self.horizon

        def estimate(counts: Floats) -> Floats:
            return (sum_steps(counts.astype(np.int64), self._weights) + base).ravel()

        if not self.counts.has_clusters:
            return estimate(self.counts.totals.astype(float)).reshape(shape), np.zeros((0, *shape))
        full, without = leave_out_sums([self.counts.counts.astype(float)], estimate)
        return full.reshape(shape), without.reshape(-1, *shape)

    @cached_property
    def _influences(self) -> dict[tuple[int, int], Floats]:
        return {}

    def influence(self, number: int, cause: int) -> Floats:
        """By how much an index date in each cell of [group, day, status] moves a number of its group."""
        key = (number, cause)
        if key not in self._influences:
            self._influences[key] = find_influence(self.counts.totals, self._weights[number], cause)
        return self._influences[key]

    def value(self, number: int, group: int, cause: int) -> float:
        """The number itself."""
        return float(self._values[0][number, group, cause])

    def level(self, number: int, group: int, cause: int) -> FoundNumber:
        """A number of one group; the interval of a share is made on the scale log(-log)."""
        factors = np.zeros(len(self.counts.groups))
        factors[group] = 1
        plain = self._find(number, cause, factors, False)
        value, interval = plain.value, plain.interval
        if number == self.area:
            return FoundNumber(value, interval)
        if self.is_competing:
            return FoundNumber(value, find_log_log(value, interval))
        # R takes the scale log(-log) of the share without the event where nothing competes.
        return FoundNumber(value, _turn(find_log_log(1 - value, _turn(interval))))

    def difference(self, number: int, group: int, cause: int) -> FoundNumber:
        """The difference of a group and the first one."""
        factors = np.zeros(len(self.counts.groups))
        factors[[0, group]] = -1, 1
        return self._find(number, cause, factors, False)

    def log_ratio(self, number: int, group: int, cause: int) -> FoundNumber:
        """The logarithm of the ratio of a group and the first one; both must be above 0."""
        factors = np.zeros(len(self.counts.groups))
        factors[0] = -1 / self.value(number, 0, cause)
        factors[group] = 1 / self.value(number, group, cause)
        return self._find(number, cause, factors, True)

    def _find(self, number: int, cause: int, factors: Floats, is_log: bool) -> FoundNumber:
        """The sum of the numbers of some groups, or of their logarithms, with plus or minus.

        Args:
            number: which one.
            cause: the number of the cause.
            factors: by how much the number of each group moves the sum; 0 for groups not in it.
            is_log: whether it is a sum of logarithms.
        """
        chosen = np.flatnonzero(factors)
        full, without = (each[..., number, chosen, cause] for each in self._values)
        signs = np.sign(factors[chosen])
        with np.errstate(divide="ignore", invalid="ignore"):
            if is_log:
                full, without = np.log(full), np.log(without)
            left = without @ signs
        value = float(full @ signs)
        if not self.counts.has_clusters:
            if int(self.counts.persons_of_groups[chosen].min()) < 2:
                return FoundNumber(value, Interval(reason=FEW_PERSONS))
            influence = self.influence(number, cause) * factors[:, None, None]
            se = self.counts.find_standard_error(influence)
            return FoundNumber(value, find_interval(value, se, math.inf, self.confidence))
        with np.errstate(invalid="ignore"):
            interval = run_jackknife(
                np.array([value]), left[:, None], self.counts.members[chosen], self.confidence
            )[0]
        return FoundNumber(value, interval, self.pair_with_codes(left))

    def pair_with_codes(self, without: Floats) -> tuple[tuple[int, float], ...]:
        """Values without each cluster, with the numbers of the clusters in the sample."""
        return tuple(zip(self.counts.cluster_codes.tolist(), without.tolist(), strict=True))

    def weight_of_one(self, group: int, day: int) -> float:
        """By how much one person can move a share on a day at the most.

        It is the share free of events divided by the number at risk on the last day up to then with
        anybody at risk: 1 / n where nobody was censored, more after others were.
        """
        steps = find_steps(self.counts.totals[group])
        at_risk = np.flatnonzero(steps.at_risk[: day + 1])
        if at_risk.size == 0:
            return 0.0
        last = at_risk[-1]
        return float(self.counts.most_rows_of_a_person * steps.free[last] / steps.at_risk[last])

    def is_followed(self, group: int, day: int) -> bool:
        """Whether the curve is known on the day: somebody is at risk, or everybody has had an event."""
        steps = find_steps(self.counts.totals[group])
        return bool(steps.at_risk[day] > 0 or steps.free[day] < 1e-12)


def _turn(interval: Interval) -> Interval:
    """The interval of 1 minus the share."""
    if interval.low is None or interval.high is None:
        return interval
    return Interval(interval.se, 1 - interval.high, 1 - interval.low, interval.df)
