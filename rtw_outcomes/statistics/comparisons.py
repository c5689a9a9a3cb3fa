"""The estimates that compare the groups of a study, outcome by outcome, exact."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial

import numpy as np
import polars as pl

from rtw_outcomes.analysis.answers import compare_answers
from rtw_outcomes.analysis.clusters import describe_clusters
from rtw_outcomes.analysis.counts import PER_PERSON_YEAR, RateUnit, compare_counts
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.numbers import compare_numbers
from rtw_outcomes.analysis.periods import compare_periods
from rtw_outcomes.analysis.sample import Flags, Floats, Ints, Sample
from rtw_outcomes.analysis.subgroups import Estimator, by_subgroup
from rtw_outcomes.analysis.times import compare_times, curve
from rtw_outcomes.language.comparison_keys import Compare
from rtw_outcomes.language.measures.composites import OBSERVED_YEARS, PERSONS, Rate
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.measures.spells import CountOfSpells
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import NumberedPeriod, Role, name_statistic
from rtw_outcomes.planning.nodes.node import Answer
from rtw_outcomes.planning.nodes.values import Category
from rtw_outcomes.planning.plan import Column, Plan, PlannedOutcome
from rtw_outcomes.statistics.comparison_sample import ComparedRows
from rtw_outcomes.statistics.description import ANY, YES, name_variable
from rtw_outcomes.statistics.fixed_days import (
    AT_RISK,
    CENSORINGS,
    EVENTS,
    IN_ALL,
    FixedDays,
    name_count,
)
from rtw_outcomes.statistics.sensitivity import OBSERVED, vary
from rtw_outcomes.statistics.statistic import Compared, OutcomeCurve

# In a subgroup, and under another choice, only the effect is told: what describes a group there would be
# one table more.
OF_A_DAY = ("competing_cif", "survival_survfit", "proportion_difference", "risk_ratio")
SHARES = ("proportion_difference", "risk_ratio", "proportion_ratio")
EFFECTS = ("mean_difference", "proportion_difference", "rate_ratio", "coxph")
OVER_PERIODS = "gee"
SEVERAL_COLUMNS = "Outcomes of several columns are not compared in subgroups."


def compare_outcomes(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    rows: ComparedRows,
    compare: Compare,
    is_described: bool,
    primary: Sequence[str] = (),
) -> Iterator[Compared]:
    """Compare the groups on every outcome.

    Args:
        resolved: the outcomes, in the order of the plan.
        plan: what was computed.
        rows: the index dates of the groups.
        compare: what is compared.
        is_described: whether the groups are those of the description of all outcomes.
        primary: the outcomes whose effects are estimated under other choices, too; all where none is named.
    """
    for each, planned in zip(resolved, plan.outcomes, strict=True):
        comparison = _Comparison(each, planned, rows, compare)
        estimates = list(comparison.list_estimates())
        if not primary or each.id in primary:
            estimates += comparison.list_varied()
        for estimate in estimates:
            groups = _list_groups(estimate, rows.sample) if is_described else ()
            yield Compared(each.id, groups, estimate)


def draw_curves(
    resolved: Sequence[ResolvedOutcome], plan: Plan, rows: ComparedRows, compare: Compare
) -> Iterator[OutcomeCurve]:
    """The curves of all times to an event in every group; nobody may see them before they are thinned."""
    for each, planned in zip(resolved, plan.outcomes, strict=True):
        if each.outcome.result is Result.TIME:
            yield from _Comparison(each, planned, rows, compare).draw_curves()


def _list_groups(estimate: Estimate, sample: Sample) -> tuple[tuple[str, ...], ...]:
    """The groups, as they are described, whose counts an estimate is made of."""
    if estimate.subgroup or estimate.choice == OBSERVED:
        return ()  # parts of groups are not described
    # A hazard ratio and its checks are made of the reference, too, whether they name it or not.
    is_of_all = not estimate.group or estimate.context == "coxph"
    named = sample.groups if is_of_all else (estimate.group, estimate.reference)
    return tuple((name,) for name in named if name)


class _Comparison:
    """Compares the groups on one outcome."""

    def __init__(
        self,
        resolved: ResolvedOutcome,
        planned: PlannedOutcome,
        rows: ComparedRows,
        compare: Compare,
    ) -> None:
        self.resolved, self.planned, self.compare = resolved, planned, compare
        self.outcome: Outcome = resolved.outcome
        self.sample, self.table = rows.sample, rows.table

    def list_estimates(self) -> Iterator[Estimate]:
        """All estimates of the outcome, those of subgroups last."""
        estimators = self._estimators
        everybody = np.ones(self.sample.rows, dtype=np.bool_)
        of_all = [found for each in estimators for found in each(self.sample, everybody)]
        yield from of_all
        if self.sample.cluster is not None:
            yield from describe_clusters(self.sample, self._first_values(), "")
        if self.sample.subgroups and len(estimators) == 1:
            yield from by_subgroup(self._unadjusted, partial(_find_effects, estimators[0]))
        elif self.sample.subgroups:
            context = next(each.context for each in of_all if each.context in EFFECTS)
            yield from (_tell_no_subgroups(context, name) for name in self.sample.subgroups)

    def list_varied(self) -> list[Estimate]:
        """The effects under other choices than those of the study."""
        estimators = self._estimators
        if len(estimators) != 1:
            return []
        return list(
            vary(partial(_find_effects, estimators[0]), self._unadjusted, self._incomplete())
        )

    @property
    def _unadjusted(self) -> Sample:
        """The sample for effects that are told without adjustment only."""
        return replace(self.sample, covariates=())

    def _incomplete(self) -> Flags | None:
        """Which rows have fewer observed days than the window; None where the outcome does not say."""
        names = [each.name for each in self.planned.account if each.role is Role.INCOMPLETE]
        if not names:
            return None
        any_of_them = pl.any_horizontal(pl.col(names).eq(1).fill_null(False))
        flags: Flags = self.table.select(any_of_them).to_series().to_numpy()
        return flags

    @cached_property
    def _estimators(self) -> list[Estimator]:
        return list(self._list_estimators())

    def _list_estimators(self) -> Iterator[Estimator]:
        outcome = self.outcome
        if outcome.result is Result.TIME:
            yield self._times
        elif outcome.result in (Result.STATE, Result.STATES):
            for column in self.planned.values:
                yield from self._states(column)
        elif isinstance(outcome.kind, Rate):
            yield self._counts(
                self._column(self.planned.find(Role.NUMERATOR)),
                self._column(self.planned.find(Role.DENOMINATOR)),
                "rate",
                RateUnit(outcome.kind.scale, self._name_rate(outcome.kind), is_of_events=False),
            )
        elif all(isinstance(each.split, NumberedPeriod) for each in self.planned.values):
            yield self._periods()
        else:
            for column in self.planned.values:
                yield self._values(column)

    def _values(self, column: Column) -> Estimator:
        values = self._column(column)
        variable, level = name_variable(column.split)
        mean, share = (name_statistic(each, column.split) for each in ("mean", ANY))
        if isinstance(column.node, Answer):
            yes = name_statistic(YES, column.split)
            return lambda sample, kept: _name_source(
                yes, compare_answers(sample, values[kept], variable, level)
            )
        observed = self.planned.find_beside(column, Role.OBSERVED_DAYS)
        if isinstance(self.outcome.kind, CountOfSpells) and observed:
            return self._counts(values, self._column(observed), mean)
        models = self.compare.models if self.outcome.unit in ("days", "weeks") else ()
        unit = self.resolved.unit

        def compare(sample: Sample, kept: Flags) -> Iterator[Estimate]:
            found = compare_numbers(
                sample, values[kept], unit, variable, level, models, is_money=unit == "money"
            )
            for each in found:
                is_share = each.name == "share_any" or each.context in SHARES
                yield replace(each, made_of=share if is_share else mean)

        return lambda sample, kept: list(compare(sample, kept))

    def _periods(self) -> Estimator:
        columns = self.planned.values
        values = np.column_stack([self._column(each) for each in columns])
        labels = [str(each.split) for each in columns]
        unit, correlation = self.resolved.unit, self.compare.correlation
        names = {str(each.split): name_statistic("mean", each.split) for each in columns}
        return lambda sample, kept: [
            replace(each, made_of=names.get(each.level, ""))
            for each in compare_periods(sample, values[kept], labels, unit, "period", correlation)
        ]

    def _states(self, column: Column) -> Iterator[Estimator]:
        assert isinstance(column.node, Category), "no other step gives a state"
        states = self.table[column.name]
        variable, level = name_variable(column.split)
        for state in column.node.states:
            yield partial(
                _compare_state,
                _to_floats(states.eq(state)),
                (variable or "state", f"{level}: {state}" if level else state),
                name_statistic(state, column.split),
            )

    def _counts(
        self, events: Floats, over: Floats, made_of: str, rate: RateUnit = PER_PERSON_YEAR
    ) -> Estimator:
        return lambda sample, kept: _name_source(
            made_of, compare_counts(sample, events[kept], over[kept], "", rate=rate)
        )

    def _name_rate(self, rate: Rate) -> str:
        """The unit of a rate: `days per 1000 persons`."""
        over = {PERSONS: "persons", OBSERVED_YEARS: "person-years"}.get(rate.over)
        numerator, *others = self.resolved.named
        over = over or next((each.unit for each in others), "")
        return " per ".join(filter(None, (numerator.unit, f"{rate.scale} {over}".strip())))

    def _times(self, sample: Sample, kept: Flags) -> list[Estimate]:
        fixed = FixedDays.of(self.outcome, self.compare.at)
        days, status = self._clock()
        statuses = self.outcome.statuses
        estimates = compare_times(
            sample, days[kept], status[kept], statuses, fixed.at, fixed.horizon
        )
        named = [_name_cause(each, self.outcome.competing) for each in estimates]
        return [replace(each, made_of=_find_source(each, fixed)) for each in named]

    def draw_curves(self) -> Iterator[OutcomeCurve]:
        """The curves of the outcome."""
        days, status = self._clock()
        fixed = FixedDays.of(self.outcome, self.compare.at)
        drawn = curve(self.sample, days, status, self.outcome.statuses, fixed.horizon)
        for (group, cause), each in drawn.items():
            counts = {day: name_count(EVENTS, written, cause) for written, day in fixed.at.items()}
            yield OutcomeCurve(self.resolved.id, group, cause, each, counts)

    def _clock(self) -> tuple[Ints, Ints]:
        """Days and status of each index date; -1 for those not at risk."""
        columns = (self.planned.find(role).name for role in (Role.DAYS, Role.STATUS))
        days, status = (
            self.table[name].fill_null(-1).cast(pl.Int64).to_numpy() for name in columns
        )
        return days, status

    def _first_values(self) -> Floats:
        """The values by which the likeness of a cluster's members is told."""
        column = self.planned.columns[0]
        if isinstance(column.node, Category):
            return _to_floats(self.table[column.name].eq(column.node.states[0]))
        if self.outcome.result is Result.TIME:
            return _to_floats(self.table[self.planned.find(Role.STATUS).name].eq(1))
        return self._column(column)

    def _column(self, column: Column) -> Floats:
        return _to_floats(self.table[column.name])


