"""Curves as they are told: thinned before anything is drawn."""

from rtw_outcomes.analysis.incidence import Curve
from rtw_outcomes.disclosure.steps import round_up_step, to_step
from rtw_outcomes.language.rule_sets import RuleSet

CURVE_FROM_EVENTS = 10  # times the threshold: fewer events make a table of fixed days, and no curve
FINEST = 0.1  # percent


def thin_curve(curve: Curve, rules: RuleSet) -> list[tuple[int, float]]:
    """The points of a curve that are told: days, and percent.

    A step is told on the first day on which as many persons as a group must have had the event since
    the last step told, and as many are still at risk. Nothing is told after the last such day. A curve
    of few events is not told at all.
    """
    below = max(rules.below, rules.midpoint)
    if curve.events.sum() < CURVE_FROM_EVENTS * below:
        return []
    step = round_up_step(max(FINEST, 100 / curve.at_risk[0]))
    points, since_told = [(0, 0.0)], 0
    days = zip(
        *(each.tolist() for each in (curve.days, curve.incidence, curve.events)),
        (curve.at_risk - curve.events - curve.censored).tolist(),
        strict=True,
    )
    for day, share, events, left in days:
        since_told += events
        if since_told >= below and left >= below:
            points.append((day, to_step(100 * share, step)))
            since_told = 0
    return points
