"""The results of two definitions on the same people, without telling of few of them."""

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from rtw_outcomes.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.comparison import compare_results
from rtw_outcomes.planner import plan_outcomes

RETURNS = ("full_rtw_28d", "sustainable_rtw_3m")
BELOW = 5


def compare(names, columns, below=BELOW):
    both = tuple(resolve_outcome(read_stock_definition(name)) for name in names)
    height = len(next(iter(columns.values())))
    table = pl.DataFrame({"person_id": range(height)} | columns)
    planned = tuple(plan_outcomes((each,)).outcomes[0] for each in both)
    return compare_results(both, planned, table, below)


def compare_returns(pairs, below=BELOW):
    first, second = zip(*pairs, strict=True)
    return compare(
        RETURNS,
        {
            f"{name}_{field}": pl.Series([pick(each) for each in column], dtype=pl.Int32)
            for name, column in zip(RETURNS, (first, second), strict=True)
            for field, pick in (("days", lambda e: e[0]), ("status", lambda e: e[1]))
        },
        below,
    )


def test_times_are_crossed_by_status_and_compared_where_both_have_the_event():
    pairs = (
        [((10, 1), (14, 1))] * 8 + [((20, 1), (366, 0))] * 6 + [((None, None), (None, None))] * 7
    )
    comparison = compare_returns(pairs)
    assert comparison.table.counts == {
        ("event", "event"): 8,
        ("event", "censored"): 6,
        ("not at risk", "not at risk"): 7,
    }
    assert list(comparison.numbers.values()) == [10, 14, 4]


def test_means_over_few_persons_are_hidden():
    comparison = compare_returns([((10, 1), (14, 1))] * 4)
    assert set(comparison.numbers.values()) == {None}
    assert set(comparison.table.counts.values()) == {None}


def test_numbers_are_compared_where_both_are_known():
    names = ("net_sick_days_12m", "gross_sick_days_12m")
    values = {"net_sick_days_12m": [5.5] * 12, "gross_sick_days_12m": [6.0] * 6 + [5.5] * 6}
    comparison = compare(names, values)
    assert comparison.table is None
    assert list(comparison.numbers.values()) == [5.5, 5.75, 0.25, 50]


def test_how_many_differ_is_hidden_when_they_are_few():
    names = ("net_sick_days_12m", "gross_sick_days_12m")
    values = {"net_sick_days_12m": [5.5] * 12, "gross_sick_days_12m": [6.0] * 3 + [5.5] * 9}
    comparison = compare(names, values)
    assert list(comparison.numbers.values())[-1] is None


def test_answers_are_crossed_and_have_no_mean():
    name = "dk_work_success_104w"
    comparison = compare((name, name), {name: [1] * 8 + [0] * 6 + [None] * 5})
    assert comparison.numbers == {}
    assert comparison.table.counts == {
        ("yes", "yes"): 8,
        ("no", "no"): 6,
        ("missing", "missing"): 5,
    }
    other = {name: [1] * 8, "net_sick_days_12m": [1.0] * 8}
    assert compare((name, "net_sick_days_12m"), other).numbers == {}


def test_results_of_different_kinds_are_not_compared():
    columns = {"net_sick_days_12m": [1.0], "work_state_12m": ["full_work"]}
    comparison = compare(("net_sick_days_12m", "work_state_12m"), columns)
    assert (comparison.table, comparison.numbers) == (None, {})


STATUSES = st.sampled_from((None, 0, 1, 2, 3))
PAIRS = st.lists(st.tuples(STATUSES, STATUSES), min_size=1, max_size=60)


@given(PAIRS)
def test_no_small_count_is_shown_or_follows_from_the_sums_of_its_row_or_column(statuses):
    pairs = [tuple((None if status is None else 1, status) for status in pair) for pair in statuses]
    counts = compare_returns(pairs).table.counts
    true = Counter(statuses)
    assert all(count is None or count >= BELOW for count in counts.values())
    assert sum(1 for count in counts.values() if count is not None) <= len(true)
    for side in (0, 1):
        for label in {key[side] for key in counts}:
            line = [count for key, count in counts.items() if key[side] == label]
            # A line with one count alone has nothing beside it that could hide it.
            assert line.count(None) != 1 or len(line) == 1
