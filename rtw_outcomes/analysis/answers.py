"""Comparison of answers of yes and no: shares, their differences in percentage points, and risk ratios."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri, stdtrit

from rtw_outcomes.analysis.contrasts import (
    Evidence,
    Topic,
    Version,
    count_parts,
    divide,
    keep_known,
    plan_versions,
    tell_contrasts,
    tell_groups,
    tell_nothing,
)
from rtw_outcomes.analysis.design import Design
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.interval import Interval
from rtw_outcomes.analysis.least_squares import fit_differences, fit_means
from rtw_outcomes.analysis.log_linear import fit_log_ratios
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample


def compare_answers(
    sample: Sample, answers: Floats, variable: str, level: str = ""
) -> list[Estimate]:
    """Compare answers between groups.

    Args:
        sample: the index dates.
        answers: of each row 1 for yes, 0 for no, NaN where missing; such rows are left out.
        variable: the column of results.
        level: the state, day or period that the answers are about.
    """
    known = np.isfinite(answers)
    sample, yes = keep_known(sample, known), answers[known] > 0
    if not sample.rows:
        topic = Topic(variable, level, "percentage points")
        return [tell_nothing(topic, "proportion_difference", "Difference of shares")]
    versions = plan_versions(sample)
    return [
        *compare_shares(sample, versions, yes, variable, level, is_any=False),
        *compare_risks(sample, versions, yes, variable, level),
    ]


def compare_shares(
    sample: Sample,
    versions: Sequence[Version],
    yes: Flags,
    variable: str,
    level: str,
    is_any: bool = True,
) -> list[Estimate]:
    """Tell the share of yes in each group, and its differences.

    Args:
        sample: the index dates.
        versions: unadjusted, and adjusted if there are covariates.
        yes: of each row.
        variable: the column of results.
        level: the state, day or period that it is about.
        is_any: whether yes means that the person has any of something that is counted.
    """
    design = versions[0].design
    shares = fit_means(design, yes.astype(np.float64))
    intervals, method = find_share_intervals(design, yes, shares.values, shares.intervals)
    found = tell_groups(
        _describe(sample, versions[0], yes),
        Topic(variable, level, "percent"),
        shares.values * 100,
        tuple(_in_percent(each) for each in intervals),
        name="share_any" if is_any else "proportion",
        label="Share with any" if is_any else "Share",
        method=method,
        missing="The group has no values.",
    )
    for version in versions:
        kept = version.keep(yes)
        found += tell_contrasts(
            _describe(sample, version, kept),
            Topic(variable, level, "percentage points"),
            version.fit(fit_differences, kept * 100.0),
            context="proportion_difference",
            label="Difference of the shares with any" if is_any else "Difference of shares",
            estimator="Difference of shares by least squares",
        )
    return found


def compare_risks(
    sample: Sample, versions: Sequence[Version], yes: Flags, variable: str, level: str
) -> list[Estimate]:
    """Tell the ratio of the shares of each group and the reference."""
    found = []
    for version in versions:
        kept = version.keep(yes).astype(np.float64)
        evidence = _describe(sample, version, kept > 0)
        # One person moves the logarithm of a share by its part in the answers of yes.
        largest = divide(version.design.find_largest(kept), _count(version.design, kept > 0))
        found += tell_contrasts(
            replace(evidence, one_person=largest),
            Topic(variable, level, "ratio"),
            version.fit(fit_log_ratios, kept),
            context="risk_ratio",
            label="Risk ratio",
            estimator="Risk ratio by Poisson regression"
            if version.adjustment
            else "Ratio of shares",
            is_ratio=True,
        )
    return found


def _describe(sample: Sample, version: Version, yes: Flags) -> Evidence:
    design = version.design
    one_person = divide(design.find_largest(np.full(yes.size, 100.0)), design.rows_of_groups)
    return Evidence(sample, version, count_parts(design, yes), one_person, _count(design, yes))


def _count(design: Design, yes: Flags) -> Ints:
    return np.bincount(design.group[yes], minlength=design.groups)


def _in_percent(interval: Interval) -> Interval:
    if interval.low is None or interval.high is None:
        return interval
    return replace(interval, low=interval.low * 100, high=interval.high * 100)


def find_share_intervals(
    design: Design, yes: Flags, shares: Floats, intervals: tuple[Interval, ...]
) -> tuple[tuple[Interval, ...], str]:
    """Find intervals of shares that stay between 0 and 1, and tell the method.

    Without clusters, and with one row for each person, it is Wilson's score interval (Brown, Cai and
    DasGupta 2001, Stat Sci 16:101). Otherwise the interval of the mean moves to the scale of logits and
    back; there is none for a share of 0 or 1.

    Args:
        design: persons and clusters.
        yes: of each row.
        shares: of each group.
        intervals: of each share as a mean.
    """
    if design.person is None and not design.clusters:
        counts = np.bincount(design.group[yes], minlength=design.groups)
        found = zip(counts.tolist(), design.rows_of_groups.tolist(), strict=True)
        wilson = tuple(_find_wilson(events, rows, design.confidence) for events, rows in found)
        return wilson, "Share; Wilson's score interval"
    logits = tuple(
        _find_logit(share, interval, design.confidence)
        for share, interval in zip(shares.tolist(), intervals, strict=True)
    )
    variance = (
        "delete-one-cluster jackknife"
        if design.clusters
        else "robust variance, the rows of a person together"
    )
    return logits, f"Share; {variance}, t, on the scale of logits"


def _find_wilson(events: int, rows: int, confidence: float) -> Interval:
    if not rows:
        return Interval(reason="The group has no values.")
    square = float(ndtri((1 + confidence / 100) / 2)) ** 2
    share = events / rows
    centre = (share + square / (2 * rows)) / (1 + square / rows)
    half = math.sqrt(square * share * (1 - share) / rows + square**2 / (4 * rows**2))
    half /= 1 + square / rows
    # Rounding must not lead beyond what a share can be.
    return Interval(low=max(0.0, centre - half), high=min(1.0, centre + half))


def _find_logit(share: float, interval: Interval, confidence: float) -> Interval:
    if interval.se is None or interval.df is None:
        return interval
    if not 0 < share < 1:
        return Interval(reason="All answers of the group are the same.")
    quantile = -float(stdtrit(interval.df, (1 - confidence / 100) / 2))
    half = quantile * interval.se / (share * (1 - share))
    logit = math.log(share / (1 - share))
    return Interval(low=_from_logit(logit - half), high=_from_logit(logit + half))


def _from_logit(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, logit))))
