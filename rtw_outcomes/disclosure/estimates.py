"""Estimates of a comparison as they are told: no finer than the counts and means that they are made of."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.interval import find_p_value, find_quantile
from rtw_outcomes.disclosure.count_system import to_nearest
from rtw_outcomes.disclosure.moments import has_few_values
from rtw_outcomes.disclosure.remainders import NOTHING_EXPOSED, Exposing
from rtw_outcomes.disclosure.steps import round_up_step, tidy, to_step
from rtw_outcomes.disclosure.told import COUNT, FEW_EVENTS, FEW_PERSONS, Told, ToldStatistic
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.contributors import Count, Moment

FINEST = {"ratio": 0.01, "percent": 0.1, "": 0.001}
FINEST_OF_OTHERS = 0.01
FINEST_OF_LIKENESS = 0.05  # of the intracluster correlation
FINEST_OF_TESTS = 0.1  # of the statistic of a test
COUNT_BY_DAY = "index dates"  # the unit of those at risk, with the event and censored by a day
COUNTED = ("clusters", "persons", COUNT_BY_DAY)
RATIOS_OF_SHARES = ("risk_ratio", "proportion_ratio")
COARSEST_RATIO = 0.5  # of its value: in larger steps a ratio tells nothing
SAME = 1e-9  # relative: two ways to one share
FINEST_P, COARSE_P = 0.001, 0.01
# The largest p value that is told as below it.
BELOW_P = (0.001, 0.01, 0.05)


@dataclass(frozen=True)
class ToldEstimate:
    """An estimate as it is told.

    Attributes:
        estimate: the exact one, for all that is no number.
        value, low, high, p_value: the numbers as they are told.
        n, n_events: the index dates and events as they are told.
        step: the step of the value and of its limits.
        p_step: the step of the p value; one that is told as 0 is below it.
        why: why it is hidden; empty for one that is told.
    """

    estimate: Estimate
    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n: int | None
    n_events: int | None
    step: float | None = None
    p_step: float = FINEST_P
    why: str = ""


@dataclass(frozen=True)
class Origin:
    """What an estimate is made of, as the description of its groups tells it.

    Attributes:
        statistics: one for each group, the reference last; empty where the description has nothing, as of
            subgroups.
    """

    statistics: tuple[ToldStatistic, ...] = ()

    @property
    def why(self) -> str:
        """Why one of them is hidden; empty where none is."""
        return next((each.told.why for each in self.statistics if each.told.why), "")

    @property
    def is_of_values(self) -> bool:
        """Whether it is made of the values of persons, and not of counts."""
        return bool(self.statistics) and not any(
            isinstance(each.statistic.number, Count) for each in self.statistics
        )

    @property
    def is_of_many_values(self) -> bool:
        """Whether it is made of values that are so different that their mean tells no count."""
        return self.is_of_values and not any(
            isinstance(each.statistic.number, Moment) and has_few_values(each.statistic.number)
            for each in self.statistics
        )

    @property
    def is_of_persons(self) -> bool:
        """Whether each index date is of another person."""
        return all(each.statistic.n.partition.persons is None for each in self.statistics)

    @property
    def is_exact(self) -> bool:
        """Whether it is made of counts that are told as they are."""
        return (
            bool(self.statistics)
            and not self.is_of_values
            and all(
                each.told.value is not None
                and each.told.step is None
                and each.n.value is not None
                and each.n.step is None
                for each in self.statistics
            )
        )

    def count(self) -> int:
        """The index dates, exactly."""
        return sum(each.statistic.n.value for each in self.statistics)

    def tell_n(self) -> int | None:
        """The index dates; None where their number is hidden."""
        return _add(each.n for each in self.statistics)

    def tell_events(self) -> int | None:
        """The events; None where their number is hidden."""
        return None if self.is_of_values else _add(each.told for each in self.statistics)

    def list_shares(self) -> list[tuple[float, float]]:
        """For each group the share of events as it is told and as it is; empty where there is none."""
        pairs = []
        for each in self.statistics:
            number, told, n = each.statistic.number, each.told.value, each.n.value
            if not isinstance(number, Count) or told is None or not n:
                return []
            pairs.append((told / n, number.value / each.statistic.n.value))
        return pairs


def _add(told: Iterable[Told]) -> int | None:
    total = 0.0
    for each in told:
        if each.value is None:
            return None
        total += each.value
    return int(total)


def tell_estimate(
    estimate: Estimate, rules: RuleSet, source: Origin, exposing: Exposing = NOTHING_EXPOSED
) -> ToldEstimate:
    """An estimate as the rules let it be told.

    Beside exact counts it is told in steps that one person cannot move. Where a count is told in steps, the
    estimate is moved to what it would be with the count as it is told, in steps that as many persons as a
    group must have cannot move; so it tells of the count what the count itself tells. Where something
    that it is made of is hidden, it is hidden.

    Args:
        estimate: the exact numbers.
        rules: the rules.
        source: what it is made of.
        exposing: whether its counts would tell how few index dates are not in it.
    """
    below = rules.below
    if below <= 1:
        return _tell_exactly(estimate)
    if any(0 < persons < below for persons in estimate.parts) or source.why:
        return _hide(estimate, source.why or COUNT)
    is_known = bool(source.statistics) and estimate.n == source.count()
    if is_known and estimate.unit == COUNT_BY_DAY:
        return _tell_count(estimate, source)
    if estimate.low is None and estimate.p_value is not None:
        return _tell_test(estimate, source, is_known, below, exposing)
    is_exact = is_known and source.is_exact and not rules.round_to
    persons = 1 if is_exact or (is_known and source.is_of_many_values) else below
    least = estimate.one_person * persons
    value = estimate.value
    if estimate.is_ratio:
        least *= value or 1.0
        if value is not None and least > value * COARSEST_RATIO:
            return _hide(estimate, FEW_EVENTS)
    finest = _find_finest(estimate)
    step = round_up_step(max(least, finest))
    if _is_narrower(estimate, step):
        return _hide(estimate, FEW_PERSONS)
    shares = source.list_shares() if is_known else []
    low, value, high = _move(estimate, shares)
    # Clusters, levels of covariates and persons with several index dates are small: how they differ is told in
    # steps that more than one person cannot move.
    is_of_small = not source.is_of_values and (
        estimate.n_clusters is not None or bool(estimate.covariates) or not source.is_of_persons
    )
    limits = round_up_step(max(step, least / persons * below)) if is_of_small else step
    # A share of counts as they are told is told already.
    is_of_told = value is not None and _is_of_shares(value, estimate, shares)
    told = ToldInterval(
        None if low is None else to_limit(low, step, limits, math.floor),
        None if value is None else to_step(value, finest if is_of_told else step),
        None if high is None else to_limit(high, step, limits, math.ceil),
    )
    p_value, p_step = estimate.p_value, FINEST_P
    if p_value is not None and (is_of_small or not is_exact):
        p_value, p_step = _find_p(estimate, told, step, limits)
    return ToldEstimate(
        estimate,
        value=told.value,
        low=told.low,
        high=told.high,
        p_value=None if p_value is None else to_step(p_value, p_step),
        p_step=p_step,
        n=_tell_n(estimate, source, is_known, below, exposing),
        n_events=_tell_events(estimate, source, is_known, below, exposing),
        step=step if not is_of_told else finest,
    )


class ToldInterval(NamedTuple):
    """A number with the limits of its interval, as they are told."""

    low: float | None
    value: float | None
    high: float | None


def to_limit(value: float, step: float, limits: float, outward: Callable[[float], float]) -> float:
    """A limit of an interval in its step; one that is coarser than that of the value moves outward.

    So the value that it is about stays in the interval.

    >>> to_limit(48.0, 5.0, 20.0, math.floor), to_limit(48.0, 5.0, 5.0, math.floor)
    (40.0, 50.0)
    """
    if limits <= step:
        return to_step(value, step)
    return tidy(outward(round(value / limits, 9)) * limits) + 0.0


def _tell_exactly(estimate: Estimate) -> ToldEstimate:
    step = _find_finest(estimate, is_exact=True)
    numbers = (estimate.value, estimate.low, estimate.high)
    value, low, high = (None if each is None else to_step(each, step) for each in numbers)
    p_value = None if estimate.p_value is None else to_step(estimate.p_value, FINEST_P)
    return ToldEstimate(estimate, value, low, high, p_value, estimate.n, estimate.n_events, step)


def _tell_count(estimate: Estimate, source: Origin) -> ToldEstimate:
    (counted,) = source.statistics
    value, step = counted.told.value, counted.told.step
    return ToldEstimate(
        estimate, value, None, None, None, source.tell_n(), estimate.n_events, step or 1.0
    )


def _hide(estimate: Estimate, why: str) -> ToldEstimate:
    return ToldEstimate(estimate, None, None, None, None, None, None, why=why)


def _tell_test(
    estimate: Estimate, source: Origin, is_known: bool, below: int, exposing: Exposing
) -> ToldEstimate:
    """A test, which has a statistic and a p value and no interval: they tell a lot of small groups."""
    is_exact = is_known and source.is_exact and source.is_of_persons and not estimate.covariates
    step = FINEST_P if is_exact or (estimate.p_value or 0.0) < FINEST_P else COARSE_P
    p_value = to_step(estimate.p_value or 0.0, step)
    value = p_value if estimate.value == estimate.p_value else None
    if value is None and is_exact and estimate.value is not None:
        value = to_step(estimate.value, FINEST_OF_TESTS)
    return ToldEstimate(
        estimate,
        value,
        None,
        None,
        p_value,
        _tell_n(estimate, source, is_known, below, exposing),
        _tell_events(estimate, source, is_known, below, exposing),
        step=FINEST_OF_TESTS,
        p_step=step,
    )


def _find_finest(estimate: Estimate, is_exact: bool = False) -> float:
    value = estimate.value
    if value is not None and float(value).is_integer() and estimate.unit in COUNTED:
        return 1.0
    if estimate.name == "icc" and not is_exact:
        return FINEST_OF_LIKENESS
    return FINEST.get(estimate.unit, FINEST_OF_OTHERS)


def _move(
    estimate: Estimate, shares: list[tuple[float, float]]
) -> tuple[float | None, float | None, float | None]:
    """The lower limit, the value and the upper limit with the shares of the groups as they are told."""
    numbers = (estimate.low, estimate.value, estimate.high)
    if not shares or estimate.value is None:
        return numbers
    signs = (1, -1)[: len(shares)]
    if estimate.unit in ("percent", "percentage points"):
        moved = 100 * sum(
            sign * (told - exact) for sign, (told, exact) in zip(signs, shares, strict=True)
        )
        low, value, high = (None if each is None else each + moved for each in numbers)
        if estimate.unit == "percent":
            low, value, high = (
                None if each is None else min(100.0, max(0.0, each)) for each in (low, value, high)
            )
        return low, value, high
    if estimate.context in RATIOS_OF_SHARES and min(min(each) for each in shares) > 0:
        factor = math.prod(
            (told / exact) ** sign for sign, (told, exact) in zip(signs, shares, strict=True)
        )
        low, value, high = (None if each is None else each * factor for each in numbers)
        return low, value, high
    return numbers


def _is_narrower(estimate: Estimate, step: float) -> bool:
    """Whether the whole interval is within one step, which would then tell nothing."""
    low, high = estimate.low, estimate.high
    return low is not None and high is not None and high - low < step


def _is_of_shares(value: float, estimate: Estimate, shares: list[tuple[float, float]]) -> bool:
    """Whether a moved value is nothing but the difference or the ratio of the shares as they are told."""
    told = [each for each, _ in shares]
    if not told or estimate.covariates:
        return False
    if estimate.unit in ("percent", "percentage points"):
        of_told = 100 * sum(sign * each for sign, each in zip((1, -1), told, strict=False))
    elif estimate.context in RATIOS_OF_SHARES and len(told) == 2 and told[1]:
        of_told = told[0] / told[1]
    else:
        return False
    return math.isclose(value, of_told, rel_tol=SAME, abs_tol=SAME)


def _find_p(
    estimate: Estimate, told: ToldInterval, step: float, limits: float
) -> tuple[float | None, float]:
    """The p value that follows from the numbers as they are told, and its step.

    It is told as precisely as these numbers allow: to three decimals or two, as below a limit, or not at
    all.

    Args:
        estimate: the exact numbers, for the degrees of freedom.
        told: the numbers as they are told.
        step: of the value.
        limits: the step of the limits, which are nearest where it is that of the value, and else lie outward.
    """
    low, value, high = told
    freedom = math.inf if estimate.n_clusters is None else estimate.n_clusters - 1
    if low is None or value is None or high is None or not estimate.confidence or freedom < 1:
        return None, FINEST_P
    off = step / 2
    # How much narrower, and how much wider, half of the exact interval may be.
    narrower, wider = (limits / 2, limits / 2) if limits <= step else (limits, 0.0)
    if estimate.is_ratio:
        if min(low - narrower, value - off) <= 0 or not math.isfinite(high):
            return None, FINEST_P
        narrower, wider = narrower / low, wider / low
        off, low, value, high = off / value, math.log(low), math.log(value), math.log(high)
    quantile = find_quantile(freedom, estimate.confidence)
    half = (high - low) / 2
    if half <= narrower:
        return None, FINEST_P
    least, most = (
        find_p_value(quantile * z, freedom)
        for z in (
            (abs(value) + off) / (half - narrower),
            max(0.0, abs(value) - off) / (half + wider),
        )
    )
    for each in (FINEST_P, COARSE_P):
        if to_step(least, each) == to_step(most, each):
            return (least + most) / 2, each
    below = next((limit for limit in BELOW_P if most < limit), None)
    return (0.0, below) if below else (None, FINEST_P)


def _tell_n(
    estimate: Estimate, source: Origin, is_known: bool, below: int, exposing: Exposing
) -> int | None:
    if is_known:
        return source.tell_n()
    return None if exposing.n else _tell_alone(estimate.n, below)


def _tell_events(
    estimate: Estimate, source: Origin, is_known: bool, below: int, exposing: Exposing
) -> int | None:
    if estimate.n_events is None:
        return None
    if is_known and not source.is_of_values:
        return source.tell_events()
    return None if exposing.events else _tell_alone(estimate.n_events, below)


def _tell_alone(count: int | None, below: int) -> int | None:
    """A count that no description tells: hidden where it is small, and else in steps."""
    if count is None or 0 < count < below:
        return None
    return to_nearest(count, below)
