"""Counts that follow from two told ones by subtraction: who is in one of two nested cells and not in the other.

Of nested cuts, such as above 20 and above 21, and of a shorter and a longer return, each count may be large
and their difference small. Such a difference is a count of its own, of which nothing may be found out.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from rtw_outcomes.statistics.contributors import Partition

# No cell of an outcome is called so.
INNER, BETWEEN, OUTSIDE = "\ninner", "\nbetween", "\noutside"


def list_small_differences(partitions: Sequence[Partition], below: int) -> Iterator[Partition]:
    """For each two nested cells of main partitions whose difference is of few persons, the three parts.

    Args:
        partitions: those of a group.
        below: the number of persons below which a difference is small.
    """
    main = [each for each in partitions if each.is_main]
    for inner, outer in permutations(main, 2):
        width = len(outer.cells)
        both = inner.codes.astype(np.int64) * width + outer.codes
        joint = np.bincount(both, minlength=len(inner.cells) * width).reshape(-1, width)
        for one, name in enumerate(inner.cells):
            (holding,) = joint[one].nonzero()
            if name not in inner.telling or holding.size != 1:
                continue
            other = int(holding[0])
            between = int(joint[:, other].sum() - joint[one, other])
            if outer.cells[other] in outer.telling and between:
                parts = _divide(inner, one, outer, other)
                if 0 < parts.persons_in[BETWEEN] < below:
                    yield parts


def _divide(inner: Partition, one: int, outer: Partition, other: int) -> Partition:
    codes = np.where(inner.codes == one, 0, np.where(outer.codes == other, 1, 2)).astype(np.int16)
    return Partition((INNER, BETWEEN, OUTSIDE), codes, inner.persons, ())
