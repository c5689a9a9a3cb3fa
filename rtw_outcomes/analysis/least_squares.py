"""Means and differences of means by least squares, from sums per cluster."""

import numpy as np

from rtw_outcomes.analysis.design import Design, find_own_columns, tell_collinear
from rtw_outcomes.analysis.fit import (
    Fit,
    fail,
    find_contrast_intervals,
    find_contrast_sandwiches,
    find_group_intervals,
    find_group_sandwiches,
    tell_jackknife,
    tell_sandwich,
)
from rtw_outcomes.analysis.sample import Floats
from rtw_outcomes.analysis.sums import (
    Sums,
    find_scale,
    gather_sums,
    solve_sums,
    take_out_groups,
)


def fit_differences(
    design: Design,
    response: Floats,
    weight: Floats | None = None,
    is_small_sample: bool = True,
) -> Fit:
    """Fit the difference of means of each group but the first and the first one.

    Without clusters the variance is HC1 with t, and CR1 over persons where persons have several rows;
    with clusters the jackknife.

    Args:
        design: groups, covariates, persons and clusters.
        response: of each row, times its weight.
        weight: of each row; None for 1. The mean is the sum of the responses over that of the weights.
        is_small_sample: whether to correct the variance without clusters; otherwise it is HC0 with the
            normal distribution.
    """
    sums = gather_sums(design, weight, response)
    if not design.columns:
        return _conclude(design, response, weight, sums, is_small_sample)
    total = sums.total()
    own = find_own_columns(take_out_groups(total)[1], np.einsum("jj->j", total.product))
    warning = tell_collinear(design, own)
    if not own.any():
        return fail(design, "No covariate varies within groups, so there is no adjusted estimate.")
    design, sums = design.of_columns(own), sums.of_columns(own)
    fit = _conclude(design, response, weight, sums, is_small_sample)
    return Fit(fit.values, fit.intervals, fit.without, fit.method, (warning,) if warning else ())


def _conclude(
    design: Design,
    response: Floats,
    weight: Floats | None,
    sums: Sums,
    is_small_sample: bool,
) -> Fit:
    total = sums.total()
    scale = find_scale(total)
    solution = solve_sums(total, scale)
    values = solution.differences
    if design.clusters:
        without = solve_sums(sums.without_each(), scale).differences
        intervals = find_contrast_intervals(design, values, without)
        return Fit(values, intervals, without, tell_jackknife(design))
    fitted = solution.means[design.group]
    if design.columns:
        fitted += design.combine(solution.factors)
    residuals = response - (fitted if weight is None else fitted * weight)
    intervals = find_contrast_sandwiches(
        design,
        solution,
        total.weight,
        residuals,
        is_small_sample,
        "There is no difference to tell.",
    )
    nothing = np.zeros((0, values.size))
    return Fit(values, intervals, nothing, tell_sandwich(design, is_small_sample))


def fit_means(design: Design, response: Floats, weight: Floats | None = None) -> Fit:
    """Fit the mean of each group, with the variance of `fit_differences`. Covariates do not matter."""
    design = design.of_groups()
    sums = gather_sums(design, weight, response)
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
    intervals = find_group_sandwiches(
        design, means, total.weight, response - fitted, True, "The group has no values."
    )
    return Fit(means, intervals, np.zeros((0, means.size)), tell_sandwich(design, True))
