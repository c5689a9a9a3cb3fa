"""The attacker: looks for other index dates that fit all that is told, and so finds what a hidden count can be.

Whoever has the released numbers knows the size of the group, every count that is told, which pairs of cells
are empty, and that an empty cell is told. A small count is safe when there are index dates that fit all
this and in which the count is quite another. Only index dates that really fit are taken as evidence, each
with one cell of every partition, so what is found safe is safe from whoever combines all partitions at once.
"""

from dataclasses import dataclass

import numpy as np

from rtw_outcomes.analysis.sample import Floats
from rtw_outcomes.disclosure.count_system import CountSystem, Form, span_of
from rtw_outcomes.disclosure.patterns import Numbers, Patterns

TOLERANCE = 1e-6
TRIES = 6  # to find whole index dates
MOVE = 1e-4  # what it costs to move an index date, so that few are moved


@dataclass(frozen=True, eq=False)
class Costs:
    """What it costs, for each count, that it may be another one than it is.

    Attributes:
        up: how far it can go up while a step holds both.
        down: how far it can go down.
        in_step: what each index date costs so far.
        hidden: what each further one costs.
    """

    up: Numbers
    down: Numbers
    in_step: Floats
    hidden: Floats

    @classmethod
    def of_nothing(cls, counts: int) -> "Costs":
        """No count may be another one."""
        none, free = np.zeros(counts, dtype=np.int64), np.zeros(counts)
        return cls(none, none, free, free)


class Attacker:
    """Knows everything that a system of counts tells, in its present forms."""

    def __init__(self, system: CountSystem) -> None:
        # Imported here: it takes half a second, and many runs have nothing to protect.
        from scipy.sparse import csr_array, eye_array, hstack, vstack

        self._system = system
        self._found = np.array([system.rows], dtype=np.int64)  # a row for each set of index dates
        self._patterns = Patterns.of(system)
        cells, patterns = len(system.rows), self._patterns.cells
        number = np.repeat(np.arange(len(patterns)), patterns.shape[1])
        shape = cells, len(patterns)
        self._is_in = csr_array((np.ones(number.size), (patterns.ravel(), number)), shape)
        # The unknowns are how many index dates come to a pattern and leave it, and how far each told count
        # goes up and down: first as far as a step can hold, then further. Few of them move, which is found
        # faster than whole sets of index dates.
        self._left = self._patterns.rows.nonzero()[0]
        moved = np.repeat([1.0, -1.0, 0.0], [len(patterns), self._left.size, 4 * cells])
        up_and_down = [-eye_array(cells), eye_array(cells)]
        leave = self._is_in[:, self._left]
        counted = hstack([self._is_in, -leave, *up_and_down, *up_and_down])
        self._matrix = vstack([counted, csr_array(moved[None])]).tocsr()

    def values(self, cell: int) -> Numbers:
        """What a count is in all index dates that were found and fit what is told now."""
        lower, upper = self.list_limits()
        fits = ((self._found >= lower) & (self._found <= upper)).all(axis=1)
        values: Numbers = self._found[fits, cell]
        return values

    def look_for(
        self, cell: int, least: int, most: int, costs: Costs | None = None
    ) -> Numbers | None:
        """Find index dates for which a count is within limits.

        Args:
            cell: the count.
            least: its smallest value.
            most: its largest value.
            costs: what it costs that a told count is another one; None where none may be, and the count is
                to be as large as it can.

        Returns:
            All counts of these index dates, of which as few as possible are told to be others; None
            where there are none.
        """
        found = self._solve(cell, least, most, costs)
        if found is not None:
            self._found = np.concatenate([self._found, [found]])
        return found

    def _solve(self, cell: int, least: int, most: int, costs: Costs | None) -> Numbers | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        patterns, rows = self._patterns, np.array(self._system.rows)
        size, left = len(patterns.rows), self._left
        lower, upper = self.list_limits()
        lower[cell], upper[cell] = least, most
        is_told = np.array([form is not Form.HIDDEN for form in self._system.forms])
        is_told[list(self._system.fixed)] = False
        is_told[cell] = False
        # A told count may be another one, if it is then told in steps or hidden; an empty one may not.
        everybody = int(patterns.rows.sum())
        is_free = costs is None
        costs = costs or Costs.of_nothing(rows.size)
        more = np.where(is_told & (rows > 0) & (not is_free), everybody, 0)
        # The step that a count is told in holds others by itself; what a coarser one holds is further.
        up, down = (
            np.clip(span - held, 0, more)
            for span, held in ((costs.up, upper - rows), (costs.down, rows - lower))
        )
        room = np.concatenate(
            [
                *(np.full(size, everybody), patterns.rows[left]),
                *(up, down),
                *(more, np.clip(rows - 1, 0, more)),
            ]
        )
        moves = np.append(np.full(size, MOVE), np.zeros(left.size))
        if is_free:
            moves -= self._matrix[[cell], : moves.size].toarray()[0]
        goal = np.concatenate([moves, *[costs.in_step] * 2, *[costs.hidden] * 2])
        constraints = LinearConstraint(
            self._matrix, np.append(lower - rows, 0), np.append(upper - rows, 0)
        )
        random = np.random.default_rng(size)
        for _ in range(TRIES):
            found = milp(goal, bounds=Bounds(0, room), constraints=constraints).x
            if found is None:
                return None
            if np.abs(found - np.rint(found))[: moves.size].max() < TOLERANCE:
                moved = np.rint(found[:size])
                moved[left] -= np.rint(found[size : moves.size])
                counts: Numbers = rows + np.rint(self._is_in @ moved).astype(np.int64)
                return counts
            # Parts of index dates are no evidence. Other costs of moves nearly always give whole ones.
            goal[:size] += MOVE * random.uniform(0.0, 4.0, size)
        return None

    def list_limits(self) -> tuple[Numbers, Numbers]:
        """What is told of each cell: the least and the most index dates in it."""
        lower, upper = np.array(self._system.rows), np.array(self._system.rows)
        everybody = self._system.everybody
        for cell, form in enumerate(self._system.forms):
            if form is Form.STEP:
                lower[cell], upper[cell] = span_of(
                    self._system.rows[cell], self._system.steps[cell]
                )
            elif form is Form.HIDDEN:
                lower[cell], upper[cell] = self._system.least(cell), everybody
        return lower, upper
