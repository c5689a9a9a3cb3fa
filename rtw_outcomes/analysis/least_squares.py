"""Means and differences of means by least squares, from sums per cluster."""

import numpy as np

from rtw_outcomes.analysis.design import Design, find_own_columns, tell_collinear
from rtw_outcomes.analysis.fit import (
    Fit,
    fail,
    find_contrast_intervals,
    find_group_intervals,
    find_sandwich,
    find_scores,
    tell_jackknife,
    tell_sandwich,
)
from rtw_outcomes.analysis.interval import Interval
from rtw_outcomes.analysis.sample import Floats
from rtw_outcomes.analysis.sums import (
    Solution,
    Sums,
    find_scale,
    gather_sums,
    solve_sums,
    take_out_groups,
)


def fit_differences(design: Design, response: Floats, weight: Floats | None = None) -> Fit:
    """Fit the difference of means of each group but the first and the first one.

    Without clusters the variance is HC1 with t, and CR1 over persons where persons have several rows;
    with clusters the jackknife.

    Args:
        design: groups, covariates, persons and clusters.
        response: of each row, times its weight.
        weight: of each row; None for 1. The mean is the sum of the responses over that of the weights.
    """
    sums = gather_sums(design, weight, response)
    if not design.columns:
        return _conclude(design, response, weight, sums)
    total = sums.total()
    own = find_own_columns(take_out_groups(total)[1], np.einsum("jj->j", total.product))
    warning = tell_collinear(design, own)
    if not own.any():
        return fail(design, "No covariate varies within groups, so there is no adjusted estimate.")
    fit = _conclude(design.of_columns(own), response, weight, sums.of_columns(own))
    return Fit(fit.values, fit.intervals, fit.without, fit.method, (warning,) if warning else ())


def _conclude(design: Design, response: Floats, weight: Floats | None, sums: Sums) -> Fit:
    total = sums.total()
    scale = find_scale(total)
    solution = solve_sums(total, scale)
    values = solution.differences
    if design.clusters:
        without = solve_sums(sums.without_each(), scale).differences
        intervals = find_contrast_intervals(design, values, without)
        return Fit(values, intervals, without, tell_jackknife(design))
    intervals = _find_intervals(design, response, weight, solution, total.weight)
    nothing = np.zeros((0, values.size))
    return Fit(values, intervals, nothing, tell_sandwich(design, True))


def _find_intervals(
    design: Design, response: Floats, weight: Floats | None, solution: Solution, weights: Floats
) -> tuple[Interval, ...]:
    fitted = solution.means[design.group]
    if design.columns:
        fitted += design.combine(solution.factors)
    residuals = response - (fitted if weight is None else fitted * weight)
    intervals = []
    for one, value in enumerate(solution.differences.tolist(), start=1):
        if np.isnan(value):
            intervals.append(Interval(reason="There is no estimate."))
            continue
        groups = np.zeros(design.groups, bool)
        groups[[0, one]] = True
        scores = find_scores(design, solution, weights, one)
        intervals.append(find_sandwich(design, scores, residuals, groups, value, True))
    return tuple(intervals)


def fit_means(design: Design, response: Floats, weight: Floats | None = None) -> Fit:
    """Fit the mean of each group, with the variance of `fit_differences`. Covariates do not matter."""
    sums = gather_sums(design.of_groups(), weight, response)
    total = sums.total()
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total.response / total.weight
    if design.clusters:
        rest = sums.without_each()
        with np.errstate(divide="ignore", invalid="ignore"):
            without = rest.response / rest.weight
        intervals = find_group_intervals(design, means, without)
        return Fit(means, intervals, without, "delete-one-cluster jackknife, t")
    fitted = means[design.group] if weight is None else means[design.group] * weight
    residuals = response - fitted
    found = []
    for one, value in enumerate(means.tolist()):
        if np.isnan(value):
            found.append(Interval(reason="The group has no values."))
            continue
        groups = np.zeros(design.groups, bool)
        groups[one] = True
        scores = np.where(design.group == one, 1 / total.weight[one], 0.0)
        found.append(find_sandwich(design.of_groups(), scores, residuals, groups, value, True))
    return Fit(means, tuple(found), np.zeros((0, means.size)), tell_sandwich(design, True))
