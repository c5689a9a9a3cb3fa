"""An attack that shares no code with the product: whole numbers of index dates for all cells of all partitions at once."""

from itertools import combinations, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


def read_told(told, below):
    """The fewest and the most index dates that a told number, a value and its step, can stand for.

    Whoever reads it knows the rules: a count of fewer than `below` is not told at all.
    """
    value, step = told
    if not step:
        return value, value
    fits = [
        rows for rows in range(below, value + step) if (rows + step // 2) // step * step == value
    ]
    return fits[0], fits[-1]


def list_bounds(partitions, told, goal, below):
    """The smallest and the largest number of index dates in a cell, for whoever reads all that is told.

    `told` has for the number of each partition and the name of each cell a value and its step, 0 for an
    exact one, or None for a hidden one; `goal` is such a number and a name.
    """
    pairs = {
        (first, second): set(zip(partitions[first].codes, partitions[second].codes, strict=True))
        for first, second in combinations(range(len(partitions)), 2)
    }
    patterns = [
        pattern
        for pattern in product(*(range(len(each.cells)) for each in partitions))
        if all((pattern[i], pattern[j]) in there for (i, j), there in pairs.items())
    ]
    everybody = partitions[0].codes.size
    rows, lower, upper = [np.ones(len(patterns))], [everybody], [everybody]
    for number, partition in enumerate(partitions):
        for place, name in enumerate(partition.cells):
            rows.append(np.array([pattern[number] == place for pattern in patterns], dtype=float))
            number_told = told[number, name]
            # An empty cell would be told.
            limits = (1, everybody) if number_told is None else read_told(number_told, below)
            lower.append(limits[0])
            upper.append(limits[1])
    number, name = goal
    goal_row = np.array(
        [partitions[number].cells[pattern[number]] == name for pattern in patterns], dtype=float
    )
    found = []
    for sign in (1, -1):
        answer = milp(
            sign * goal_row,
            integrality=np.ones(len(patterns)),
            bounds=Bounds(0, np.inf),
            constraints=LinearConstraint(np.array(rows), lower, upper),
        )
        assert answer.status == 0
        found.append(round(sign * answer.fun))
    return found
