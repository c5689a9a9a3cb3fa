"""Comparison of numbers, such as days and costs: means, their differences and ratios, the share with any."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rtw_outcomes.analysis.answers import compare_shares
from rtw_outcomes.analysis.contrasts import (
    Evidence,
    Topic,
    Version,
    divide,
    keep_known,
    plan_versions,
    tell_contrasts,
    tell_groups,
    tell_nothing,
)
from rtw_outcomes.analysis.count_models import compare_models
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.least_squares import fit_differences, fit_means
from rtw_outcomes.analysis.log_linear import fit_log_ratios
from rtw_outcomes.analysis.sample import Floats, Sample


def compare_numbers(
    sample: Sample,
    values: Floats,
    unit: str,
    variable: str,
    level: str = "",
    models: Sequence[str] = (),
    is_money: bool = False,
) -> list[Estimate]:
    """Compare numbers between groups. Where some are below 0, as of a change, there is no ratio.

    Args:
        sample: the index dates.
        values: of each row; NaN where missing, and such rows are left out.
        unit: of the values.
        variable: the column of results.
        level: the part that the values are about, such as a state.
        models: `negative_binomial` and `zero_inflated`, for days; both need statsmodels.
        is_money: whether the values are amounts, which no model of counts fits.
    """
    topic = Topic(variable, level, unit)
    known = np.isfinite(values)
    sample, values = keep_known(sample, known), values[known]
    if not sample.rows:
        return [tell_nothing(topic, "mean_difference", "Difference of means")]
    versions = plan_versions(sample)
    return [
        *describe_means(sample, versions[0], values, topic),
        *compare_means(sample, versions, values, topic),
        *compare_ratios(sample, versions, values, topic),
        *compare_shares(sample, versions, values != 0, variable, level),
        *compare_models(sample, values, topic, models, is_money),
    ]


def describe_evidence(sample: Sample, version: Version, values: Floats) -> Evidence:
    """Describe the evidence of a comparison of means: persons, and how far one can move a mean."""
    design = version.design
    one_person = divide(design.find_largest(values), design.rows_of_groups)
    return Evidence(sample, version, design.persons_of_groups[:, None], one_person)


def describe_means(
    sample: Sample, version: Version, values: Floats, topic: Topic
) -> list[Estimate]:
    """Tell the mean of each group."""
    fit = fit_means(version.design, values)
    return tell_groups(
        describe_evidence(sample, version, values),
        topic,
        fit.values,
        fit.intervals,
        name="mean",
        label="Mean",
        method=f"Mean; {fit.method}",
        missing="The group has no values.",
    )


def compare_means(
    sample: Sample, versions: Sequence[Version], values: Floats, topic: Topic
) -> list[Estimate]:
    """Tell the difference of means of each group and the reference."""
    found = []
    for version in versions:
        kept = version.keep(values)
        found += tell_contrasts(
            describe_evidence(sample, version, kept),
            topic,
            version.fit(fit_differences, kept),
            context="mean_difference",
            label="Difference of means",
            estimator="Difference of means by least squares",
        )
    return found


def compare_ratios(
    sample: Sample, versions: Sequence[Version], values: Floats, topic: Topic
) -> list[Estimate]:
    """Tell the ratio of means of each group and the reference."""
    found = []
    for version in versions:
        kept = version.keep(values)
        evidence = describe_evidence(sample, version, kept)
        means = divide(
            np.bincount(evidence.design.group, weights=kept, minlength=evidence.design.groups),
            evidence.design.rows_of_groups,
        )
        found += tell_contrasts(
            replace(evidence, one_person=divide(evidence.one_person, means)),
            topic,
            version.fit(fit_log_ratios, kept),
            context="mean_ratio",
            label="Ratio of means",
            estimator="Ratio of means by Poisson regression"
            if version.adjustment
            else "Ratio of means",
            is_ratio=True,
        )
    return found
