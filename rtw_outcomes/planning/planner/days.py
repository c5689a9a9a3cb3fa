"""The steps of sick days, work days and the extent on one day."""

from itertools import pairwise

from rtw_outcomes.language.lengths import DAYS_OF_WEEK, Length
from rtw_outcomes.language.measures.days import ExtentOnDay, SickDays, WorkDays
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.result_names import NumberedPeriod
from rtw_outcomes.language.thresholds import Threshold
from rtw_outcomes.planning.nodes.aggregates import ExtentOn, SickDaysIn, SickWeeksIn
from rtw_outcomes.planning.nodes.node import Number
from rtw_outcomes.planning.nodes.values import (
    Difference,
    ObservedDays,
    ObservedWeeks,
    PercentOn,
    WorkPercent,
)
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.planning.planner import steps
from rtw_outcomes.planning.planner.columns import (
    plan_cut,
    plan_number,
    plan_periods,
    plan_value,
)


def plan_sick_days(kind: SickDays, outcome: Outcome) -> PlannedOutcome:
    """Days or weeks of the window, or days of each of its periods."""
    window = steps.find_window(outcome)
    if kind.unit == "weeks":
        return plan_number(outcome, _plan_weeks(outcome, steps.ANY_EXTENT), kind.cut)
    days, net = steps.plan_sick_days(outcome.own_absence), kind.count == "net"
    if kind.per is None:
        return plan_number(outcome, SickDaysIn(days, window.from_, window.to, net), kind.cut)
    periods = window.count_periods(kind.per)
    bounds = [window.from_ + kind.per * period for period in range(periods + 1)]
    numbers: dict[NumberedPeriod, tuple[Number, Length, Length]] = {
        NumberedPeriod(number, periods): (SickDaysIn(days, start, end, net), start, end)
        for number, (start, end) in enumerate(pairwise(bounds), start=1)
    }
    return plan_periods(outcome, numbers, kind.cut)


def plan_work_days(kind: WorkDays, outcome: Outcome) -> PlannedOutcome:
    """The observed days or weeks that the absence leaves, as a number or in percent of all observed ones."""
    window, absence = steps.find_window(outcome), outcome.own_absence
    start, end = window.from_, window.to
    if kind.unit == "weeks":
        assert absence.when, "the rules ask for it"
        weeks = _plan_weeks(outcome, absence.when)
        work = Difference(ObservedWeeks(start.days, end.days), weeks)
    else:
        days = SickDaysIn(steps.plan_sick_days(absence), start, end, kind.count == "net")
        work = Difference(ObservedDays(None, start, end), days)
    number: Number = WorkPercent(work) if kind.as_ == "percent" else work
    return plan_number(outcome, number, kind.cut)


def plan_extent_on_day(kind: ExtentOnDay, outcome: Outcome) -> PlannedOutcome:
    """The extent of one day in percent."""
    extent = ExtentOn(steps.plan_paid(outcome.own_absence.benefits), kind.at)
    return plan_value(outcome, plan_cut(kind.cut, PercentOn(extent)))


def _plan_weeks(outcome: Outcome, when: Threshold) -> SickWeeksIn:
    window, within_a_week = steps.find_window(outcome), Length(days=DAYS_OF_WEEK - 1)
    spells = steps.plan_spells_of(outcome.own_absence.benefits, when, within_a_week)
    return SickWeeksIn(spells, window.from_.days, window.to.days)
