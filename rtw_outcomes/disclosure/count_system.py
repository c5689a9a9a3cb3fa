"""The counts of one group as one system: which of them are told, and in what form.

All partitions of a group are of the same index dates. Whoever reads two of them may know which pairs of
cells have index dates in common: who left before a shorter return left before a longer one. So the system
holds, for each pair of partitions, which pairs of cells are empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import combinations, pairwise

import numpy as np

from rtw_outcomes.disclosure.told import FEW_PERSONS, SAME_VALUE
from rtw_outcomes.statistics.contributors import Partition


def to_nearest(rows: int, step: int) -> int:
    """The multiple of a step that is nearest to a count.

    >>> [to_nearest(rows, 5) for rows in (107, 108, 112)]
    [105, 110, 110]
    """
    return (rows + step // 2) // step * step


Cell = tuple[int, int]  # the number of a partition in the system, and of a cell in it


class Form(Enum):
    """The form in which a count is told."""

    EXACT = "the number itself"
    STEP = "the multiple of a step that is nearest to it"
    HIDDEN = "not at all"


@dataclass(eq=False)
class CountSystem:
    """The counts of one group and the form in which each is told.

    Attributes:
        below: counts of fewer persons are hidden.
        partitions: those that differ.
        is_side: whether all counts are told in steps.
        forms: the form of each cell.
        steps: the step of each cell that is told in steps: the threshold, or a multiple of it.
        why: the reason why a cell is hidden.
    """

    below: int
    partitions: tuple[Partition, ...]
    is_side: bool = False
    forms: dict[Cell, Form] = field(default_factory=dict)
    steps: dict[Cell, int] = field(default_factory=dict)
    why: dict[Cell, str] = field(default_factory=dict)
    _cells: dict[int, dict[str, Cell]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, partitions: Sequence[Partition], below: int, is_side: bool = False
    ) -> "CountSystem":
        """The system of these partitions, in which only what is small by itself is hidden."""
        kept: dict[bytes, Partition] = {}
        divisions: dict[int, Division] = {}
        for each in sorted(partitions, key=lambda each: not each.is_main):
            division = Division.of(each)
            divisions[id(each)] = division
            kept.setdefault(division.key, each)
        system = cls(below, tuple(kept.values()), is_side)
        numbers = {key: number for number, key in enumerate(kept)}
        for each in partitions:
            division, number = divisions[id(each)], numbers[divisions[id(each)].key]
            first = divisions[id(system.partitions[number])].order
            same = dict(zip(division.order, first, strict=True))
            system._cells[id(each)] = {
                name: (number, system.partitions[number].cells.index(same[name]))
                for name in division.order
            }
        for number, partition in enumerate(system.partitions):
            system._start(number, partition)
        return system

    def find(self, partition: Partition, name: str) -> Cell | None:
        """The cell of a partition; None for an empty one."""
        return self._cells[id(partition)].get(name)

    def form_of(self, partition: Partition, name: str) -> Form:
        """The form in which the count of a cell of a partition is told."""
        cell = self.find(partition, name)
        if cell:
            return self.forms[cell]
        return Form.HIDDEN if self.below > 1 and partition.says_one_thing else Form.EXACT

    def why_hidden(self, partition: Partition, name: str) -> str:
        """Why a hidden cell is hidden."""
        cell = self.find(partition, name)
        return self.why[cell] if cell else SAME_VALUE

    def _start(self, number: int, partition: Partition) -> None:
        for cell in self.cells_of(number):
            name = partition.cells[cell[1]]
            if self.below > 1 and partition.says_one_thing:
                self.hide(cell, SAME_VALUE)
            elif 0 < partition.persons_in[name] < self.below:
                self.hide(cell, FEW_PERSONS)
            elif self._is_in_steps(number, name):
                self.tell_in_steps(cell, self.below)
            else:
                self.forms[cell] = Form.EXACT

    def hide(self, cell: Cell, why: str) -> None:
        """Hide a cell."""
        self.forms[cell] = Form.HIDDEN
        self.why[cell] = why

    def tell_in_steps(self, cell: Cell, step: int) -> None:
        """Tell a count in steps of this size."""
        self.forms[cell] = Form.STEP
        self.steps[cell] = step

    def told(self, cell: Cell) -> int:
        """The count of a cell that is told in steps."""
        return to_nearest(self.rows(cell), self.steps[cell])

    def span_of(self, cell: Cell) -> tuple[int, int]:
        """The smallest and the largest count that is told as that of a cell in steps."""
        step = self.steps[cell]
        least = self.told(cell) - step // 2
        return least, least + step - 1

    def _is_in_steps(self, number: int, name: str) -> bool:
        """A count is told in steps where another one of its partition is small."""
        partition = self.partitions[number]
        has_small = any(0 < each < self.below for each in partition.persons_in.values())
        return self.below > 1 and (self.is_side or has_small) and partition.rows[name] > 0

    def rows(self, cell: Cell) -> int:
        """The index dates in a cell."""
        partition = self.partitions[cell[0]]
        return partition.rows[partition.cells[cell[1]]]

    def cells_of(self, number: int) -> list[Cell]:
        """The cells of a partition."""
        return [(number, place) for place in range(len(self.partitions[number].cells))]

    @property
    def size(self) -> int:
        """The index dates of the group."""
        return self.partitions[0].codes.size if self.partitions else 0

    @property
    def hidden(self) -> list[Cell]:
        """The cells that are hidden."""
        return [cell for cell, form in self.forms.items() if form is Form.HIDDEN]

    def list_pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs of partitions that are looked at together.

        Partitions of a series are paired with their neighbours, and the first and last with all others:
        all pairs of many periods would be many, and tell little more.
        """
        series: dict[str, list[int]] = {}
        for number, partition in enumerate(self.partitions):
            series.setdefault(partition.series or f" {number}", []).append(number)
        ends = [number for each in series.values() for number in dict.fromkeys((each[0], each[-1]))]
        inside = {pair for each in series.values() for pair in pairwise(each)}
        yield from sorted(inside | set(combinations(sorted(ends), 2)))

    def joint(self, first: int, second: int) -> list[tuple[Cell, Cell]]:
        """The pairs of cells of two partitions that have index dates in common."""
        one, other = self.partitions[first], self.partitions[second]
        both = one.codes.astype(np.int64) * len(other.cells) + other.codes
        found = np.flatnonzero(np.bincount(both, minlength=len(one.cells) * len(other.cells)))
        width = len(other.cells)
        return [((first, int(pair) // width), (second, int(pair) % width)) for pair in found]


@dataclass(frozen=True)
class Division:
    """How a partition divides the index dates, whatever its cells are called.

    Attributes:
        key: the same for partitions that divide alike.
        order: the filled cells, in the order of their first index date.
    """

    key: bytes
    order: tuple[str, ...]

    @classmethod
    def of(cls, partition: Partition) -> "Division":
        """The division that a partition makes."""
        codes = partition.codes
        filled = [place for place, name in enumerate(partition.cells) if partition.rows[name]]
        order = sorted(filled, key=lambda place: int((codes == place).argmax()))
        labels = np.zeros(len(partition.cells), dtype=np.int16)
        labels[order] = np.arange(len(order))
        flag = bytes([partition.says_one_thing])
        return cls(flag + labels[codes].tobytes(), tuple(partition.cells[place] for place in order))
