"""The attacker: looks for other index dates that fit all that is told, and so finds what a hidden count can be.

Whoever has the released numbers knows the size of the group, every count that is told, which pairs of cells
are empty, and that an empty cell is told. A small count is safe when there are index dates that fit all
this and in which the count is quite another. Only index dates that really fit are taken as evidence, each
with one cell of every partition, so what is found safe is safe from whoever combines all partitions at once.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from rtw_outcomes.analysis.sample import Floats
from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.patterns import Numbers, Patterns

TOLERANCE = 1e-6
MOVE = 1e-4  # what it costs to move an index date, so that few are moved
TRIES = 8


class Attacker:
    """Knows everything that a system of counts tells, in its present forms."""

    def __init__(self, system: CountSystem) -> None:
        self._system = system
        self._found = np.array([system.rows], dtype=np.int64)  # a row for each set of index dates
        self._patterns = Patterns.of(system)
        cells, patterns = len(system.rows), self._patterns.cells
        number = np.repeat(np.arange(len(patterns)), patterns.shape[1])
        shape = cells, len(patterns)
        self._is_in = csr_array((np.ones(number.size), (patterns.ravel(), number)), shape)
        # The unknowns are how many index dates come to a pattern and leave it, and how far each told count
        # goes up and down. Few of them move, which is found faster than whole sets of index dates.
        self._left = self._patterns.rows.nonzero()[0]
        moved = np.repeat([1.0, -1.0, 0.0], [len(patterns), self._left.size, 2 * cells])
        leave = self._is_in[:, self._left]
        counted = hstack([self._is_in, -leave, -eye_array(cells), eye_array(cells)])
        self._matrix = vstack([counted, csr_array(moved[None])]).tocsr()

    def values(self, cell: int) -> Numbers:
        """What a count is in all index dates that were found and fit what is told now."""
        lower, upper = self._list_limits()
        fits = ((self._found >= lower) & (self._found <= upper)).all(axis=1)
        values: Numbers = self._found[fits, cell]
        return values

    def look_for(
        self, cell: int, least: int, most: int, costs: Sequence[float] | None = None
    ) -> Numbers | None:
        """Find index dates for which a count is within limits.

        Args:
            cell: the count.
            least: the least that it may be.
            most: the most.
            costs: what it costs that a told count is another one, by cell; None where none may be, and the
                count is to be as large as it can.

        Returns:
            All counts of these index dates, of which as few as possible are told to be others; None
            where there are none.
        """
        found = self._solve(cell, least, most, None if costs is None else np.array(costs))
        if found is not None and costs is not None and self.list_changed(found):
            # Few counts that change much are better than many that change a little.
            changes = np.abs(found - self._system.rows)
            again = self._solve(cell, least, most, np.array(costs) / (changes + 0.1))
            found = found if again is None else again
        if found is not None:
            self._found = np.concatenate([self._found, [found]])
        return found

    def list_changed(self, found: Numbers) -> list[int]:
        """The counts that are not what is told of them."""
        lower, upper = self._list_limits()
        return [int(each) for each in ((found < lower) | (found > upper)).nonzero()[0]]

    def _solve(self, cell: int, least: int, most: int, costs: Floats | None) -> Numbers | None:
        patterns, rows = self._patterns, np.array(self._system.rows)
        size, left = len(patterns.rows), self._left
        lower, upper = self._list_limits()
        lower[cell], upper[cell] = least, most
        is_told = np.array([form is not Form.HIDDEN for form in self._system.forms])
        is_told[cell] = False
        # A told count may be another one, if it is then hidden; an empty one may not.
        everybody = int(patterns.rows.sum())
        may_change = is_told & (rows > 0) & (costs is not None)
        more = np.where(may_change, everybody, 0)
        costs = np.zeros(rows.size) if costs is None else costs
        room = np.concatenate(
            [np.full(size, everybody), patterns.rows[left], more, np.clip(rows - 1, 0, more)]
        )
        bounds = Bounds(0, room)
        constraints = LinearConstraint(
            self._matrix, np.append(lower - rows, 0), np.append(upper - rows, 0)
        )
        goal = np.concatenate([np.full(size, MOVE), np.zeros(left.size), costs, costs])
        if not costs.any():
            goal[: size + left.size] -= self._matrix[cell, : size + left.size].toarray()
        random = np.random.default_rng(size)
        for _ in range(TRIES):
            found = milp(
                goal, bounds=bounds, constraints=constraints, options={"presolve": False}
            ).x
            if found is None:
                return None
            if np.abs(found - np.rint(found))[: size + left.size].max() < TOLERANCE:
                break
            # Parts of index dates are moved: other costs of moves nearly always give whole ones. Where they
            # never do, a mixture of several sets of index dates is taken as evidence.
            goal[:size] += MOVE * random.uniform(0.0, 4.0, size)
        moved = found[:size]
        moved[left] -= found[size : size + left.size]
        change = self._is_in @ moved
        change = np.sign(change) * np.ceil(np.abs(change) - TOLERANCE)
        counts: Numbers = rows + change.astype(np.int64)
        return counts

    def _list_limits(self) -> tuple[Numbers, Numbers]:
        """What is told of each cell: the least and the most index dates in it."""
        lower, upper = np.array(self._system.rows), np.array(self._system.rows)
        below, everybody = self._system.below, self._system.everybody
        for cell, form in enumerate(self._system.forms):
            if form is Form.STEP:
                lower[cell] = lower[cell] // below * below
                upper[cell] = lower[cell] + below - 1
            elif form is Form.HIDDEN:
                lower[cell], upper[cell] = 1, everybody  # an empty cell would be told
        return lower, upper
