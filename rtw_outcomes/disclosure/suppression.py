"""Which further counts are hidden, so that no small one follows from those that are told.

The cheapest choice of all is a hard problem. This is the way that offices of statistics go: for each small
count find other index dates in which it is quite another, and few told counts are; hide these.
"""

from rtw_outcomes.disclosure.attacker import Attacker
from rtw_outcomes.disclosure.count_system import CountSystem, Form

DEARER = 10.0  # times that it costs to hide a count of the next rank


def hide_further(system: CountSystem) -> CountSystem:
    """The system with as many more counts hidden as it takes that no small one is exposed.

    Complementary suppression: a count that is told is hidden because it would reveal another one.

    >>> import numpy as np
    >>> from rtw_outcomes.statistics.contributors import Partition
    >>> cells = ("event", "censored", "death")
    >>> statuses = Partition(cells, np.repeat([0, 1, 2], [40, 9, 2]), None, cells)
    >>> system = hide_further(CountSystem.of([statuses.count(name) for name in cells], 5))
    >>> {name: system.form_of(statuses, name).name for name in cells}
    {'event': 'EXACT', 'censored': 'HIDDEN', 'death': 'HIDDEN'}
    """
    small = system.list_small()
    if small:
        protection = Protection(system)
        # Large ones first: what protects them protects the others, too.
        for cell in sorted(small, key=lambda cell: (-system.rows[cell], cell)):
            protection.protect(cell)
    return system


class Protection:
    """Hides counts of a system to protect small ones."""

    def __init__(self, system: CountSystem) -> None:
        self._system, self._attacker = system, Attacker(system)
        self._costs = [
            DEARER ** system.rank(cell) + rows / system.everybody
            for cell, rows in enumerate(system.rows)
        ]

    def protect(self, cell: int) -> None:
        """Hide what it takes that a small count may be as many different ones as a group must have."""
        system, below = self._system, self._system.below
        if system.forms[cell] is Form.STEP:
            # It is known to be below the threshold; nobody may know more than that.
            if all(self._find(cell, v, v) is not None for v in (0, below - 1)):
                return
            system.hide(cell)
        values = self._attacker.values(cell)
        if values.max() - values.min() + 1 >= below and values.max() >= below:
            return
        if not self._is_safe_already(cell):
            self._hide_for(cell)

    def _is_safe_already(self, cell: int) -> bool:
        """Whether a hidden count is in doubt enough with nothing more hidden."""
        rows, below = self._system.rows[cell], self._system.below
        up = self._find(cell, max(rows, below), rows + below - 1)
        if up is None:
            return False
        return up - rows + 1 >= below or self._find(cell, 1, up - below + 1) is not None

    def _find(self, cell: int, least: int, most: int) -> int | None:
        """The largest value within limits that a count may have with nothing more hidden."""
        known = self._attacker.values(cell)
        if most in known:
            return most
        found = self._attacker.look_for(cell, least, most)
        return None if found is None else int(found[cell])

    def _hide_for(self, cell: int) -> None:
        """Hide what it takes that a count may be as far up as it goes, and down for the rest."""
        rows, below, everybody = self._system.rows[cell], self._system.below, self._system.everybody
        up = self._move(cell, [(v, everybody) for v in range(rows + below - 1, rows, -1)])
        if up - rows + 1 < below:
            self._move(cell, [(1, v) for v in range(max(1, up - below + 1), rows)])

    def _move(self, cell: int, limits: list[tuple[int, int]]) -> int:
        """Hide what it takes that a count may be within the first of several limits in which it can be."""
        for least, most in limits:
            found = self._attacker.look_for(cell, least, most, self._costs)
            if found is not None:
                for each in self._attacker.list_changed(found):
                    self._system.hide(each)
                return int(found[cell])
        return self._system.rows[cell]