def _name_cause(estimate: Estimate, competing: Sequence[str]) -> Estimate:
    """The estimate with its cause apart from its name: `estimate.death` is the estimate of death."""
    cause = next((each for each in competing if estimate.name.endswith(f".{each}")), "")
    name = estimate.name.removesuffix(f".{cause}") if cause else estimate.name
    return replace(estimate, name=name, cause=cause or "event")


def _find_source(estimate: Estimate, fixed: FixedDays) -> str:
    """The count that an estimate of a time is made of: by its day, or of the whole follow-up."""
    cause = estimate.cause
    if estimate.name in (AT_RISK, CENSORINGS):
        return name_count(estimate.name, estimate.level)
    if estimate.context in OF_A_DAY and estimate.level in fixed.at:
        return name_count(EVENTS, estimate.level, cause)
    return name_count(EVENTS, IN_ALL, cause)


def _compare_state(
    answers: Floats, topic: tuple[str, str], made_of: str, sample: Sample, kept: Flags
) -> list[Estimate]:
    return _name_source(made_of, compare_answers(sample, answers[kept], *topic))


def _name_source(made_of: str, estimates: Sequence[Estimate]) -> list[Estimate]:
    return [replace(each, made_of=made_of) for each in estimates]


def _find_effects(estimator: Estimator, sample: Sample, kept: Flags) -> list[Estimate]:
    """The effects that are told of subgroups: unadjusted, of the event, by the last day, over all periods."""
    found = estimator(sample, kept)
    is_of_periods = any(each.context == OVER_PERIODS for each in found)
    effects = [
        each
        for each in found
        if each.context in ((OVER_PERIODS,) if is_of_periods else EFFECTS)
        and each.reference
        and not each.covariates
        and each.cause in ("", "event")
    ]
    last = {each.context: each.level for each in effects}
    return [each for each in effects if each.level == last[each.context]]


def _tell_no_subgroups(context: str, column: str) -> Estimate:
    label = f"P value of the interaction with {column}"
    return Estimate(
        context, "p.interaction", label, None, subgroup=(column, ""), error=SEVERAL_COLUMNS
    )


def _to_floats(values: pl.Series) -> Floats:
    numbers: Floats = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return numbers
