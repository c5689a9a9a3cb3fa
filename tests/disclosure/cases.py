"""Index dates in cells, and how their counts are told."""

import numpy as np

from rtw_outcomes.disclosure.count_system import CountSystem
from rtw_outcomes.disclosure.counts import tell_count
from rtw_outcomes.disclosure.moments import tell_moment
from rtw_outcomes.disclosure.suppression import hide_further
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.contributors import Moment, Partition, Values
from tests.disclosure.attack import list_bounds

BELOW = 5
RULES = RuleSet.number(BELOW)
STATUSES = ("not_at_risk", "censored", "event", "pension", "death")


def divide(
    codes, cells, is_main=True, persons=None, precious=("not_at_risk", "event"), telling=None
):
    telling = tuple(c for c in cells if c != "not_at_risk") if telling is None else telling
    codes = np.array(codes, dtype=np.int16)
    return Partition(tuple(cells), codes, persons, telling if is_main else (), is_main, precious)


def by_counts(counts, cells=STATUSES):
    return divide(np.repeat(np.arange(len(counts)), counts), cells)


def protected(*partitions):
    counts = [each.count(name) for each in partitions for name in each.cells]
    return hide_further(CountSystem.of([*counts, *(each.whole() for each in partitions)], BELOW))


def told(partition, system):
    return {
        name: tell_count(partition.count(name), system, RULES).value for name in partition.cells
    }


def is_in_doubt(system, partition, name, *others, is_told=True):
    """Whether a hidden count may be as many different ones as a group must have, one of them no small one."""
    all_told = {
        (number, cell): read(each.count(cell), system, is_told or number > 0)
        for number, each in enumerate([partition, *others])
        for cell in each.cells
    }
    assert all_told[0, name] is None
    least, most = list_bounds([partition, *others], all_told, (0, name), BELOW)
    if not is_told:
        # Of a difference nobody is told that it is not empty.
        return most - (0 if least == 1 else least) + 1 >= BELOW
    return most - least + 1 >= BELOW and most >= BELOW


def read(count, system, is_told):
    found = tell_count(count, system, RULES)
    is_known = found.value is not None and (is_told or not count.value)
    return (int(found.value), int(found.step or 0)) if is_known else None


def look(values, persons=None):
    return Values.of(np.array(values, dtype=np.float64), persons)


def tell(name, values, persons=None, rules=RULES):
    return tell_moment(Moment(name, look(values, persons)), rules).value
