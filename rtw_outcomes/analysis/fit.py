"""A fitted comparison: a value for each group and a contrast for each group with the reference."""

import math
from dataclasses import dataclass

import numpy as np

from rtw_outcomes.analysis.design import Design
from rtw_outcomes.analysis.interval import Interval, find_interval
from rtw_outcomes.analysis.jackknife import number_codes, run_jackknife
from rtw_outcomes.analysis.sample import Flags, Floats, Ints
from rtw_outcomes.analysis.sums import Solution

FEW_PERSONS = "A group has fewer than two persons, so there is no interval."


@dataclass(frozen=True)
class Fit:
    """Contrasts of all groups but the reference with it, or values of all groups.

    Attributes:
        values: NaN where there is none.
        intervals: of each value.
        without: the values without each cluster, [cluster, value]; without rows where there are no
            clusters.
        method: the variance, in words.
        warnings: what a reader must know.
        error: why there are no values.
    """

    values: Floats
    intervals: tuple[Interval, ...]
    without: Floats
    method: str
    warnings: tuple[str, ...] = ()
    error: str = ""


def fail(design: Design, error: str) -> Fit:
    """A fit without values, for the reason `error`."""
    count = design.groups - 1
    nothing = (Interval(reason=error),) * count
    return Fit(np.full(count, np.nan), nothing, np.zeros((0, count)), "", (), error)


def find_group_intervals(design: Design, values: Floats, without: Floats) -> tuple[Interval, ...]:
    """Find the interval of a value of each group with the jackknife of the group's clusters."""
    return tuple(
        run_jackknife(
            values[one : one + 1],
            without[:, one : one + 1],
            design.members[one : one + 1],
            design.confidence,
        )[0]
        for one in range(values.size)
    )


def find_contrast_intervals(
    design: Design, values: Floats, without: Floats
) -> tuple[Interval, ...]:
    """Find the interval of each contrast with the jackknife of the clusters of its two groups."""
    return tuple(
        run_jackknife(
            values[one : one + 1],
            without[:, one : one + 1],
            design.members[[0, one + 1]],
            design.confidence,
        )[0]
        for one in range(values.size)
    )


def tell_jackknife(design: Design) -> str:
    """Tell the variance of a study with clusters."""
    pairs = {int(design.members[[0, one]].any(axis=0).sum()) for one in range(1, design.groups)}
    freedom = f" with {pairs.pop() - 1} degrees of freedom" if len(pairs) == 1 else ""
    return f"delete-one-cluster jackknife, t{freedom}"


def find_scores(design: Design, solution: Solution, weights: Floats, one: int) -> Floats:
    """Find what each row weighs in the contrast of group `one` with the reference.

    Without covariates it is the same for all rows of a group, and there is one number for each group.
    The contrast is the sum of the residuals times these numbers (its influence function), so the sum
    of their squared products is its variance (White 1980; Huber 1967).

    Args:
        design: groups and covariates.
        solution: of the last step of the fit.
        weights: the sum of weights of each group.
        one: the group.
    """
    own = np.zeros(design.groups)
    own[one] = 1 / weights[one]
    own[0] = -1 / weights[0]
    if not design.columns:
        return own
    factors = solution.inverse @ (solution.centres[one] - solution.centres[0])
    own += solution.centres @ factors
    return own[design.group] - design.combine(factors)


def find_sandwich(
    design: Design,
    contributions: Floats,
    chosen: Flags | None,
    groups: Ints,
    value: float,
    is_small_sample: bool,
) -> Interval:
    """Find the interval of an estimate without clusters: rows of one person are taken together.

    Args:
        design: the persons.
        contributions: the residual of each row times what it weighs in the estimate.
        chosen: the rows that have a contribution; None for all rows.
        groups: the groups that the estimate is about.
        value: the estimate.
        is_small_sample: whether to correct as least squares do (HC1; of persons with several rows
            CR1) with t, instead of not at all (HC0) with the normal distribution.
    """
    if int(design.persons_of_groups[groups].min()) < 2:
        return Interval(reason=FEW_PERSONS)
    sums, persons = contributions, contributions.size
    if design.person is not None:
        number, persons = number_codes(design.person if chosen is None else design.person[chosen])
        sums = np.bincount(number, weights=contributions).astype(np.float64)
    variance = float(sums @ sums)
    if not is_small_sample:
        return find_interval(value, math.sqrt(variance), math.inf, design.confidence)
    rows = contributions.size
    df = rows - (design.groups if chosen is None else groups.size) - design.columns
    if df <= 0:
        return Interval(reason="There are too few observations for a standard error.")
    if design.person is None:
        return find_interval(value, math.sqrt(variance * rows / df), df, design.confidence)
    variance *= persons / (persons - 1) * (rows - 1) / df
    return find_interval(value, math.sqrt(variance), persons - 1, design.confidence)


def find_contrast_sandwiches(
    design: Design,
    solution: Solution,
    weights: Floats,
    residuals: Floats,
    is_small_sample: bool,
    reason: str,
) -> tuple[Interval, ...]:
    """Find the interval of each contrast of a fit without clusters.

    Args:
        design: groups, covariates and persons.
        solution: of the last step of the fit; its differences are the contrasts.
        weights: the sum of weights of each group.
        residuals: of each row, times its weight.
        is_small_sample: see `find_sandwich`.
        reason: why there is no interval where there is no contrast.
    """
    intervals = []
    for one, value in enumerate(solution.differences.tolist(), start=1):
        if np.isnan(value):
            intervals.append(Interval(reason=reason))
            continue
        scores = find_scores(design, solution, weights, one)
        chosen, groups = None, np.array([0, one])
        if not design.columns and design.groups > 2:  # other groups have no part in it
            chosen = (design.group == 0) | (design.group == one)
            parts = scores[design.group[chosen]] * residuals[chosen]
        elif not design.columns:
            parts = scores[design.group] * residuals
        else:
            parts = scores * residuals
        intervals.append(find_sandwich(design, parts, chosen, groups, value, is_small_sample))
    return tuple(intervals)


def find_group_sandwiches(
    design: Design,
    values: Floats,
    weights: Floats,
    residuals: Floats,
    is_small_sample: bool,
    reason: str,
) -> tuple[Interval, ...]:
    """Find the interval of a value of each group; see `find_contrast_sandwiches`."""
    intervals = []
    for one, value in enumerate(values.tolist()):
        if np.isnan(value):
            intervals.append(Interval(reason=reason))
            continue
        chosen = design.group == one
        parts = residuals[chosen] / weights[one]
        groups = np.array([one])
        intervals.append(find_sandwich(design, parts, chosen, groups, value, is_small_sample))
    return tuple(intervals)


def tell_sandwich(design: Design, is_small_sample: bool) -> str:
    """Tell the variance of a study without clusters."""
    if design.person is None:
        return "robust variance (HC1), t" if is_small_sample else "robust variance (HC0)"
    return "robust variance, the rows of a person together" + (
        " (CR1), t" if is_small_sample else ""
    )
