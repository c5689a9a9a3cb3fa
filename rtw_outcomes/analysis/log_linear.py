"""Ratios of means, risks and rates by Poisson regression with a robust variance.

Values need not be counts: the estimate is consistent for any outcome of 0 or more whose mean is
log-linear (Gourieroux, Monfort and Trognon 1984; for risks Zou 2004, Am J Epidemiol 159:702).
"""

from dataclasses import replace

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
    Solution,
    Sums,
    find_scale,
    gather_sums,
    solve_sums,
    take_out_groups,
)

NO_RATIO = "A group has no events, so there is no ratio."
MOST_STEPS = 60
# Newton's decrement over the sum of the response: about the square of the relative error left.
SMALL_DECREMENT = 1e-16


def fit_log_ratios(design: Design, response: Floats, exposure: Floats | None = None) -> Fit:
    """Fit the logarithm of the ratio of means of each group but the first and the first one.

    Without clusters the variance is HC0, over persons where persons have several rows. With clusters
    it is the jackknife; an adjusted estimate without a cluster is one Newton step from the covariates'
    factors of all clusters (MacKinnon, Nielsen and Webb 2023), so that rows are not read once per
    cluster.

    Args:
        design: groups, covariates, persons and clusters.
        response: of each row, 0 or more.
        exposure: of each row; None for 1. Means are sums of responses over sums of exposures.
    """
    if response.size and response.min() < 0:
        return fail(design, "There are values below 0, so there is no ratio.")
    if not design.columns:
        return _fit_groups(design, response, exposure)
    events = np.bincount(design.group, weights=response, minlength=design.groups)
    exposed = np.bincount(design.group, weights=exposure, minlength=design.groups)
    if events[0] <= 0:
        return fail(design, "The reference has no events, so there is no ratio.")
    means = np.divide(events, exposed, out=np.zeros(design.groups), where=exposed > 0)
    return _fit_adjusted(design, response, exposure, means)


def fit_log_means(design: Design, response: Floats, exposure: Floats | None = None) -> Fit:
    """Fit the logarithm of the mean of each group; see `fit_log_ratios` for the arguments."""
    design = design.of_groups()
    sums = gather_sums(design, exposure, response)
    total = sums.total()
    values = _log(total.response, total.weight)
    if design.clusters:
        rest = sums.without_each()
        without = _log(rest.response, rest.weight)
        intervals = find_group_intervals(design, values, without)
        return Fit(values, intervals, without, "delete-one-cluster jackknife, t")
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total.response / total.weight
    residuals = _residuals(design, response, exposure, means)
    intervals = find_group_sandwiches(
        design, values, total.response, residuals, False, "The group has no events."
    )
    return Fit(values, intervals, np.zeros((0, values.size)), tell_sandwich(design, False))


def _log(events: Floats, exposure: Floats) -> Floats:
    """The logarithm of a mean, and NaN where there are no events or no exposure."""
    is_known = (events > 0) & (exposure > 0)
    ratio = np.divide(events, exposure, out=np.full_like(events, np.nan), where=is_known)
    return np.asarray(np.log(ratio))


def _residuals(design: Design, response: Floats, exposure: Floats | None, means: Floats) -> Floats:
    fitted = means[design.group]
    return np.asarray(response - (fitted if exposure is None else fitted * exposure))


def _fit_groups(design: Design, response: Floats, exposure: Floats | None) -> Fit:
    sums = gather_sums(design, exposure, response)
    total = sums.total()
    logs = _log(total.response, total.weight)
    values = logs[1:] - logs[0]
    if design.clusters:
        rest = sums.without_each()
        logs = _log(rest.response, rest.weight)
        without = logs[:, 1:] - logs[:, :1]
        intervals = find_contrast_intervals(design, values, without)
        return Fit(values, intervals, without, tell_jackknife(design))
    nothing = np.zeros((0, design.columns))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total.response / total.weight
    residuals = _residuals(design, response, exposure, means)
    solution = Solution(logs, nothing, nothing, nothing, values)
    intervals = find_contrast_sandwiches(
        design, solution, total.response, residuals, False, NO_RATIO
    )
    return Fit(values, intervals, np.zeros((0, values.size)), tell_sandwich(design, False))


