"""The ratio of the hazards of a cause in two groups, with its interval and the check that it is one number.

The hazard is that of the cause among persons without any event yet. It says how fast, not how many:
where other events compete, the cumulative incidence says how many.
"""

import math
from dataclasses import dataclass

import numpy as np

from rtw_outcomes.analysis.cox import (
    CoxFit,
    CoxRows,
    find_sandwich,
    fit_cox,
    fit_without_clusters,
    gather_rows,
    run_proportional,
)
from rtw_outcomes.analysis.curve_numbers import FoundNumber
from rtw_outcomes.analysis.design import (
    Adjustment,
    Design,
    adjust,
    find_own_columns,
    plan_design,
    tell_collinear,
)
from rtw_outcomes.analysis.fit import FEW_PERSONS
from rtw_outcomes.analysis.interval import Interval, find_interval
from rtw_outcomes.analysis.jackknife import find_members, number_codes, run_jackknife
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample

NOT_PROPORTIONAL = 0.05  # the p-value under which a reader is warned, as is usual
COX = "Cox regression of the cause-specific hazard, ties by Efron"


@dataclass(frozen=True)
class HazardRatio:
    """The ratio of the hazards of two groups.

    Attributes:
        log_ratio: its logarithm, with the interval; None where there is none.
        statistic, p_value: of the test that the ratio is the same on all days; NaN where there is none.
        covariates: those in it.
        method: the estimator and its variance.
        warnings: what a reader must know.
        error: why there is no ratio.
    """

    log_ratio: FoundNumber | None
    statistic: float
    p_value: float
    covariates: tuple[str, ...]
    method: str
    warnings: tuple[str, ...] = ()
    error: str = ""


def compare_hazards(
    sample: Sample, days: Ints, is_event: Flags, is_adjusted: bool = False
) -> HazardRatio:
    """Compare the hazard of the second group with that of the first.

    Args:
        sample: two groups, everybody at risk.
        days: of the event or the end of the time at risk.
        is_event: whether it ended with the cause that is looked at.
        is_adjusted: whether to adjust for the covariates; index dates that miss one are left out.
    """
    warnings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    if is_adjusted:
        plan = adjust(sample)
        warnings, names = plan.warnings, plan.names
        if plan.error:
            return _fail(plan.error, warnings, names)
        if plan.kept is not None:
            sample, days, is_event = sample.keep(plan.kept), days[plan.kept], is_event[plan.kept]
    else:
        plan = Adjustment(None, plan_design(sample), (), ())
    events = np.bincount(sample.group[is_event], minlength=2)
    if events.min() == 0:
        error = "A group has no events, so there is no hazard ratio."
        return _fail(error, warnings, names)
    columns, collinear = _list_columns(plan.design)
    warnings += (collinear,) if collinear else ()
    spread = columns.std(axis=0)
    rows = gather_rows((columns - columns.mean(axis=0)) / spread, days, is_event, sample.cluster)
    fit = fit_cox(rows.table)
    if not fit.is_found:
        error = "The Cox regression finds no solution."
        return _fail(error, warnings, names)
    if not fit.finite[0]:
        error = (
            "All events of one group come before those of the other, so there is no hazard ratio."
        )
        return _fail(error, warnings, names)
    if not fit.is_told[0]:
        error = "The likelihood hardly depends on the hazard ratio, so there is none."
        return _fail(error, warnings, names)
    if not fit.finite.all():
        warnings += ("A level of a covariate has no events, so its own hazard ratio is 0.",)
    found, variance = _find_number(sample, rows, fit, is_event, float(spread[0]))
    statistic, p_value = math.nan, math.nan
    if not _is_of_one_person(sample):
        statistic, p_value = run_proportional(rows, fit, 0, np.log1p(np.arange(rows.days)))
    if p_value < NOT_PROPORTIONAL:
        warnings += (
            "The hazards are not proportional: one ratio is an average over days on which it differs.",
        )
    return HazardRatio(
        found,
        statistic,
        p_value,
        names,
        f"{COX}; {variance}.",
        warnings,
    )


def _fail(error: str, warnings: tuple[str, ...], names: tuple[str, ...]) -> HazardRatio:
    return HazardRatio(None, math.nan, math.nan, names, f"{COX}.", warnings, error)


def _is_of_one_person(sample: Sample) -> bool:
    return int(plan_design(sample).persons_of_groups.min()) < 2


def _list_columns(design: Design) -> tuple[Floats, str]:
    """The group and the covariates as columns, without those that others tell; and what was left out."""
    found = [design.group.astype(float)]
    for covariate, _ in design.places():
        for one in np.eye(covariate.columns):
            found.append(covariate.combine(one))
    columns = np.stack(found, axis=-1)
    centred = columns - columns.mean(axis=0)
    product = centred.T @ centred
    own = find_own_columns(product, np.diagonal(product))
    return columns[:, own], tell_collinear(design, own[1:])


def _find_number(
    sample: Sample, rows: CoxRows, fit: CoxFit, is_event: Flags, spread: float
) -> tuple[FoundNumber, str]:
    value = float(fit.coefficients[0]) / spread
    if sample.cluster is None:
        person, persons = number_codes(sample.person)
        # The numbers of persons do not matter where each has one row, and rows are then gathered.
        unit = np.arange(person.size) if persons == person.size else person
        variance = max(float(find_sandwich(rows, fit, unit)[0, 0]), 0.0)  # rounding goes below 0
        se = math.sqrt(variance) / spread
        text = "robust variance over persons (Lin and Wei)"
        interval = find_interval(value, se, math.inf, sample.confidence)
        if _is_of_one_person(sample):
            interval = Interval(reason=FEW_PERSONS)
        return FoundNumber(value, interval), text
    cluster, clusters = number_codes(sample.cluster)
    members = find_members(sample.group, cluster, 2, clusters)
    without, is_refined = fit_without_clusters(rows, fit)
    happened = np.bincount(
        (sample.group * clusters + cluster)[is_event], minlength=2 * clusters
    ).reshape(2, clusters)
    lost = np.any(happened.sum(axis=1, keepdims=True) == happened, axis=0)
    values = np.where(lost, np.nan, without[:, 0] / spread)[:, None]
    interval = run_jackknife(np.array([value]), values, members, sample.confidence)[0]
    steps = "" if is_refined else " by one step of Newton's method for each cluster"
    text = f"delete-one-cluster jackknife{steps}, t with {clusters - 1} degrees of freedom"
    codes = np.zeros(clusters, np.int64)
    codes[cluster] = sample.cluster
    left = tuple(zip(codes.tolist(), values[:, 0].tolist(), strict=True))
    return FoundNumber(value, interval, left), text
