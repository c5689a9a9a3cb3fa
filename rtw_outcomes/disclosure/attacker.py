"""The attacker: how closely a hidden count can be bounded from all that is told of a group.

Whoever has the released numbers can set up this linear programme. The unknowns are the hidden counts, the
counts told in steps, and for each pair of partitions the number of index dates in each pair of cells. The
smallest and the largest value that a count can have are its bounds.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from rtw_outcomes.disclosure.count_system import Cell, CountSystem, Form
from rtw_outcomes.disclosure.told import SAME_VALUE

TOLERANCE = 1e-6

Pair = tuple[Cell, Cell]


class Attacker:
    """Knows everything that a system of counts tells, in its present forms."""

    def __init__(self, system: CountSystem) -> None:
        self._system = system
        self._unknown: dict[Cell | Pair, int] = {}
        self._limits: list[tuple[float, float | None]] = []
        self._equations: list[tuple[dict[int, float], float]] = []
        self._seen: dict[Cell, tuple[float, float]] = {}
        partitions_hidden = {cell[0] for cell in system.hidden}
        for number in sorted(partitions_hidden):
            self._add_sum(number)
        for first, second in system.list_pairs():
            if first in partitions_hidden or second in partitions_hidden:
                self._add_pair(first, second)
        self._matrix, self._right = self._put_together()

    def bounds(self, cell: Cell) -> tuple[int, int]:
        """The smallest and the largest count that a hidden cell can have."""
        low, high = (self._solve(cell, sign) for sign in (1.0, -1.0))
        return int(np.ceil(low - TOLERANCE)), int(np.floor(high + TOLERANCE))

    def is_safe(self, cell: Cell) -> bool:
        """Whether a hidden count can have `below` values or more, one of them `below` or more."""
        below = self._system.below
        if self._seems_safe(cell):
            return True
        for sign in (-1.0, 1.0):
            self._solve(cell, sign)
            if self._seems_safe(cell):
                return True
        low, high = self._seen[cell]
        width = np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) + 1
        return bool(width >= below and high + TOLERANCE >= below)

    def _seems_safe(self, cell: Cell) -> bool:
        """Whether counts that were found for other cells show that this one is safe."""
        if cell not in self._seen:
            return False
        low, high = self._seen[cell]
        below = self._system.below
        return high - low + 1 >= below + TOLERANCE and high >= below

    def _solve(self, cell: Cell, sign: float) -> float:
        goal = np.zeros(len(self._limits))
        goal[self._unknown[cell]] = sign
        found = linprog(
            goal, A_eq=self._matrix, b_eq=self._right, bounds=self._limits, method="highs"
        )
        assert found.status == 0, "the true counts solve it, and all are limited by the group"
        for each in self._system.hidden:
            value = float(found.x[self._unknown[each]])
            low, high = self._seen.get(each, (value, value))
            self._seen[each] = (min(low, value), max(high, value))
        return float(sign * found.fun)

    def _add_sum(self, number: int) -> None:
        """The cells of a partition add up to the group."""
        cells = self._system.cells_of(number)
        terms, known = self._split(cells)
        total = sum(map(self._system.rows, cells))
        self._equations.append((terms, total - known))

    def _add_pair(self, first: int, second: int) -> None:
        pairs = self._system.joint(first, second)
        for side, number in enumerate((first, second)):
            for cell in self._system.cells_of(number):
                terms, known = self._split([cell])
                parts = {self._name(pair): -1.0 for pair in pairs if pair[side] == cell}
                if terms or parts:
                    self._equations.append((terms | parts, -float(known)))

    def _split(self, cells: Iterable[Cell]) -> tuple[dict[int, float], int]:
        """The unknowns among some cells, and the sum of those that are told."""
        cells = list(cells)
        terms = {
            self._name(cell): 1.0 for cell in cells if self._system.forms[cell] is not Form.EXACT
        }
        known = sum(
            self._system.rows(cell) for cell in cells if self._system.forms[cell] is Form.EXACT
        )
        return terms, known

    def _name(self, what: Cell | Pair) -> int:
        """The number of an unknown, which is given limits when it is first named."""
        if what not in self._unknown:
            self._unknown[what] = len(self._limits)
            self._limits.append(self._limit(what))
        return self._unknown[what]

    def _limit(self, what: Cell | Pair) -> tuple[float, float | None]:
        system = self._system
        if isinstance(what[0], tuple):
            return 0.0, None
        cell: Cell = what
        if system.forms[cell] is Form.STEP:
            return system.span_of(cell)
        # Empty cells are told, unless the whole partition is hidden for saying one thing.
        return (0.0 if system.why[cell] == SAME_VALUE else 1.0), None

    def _put_together(self) -> tuple[csr_array, NDArray[np.float64]]:
        rows, columns, values = [], [], []
        for number, (terms, _) in enumerate(self._equations):
            for unknown, factor in terms.items():
                rows.append(number)
                columns.append(unknown)
                values.append(factor)
        shape = (len(self._equations), len(self._limits))
        return (
            csr_array((values, (rows, columns)), shape=shape),
            np.array([right for _, right in self._equations]),
        )
