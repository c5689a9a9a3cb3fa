"""Counts that follow from told ones of other results: what is left of a cell, and who is in two cells at once.

Of nested cuts, such as above 20 and above 21, and of a shorter and a longer return, each count may be large
and their difference small. Where one result puts others together, as `all_of` does, the counts of all tell how
many are in each pair of cells. Such a number is a count of its own, of which nothing may be found out.
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
    by_outcome = {each.outcome: each for each in main}
    for each in main:
        named = [by_outcome[name] for name in each.made_of if name in by_outcome]
        if len(named) > 1:
            joint = _cross(named)
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


def _cross(partitions: Sequence[Partition]) -> Partition:
    """The partition of all of them together, of which no count is told."""
    codes = np.zeros(partitions[0].codes.size, np.int64)
    for each in partitions:
        _, codes = np.unique(codes * len(each.cells) + each.codes, return_inverse=True)
    names = tuple(f"{BETWEEN} {code}" for code in range(int(codes.max(initial=-1)) + 1))
    return Partition(names, codes.astype(np.int16), partitions[0].persons, ())
