"""Curves as they are told: thinned before anything is drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtw_outcomes.disclosure.steps import round_up_step, to_step
from rtw_outcomes.language.rule_sets import RuleSet

CURVE_FROM_EVENTS = 10  # times the threshold: fewer events make a table of fixed days, and no curve
FINEST = 0.1  # percent


@dataclass(frozen=True, eq=False)
class Curve:
    """The share with an event by each day, exact.

    Attributes:
        outcome: the id of the outcome.
        group: the group.
        cause: the event.
        days: the days, from 0.
        percent: the share by the end of each day, in percent.
        events: the persons with the event by the end of each day.
        at_risk: the persons at risk at the beginning of each day.
    """

    outcome: str
    group: str
    cause: str
    days: NDArray[np.int64]
    percent: NDArray[np.float64]
    events: NDArray[np.int64]
    at_risk: NDArray[np.int64]


def thin_curve(curve: Curve, rules: RuleSet) -> list[tuple[int, float]]:
    """The points of a curve that are told: days, and percent.

    A step is told on the first day on which as many persons as a group must have had the event since
    the last step told, and as many are still at risk. Nothing is told after the last such day. A curve
    of few events is not told at all.
    """
    below = max(rules.below, rules.midpoint)
    if not curve.events.size or curve.events[-1] < CURVE_FROM_EVENTS * below:
        return []
    step = round_up_step(max(FINEST, 100 / max(curve.at_risk[0], 1)))
    points, told = [(0, 0.0)], 0
    for day, percent, events, at_risk in zip(
        curve.days.tolist(), curve.percent.tolist(), curve.events, curve.at_risk, strict=True
    ):
        if events - told >= below and at_risk - (events - told) >= below:
            points.append((day, to_step(percent, step)))
            told = events
    return points
