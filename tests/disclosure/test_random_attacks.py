"""An attack that shares no code with the product: whole numbers of index dates for all cells of all partitions at once."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.suppression import hide_further
from rtw_outcomes.statistics.contributors import Partition

pytestmark = pytest.mark.slow  # left out by `make quick`

BELOW = 5


@st.composite
def draw_partitions(draw):
    """One to three partitions of a small group; a later one may be nested in the one before it."""
    size = draw(st.integers(BELOW, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    persons = None
    if draw(st.booleans()):
        persons = np.sort(random.integers(0, max(1, size * 2 // 3), size))
    partitions = []
    for number in range(draw(st.integers(1, 3))):
        width = draw(st.integers(2, 4))
        weights = random.dirichlet(np.full(width, draw(st.sampled_from((0.3, 1.0)))))
        codes = random.choice(width, size, p=weights)
        if partitions and draw(st.booleans()):
            # Nested: who has a cell above the first one has it in the partition before it, too.
            before = partitions[-1].codes
            width = max(width, len(partitions[-1].cells))
            codes = np.where((codes == 0) | (random.random(size) < 0.3), 0, before)
        cells = tuple("abcd"[:width])
        is_main = number == 0 or draw(st.booleans())
        telling = cells if draw(st.booleans()) or not is_main else cells[1:]
        partitions.append(
            Partition(cells, codes.astype(np.int16), persons, telling if is_main else (), is_main)
        )
    return partitions


def list_bounds(partitions, told, goal, below=BELOW):
    """The smallest and the largest number of index dates in a cell, for whoever reads all that is told."""
    pairs = {
        (first, second): set(zip(partitions[first].codes, partitions[second].codes, strict=True))
        for first, second in combinations(range(len(partitions)), 2)
    }
    patterns = [
        pattern
        for pattern in product(*(range(len(each.cells)) for each in partitions))
        if all((pattern[i], pattern[j]) in there for (i, j), there in pairs.items())
    ]
    rows, lower, upper = (
        [np.ones(len(patterns))],
        [partitions[0].codes.size],
        [partitions[0].codes.size],
    )
    for number, partition in enumerate(partitions):
        for place, name in enumerate(partition.cells):
            rows.append(np.array([pattern[number] == place for pattern in patterns], dtype=float))
            form, count = told[number, name], partition.rows[name]
            if form is Form.EXACT:
                limits = count, count
            elif form is Form.STEP:
                limits = count // below * below, count // below * below + below - 1
            else:
                limits = 1, partition.codes.size
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


def is_small(partition, name):
    return 0 < partition.persons_in[name] < BELOW


@settings(deadline=None, max_examples=150)
@given(draw_partitions())
def test_no_small_count_follows_from_all_that_is_told(partitions):
    assume(partitions[0].everybody >= BELOW)  # smaller groups are not named
    same = [each for each in partitions if each.says_one_thing]
    partitions = [each for each in partitions if not each.says_one_thing]
    system = hide_further(
        CountSystem.of(
            [each.count(name) for each in [*partitions, *same] for name in each.cells], BELOW
        )
    )
    told = {
        (number, name): system.form_of(partition, name)
        for number, partition in enumerate(partitions)
        for name in partition.cells
    }
    could_hide = any(
        form is not Form.HIDDEN and partitions[number].rows[name]
        for (number, name), form in told.items()
    )
    for (number, name), form in told.items():
        if not is_small(partitions[number], name):
            continue
        assert form is not Form.EXACT
        least, most = list_bounds(partitions, told, (number, name))
        is_safe = most - least + 1 >= BELOW and (form is Form.STEP or most >= BELOW)
        if not is_safe and could_hide:
            # Hiding everything does not protect this one either.
            everything = {
                (i, each): Form.HIDDEN if partition.rows[each] else Form.EXACT
                for i, partition in enumerate(partitions)
                for each in partition.cells
            }
            low, high = list_bounds(partitions, everything, (number, name))
            assert high - low + 1 < BELOW or high < BELOW
            assert most - least >= high - low
