"""The counts of one group as one system: which of them are told, and in what form.

All partitions of a group are of the same index dates, so all their cells are numbered together. Partitions
that divide alike, such as those at risk of two outcomes, are in the system once.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from rtw_outcomes.disclosure.nested import BETWEEN, list_small_differences
from rtw_outcomes.statistics.contributors import Count, Partition

ALIKE = "telling\ncells"  # no cell of a partition is called so


class Form(Enum):
    """The form in which a count is told."""

    EXACT = "the number itself"
    STEP = "the multiple of a step that is nearest to it"
    HIDDEN = "not at all"


def to_nearest(rows: int, step: int) -> int:
    """The multiple of a step that is nearest to a count.

    >>> [to_nearest(rows, 5) for rows in (107, 108, 112)]
    [105, 110, 110]
    """
    return (rows + step // 2) // step * step


def span_of(rows: int, step: int) -> tuple[int, int]:
    """The smallest and the largest count that is told as this one is.

    No step is finer than the threshold, and what is below the threshold is hidden: who reads 5 in steps of
    5 knows that it is not 3 or 4.

    >>> span_of(109, 5), span_of(6, 5)
    ((108, 112), (5, 7))
    """
    least = to_nearest(rows, step) - step // 2
    return max(least, step), least + step - 1


@dataclass(eq=False)
class CountSystem:
    """The counts of one group and the form in which each is told.

    Attributes:
        below: counts of fewer persons are hidden.
        partitions: those that differ and have more than one filled cell.
        first: the number of the first cell of each.
        rows: the index dates in each cell.
        persons: the different persons in each cell.
        forms: the form of each cell; a cell of which nothing is told is hidden.
        steps: the step of each cell that is told in steps: the threshold, or a multiple of it.
        is_side: whether all counts are told in steps.
        fixed: the cells that are known from elsewhere, and cannot be hidden any more.
        differences: the cells that follow from two told ones by subtraction. Nobody is told that one of
            them is not empty, so one that may be empty is in doubt.
    """

    below: int
    partitions: tuple[Partition, ...]
    first: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    steps: dict[int, int] = field(default_factory=dict)
    is_side: bool = False
    fixed: set[int] = field(default_factory=set)
    differences: set[int] = field(default_factory=set)
    _numbers: dict[int, dict[str, int]] = field(default_factory=dict)  # of cells, by partition
    _alike: set[int] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        counts: Iterable[Count],
        below: int,
        *,
        is_side: bool = False,
        known: Collection[int] = (),
    ) -> "CountSystem":
        """The system of these counts, in which only what is small by itself is hidden.

        Args:
            counts: the counts of one group.
            below: counts of fewer persons are hidden.
            is_side: whether all of them are told in steps.
            known: the partitions, by their identity, whose counts are told elsewhere as exactly as here
                nothing on the side is.
        """
        told: dict[int, set[str]] = {}
        partitions: dict[int, Partition] = {}
        for count in counts:
            partitions[id(count.partition)] = count.partition
            told.setdefault(id(count.partition), set()).update(count.cells if count.rest else ())
        for each in list_small_differences(list(partitions.values()), below):
            partitions[id(each)] = each
        kept: dict[bytes, tuple[int, Division]] = {}
        divisions: list[tuple[Partition, Division]] = []
        different: list[Partition] = []
        alike = set()
        are_known: list[bool] = []
        for each in sorted(partitions.values(), key=lambda e: (id(e) not in known, not e.is_main)):
            seen = each
            if below > 1 and each.says_one_thing:
                alike.add(id(each))
                seen = merge_telling(each)
            division = Division.of(seen)
            divisions.append((each, division))
            if len(division.order) > 1 and division.key not in kept:
                kept[division.key] = (len(different), division)
                different.append(seen)
                are_known.append(id(each) in known)
        system = cls(below, tuple(different), is_side=is_side, _alike=alike)
        for partition, is_known in zip(different, are_known, strict=True):
            system._add(partition, is_known)
        for each, division in divisions:
            if division.key in kept:
                number, same = kept[division.key]
                cells = different[number].cells
                system._numbers[id(each)] = {
                    name: system.first[number] + cells.index(other)
                    for name, other in zip(division.order, same.order, strict=True)
                }
        are_told = {
            system._numbers.get(number, {}).get(name)
            for number, names in told.items()
            for name in names
        }
        for cell, rows in enumerate(system.rows):
            if rows and cell not in are_told:
                system.hide(cell)
        return system

    def form_of(self, partition: Partition, name: str) -> Form:
        """The form in which the count of a cell of a partition is told."""
        if id(partition) in self._alike and name in partition.telling:
            return Form.HIDDEN
        number = self._numbers.get(id(partition), {}).get(name)
        return Form.EXACT if number is None else self.forms[number]

    @property
    def everybody(self) -> int:
        """The index dates of the group."""
        return self.partitions[0].codes.size if self.partitions else 0

    def _add(self, partition: Partition, is_known: bool) -> None:
        """Add the cells of a partition: small ones hidden, those beside a small one in steps."""
        self.first.append(len(self.rows))
        has_small = any(0 < each < self.below for each in partition.persons_in.values())
        is_in_steps = self.below > 1 and (has_small or (self.is_side and not is_known))
        for name in partition.cells:
            cell = len(self.rows)
            if is_known:
                self.fixed.add(cell)
            if name.startswith(BETWEEN):
                self.differences.add(cell)
            self.rows.append(partition.rows[name])
            self.persons.append(partition.persons_in[name])
            self.forms.append(Form.EXACT)
            if 0 < self.persons[cell] < self.below:
                self.hide(cell)
            elif self.rows[cell] and is_in_steps:
                self.tell_in_steps(cell, self.below)

    def tell_in_steps(self, cell: int, step: int) -> None:
        """Tell a cell in steps of this size."""
        self.forms[cell] = Form.STEP
        self.steps[cell] = step

    def tell(self, partition: Partition, name: str) -> tuple[int, int]:
        """The count of a cell as it is told, and its step; 0 for an exact one."""
        cell = self._numbers.get(id(partition), {}).get(name)
        if cell is None or self.forms[cell] is Form.EXACT:
            rows = partition.rows[name]
            return (to_nearest(rows, self.below), self.below) if self.is_side else (rows, 0)
        return to_nearest(self.rows[cell], self.steps[cell]), self.steps[cell]

    def least(self, cell: int) -> int:
        """The smallest count that a hidden cell may have: an empty one would be told."""
        return 0 if cell in self.differences else 1

    def enough(self, cell: int) -> int:
        """The count that a small one must possibly reach."""
        return self.rows[cell] if cell in self.differences else self.below

    def hide(self, cell: int) -> None:
        """Hide a cell."""
        self.forms[cell] = Form.HIDDEN
        self.steps.pop(cell, None)

    def partition_of(self, cell: int) -> int:
        """The number of the partition that a cell is of."""
        return int(np.searchsorted(self.first, cell, side="right")) - 1

    def rank(self, cell: int) -> int:
        """How far a cell is to stay shown: -1 for a side count, 0 for others, and more for precious ones."""
        number = self.partition_of(cell)
        partition = self.partitions[number]
        name = partition.cells[cell - self.first[number]]
        if name in partition.precious:
            return partition.precious.index(name) + 1
        return 0 if partition.is_main else -1

    def list_small(self) -> list[int]:
        """The cells of few persons, which nobody may be able to find out."""
        return [
            cell
            for cell, persons in enumerate(self.persons)
            if 0 < persons < self.below and self.forms[cell] is not Form.EXACT
        ]

    def codes(self) -> Iterator[NDArray[np.int64]]:
        """For each partition the number of the cell that each index date is in."""
        for start, partition in zip(self.first, self.partitions, strict=True):
            yield partition.codes.astype(np.int64) + start


def merge_telling(partition: Partition) -> Partition:
    """The partition with all its telling cells as one, for nobody may know which of them is filled."""
    others = [name for name in partition.cells if name not in partition.telling]
    new = [0 if name in partition.telling else others.index(name) + 1 for name in partition.cells]
    return Partition(
        cells=(ALIKE, *others),
        codes=np.array(new, dtype=np.int16)[partition.codes],
        persons=partition.persons,
        telling=(),
        is_main=partition.is_main,
        precious=partition.precious,
    )


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
        return cls(labels[codes].tobytes(), tuple(partition.cells[place] for place in order))
