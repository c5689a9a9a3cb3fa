"""Curves as they are told: thinned before anything is drawn."""

from collections.abc import Iterator

from rtw_outcomes.analysis.sample import Ints
from rtw_outcomes.disclosure.steps import round_up_step, to_step
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.statistic import OutcomeCurve

CURVE_FROM_EVENTS = 10  # times the threshold: fewer events make a table of fixed days, and no curve
FINEST = 0.1  # percent
DAYS_APART = 7  # a curve tells no day on which one person had the event


def thin_curve(drawn: OutcomeCurve, rules: RuleSet, is_exact: bool) -> list[tuple[int, float]]:
    """The points of a curve that are told: days, and percent.

    The curve is read at ends of weeks from the index date, and on the days of the table. Between two
    points, and between a point and a day of the table, are none or as many events as a group must have
    persons. As many persons are still at risk. A curve of few events is not told at all.

    Args:
        drawn: the exact curve.
        rules: the rules.
        is_exact: whether the counts of the table are told as they are; else the curve is told in steps
            that as many persons as a group must have cannot move.
    """
    curve, below = drawn.curve, max(rules.below, rules.midpoint)
    events = curve.events
    if events.sum() < max(1, CURVE_FROM_EVENTS * below):
        return []
    last = int(curve.days[-1])
    persons = 1 if is_exact else below
    step = FINEST if below <= 1 else round_up_step(max(FINEST, 100 * persons / curve.at_risk[0]))
    stay = curve.at_risk - events - curve.censored
    days = curve.days if below <= 1 else range(0, last + 1, DAYS_APART)
    read = sorted({*(int(each) for each in days), *drawn.counts, last})
    fixed = sorted({*drawn.counts, last})
    points = [(0, 0.0)] if not events[0] or below > 1 else []
    for day in _choose_days(events, read, fixed, below):
        if stay[day] < below and day not in drawn.counts:
            break
        points.append((day, to_step(100 * float(curve.incidence[day]), step)))
    return points


def _choose_days(events: Ints, read: list[int], fixed: list[int], below: int) -> Iterator[int]:
    """The days with enough events since the last one that is told, and enough or none before the next fixed one."""
    until = events.cumsum()
    told = 0
    ends = [*fixed, fixed[-1]]
    for day in read:
        following = next(each for each in ends if each >= day)
        since, left = int(until[day]) - told, int(until[following] - until[day])
        if since >= below and (left == 0 or left >= below):
            told = int(until[day])
            yield day
