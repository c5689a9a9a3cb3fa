"""Random groups are attacked from outside, with all that is told of them."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.suppression import hide_further
from rtw_outcomes.statistics.contributors import Partition
from tests.disclosure.attack import list_bounds

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


def is_small(partition, name):
    return 0 < partition.persons_in[name] < BELOW


@settings(deadline=None, max_examples=300)
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
        (number, name): None
        if system.form_of(partition, name) is Form.HIDDEN
        else system.tell(partition, name)
        for number, partition in enumerate(partitions)
        for name in partition.cells
    }
    could_hide = any(
        number_told is not None and partitions[number].rows[name]
        for (number, name), number_told in told.items()
    )
    for (number, name), number_told in told.items():
        if not is_small(partitions[number], name):
            continue
        assert number_told is None
        least, most = list_bounds(partitions, told, (number, name), BELOW)
        is_safe = most - least + 1 >= BELOW and most >= BELOW
        if not is_safe and could_hide:
            # Hiding everything does not protect this one either.
            everything = {
                (i, each): None if partition.rows[each] else (0, 0)
                for i, partition in enumerate(partitions)
                for each in partition.cells
            }
            low, high = list_bounds(partitions, everything, (number, name), BELOW)
            assert high - low + 1 < BELOW or high < BELOW
            assert most - least >= high - low
