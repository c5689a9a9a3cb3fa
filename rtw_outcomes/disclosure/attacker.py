"""The attacker: looks for other index dates that fit all that is told, and so finds what a hidden count can be.

Whoever has the released numbers knows the size of the group, every count that is told, which pairs of cells
are empty, and that an empty cell is told. A small count is safe when there are index dates that fit all
this and in which the count is quite another. Only index dates that really fit are taken as evidence, each
with one cell of every partition, so what is found safe is safe from whoever combines all partitions at once.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.patterns import Numbers, Patterns

NODES = 20  # of the search for whole numbers; the first is nearly always enough


class Attacker:
    """Knows everything that a system of counts tells, in its present forms."""

    def __init__(self, system: CountSystem) -> None:
        self._system = system
        self._found = np.array([system.rows], dtype=np.int64)  # a row for each set of index dates
        self._patterns: Patterns | None = None
        # For each small count how many values it must seem to have, and how many index dates it may reach.
        self._needed = dict.fromkeys(range(len(system.rows)), (system.below, system.below))

    def list_exposed(self) -> list[int]:
        """The small counts that can be found out too closely."""
        return [cell for cell in self._system.list_small() if not self._is_safe(cell)]

    def is_anything_exposed(self) -> bool:
        """Whether any small count can be found out too closely."""
        return not all(map(self._is_safe, self._system.list_small()))

    def give_in(self, cell: int) -> None:
        """Ask no more for a count than the doubt that there is of it now."""
        values = self._values(cell)
        self._needed[cell] = int(values.max() - values.min()) + 1, int(values.max())

    def _is_safe(self, cell: int) -> bool:
        if self._seems_safe(cell):
            return True
        for sign in (-1, 1):
            self._look_for(cell, sign)
            if self._seems_safe(cell):
                return True
        return False

    def _seems_safe(self, cell: int) -> bool:
        """Whether what was found before, and still fits, shows that a cell is safe."""
        values = self._values(cell)
        width, most = self._needed[cell]
        # A count in steps is known to be below the threshold; nobody may know more than that.
        reaches = self._system.forms[cell] is Form.STEP or values.max() >= most
        return bool(reaches and values.max() - values.min() + 1 >= width)

    def _values(self, cell: int) -> Numbers:
        """What a count is in all that was found and fits what is told now."""
        lower, upper = self._list_limits()
        fits = ((self._found >= lower) & (self._found <= upper)).all(axis=1)
        values: Numbers = self._found[fits, cell]
        return values

    def _look_for(self, cell: int, sign: int) -> None:
        """Find index dates for which a count is the largest, or the smallest, that it can be."""
        patterns = self._patterns = self._patterns or Patterns.of(self._system)
        size = len(patterns.cells)
        has = patterns.cells.ravel()
        number = np.repeat(np.arange(size), patterns.cells.shape[1])
        matrix = csr_array((np.ones(has.size), (has, number)), (len(self._system.rows), size))
        lower, upper = (each - patterns.fixed for each in self._list_limits())
        everybody = np.full((1, size), 1.0)
        found = milp(
            sign * matrix[[cell]].toarray().ravel(),
            integrality=np.ones(size),
            bounds=Bounds(0, np.inf),
            constraints=[
                LinearConstraint(matrix, lower, upper),
                LinearConstraint(everybody, patterns.rows.sum(), patterns.rows.sum()),
            ],
            options={"node_limit": NODES, "presolve": False},
        )
        if found.x is not None:
            new = matrix @ np.rint(found.x).astype(np.int64) + patterns.fixed
            self._found = np.concatenate([self._found, [new]])

    def _list_limits(self) -> tuple[Numbers, Numbers]:
        """What is told of each cell: the least and the most index dates in it."""
        lower, upper = np.array(self._system.rows), np.array(self._system.rows)
        below, everybody = self._system.below, sum(self._system.rows)
        for cell, form in enumerate(self._system.forms):
            if form is Form.STEP:
                lower[cell] = lower[cell] // below * below
                upper[cell] = lower[cell] + below - 1
            elif form is Form.HIDDEN:
                lower[cell], upper[cell] = 1, everybody  # an empty cell would be told
        return lower, upper
