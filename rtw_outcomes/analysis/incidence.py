"""Cumulative incidence (Aalen-Johansen) from counts per day, and how far each index date moves it.

Every number of a curve is here a sum of its steps with a weight per day. With weight 1 up to day t it
is the cumulative incidence at t. With weight `horizon - day` it is the area under the curve, which is
the mean time lost to the cause. So one formula gives the standard errors of all of them. Where nothing
competes, 1 minus the cumulative incidence is the estimator of Kaplan and Meier.
"""

import math
from dataclasses import dataclass

import numpy as np

from rtw_outcomes.analysis.event_counts import EventCounts, find_at_risk
from rtw_outcomes.analysis.interval import Interval
from rtw_outcomes.analysis.sample import Floats, Ints


@dataclass(frozen=True)
class CurveSteps:
    """The steps of the curves of some groups.

    Attributes:
        at_risk: the index dates at risk at the beginning of the day: [..., day].
        free: the share free of any event before the day: [..., day].
        hazard: the share of those at risk with any event on the day: [..., day].
        steps: by how much the cumulative incidence rises on the day: [..., day, cause].
    """

    at_risk: Ints
    free: Floats
    hazard: Floats
    steps: Floats


@dataclass(frozen=True)
class Curve:
    """The curve of one cause in one group, day by day from day 0; exact, so not for printing.

    Attributes:
        days: 0 to the last day that is counted.
        incidence: the cumulative incidence at the end of the day, as a share.
        at_risk: the index dates at risk at the beginning of the day.
        events: those with this cause on the day.
        censored: those whose observation ended on the day.
    """

    days: Ints
    incidence: Floats
    at_risk: Ints
    events: Ints
    censored: Ints


def find_steps(counts: Ints) -> CurveSteps:
    """Find the steps of the curves from counts [..., day, status] (Aalen and Johansen 1978)."""
    at_risk = find_at_risk(counts)
    events = counts[..., 1:]
    risk = np.maximum(at_risk, 1)
    hazard = events.sum(axis=-1) / risk
    free = np.ones_like(hazard)
    free[..., 1:] = np.cumprod(1 - hazard, axis=-1)[..., :-1]
    return CurveSteps(at_risk, free, hazard, (free / risk)[..., None] * events)


def weigh_days(at: list[int], horizon: int, last_day: int) -> Floats:
    """Weights of steps, [number, day]: one row per day of `at`, then the area up to the horizon."""
    days = np.arange(last_day + 1)
    rows = [(days <= day).astype(float) for day in at]
    return np.array([*rows, np.maximum(horizon - days, 0).astype(float)])


def sum_steps(counts: Ints, weights: Floats) -> Floats:
    """Sum the weighted steps: an array [number, group, cause]."""
    steps: Floats = np.einsum("nd,gdc->ngc", weights, find_steps(counts).steps)
    return steps


def find_influence(counts: Ints, weights: Floats, cause: int) -> Floats:
    """Find by how much an index date moves a sum of weighted steps, per unit of its own weight.

    It is the infinitesimal jackknife of R's `survival` (`survfit(..., influence=TRUE)`): the
    derivative of the estimate by the weight of one index date. For the cumulative incidence at t it
    is, with S the share free of events, h the hazard of any event, h_k of this cause and Y the number
    at risk, the sum over days u up to t of

        S(u-) dh_k(u) - dh(u) (F_k(t) - F_k(u)) / (1 - h(u)),

    where dh(u) is (1 if the event is on u, minus h(u) if at risk on u) / Y(u).

    Args:
        counts: [group, day, status].
        weights: one per day.
        cause: the number of the cause among the causes, from 0.

    Returns:
        The influence of an index date in each cell of [group, day, status].
    """
    found = find_steps(counts)
    weighted = found.steps[..., cause] * weights
    later = np.flip(np.cumsum(np.flip(weighted, -1), axis=-1), -1) - weighted
    stays = found.hazard < 1
    rest = np.where(stays, later / np.where(stays, 1 - found.hazard, 1), 0.0)
    risk = np.maximum(found.at_risk, 1)
    waits = -np.cumsum((weighted - found.hazard * rest) / risk, axis=-1)
    influence = np.repeat(waits[..., None], counts.shape[-1], axis=-1)
    influence[..., 1:] -= (rest / risk)[..., None]
    influence[..., cause + 1] += weights * found.free / risk
    return influence


def find_log_log(share: float, interval: Interval) -> Interval:
    """Find the limits of a share on the scale log(-log), from its standard error on its own scale.

    They stay between 0 and 1, and hold better than plain ones in the first and last days of a curve.
    """
    if interval.se is None or interval.high is None:
        return interval
    if not 0 < share < 1:
        return Interval(reason="The share is 0 or 100 percent, so there is no interval.")
    quantile = (interval.high - share) / interval.se
    wide = quantile * interval.se / (share * -math.log(share))
    # The limit of an interval without an end is 0 or 1; a power of `exp(700)` would overflow.
    wide = min(wide, 700.0)
    low, high = share ** math.exp(wide), share ** math.exp(-wide)
    return Interval(interval.se, low, high, interval.df, None)


def draw_curve(counts: EventCounts, group: int, cause: int) -> Curve:
    """Draw the whole curve of one cause in one group, to be thinned before anybody sees it.

    Args:
        counts: the index dates, counted.
        group: the number of the group.
        cause: the number of the cause among the causes, from 0.
    """
    own = counts.totals[group]
    return Curve(
        np.arange(counts.last_day + 1),
        np.cumsum(find_steps(own).steps[:, cause]),
        counts.at_risk[group],
        own[:, cause + 1],
        own[:, 0],
    )
