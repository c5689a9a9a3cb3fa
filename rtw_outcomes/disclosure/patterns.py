"""Patterns: the cells that one index date can be in, one of each partition of a system of counts.

Whoever knows the definitions knows which pairs of cells have no index date in common: who left before a
shorter return left before a longer one. Two cells fit together where some index date is in both. A pattern
is possible where all its cells fit together, even if no index date has it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtw_outcomes.disclosure.count_system import CountSystem

Numbers = NDArray[np.int64]

MOST = 3_000  # patterns; with fewer than could be, more counts are hidden than must be, and none is exposed
LEAST = 12  # patterns that others are made from
CHUNK = 100_000  # index dates that are looked at together


@dataclass(frozen=True, eq=False)
class Patterns:
    """Patterns that the index dates of a group can have.

    Attributes:
        cells: for each pattern the cell of each partition.
        rows: the index dates that have it; 0 for one that nobody has, and somebody could.
        fixed: for each cell the index dates with a pattern that is not among these.
    """

    cells: Numbers
    rows: Numbers
    fixed: Numbers

    @classmethod
    def of(cls, system: CountSystem) -> "Patterns":
        """The patterns that index dates have, and those between any two of them that are possible."""
        found, rows = _list_found(system)
        fits = _list_fits(found, len(system.rows))
        chosen = _choose(found, rows, system)
        base = found[chosen]
        made = np.unique(
            np.concatenate([base, *(_put_in(cell, base, fits) for cell in np.unique(base))]), axis=0
        )
        # Those that somebody has stand first, with their index dates.
        is_new = ~_is_among(made, base)
        cells = np.concatenate([base, made[is_new]])
        counts = np.concatenate([rows[chosen], np.zeros(is_new.sum(), dtype=np.int64)])
        moving = np.bincount(
            base.ravel(), np.repeat(rows[chosen], base.shape[1]), len(system.rows)
        ).astype(np.int64)
        return cls(cells, counts, np.array(system.rows) - moving)


def _list_found(system: CountSystem) -> tuple[Numbers, Numbers]:
    """The patterns that index dates have, and how many have each."""
    key = np.zeros(system.partitions[0].codes.size, dtype=np.int64)
    width = 1
    for partition in system.partitions:
        if width * len(partition.cells) >= 2**62:
            _, key = np.unique(key, return_inverse=True)
            width = key.size
        key = key * len(partition.cells) + partition.codes
        width *= len(partition.cells)
    _, places, counts = np.unique(key, return_index=True, return_counts=True)
    return np.stack([codes[places] for codes in system.codes()], axis=1), counts


def _list_fits(found: Numbers, cells: int) -> NDArray[np.bool_]:
    """For each two cells whether some index date is in both."""
    fits = np.zeros((cells, cells), dtype=np.float32)
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        is_in = np.zeros((len(part), cells), dtype=np.float32)
        np.put_along_axis(is_in, part, 1.0, axis=1)
        fits += is_in.T @ is_in
    return fits > 0


def _choose(found: Numbers, rows: Numbers, system: CountSystem) -> Numbers:
    """The patterns that others are made from: those with the smallest cells, then the most frequent."""
    most = max(LEAST, MOST // len(system.rows))
    if len(found) <= most:
        return np.arange(len(found))
    is_small = np.zeros(len(system.rows), dtype=bool)
    is_small[system.list_small()] = True
    small = is_small[found].any(axis=1)
    order: Numbers = np.lexsort((-rows, ~small))
    return np.array(order[:most])


def _put_in(cell: int, base: Numbers, fits: NDArray[np.bool_]) -> Numbers:
    """The patterns with this cell in place of another, and as little else changed as must be.

    What does not fit together with it is taken from the pattern that has the cell and is most alike.
    """
    place = int((base == cell).any(axis=0).argmax())
    has = base[:, place] == cell
    donors, others = base[has], base[~has]
    if not len(others):
        return np.array(others)
    alike: Numbers = (others[:, None, :] == donors[None, :, :]).sum(axis=2).argmax(axis=1)
    nearest: Numbers = donors[alike]
    is_taken = ~fits[others, cell]
    is_taken[:, place] = True
    while True:
        new: Numbers = np.where(is_taken, nearest, others)
        clashes = ~fits[new[:, :, None], new[:, None, :]].all(axis=2) & ~is_taken
        if not clashes.any():
            return new
        is_taken |= clashes


def _is_among(patterns: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Whether each pattern is one of the others."""
    there = {each.tobytes() for each in others}
    return np.array([each.tobytes() in there for each in patterns], dtype=bool)
