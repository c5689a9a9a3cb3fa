"""Estimates in subgroups, and whether they differ: for any estimator that tells contrasts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtri

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.jackknife import number_codes
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample

Estimator = Callable[[Sample, Flags], list[Estimate]]
EstimateKey = tuple[object, ...]


def by_subgroup(sample: Sample, estimator: Estimator) -> list[Estimate]:
    """Estimate in each level of each column of subgroups, and test whether the contrasts differ.

    The test is that of Wald. Without clusters the levels are independent. With clusters, which may
    have persons of several levels, the covariance of the contrasts is that of the jackknife.

    Args:
        sample: the index dates.
        estimator: takes some of the rows as a sample, and which rows these are, to keep the same of
            its values.
    """
    found: list[Estimate] = []
    for column, (levels, codes) in sample.subgroups.items():
        parts: dict[int, list[Estimate]] = {}
        for code, level in enumerate(levels):
            chosen = codes == code
            if chosen.any():
                parts[code] = [
                    replace(each, subgroup=(column, level))
                    for each in estimator(sample.keep(chosen), chosen)
                ]
        found += [each for part in parts.values() for each in part]
        found += _test_contrasts(sample, estimator, column, parts)
    return found


@dataclass(frozen=True)
class _Contrast:
    """A contrast in each level that has it: estimates, and where clusters are the values without each."""

    levels: tuple[int, ...]
    estimates: tuple[Estimate, ...]

    @property
    def values(self) -> Floats:
        return np.array([_find_value(each) for each in self.estimates])


def _find_key(estimate: Estimate) -> EstimateKey:
    return (
        estimate.context,
        estimate.name,
        estimate.label,
        estimate.group,
        estimate.reference,
        estimate.variable,
        estimate.level,
        bool(estimate.covariates),
    )


def _find_value(estimate: Estimate) -> float:
    if estimate.value is None or (estimate.is_ratio and estimate.value <= 0):
        return math.nan
    return math.log(estimate.value) if estimate.is_ratio else estimate.value


def _test_contrasts(
    sample: Sample, estimator: Estimator, column: str, parts: Mapping[int, list[Estimate]]
) -> list[Estimate]:
    contrasts: dict[EstimateKey, list[tuple[int, Estimate]]] = {}
    for code, estimates in parts.items():
        for each in estimates:
            if each.group and each.reference:
                contrasts.setdefault(_find_key(each), []).append((code, each))
    left_out: dict[tuple[int, int], dict[EstimateKey, float]] = {}
    found = []
    for key, pairs in contrasts.items():
        contrast = _Contrast(tuple(code for code, _ in pairs), tuple(each for _, each in pairs))
        found.append(_test(sample, estimator, column, key, contrast, left_out))
    return found


def _test(
    sample: Sample,
    estimator: Estimator,
    column: str,
    key: EstimateKey,
    contrast: _Contrast,
    left_out: dict[tuple[int, int], dict[EstimateKey, float]],
) -> Estimate:
    first = contrast.estimates[0]
    told = replace(
        first,
        name="p.interaction",
        label=f"P value of the interaction with {column}",
        value=None,
        unit="",
        subgroup=(column, ""),
        low=None,
        high=None,
        se=None,
        p_value=None,
        n=sum(each.n or 0 for each in contrast.estimates),
        n_events=None,
        n_clusters=None,
        parts=tuple(part for each in contrast.estimates for part in each.parts),
        one_person=0.0,
        is_ratio=False,
        method="",
        warning="",
        error="",
        without_clusters=(),
    )
    if len(contrast.levels) < 2:
        return replace(told, error="Fewer than two levels have an estimate.")
    values, errors = contrast.values, np.array([_find_se(each) for each in contrast.estimates])
    if not np.isfinite(values).all() or not np.isfinite(errors).all():
        return replace(told, error="A level has no estimate or no interval, so there is no test.")
    if sample.cluster is None:
        weights = 1 / errors**2
        middle = (weights @ values) / weights.sum()
        statistic = float(weights @ (values - middle) ** 2)
        freedom = values.size - 1
        p_value = float(chdtrc(freedom, statistic))
        method = (
            f"Wald test that the levels do not differ, chi-square with {freedom} degrees of freedom"
        )
        return replace(told, value=p_value, p_value=p_value, method=method)
    without = _leave_out(sample, estimator, column, key, contrast, left_out)
    clusters = len(without)
    told = replace(told, n_clusters=clusters)
    p_value, method = _test_with_clusters(values, without)
    if math.isnan(p_value):
        return replace(told, error=method)
    return replace(told, value=p_value, p_value=p_value, method=method)


def _find_se(estimate: Estimate) -> float:
    if estimate.se is not None:
        return estimate.se
    if estimate.low is None or estimate.high is None or estimate.confidence is None:
        return math.nan
    low, high = estimate.low, estimate.high
    if estimate.is_ratio:
        if low <= 0:
            return math.nan
        low, high = math.log(low), math.log(high)
    return float((high - low) / 2 / ndtri((1 + estimate.confidence / 100) / 2)) or math.nan


def _leave_out(
    sample: Sample,
    estimator: Estimator,
    column: str,
    key: EstimateKey,
    contrast: _Contrast,
    left_out: dict[tuple[int, int], dict[EstimateKey, float]],
) -> Floats:
    """The values without each cluster that has rows of the two groups: [cluster, level]."""
    assert sample.cluster is not None
    numbers, clusters = number_codes(sample.cluster)
    without = np.tile(contrast.values, (clusters, 1))
    codes = sample.subgroups[column][1]
    for at, (level, estimate) in enumerate(zip(contrast.levels, contrast.estimates, strict=True)):
        if estimate.without_clusters:
            known = dict(estimate.without_clusters)
            places = np.zeros(clusters, np.int64)
            places[numbers] = sample.cluster
            for one, code in enumerate(places.tolist()):
                without[one, at] = known.get(code, without[one, at])
            continue
        # An estimator that does not tell: ask it again, once per cluster, without its own jackknife.
        present = np.bincount(numbers[codes == level], minlength=clusters) > 0
        plain = replace(sample, cluster=None)
        for one in np.flatnonzero(present).tolist():
            if (level, one) not in left_out:
                chosen = (codes == level) & (numbers != one)
                estimates = estimator(plain.keep(chosen), chosen) if chosen.any() else []
                left_out[level, one] = {_find_key(each): _find_value(each) for each in estimates}
            without[one, at] = left_out[level, one].get(key, math.nan)
    return without[_have_rows(sample, codes, contrast, numbers, clusters)]


def _have_rows(
    sample: Sample, codes: Ints, contrast: _Contrast, numbers: Ints, clusters: int
) -> Flags:
    """Which clusters have rows of the two groups in the levels of a contrast."""
    first = contrast.estimates[0]
    pair = [sample.groups.index(name) for name in (first.reference, first.group)]
    chosen = np.isin(sample.group, pair) & np.isin(codes, contrast.levels)
    return np.bincount(numbers[chosen], minlength=clusters) > 0


def _test_with_clusters(values: Floats, without: Floats) -> tuple[float, str]:
    """Test with the covariance of the jackknife; F as for Hotelling's T squared.

    Returns:
        The p-value and the method; NaN and the reason where there is no test.
    """
    clusters, tests = len(without), values.size - 1
    freedom = clusters - tests
    if not np.isfinite(without).all():
        return math.nan, "There is no estimate when one of the clusters is left out."
    if freedom < 1:
        return math.nan, "There are too few clusters for so many levels."
    differences = values[1:] - values[0]
    deviations = without[:, 1:] - without[:, :1] - differences
    covariance = (clusters - 1) / clusters * deviations.T @ deviations
    if np.linalg.matrix_rank(covariance) < tests:
        return math.nan, "The values do not vary."
    statistic = float(differences @ np.linalg.solve(covariance, differences))
    statistic *= freedom / ((clusters - 1) * tests)
    method = (
        "Wald test that the levels do not differ; delete-one-cluster jackknife, "
        f"F with {tests} and {freedom} degrees of freedom"
    )
    return float(fdtrc(tests, freedom, statistic)), method
