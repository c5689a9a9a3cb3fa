"""Counts that follow from told ones of other results: what is left of a cell, and who is in two cells at once.

Of nested cuts, such as above 20 and above 21, and of a shorter and a longer return, each count may be large
and their difference small. Where one result is yes for those for whom two others are, the three counts tell
how many are in each pair of cells. Such a number is a count of its own, of which nothing may be found out.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import numpy as np

from rtw_outcomes.analysis.sample import Ints
from rtw_outcomes.statistics.contributors import Partition

# No cell of an outcome is called so.
INNER, BETWEEN, OUTSIDE = "\ninner", "\nbetween", "\noutside"


def list_small_differences(partitions: Sequence[Partition], below: int) -> Iterator[Partition]:
    """The partitions with a count of few persons that follows from the counts of two or three others.

    Args:
        partitions: those of a group.
        below: the number of persons below which a count is small.
    """
    main = [each for each in partitions if each.is_main]
    pairs = list(combinations(range(len(main)), 2))
    joint_of = {(one, other): _count_joint(main[one], main[other]) for one, other in pairs}
    joint_of |= {(other, one): joint_of[one, other].T for one, other in pairs}
    for inner, outer in permutations(range(len(main)), 2):
        yield from _list_rests(main[inner], main[outer], joint_of[inner, outer], below)
    for pair in pairs:
        one, other = (main[place] for place in pair)
        if _is_crossed(one, other, joint_of[pair], main):
            joint = _cross(one, other)
            if any(0 < persons < below for persons in joint.persons_in.values()):
                yield joint


def _list_rests(inner: Partition, outer: Partition, joint: Ints, below: int) -> Iterator[Partition]:
    """What is left of a cell without one that lies in it, and without all that lie in it."""
    for other, outer_name in enumerate(outer.cells):
        if outer_name not in outer.telling:
            continue
        held = [
            one
            for one, name in enumerate(inner.cells)
            if name in inner.telling and joint[one, other] and joint[one].sum() == joint[one, other]
        ]
        for ones in [[one] for one in held] + ([held] if len(held) > 1 else []):
            if joint[:, other].sum() > joint[ones, other].sum():
                parts = _divide(inner, ones, outer, other)
                if 0 < parts.persons_in[BETWEEN] < below:
                    yield parts


def _count_joint(one: Partition, other: Partition) -> Ints:
    """How many are in each cell of the one and in each of the other."""
    width = len(other.cells)
    both = one.codes.astype(np.int64) * width + other.codes
    counts: Ints = np.bincount(both, minlength=len(one.cells) * width).reshape(-1, width)
    return counts


def _divide(inner: Partition, ones: list[int], outer: Partition, other: int) -> Partition:
    is_inner = np.isin(inner.codes, ones)
    codes = np.where(is_inner, 0, np.where(outer.codes == other, 1, 2)).astype(np.int16)
    return Partition((INNER, BETWEEN, OUTSIDE), codes, inner.persons, ())


def _is_crossed(
    one: Partition, other: Partition, joint: Ints, partitions: Sequence[Partition]
) -> bool:
    """Whether a cell of a third partition is all who are in a cell of the one and in a cell of the other."""
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    for third in partitions:
        if third is one or third is other:
            continue
        for code, name in enumerate(third.cells):
            size = third.rows[name]
            if not size:
                continue
            for first, second in np.argwhere(joint == size).tolist():
                # A cell that is the whole of a line is no crossing.
                if size in (rows[first], columns[second]):
                    continue
                is_in = third.codes == code
                if np.all(one.codes[is_in] == first) and np.all(other.codes[is_in] == second):
                    return True
    return False


def _cross(one: Partition, other: Partition) -> Partition:
    """The partition of both, of which no count is told."""
    codes = one.codes.astype(np.int64) * len(other.cells) + other.codes
    filled, numbers = np.unique(codes, return_inverse=True)
    names = tuple(f"{BETWEEN} {code}" for code in filled.tolist())
    return Partition(names, numbers.astype(np.int16), one.persons, ())