def _fit_adjusted(design: Design, response: Floats, exposure: Floats | None, means: Floats) -> Fit:
    """Newton's method. Each step is least squares with the fitted means as weights."""
    start = gather_sums(design, _fitted(design, exposure, means, None), response).total()
    own = find_own_columns(take_out_groups(start)[1], np.einsum("jj->j", start.product))
    warning = tell_collinear(design, own)
    if not own.any():
        return fail(design, "No covariate varies within groups, so there is no adjusted estimate.")
    design = design.of_columns(own)
    has_events = means > 0
    levels = np.log(np.where(has_events, means, 1.0))
    factors = np.zeros(design.columns)
    events = float(response.sum())
    for _ in range(MOST_STEPS):
        fitted = _fitted(design, exposure, np.where(has_events, np.exp(levels), 0.0), factors)
        residuals = response - fitted
        total = gather_sums(design, fitted, residuals).total()
        scale = find_scale(total)
        step = solve_sums(total, scale)
        change = np.where(has_events, step.means, 0.0)
        decrement = float(total.response @ change + total.covaried @ step.factors)
        # A step of more than 2 on the scale of logarithms overshoots; damped, it comes back.
        largest = max(1.0, float(np.abs(change).max()) / 2, float(np.abs(step.factors).max()) / 2)
        if not np.isfinite(decrement):
            break
        if decrement <= SMALL_DECREMENT * events:
            return _conclude(design, fitted, residuals, step, total.weight, levels, warning)
        levels = levels + change / largest
        factors = factors + step.factors / largest
    return fail(design, "The Poisson regression does not converge, so there is no adjusted ratio.")


def _fitted(
    design: Design, exposure: Floats | None, means: Floats, factors: Floats | None
) -> Floats:
    fitted = means[design.group]
    if factors is not None:
        # A step that overshoots must not overflow: the next one comes back.
        fitted *= np.exp(design.combine(factors).clip(-50, 50))
    return fitted if exposure is None else fitted * exposure


def _conclude(
    design: Design,
    fitted: Floats,
    residuals: Floats,
    step: Solution,
    weights: Floats,
    before: Floats,
    warning: str,
) -> Fit:
    """The contrasts after the last step, which started at the levels `before`."""
    values = before[1:] - before[0] + step.differences
    warnings = (warning,) if warning else ()
    if not design.clusters:
        final = replace(step, differences=values)
        intervals = find_contrast_sandwiches(design, final, weights, residuals, False, NO_RATIO)
        nothing = np.zeros((0, values.size))
        return Fit(values, intervals, nothing, tell_sandwich(design, False), warnings)
    without = _leave_out_clusters(design, fitted, residuals, before)
    intervals = find_contrast_intervals(design, values, without)
    method = tell_jackknife(design).replace("jackknife", "jackknife by one Newton step")
    return Fit(values, intervals, without, method, warnings)


def _leave_out_clusters(
    design: Design, fitted: Floats, residuals: Floats, levels: Floats
) -> Floats:
    """The contrasts without each cluster: groups exactly, then one Newton step for all.

    With the factors held, the level of a group is the logarithm of a ratio of sums. To find it first
    leaves little for the step: without covariates nothing.
    """
    rest = gather_sums(design, fitted, residuals, is_by_group=True).without_each()
    expected, events = rest.weight, rest.weight + rest.response
    # What subtraction leaves of a group without events is rounding.
    has_events = events > 1e-9 * (events.sum(axis=0) / len(events))
    ratio = np.divide(events, expected, out=np.ones_like(events), where=has_events)
    moved = Sums(
        expected * ratio,
        np.zeros_like(events),
        rest.column * ratio[..., None],
        np.einsum("ckjl,ck->cjl", rest.product, ratio),
        rest.covaried - np.einsum("ckj,ck->cj", rest.column, ratio - 1),
    )
    step = solve_sums(moved, find_scale(gather_sums(design, fitted, residuals).total()))
    found = levels + np.log(ratio)
    is_known = has_events[:, 1:] & has_events[:, :1]
    return np.where(is_known, found[:, 1:] - found[:, :1] + step.differences, np.nan)
