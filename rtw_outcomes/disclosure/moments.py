"""Which means, sums, quartiles and rates are told, and in what steps: what one person cannot move."""

import math

from rtw_outcomes.disclosure.told import (
    FEW_FOR_QUARTILE,
    NOTHING,
    VALUES,
    Told,
    hide,
    tell_in_steps,
)
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.contributors import QUARTILES, Moment, Ratio, Values

FINEST = 0.01  # of means, quartiles and shares
FINEST_RATE = 0.0001  # a rate over one person is often far below 1
FEW_LEVELS = 10  # different values; from so many on, a sum tells no count
DIGITS = 3  # significant ones of a sum and of a rate
QUARTILE_FROM_GROUPS = 4  # a quartile is told from so many times the threshold
# The p percent rule: what the others add is at least a tenth of what the largest adds, or they could
# compute it from the sum.
OTHERS_ADD = 0.1


def tell_moment(moment: Moment, rules: RuleSet) -> Told:
    """A mean, a standard deviation, a sum or a quartile, as the rules let it be told."""
    values, value = moment.values, moment.value
    if value is None:
        return NOTHING
    if rules.below <= 1:
        return _tell_exactly(moment, value)
    if not moment.is_telling:
        few = values.persons < rules.below
        return hide(VALUES) if few else tell_in_steps(value, max(FINEST, values.largest))
    if is_disclosive(values, rules.below):
        return hide(VALUES)
    if moment.name in QUARTILES:
        return _tell_quartile(moment, rules)
    if moment.name == "sum":
        persons = rules.below if has_few_values(moment) else 1
        return tell_in_steps(value, max(persons * values.largest, _last_digit(value)))
    return tell_in_steps(value, max(FINEST, _find_step(moment, rules.below)))


def tell_ratio(ratio: Ratio, rules: RuleSet) -> Told:
    """A rate, computed from its two sums as they are told."""
    if ratio.value is None:
        return NOTHING
    if rules.below <= 1:
        return tell_in_steps(ratio.value, FINEST_RATE)
    part, over = tell_moment(ratio.part, rules), tell_moment(ratio.over, rules)
    if part.value is None or not over.value:
        return hide(VALUES)
    value = ratio.scale * part.value / over.value
    return tell_in_steps(value, max(FINEST_RATE, _last_digit(value))) if value else Told(0.0)


def is_disclosive(values: Values, below: int) -> bool:
    """Whether values tell of one person, or of all: too few have them, differ in them or make their sum."""
    is_dominated = values.without_largest_two < OTHERS_ADD * values.largest
    return values.persons < below or values.others < below or is_dominated


def _tell_exactly(moment: Moment, value: float) -> Told:
    """What is told where groups of every size are shown; a quartile still needs some persons."""
    if moment.name in QUARTILES and moment.values.persons < QUARTILE_FROM_GROUPS:
        return hide(FEW_FOR_QUARTILE)
    return tell_in_steps(value, FINEST)


def _tell_quartile(moment: Moment, rules: RuleSet) -> Told:
    """The mean of as many values around the rank as a group must have, for one is a person's value."""
    values, below = moment.values, max(rules.below, rules.percentile_from)
    if values.persons < QUARTILE_FROM_GROUPS * rules.below:
        return hide(FEW_FOR_QUARTILE)
    around = values.around[moment.name]
    if around.size < below:
        return hide(FEW_FOR_QUARTILE)
    surplus = (around.size - below) // 2
    nearest = around[surplus : around.size - surplus]
    mean = Moment("mean", values)
    return tell_in_steps(float(nearest.mean()), max(FINEST, _find_step(mean, rules.below)))


def has_few_values(moment: Moment) -> bool:
    """Whether a mean is of numbers with few different values, so that it tells counts."""
    return moment.values.levels <= FEW_LEVELS


def _find_step(moment: Moment, below: int) -> float:
    """The least step of a mean or a standard deviation.

    Of numbers with few values, such as counts of spells, a sum beside a count of those with any tells how
    many have the larger values. As many persons as a group must have cannot move it by a step.
    """
    persons = below if has_few_values(moment) else 1
    return persons * _one_person(moment)


def _one_person(moment: Moment) -> float:
    """How far one person can move a mean or a standard deviation, at the most."""
    values = moment.values
    mean = values.largest / values.persons
    deviation = values.moments["sd"]
    if moment.name == "mean" or not deviation:
        return mean
    # The variance moves by at most the square of the largest deviation over n.
    return max(mean, values.spread**2 / (2 * values.persons * deviation))


def _last_digit(value: float) -> float:
    """The place of the last significant digit."""
    return 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS + 1) if value else FINEST
