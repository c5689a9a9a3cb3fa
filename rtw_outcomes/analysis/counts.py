"""Comparison of counts of events: rates per person-year, their ratios and differences."""

import math
from dataclasses import dataclass, replace

import numpy as np

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
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.interval import Interval, limit_ratio
from rtw_outcomes.analysis.least_squares import fit_differences
from rtw_outcomes.analysis.log_linear import fit_log_means, fit_log_ratios
from rtw_outcomes.analysis.sample import Floats, Sample

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class RateUnit:
    """The unit of a rate.

    Attributes:
        scale: a rate is for so many of what it is over.
        text: the unit in words.
        is_of_events: whether what is counted are events, and not days or money.
    """

    scale: float
    text: str
    is_of_events: bool = True


PER_PERSON_YEAR = RateUnit(DAYS_PER_YEAR, "per person-year")


def compare_counts(
    sample: Sample,
    events: Floats,
    over: Floats,
    variable: str,
    level: str = "",
    rate: RateUnit = PER_PERSON_YEAR,
) -> list[Estimate]:
    """Compare rates of events between groups; a person may have several.

    Args:
        sample: the index dates.
        events: how many each row has; NaN where missing.
        over: what the rate is over, of each row: the days at risk where it is per person-year. Rows with
            0, or with a missing number, are left out.
        variable: the column of results.
        level: the part that the events are about.
        rate: its unit.
    """
    topic = Topic(variable, level, rate.text)
    known = np.isfinite(events) & np.isfinite(over)
    known &= np.where(known, over, 0) > 0
    sample, events = keep_known(sample, known), events[known]
    years = over[known] / rate.scale
    if not sample.rows:
        error = "No index date has days at risk."
        return [tell_nothing(topic, "rate_ratio", "Rate ratio", error, is_ratio=True)]
    versions = plan_versions(sample)
    found = describe_rates(sample, versions[0], events, years, topic)
    for version in versions:
        kept, exposed = version.keep(events), version.keep(years)
        evidence = _describe(sample, version, kept, exposed)
        assert evidence.events is not None
        # One person moves the logarithm of a rate by their part in the events.
        largest = divide(version.design.find_largest(kept), evidence.events)
        found += tell_contrasts(
            replace(evidence, one_person=largest),
            topic,
            version.fit(fit_log_ratios, kept, exposed),
            context="rate_ratio",
            label="Rate ratio",
            estimator="Rate ratio by Poisson regression with an offset"
            if version.adjustment
            else "Ratio of rates",
            is_ratio=True,
        )
        found += tell_contrasts(
            evidence,
            topic,
            version.fit(fit_differences, kept, exposed),
            context="rate_difference",
            label="Difference of rates",
            estimator="Difference of rates by least squares weighted by what they are over",
        )
    if not rate.is_of_events:
        return [replace(each, n_events=None) for each in found]
    return found


def describe_rates(
    sample: Sample, version: Version, events: Floats, years: Floats, topic: Topic
) -> list[Estimate]:
    """Tell the rate of each group."""
    design = version.design
    fit = fit_log_means(design, events, years)
    found = tell_groups(
        _describe(sample, version, events, years),
        topic,
        np.exp(fit.values),
        tuple(_from_logs(each) for each in fit.intervals),
        name="rate",
        label="Rate",
        method=f"Rate {topic.unit}; {fit.method}, on the scale of logarithms",
        missing="The group has no time at risk.",
    )
    # A group with time at risk and without events has the rate 0, though that has no logarithm.
    return [
        replace(each, value=0.0, error="The group has no events, so there is no interval.")
        if each.value is None and rows > 0
        else each
        for each, rows in zip(found, design.rows_of_groups.tolist(), strict=True)
    ]


def _from_logs(interval: Interval) -> Interval:
    interval = limit_ratio(interval)
    if interval.low is None or interval.high is None:
        return interval
    return replace(interval, low=math.exp(interval.low), high=math.exp(interval.high))


def _describe(sample: Sample, version: Version, events: Floats, years: Floats) -> Evidence:
    design = version.design
    total = np.bincount(design.group, weights=years, minlength=design.groups)
    one_person = divide(design.find_largest(events), total)
    counts = np.rint(np.bincount(design.group, weights=events, minlength=design.groups))
    parts = count_parts(design, events > 0)
    return Evidence(sample, version, parts, one_person, counts.astype(np.int64))
