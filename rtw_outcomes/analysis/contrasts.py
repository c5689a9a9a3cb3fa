"""Estimates from fits: names, counts, parts and warnings beside the numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtw_outcomes.analysis.design import Adjustment, Design, adjust, plan_design
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.fit import Fit, fail
from rtw_outcomes.analysis.interval import WIDEST, Interval, limit_ratio
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample

NO_VALUES = "No index date has a value."


@dataclass(frozen=True)
class Topic:
    """What a comparison is about.

    Attributes:
        variable: the column of results.
        level: the state, period or other part that it is about, as written; empty for all.
        unit: of the values.
    """

    variable: str
    level: str
    unit: str


@dataclass(frozen=True)
class Version:
    """The unadjusted or the adjusted version of an estimate.

    Attributes:
        design: of its rows.
        adjustment: None for the unadjusted one.
    """

    design: Design
    adjustment: Adjustment | None = None

    def keep(self, values: NDArray[Any]) -> NDArray[Any]:
        """Keep the values of its rows, which are fewer where covariates are missing."""
        if self.adjustment is None or self.adjustment.kept is None:
            return values
        return values[self.adjustment.kept]

    def fit(self, fit: Callable[..., Fit], *values: Any) -> Fit:
        """Fit values of its rows, unless there is a reason against it."""
        if self.adjustment is not None and self.adjustment.error:
            return fail(self.design, self.adjustment.error)
        return fit(self.design, *values)


def plan_versions(sample: Sample) -> tuple[Version, ...]:
    """Plan the unadjusted version and, where the study names covariates, the adjusted one."""
    unadjusted = Version(plan_design(sample))
    if not sample.covariates:
        return (unadjusted,)
    adjustment = adjust(sample)
    return unadjusted, Version(adjustment.design, adjustment)


@dataclass(frozen=True)
class Evidence:
    """Rows with values: their design, and what disclosure control must know of them.

    Attributes:
        sample: all rows of the comparison, with the names of the groups.
        version: the design of those that are used.
        parts: the persons in each part that the numbers are made of, [group, part].
        one_person: how far one person can move a value of each group.
        events: the events in each group; None where there are no events.
    """

    sample: Sample
    version: Version
    parts: Ints
    one_person: Floats
    events: Ints | None = None

    @property
    def design(self) -> Design:
        """The design of the rows."""
        return self.version.design


def tell_nothing(
    topic: Topic, context: str, label: str, error: str = NO_VALUES, is_ratio: bool = False
) -> Estimate:
    """Tell that there is no estimate at all, and why."""
    return Estimate(
        context,
        "estimate",
        label,
        None,
        "ratio" if is_ratio else topic.unit,
        variable=topic.variable,
        level=topic.level,
        n=0,
        is_ratio=is_ratio,
        error=error,
    )


def keep_known(sample: Sample, known: Flags) -> Sample:
    """Keep the rows that have values."""
    return sample if known.all() else sample.keep(known)


def count_parts(design: Design, yes: Flags) -> Ints:
    """Count the persons with yes and the persons with no in each group: an array [group, 2]."""
    return np.stack([design.count_persons(yes), design.count_persons(~yes)], axis=1)


def divide(numbers: Floats | Ints, by: Floats | Ints) -> Floats:
    """Divide, with 0 where there is nothing to divide by."""
    numbers, by = np.asarray(numbers, np.float64), np.asarray(by, np.float64)
    return np.divide(numbers, by, out=np.zeros_like(numbers), where=by != 0)


def tell_groups(
    evidence: Evidence,
    topic: Topic,
    values: Floats,
    intervals: tuple[Interval, ...],
    *,
    name: str,
    label: str,
    method: str,
    missing: str,
) -> list[Estimate]:
    """Tell a value of each group, with its interval.

    Args:
        evidence: what it is made of.
        topic: what it is about.
        values: of each group; NaN where there is none.
        intervals: of each value, on its scale.
        name: of the statistic.
        label: the same for people.
        method: the estimator and its variance.
        missing: why there is no value where it is NaN.
    """
    found = []
    for one, group in enumerate(evidence.sample.groups):
        value, interval = float(values[one]), intervals[one]
        is_known = bool(np.isfinite(value))
        found.append(
            Estimate(
                "summary",
                name,
                label,
                value if is_known else None,
                topic.unit,
                group,
                variable=topic.variable,
                level=topic.level,
                low=interval.low,
                high=interval.high,
                confidence=evidence.sample.confidence,
                method=method,
                n=int(evidence.design.rows_of_groups[one]),
                n_events=None if evidence.events is None else int(evidence.events[one]),
                n_clusters=int(evidence.design.members[one].sum())
                if evidence.design.clusters
                else None,
                parts=tuple(evidence.parts[one].tolist()),
                one_person=float(evidence.one_person[one]),
                error=interval.reason if is_known else missing,
            )
        )
    return found


def tell_contrasts(
    evidence: Evidence,
    topic: Topic,
    fit: Fit,
    *,
    context: str,
    label: str,
    estimator: str,
    is_ratio: bool = False,
) -> list[Estimate]:
    """Tell the contrast of each group with the reference.

    Args:
        evidence: what it is made of.
        topic: what it is about.
        fit: of ratios, of their logarithms.
        context: of the estimates.
        label: for people.
        estimator: in words, without its variance.
        is_ratio: whether contrasts are ratios.
    """
    design, sample, adjustment = evidence.design, evidence.sample, evidence.version.adjustment
    warnings = list(fit.warnings)
    names: tuple[str, ...] = ()
    if adjustment is not None:
        warnings = [*adjustment.warnings, *warnings]
        names = adjustment.names
    found = []
    for one in range(1, design.groups):
        interval = fit.intervals[one - 1]
        if is_ratio:
            interval = limit_ratio(interval)
        value = float(fit.values[one - 1])
        is_known = bool(np.isfinite(value)) and not (is_ratio and abs(value) > math.log(WIDEST))
        found.append(
            Estimate(
                context,
                "estimate",
                label,
                _scale(value, is_ratio) if is_known else None,
                "ratio" if is_ratio else topic.unit,
                sample.groups[one],
                sample.groups[0],
                variable=topic.variable,
                level=topic.level,
                low=_scale(interval.low, is_ratio),
                high=_scale(interval.high, is_ratio),
                confidence=sample.confidence,
                p_value=interval.p_value,
                method=_tell_method(estimator, fit, interval, names),
                covariates=names,
                n=int(design.rows_of_groups[[0, one]].sum()),
                n_events=None if evidence.events is None else int(evidence.events[[0, one]].sum()),
                n_clusters=(
                    int(design.members[[0, one]].any(axis=0).sum()) if design.clusters else None
                ),
                parts=(*evidence.parts[0].tolist(), *evidence.parts[one].tolist()),
                one_person=float(evidence.one_person[[0, one]].max()),
                is_ratio=is_ratio,
                warning=" ".join(warnings),
                error=interval.reason if is_known else fit.error or _tell_missing(design, one),
                se=interval.se,
                without_clusters=_tell_without(design, fit, one - 1),
            )
        )
    return found


def _scale(value: float | None, is_ratio: bool) -> float | None:
    if value is None or not is_ratio:
        return value
    return float(np.exp(value))


def _tell_missing(design: Design, one: int) -> str:
    if design.rows_of_groups[[0, one]].min() == 0:
        return "A group has no values."
    return "The values of the two groups give no estimate."


def _tell_method(estimator: str, fit: Fit, interval: Interval, names: tuple[str, ...]) -> str:
    adjusted = f", adjusted for {', '.join(names)}" if names else ""
    variance = fit.method
    if interval.df is not None and np.isfinite(interval.df):
        variance = variance.partition(", t")[0] + f", t with {interval.df:.0f} degrees of freedom"
    return f"{estimator}{adjusted}" + (f"; {variance}" if variance else "")


def _tell_without(design: Design, fit: Fit, one: int) -> tuple[tuple[int, float], ...]:
    if not len(fit.without):
        return ()
    return tuple(zip(design.codes.tolist(), fit.without[:, one].tolist(), strict=True))
