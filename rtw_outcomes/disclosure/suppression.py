"""Which further counts are told in steps or hidden, so that no small one follows from those that are told.

The cheapest choice of all is a hard problem. This is the way that offices of statistics go: for each small
count find other index dates in which it is quite another, and few told counts are. These are told in steps
that hold both, where that loses little, and are hidden otherwise.
"""

import numpy as np

from rtw_outcomes.disclosure.attacker import Attacker, Costs
from rtw_outcomes.disclosure.count_system import CountSystem, span_of
from rtw_outcomes.disclosure.patterns import Numbers

DEARER = 10.0  # times that it costs to change a count of the next rank
HIDING = 100.0  # times that it costs to hide a count
LARGEST_STEP = 0.1  # of a count: it is then off by 5 percent at the most


def hide_further(system: CountSystem) -> CountSystem:
    """The system with as many more counts in steps or hidden as it takes that no small one is exposed.

    Complementary suppression: a count is hidden because it would reveal another one.

    >>> import numpy as np
    >>> from rtw_outcomes.statistics.contributors import Partition
    >>> cells = ("event", "censored", "death")
    >>> statuses = Partition(cells, np.repeat([0, 1, 2], [41, 9, 2]), None, cells)
    >>> system = hide_further(CountSystem.of([statuses.count(name) for name in cells], 5))
    >>> {name: (system.form_of(statuses, name).name) for name in cells}
    {'event': 'STEP', 'censored': 'STEP', 'death': 'HIDDEN'}
    """
    small = system.list_small()
    if small:
        protection = Protection(system)
        # Large ones first: what protects them protects the others, too.
        for cell in sorted(small, key=lambda cell: (-system.rows[cell], cell)):
            protection.protect(cell)
    return system


class Protection:
    """Tells less of the counts of a system to protect small ones."""

    def __init__(self, system: CountSystem) -> None:
        self._system, self._attacker = system, Attacker(system)
        self._costs = _find_costs(system)

    def protect(self, cell: int) -> None:
        """Tell so little that a small count may be as many different ones as a group must have."""
        system, values = self._system, self._attacker.values(cell)
        is_wide = values.max() - values.min() + 1 >= system.below
        is_in_doubt = is_wide and values.max() >= system.enough(cell)
        if not is_in_doubt and not self._is_safe_already(cell):
            self._tell_less_for(cell)

    def _is_safe_already(self, cell: int) -> bool:
        """Whether a small count is in doubt enough with nothing more hidden."""
        system, rows, below = self._system, self._system.rows[cell], self._system.below
        up = self._find(cell, max(rows, system.enough(cell)), rows + below - 1)
        if up is None:
            return False
        down = up - below + 1
        return down >= rows or self._find(cell, system.least(cell), down) is not None

    def _find(self, cell: int, least: int, most: int) -> int | None:
        """The largest value within limits that a count may have with nothing more hidden."""
        if most in self._attacker.values(cell):
            return most
        found = self._attacker.look_for(cell, least, most)
        return None if found is None else int(found[cell])

    def _tell_less_for(self, cell: int) -> None:
        """Tell so little that a count may be as far up as it goes, and down for the rest."""
        system, rows = self._system, self._system.rows[cell]
        below, everybody, least = system.below, system.everybody, system.least(cell)
        up = self._move(cell, [(v, everybody) for v in range(rows + below - 1, rows, -1)])
        if up - rows + 1 < below:
            self._move(cell, [(least, v) for v in range(max(least, up - below + 1), rows)])

    def _move(self, cell: int, limits: list[tuple[int, int]]) -> int:
        """Tell so little that a count may be within the first of several limits in which it can be."""
        for least, most in limits:
            found = self._attacker.look_for(cell, least, most, self._costs)
            if found is not None:
                self._allow(found)
                return int(found[cell])
        return self._system.rows[cell]

    def _allow(self, found: Numbers) -> None:
        """Tell every count so that it may be the one found."""
        system = self._system
        lower, upper = self._attacker.list_limits()
        for cell in ((found < lower) | (found > upper)).nonzero()[0].tolist():
            for step in _list_steps(system, cell):
                least, most = span_of(system.rows[cell], step)
                if least <= found[cell] <= most:
                    system.tell_in_steps(cell, step)
                    break
            else:
                system.hide(cell)


def _find_costs(system: CountSystem) -> Costs:
    """A change is cheap while a step holds both counts; least for large counts, and for side counts."""
    rows = np.array(system.rows)
    spans = np.array([_find_span(system, cell) for cell in range(rows.size)]).reshape(-1, 2)
    ranks = np.array([DEARER ** system.rank(cell) for cell in range(rows.size)])
    in_step = ranks / np.maximum(rows, 1)
    return Costs(spans[:, 1] - rows, np.maximum(rows - spans[:, 0], 0), in_step, HIDING * ranks)


def _find_span(system: CountSystem, cell: int) -> tuple[int, int]:
    """The smallest and the largest count that any step of a cell holds together with the true one."""
    spans = [span_of(system.rows[cell], step) for step in _list_steps(system, cell)]
    return min(least for least, _ in spans), max(most for _, most in spans)


def _list_steps(system: CountSystem, cell: int) -> list[int]:
    """The steps that a count may be told in, the finest first."""
    steps = [system.below]
    while 2 * steps[-1] <= LARGEST_STEP * system.rows[cell]:
        steps.append(2 * steps[-1])
    return steps
