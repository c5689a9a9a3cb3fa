"""A plan into an equal one that costs less: PASSES, each a function from plan to plan.

The planner says what is asked, and equal steps are one step already. Each pass makes more steps
equal, or leaves out work that no result needs. The reference engine runs the plan as it was, so a
pass that changes a result shows as a difference between the engines.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import singledispatch

from rtw_outcomes.language.thresholds import OwnExtent
from rtw_outcomes.planning.nodes.aggregates import (
    ChainDayOn,
    Counted,
    ExtentOn,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    StateDaysIn,
    TransitionCount,
)
from rtw_outcomes.planning.nodes.events import AbsentOnDay0, FirstEvent, NextAbsence, Onset, Return
from rtw_outcomes.planning.nodes.intervals import Absent, FirstDays, RegisterRows, Spells
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.plan import Plan

Pass = Callable[[Plan], Plan]
DayRange = tuple[int | None, int]  # both days included; None is as far back as there are rows


def optimize(plan: Plan) -> Plan:
    """The plan after all passes."""
    for each in PASSES:
        plan = each(plan)
    return plan


def list_users(plan: Plan) -> dict[Node, list[str]]:
    """Each step once, with the outcomes that use it."""
    users: dict[Node, list[str]] = {step: [] for step in plan.steps()}
    for planned in plan.outcomes:
        for step in Plan((planned,)).steps():
            users[step].append(planned.outcome)
    return users


def take_relapse_from_run(plan: Plan) -> Plan:
    """Take the first spell after a return from the free run that it ended, when both are one absence.

    The run knows its end, so nothing is searched a second time.
    """

    def change(node: Node) -> Node:
        if not isinstance(node, FirstEvent) or not isinstance(node.origin, Return):
            return node
        event, run = node.event, node.origin.run
        if isinstance(event, Onset) and event.spells == run.spells and event.length.is_any:
            return replace(node, event=NextAbsence(run))
        return node

    return plan.rewrite(change)


def skip_sums_of_any_extent(plan: Plan) -> Plan:
    """Take absent days from the rows where any extent is absence: no sum of extents is needed."""

    def change(node: Node) -> Node:
        return node.extents.paid if isinstance(node, Absent) and node.limit == 1 else node

    return plan.rewrite(change)


def narrow_rows(plan: Plan) -> Plan:
    """Read only register rows on or beside days that some step looks at.

    All steps get one range, so that they share one scan.
    """
    days = days_range(plan.steps())
    if not days:
        return plan
    narrow = RegisterRows(*days)
    return plan.rewrite(lambda node: narrow if isinstance(node, RegisterRows) else node)


def days_range(steps: Iterable[Node]) -> DayRange | None:
    """All days whose absence the steps may look at; None when they look at none themselves."""
    ranges = [days for step in steps if (days := days_needed(step))]
    if not ranges:
        return None
    firsts = [first for first, _ in ranges if first is not None]
    return (
        min(firsts) if len(firsts) == len(ranges) else None,
        max(last for _, last in ranges),
    )


@singledispatch
def days_needed(step: Node) -> DayRange | None:  # noqa: ARG001 the signature for every step
    """The days whose absence a step may look at; None for a step that looks at no day itself.

    The steps that use a free run say how far it is searched for.
    """
    return None


@days_needed.register
def _(step: Return) -> DayRange:
    """A run may begin on the last day of the follow-up, and its whole length must be seen."""
    end = step.follow_up.most_days + step.run.sustained.most_days
    return _around(step.run.spells, 0, end)


@days_needed.register
def _(step: FirstEvent) -> DayRange:
    event = step.event
    if isinstance(event, NextAbsence):
        spells, days_to_tell = event.run.spells, 1
    else:
        spells, days_to_tell = event.spells, event.length.days_to_tell
    origin = step.origin.follow_up.most_days if isinstance(step.origin, Return) else 0
    # A spell that begins on the last day is followed until its length tells whether it counts.
    return _around(spells, 0, origin + step.follow_up.most_days + days_to_tell)


@days_needed.register
def _(step: SpellCount) -> DayRange:
    origin = step.origin.follow_up.most_days if step.origin else 0
    days_to_tell = step.length.days_to_tell
    # A spell that begins on the last day is followed until its length tells whether it counts, and one
    # that began before the first from where it does. It may have begun earlier still, in another
    # employer period; so much of it is seen then that no period matters.
    before = 0 if step.counted is Counted.STARTED else days_to_tell
    end = origin + step.end.most_days + days_to_tell
    return _around(step.spells, step.start.least_days - before, end)


@days_needed.register
def _(step: SickDaysIn) -> DayRange:
    first, last = step.start.least_days, step.end.most_days
    if isinstance(step.days, FirstDays):
        # A spell that holds the day so long before, or bridges it, has no first days left in the
        # window. Of the others all days are read, so their own first day is known.
        first -= step.days.days + step.days.join_gap_days
    return first, last


@days_needed.register(StateDaysIn)
@days_needed.register(TransitionCount)
def _(step: StateDaysIn | TransitionCount) -> DayRange:
    return step.start.least_days, step.end.most_days


@days_needed.register
def _(step: Absent) -> DayRange | None:
    """The day that the others are compared with."""
    if isinstance(step.limit, OwnExtent):
        return step.limit.day.least_days, step.limit.day.most_days
    return None


@days_needed.register
def _(step: SickWeeksIn) -> DayRange:
    return _around(step.spells, step.start, step.end)


@days_needed.register
def _(step: ExtentOn) -> DayRange:
    return step.at.least_days, step.at.most_days


@days_needed.register
def _(step: ChainDayOn) -> DayRange:
    """A chain may have begun at any time before."""
    return None, step.at.most_days + step.chained.spells.join_gap_days


@days_needed.register
def _(step: AbsentOnDay0) -> DayRange:
    return _around(step.spells, 0, 0)


def _around(spells: Spells, first: int, last: int) -> DayRange:
    """The limits with the days over which a spell outside is joined to one inside."""
    gap = spells.join_gap_days
    return first - gap, last + gap


PASSES: tuple[Pass, ...] = (take_relapse_from_run, skip_sums_of_any_extent, narrow_rows)
