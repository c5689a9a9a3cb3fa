"""Comparison of values of several periods, such as months: each period, and all of them together."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rtw_outcomes.analysis.contrasts import (
    Evidence,
    Topic,
    divide,
    keep_known,
    plan_versions,
    tell_contrasts,
    tell_nothing,
)
from rtw_outcomes.analysis.count_models import build_matrix
from rtw_outcomes.analysis.design import Design, Levels
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.fit import (
    FEW_PERSONS,
    Fit,
    fail,
    find_contrast_intervals,
    tell_jackknife,
    tell_sandwich,
)
from rtw_outcomes.analysis.interval import Interval, find_interval
from rtw_outcomes.analysis.jackknife import leave_out_rows, number_codes
from rtw_outcomes.analysis.least_squares import fit_differences
from rtw_outcomes.analysis.numbers import compare_means, describe_means
from rtw_outcomes.analysis.regression import fit_exchangeable
from rtw_outcomes.analysis.sample import Floats, Sample


def compare_periods(
    sample: Sample,
    values: Floats,
    labels: Sequence[str],
    unit: str,
    variable: str,
    correlation: str = "independence",
) -> list[Estimate]:
    """Compare the values of periods between groups.

    Args:
        sample: the index dates.
        values: of each row and period, [row, period]; NaN where missing.
        labels: of the periods.
        unit: of the values.
        variable: the column of results.
        correlation: the working correlation of all periods together. `exchangeable` needs
            statsmodels, and is one for the rows of a cluster, or of a person without clusters.
    """
    found: list[Estimate] = []
    for number, label in enumerate(labels):
        topic = Topic(variable, label, unit)
        known = np.isfinite(values[:, number])
        if not known.any():
            found.append(tell_nothing(topic, "mean_difference", "Difference of means"))
            continue
        part, some = keep_known(sample, known), values[known, number]
        versions = plan_versions(part)
        found += describe_means(part, versions[0], some, topic)
        found += compare_means(part, versions, some, topic)
    return found + compare_all_periods(sample, values, labels, unit, variable, correlation)


def compare_all_periods(
    sample: Sample,
    values: Floats,
    labels: Sequence[str],
    unit: str,
    variable: str,
    correlation: str = "independence",
) -> list[Estimate]:
    """Tell the difference of all periods together, with each period's own level.

    With independence, generalised estimating equations are least squares over all rows and periods,
    with a variance over persons or clusters (Liang and Zeger 1986, Biometrika 73:13).
    """
    label = "Difference of means over all periods"
    topic = Topic(variable, "", unit)
    known = np.asarray(np.isfinite(values).any(axis=1))
    if not known.any():
        return [tell_nothing(topic, "gee", label)]
    sample, values = keep_known(sample, known), values[known]
    found = []
    for version in plan_versions(sample):
        kept = version.keep(values)
        entries = np.isfinite(kept)
        sums = np.where(entries, kept, 0.0).sum(axis=1)
        counts = np.bincount(
            version.design.group, weights=entries.sum(axis=1), minlength=version.design.groups
        )
        found += tell_contrasts(
            Evidence(
                sample,
                version,
                version.design.persons_of_groups[:, None],
                divide(version.design.find_largest(sums), counts),
            ),
            topic,
            version.fit(FITS[correlation], kept, labels),
            context="gee",
            label=label,
            estimator=(
                f"Difference by generalised estimating equations, {correlation} within "
                f"{'clusters' if version.design.clusters else 'persons'}, with the level of each period"
            ),
        )
    return found


def stack_periods(design: Design, values: Floats, labels: Sequence[str]) -> tuple[Design, Floats]:
    """Stack the periods with values: the design of all rows and periods, and its values."""
    row, period = np.nonzero(np.isfinite(values))
    codes, count = number_codes(period)
    columns = [each.take(row) for each in design.covariates]
    if count > 1:
        occurring = np.unique(period).tolist()
        columns.append(Levels("period", codes, tuple(labels[one] for one in occurring)))
    person = row if design.person is None else design.person[row]
    stacked = replace(
        design,
        group=design.group[row],
        person=person,
        cluster=None if design.cluster is None else design.cluster[row],
        covariates=tuple(columns),
    )
    return stacked, values[row, period]


def _fit_independent(design: Design, values: Floats, labels: Sequence[str]) -> Fit:
    stacked, response = stack_periods(design, values, labels)
    return fit_differences(stacked, response, is_small_sample=False)


def _fit_exchangeable(design: Design, values: Floats, labels: Sequence[str]) -> Fit:
    if (design.rows_of_groups == 0).any():
        return fail(design, "A group has no values.")
    stacked, response = stack_periods(design, values, labels)
    matrix = build_matrix(stacked)
    block = stacked.person if stacked.cluster is None else stacked.cluster
    assert block is not None
    full = fit_exchangeable(response, matrix, block)
    if full.error:
        return fail(design, full.error)
    contrasts = slice(1, design.groups)
    differences = full.factors[contrasts]
    if stacked.cluster is None:
        variances = np.diag(full.covariance)[contrasts].tolist()
        if int(design.persons_of_groups.min()) < 2:
            intervals = (Interval(reason=FEW_PERSONS),) * differences.size
        else:
            intervals = tuple(
                find_interval(value, math.sqrt(max(variance, 0.0)), math.inf, design.confidence)
                for value, variance in zip(differences.tolist(), variances, strict=True)
            )
        nothing = np.zeros((0, differences.size))
        return Fit(differences, intervals, nothing, tell_sandwich(stacked, False))
    cluster = stacked.cluster

    def leave_out(one: int) -> Floats:
        kept = cluster != one
        found = fit_exchangeable(response[kept], matrix[kept], cluster[kept])
        return np.full(differences.size, np.nan) if found.error else found.factors[contrasts]

    without = leave_out_rows(design.clusters, leave_out)
    intervals = find_contrast_intervals(design, differences, without)
    return Fit(differences, intervals, without, tell_jackknife(design))


FITS = {"independence": _fit_independent, "exchangeable": _fit_exchangeable}
