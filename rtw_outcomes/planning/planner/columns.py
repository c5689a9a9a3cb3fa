"""The columns that several measures have: a value beside its observed days, and a time to an event."""

from collections.abc import Mapping

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.measures.cut import Cut, SignedCut
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import NumberedPeriod, Role, SplitBy
from rtw_outcomes.planning.nodes.events import FirstEvent, Return
from rtw_outcomes.planning.nodes.node import Number, Value
from rtw_outcomes.planning.nodes.values import Happened, Incomplete, ObservedDays, Reaches, Seen
from rtw_outcomes.planning.plan import Column, PlannedOutcome
from rtw_outcomes.planning.planner.steps import find_window


def plan_time(
    outcome: Outcome, clock: Return | FirstEvent, account: tuple[Column, ...] = ()
) -> PlannedOutcome:
    """A time to an event."""
    name = outcome.outcome
    columns = (Column(name, Role.DAYS, clock), Column(name, Role.STATUS, clock))
    happened = Column(name, Role.HAPPENED, Happened(clock, or_seen=False))
    return PlannedOutcome(name, columns, (happened, *account))


def plan_value(outcome: Outcome, value: Value) -> PlannedOutcome:
    """One value without a window: of a single day, or from the cohort."""
    return plan_days(outcome, {None: value})


def plan_days(outcome: Outcome, values: Mapping[SplitBy | None, Value]) -> PlannedOutcome:
    """A value for each of several days, or the one of a single day."""
    name = outcome.outcome
    columns = (Column(name, Role.VALUE, value, split) for split, value in values.items())
    return PlannedOutcome(name, tuple(columns))


def plan_number(
    outcome: Outcome, number: Number, cut: Cut | None = None, origin: Return | None = None
) -> PlannedOutcome:
    """One value over the whole follow-up, cut or not; beside it stands the number of observed days."""
    window = find_window(outcome)
    observed = ObservedDays(origin, window.from_, window.to)
    value = plan_cut(cut, see(number, observed))
    return _plan_windows(outcome, {None: (value, observed)})


def plan_periods(
    outcome: Outcome,
    numbers: Mapping[NumberedPeriod, tuple[Number, Length, Length]],
    cut: Cut | None,
) -> PlannedOutcome:
    """A value over each of several periods, with its start and end; beside each its observed days."""
    values: dict[SplitBy | None, tuple[Value, ObservedDays]] = {}
    for period, (number, start, end) in numbers.items():
        observed = ObservedDays(None, start, end)
        values[period] = (plan_cut(cut, see(number, observed)), observed)
    return _plan_windows(outcome, values)


def plan_cut(cut: SignedCut | None, number: Number) -> Value:
    """A number, or whether it reaches the limit of a cut."""
    return number if cut is None else Reaches(number, cut.limit, cut.above is not None)


def see(number: Number, observed: ObservedDays) -> Number:
    """A number where a day of its window is observed; null for the others, of whom nothing is known.

    Of a window that surely holds day 0, or the day of a return, a day is always observed.
    """
    holds_day_0 = observed.start.most_days <= 0 < observed.end.least_days
    return number if holds_day_0 else Seen(number, observed)


def _plan_windows(
    outcome: Outcome, values: Mapping[SplitBy | None, tuple[Value, ObservedDays]]
) -> PlannedOutcome:
    name = outcome.outcome
    columns: list[Column] = []
    for split, (value, observed) in values.items():
        columns.append(Column(name, Role.VALUE, value, split))
        columns.append(Column(name, Role.OBSERVED_DAYS, observed, split))
    account = tuple(
        Column(name, Role.INCOMPLETE, Incomplete(observed), split)
        for split, (_, observed) in values.items()
    )
    return PlannedOutcome(name, tuple(columns), account)
