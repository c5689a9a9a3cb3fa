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
        system, attacker, below = self._system, self._attacker, self._system.below
        rows = system.rows[cell]
        if system.forms[cell] is Form.STEP:
            if self._may_be(cell, 0) and self._may_be(cell, below - 1):
                return
            system.hide(cell)
        values = attacker.values(cell)
        if values.max() - values.min() + 1 >= below and values.max() >= below:
            return
        # As far up as it goes, and down for the rest.
        up = self._move_first(
            cell, [(rows + step, system.everybody) for step in range(below - 1, 0, -1)]
        )
        if up - rows + 1 < below:
            self._move_first(cell, [(1, least) for least in range(max(1, up - below + 1), rows)])

    def _move_first(self, cell: int, limits: list[tuple[int, int]]) -> int:
        """Hide what it takes that a count may be within the first of several limits in which it can be."""
        for least, most in limits:
            found = self._attacker.look_for(cell, least, most, self._costs)
            if found is not None:
                for each in self._attacker.list_changed(found):
                    self._system.hide(each)
                return int(found[cell])
        return self._system.rows[cell]

    def _may_be(self, cell: int, value: int) -> bool:
        """Whether a count in steps may have a value, with nothing more hidden."""
        if value in self._attacker.values(cell):
            return True
        found = self._attacker.look_for(cell, value, value, self._costs)
        return found is not None and not self._attacker.list_changed(found)
