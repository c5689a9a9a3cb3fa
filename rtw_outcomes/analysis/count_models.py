"""Ratios of means by models of counts: negative binomial, with and without more zeros than it explains."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from rtw_outcomes.analysis.contrasts import Evidence, Topic, divide, plan_versions, tell_contrasts
from rtw_outcomes.analysis.design import Design
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.fit import (
    FEW_PERSONS,
    Fit,
    fail,
    find_contrast_intervals,
    tell_jackknife,
)
from rtw_outcomes.analysis.interval import Interval, find_interval
from rtw_outcomes.analysis.jackknife import leave_out_rows
from rtw_outcomes.analysis.regression import (
    Regression,
    fail_regression,
    fit_negative_binomial,
    fit_zero_inflated,
)
from rtw_outcomes.analysis.sample import Floats, Ints, Sample

NOT_WHOLE = "Values are rounded to whole numbers for the model of counts."


def compare_models(
    sample: Sample, values: Floats, topic: Topic, models: Sequence[str], is_money: bool
) -> list[Estimate]:
    """Tell the ratio of means of each group and the reference by models of counts.

    Args:
        sample: the index dates.
        values: of each row.
        topic: what it is about.
        models: `negative_binomial`, `zero_inflated`.
        is_money: whether the values are amounts.
    """
    found: list[Estimate] = []
    counts = np.rint(values)
    for model in models:
        for version in plan_versions(sample):
            kept = version.keep(counts)
            design = version.design
            means = np.bincount(design.group, weights=kept, minlength=design.groups)
            evidence = Evidence(
                sample,
                version,
                _count_parts(design, kept, model),
                divide(design.find_largest(kept), means),
            )
            fit = (
                fail(design, "A model of counts does not fit amounts of money.")
                if is_money
                else version.fit(MODELS[model].fit, kept)
            )
            told = tell_contrasts(
                evidence,
                topic,
                fit,
                context=model,
                label=MODELS[model].label,
                estimator=MODELS[model].estimator,
                is_ratio=True,
            )
            if not np.array_equal(counts, values):
                told = [
                    replace(each, warning=f"{each.warning} {NOT_WHOLE}".strip()) for each in told
                ]
            found += told
    return found


def _count_parts(design: Design, counts: Floats, model: str) -> Ints:
    """The persons that a model is made of; with more zeros, those with and without any.

    That nobody has 0 is told of no model, as little as that few have.
    """
    if model != "zero_inflated":
        return design.count_persons(np.ones(counts.size, dtype=np.bool_))[:, None]
    parts = [design.count_persons(counts > 0), design.count_persons(counts == 0)]
    return np.maximum(np.stack(parts, axis=1), 1)


def _fit_negative_binomial(design: Design, counts: Floats) -> Fit:
    def regress(kept: Ints | slice, start: Floats | None) -> Regression:
        person = None if design.person is None or design.clusters else design.person[kept]
        return fit_negative_binomial(counts[kept], matrix[kept], person, start)

    def find_logs(factors: Floats) -> Floats:
        return factors[1 : design.groups]

    matrix = build_matrix(design)
    return _fit_model(design, counts, regress, find_logs)


def _fit_zero_inflated(design: Design, counts: Floats) -> Fit:
    matrix = build_matrix(design)
    zeros = matrix[:, : design.groups]

    def regress(kept: Ints | slice, start: Floats | None) -> Regression:
        if counts[kept].min() > 0:
            return fail_regression("Nobody has the value 0, so there are no zeros to explain.")
        person = None if design.person is None or design.clusters else design.person[kept]
        plain = fit_negative_binomial(counts[kept], matrix[kept], None)
        least = -np.inf if plain.error else plain.log_likelihood
        return fit_zero_inflated(counts[kept], matrix[kept], zeros[kept], person, start, least)

    def find_logs(factors: Floats) -> Floats:
        # The mean of everybody, as if all were in the one group and as if all were in the other.
        size = design.groups
        zero, count = factors[:size], factors[size:-1]
        others = np.exp(matrix[:, size:] @ count[size:] + count[0]).mean()
        levels = np.concatenate(([0.0], count[1:size]))
        shares = expit(zero[0] + np.concatenate(([0.0], zero[1:])))
        logs = np.log(others) + levels + np.log1p(-shares)
        return np.asarray(logs[1:] - logs[0])

    return _fit_model(design, counts, regress, find_logs)


def _fit_model(
    design: Design,
    counts: Floats,
    regress: Callable[[Ints | slice, Floats | None], Regression],
    find_logs: Callable[[Floats], Floats],
) -> Fit:
    """Fit a model and the logarithms of its ratios, with the jackknife or the delta method."""
    error = _find_obstacle(design, counts)
    if error:
        return fail(design, error)
    with np.errstate(all="ignore"):
        full = regress(slice(None), None)
        if full.error:
            return fail(design, full.error)
        values = find_logs(full.factors)
        if design.cluster is None:
            intervals = _find_delta_intervals(design, full, values, find_logs)
            variance = "rows of a person together" if design.person is not None else "of the model"
            method = f"variance {variance}, delta method"
            return Fit(values, intervals, np.zeros((0, values.size)), method)
        cluster = design.cluster

        def leave_out(one: int) -> Floats:
            kept = np.flatnonzero(cluster != one)
            if (_sum_groups(design.group[kept], counts[kept], design.groups) == 0).any():
                return np.full(values.size, np.nan)
            found = regress(kept, full.factors)
            return np.full(values.size, np.nan) if found.error else find_logs(found.factors)

        without = leave_out_rows(design.clusters, leave_out)
    intervals = find_contrast_intervals(design, values, without)
    return Fit(values, intervals, without, tell_jackknife(design))


def _find_obstacle(design: Design, counts: Floats) -> str:
    """Find the reason why no model of counts can be fitted. Empty if there is none."""
    if counts.min() < 0:
        return "There are values below 0, so there is no ratio."
    if (_sum_groups(design.group, counts, design.groups) == 0).any():
        return "A group has no values above 0, so there is no ratio."
    if design.rows <= design.groups + design.columns + 1:
        return "There are too few index dates for a model of counts."
    return ""


def _sum_groups(group: Ints, counts: Floats, groups: int) -> Floats:
    return np.bincount(group, weights=counts, minlength=groups).astype(np.float64)


def _find_delta_intervals(
    design: Design, full: Regression, values: Floats, find_logs: Callable[[Floats], Floats]
) -> tuple[Interval, ...]:
    steps = 1e-6 * np.maximum(1.0, np.abs(full.factors))
    slopes = np.zeros((values.size, full.factors.size))
    for one, step in enumerate(steps):
        moved = np.zeros(full.factors.size)
        moved[one] = step
        slopes[:, one] = (find_logs(full.factors + moved) - find_logs(full.factors - moved)) / (
            2 * step
        )
    variances = np.einsum("kj,jl,kl->k", slopes, full.covariance, slopes)
    persons = design.persons_of_groups
    return tuple(
        find_interval(value, float(np.sqrt(variance)), np.inf, design.confidence)
        if min(persons[0], others) > 1
        else Interval(reason=FEW_PERSONS)
        for value, variance, others in zip(
            values.tolist(), variances.tolist(), persons[1:].tolist(), strict=True
        )
    )


def build_matrix(design: Design) -> Floats:
    """Build the matrix of an intercept, the groups but the first, and the covariates' own columns."""
    groups = np.equal.outer(design.group, np.arange(1, design.groups)).astype(np.float64)
    columns = [np.ones((design.rows, 1)), groups]
    for at in range(design.columns):
        factors = np.zeros(design.columns)
        factors[at] = 1.0
        columns.append(design.combine(factors)[:, None])
    return _drop_collinear(np.hstack(columns), design.groups)


def _drop_collinear(matrix: Floats, needed: int) -> Floats:
    # What a column has of its own, after those before it; fewer rows than columns leave it nothing.
    triangle = np.abs(np.diag(np.linalg.qr(matrix, mode="r")))
    left = np.zeros(matrix.shape[1])
    left[: triangle.size] = triangle
    own = left > 1e-8 * np.linalg.norm(matrix, axis=0)
    own[:needed] = True
    return matrix[:, own]


@dataclass(frozen=True)
class Model:
    """A model of counts.

    Attributes:
        fit: fits the logarithms of its ratios.
        label: for people.
        estimator: in words.
    """

    fit: Callable[[Design, Floats], Fit]
    label: str
    estimator: str


MODELS = {
    "negative_binomial": Model(
        _fit_negative_binomial,
        "Ratio of means, negative binomial",
        "Ratio of means by negative binomial regression",
    ),
    "zero_inflated": Model(
        _fit_zero_inflated,
        "Ratio of means, zero-inflated negative binomial",
        "Ratio of marginal means by zero-inflated negative binomial regression, with a logit of the groups",
    ),
}
