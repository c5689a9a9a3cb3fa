"""An interval from an estimate and its standard error, or the reason why there is none."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

# A ratio, or the limit of its interval as a part of the ratio, that tells nothing. Regressions that run to
# infinity stop somewhere above.
WIDEST = 1e6


@dataclass(frozen=True)
class Interval:
    """What is uncertain about one estimate, on the scale of the estimate.

    Attributes:
        se: the standard error.
        low, high: the limits.
        df: the degrees of freedom of the t distribution; infinite for the normal distribution.
        p_value: of the hypothesis that the estimate is 0, two-sided.
        reason: why there is no interval; empty where there is one.
    """

    se: float | None = None
    low: float | None = None
    high: float | None = None
    df: float | None = None
    p_value: float | None = None
    reason: str = ""


def find_interval(value: float, se: float, df: float, confidence: float) -> Interval:
    """Find the interval `value` plus and minus a quantile of t times `se`.

    Args:
        value: the estimate; the logarithm of a ratio.
        se: its standard error.
        df: degrees of freedom; `math.inf` for the normal distribution.
        confidence: in percent.
    """
    if not np.isfinite(value) or not np.isfinite(se):
        return Interval(reason="The standard error is not a number.")
    # Rounding leaves about 1e-16 of the value where the variance is 0.
    if se <= 1e-12 * max(1.0, abs(value)):
        return Interval(reason="The values do not vary.")
    if df <= 0:
        return Interval(reason="There are too few observations for a standard error.")
    quantile = find_quantile(df, confidence)
    return Interval(
        float(se),
        float(value - quantile * se),
        float(value + quantile * se),
        float(df),
        find_p_value(abs(value) / se, df),
    )


def limit_ratio(interval: Interval) -> Interval:
    """Keep the interval of the logarithm of a ratio, unless it is so wide that it tells nothing."""
    if interval.low is None or interval.high is None:
        return interval
    if interval.high - interval.low > 2 * math.log(WIDEST):
        return Interval(reason="The interval is too wide to tell anything.")
    return interval


def find_quantile(df: float, confidence: float) -> float:
    """The standard errors from an estimate to a limit; `df` is infinite for the normal distribution."""
    tail = (1 - confidence / 100) / 2
    return float(-ndtri(tail) if math.isinf(df) else -stdtrit(df, tail))


def find_p_value(z: float, df: float) -> float:
    """The p value, two-sided, of an estimate that is `z` standard errors from the hypothesis."""
    return float(2 * (ndtr(-z) if math.isinf(df) else stdtr(df, -z)))
