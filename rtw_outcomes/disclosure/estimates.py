"""Estimates of a comparison as they are told: in steps that one person cannot move."""

from dataclasses import dataclass

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.disclosure.steps import round_up_step, to_step
from rtw_outcomes.disclosure.told import COUNT, FEW_EVENTS
from rtw_outcomes.language.rule_sets import RuleSet

FINEST = {"ratio": 0.01, "percent": 0.1, "": 0.001}
FINEST_OF_OTHERS = 0.01
COUNTED = ("clusters", "persons", "index dates")
COARSEST_RATIO = 0.5  # of its value: in larger steps a ratio tells nothing
FINEST_P = 0.001


@dataclass(frozen=True)
class ToldEstimate:
    """An estimate as it is told.

    Attributes:
        estimate: the exact one, for all that is no number.
        value, low, high, p_value: the numbers as they are told.
        n, n_events: the index dates and events as they are told.
        step: the step of value and limits.
        why: why it is hidden; empty for one that is told.
    """

    estimate: Estimate
    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n: int | None
    n_events: int | None
    step: float | None = None
    why: str = ""


def tell_estimate(estimate: Estimate, rules: RuleSet, is_exposed: bool) -> ToldEstimate:
    """An estimate as the rules let it be told.

    Args:
        estimate: the exact numbers.
        rules: the rules.
        is_exposed: whether counts that it is made of are hidden, or not among those that are told. It is
            then told in steps that as many persons as a group must have cannot move.
    """
    below = rules.below
    if below > 1 and any(0 < persons < below for persons in estimate.parts):
        return ToldEstimate(estimate, None, None, None, None, None, None, why=COUNT)
    persons = below if is_exposed else 1
    least = estimate.one_person * persons if below > 1 else 0.0
    value = estimate.value
    if estimate.is_ratio:
        least *= value or 1.0
    if estimate.is_ratio and value is not None and least > value * COARSEST_RATIO:
        return ToldEstimate(estimate, None, None, None, None, None, None, why=FEW_EVENTS)
    is_count = value is not None and float(value).is_integer() and estimate.unit in COUNTED
    finest = 1.0 if is_count else FINEST.get(estimate.unit, FINEST_OF_OTHERS)
    step = round_up_step(max(least, finest))
    return ToldEstimate(
        estimate,
        value=_to_step(value, step),
        low=_to_step(estimate.low, step),
        high=_to_step(estimate.high, step),
        p_value=_to_step(estimate.p_value, FINEST_P),
        n=_tell_count(estimate.n, rules, is_exposed),
        n_events=_tell_count(estimate.n_events, rules, is_exposed),
        step=step,
    )


def _to_step(value: float | None, step: float) -> float | None:
    return None if value is None else to_step(value, step)


def _tell_count(count: int | None, rules: RuleSet, is_exposed: bool) -> int | None:
    """A count beside an estimate; in steps where it is not among those that are told."""
    if count is None or rules.below <= 1:
        return count
    if 0 < count < rules.below:
        return None
    if rules.round_to:
        return round(count / rules.round_to) * rules.round_to
    return count // rules.below * rules.below if is_exposed else count
