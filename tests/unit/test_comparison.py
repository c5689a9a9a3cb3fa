"""The results of two definitions on the same people, without telling of few of them."""

from datetime import date

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.disclosure.protect import protect
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.comparison import lay_out_comparison
from rtw_outcomes.statistics.contributors import Count
from rtw_outcomes.statistics.every import describe_outcomes
from rtw_outcomes.statistics.members import split_groups
from rtw_outcomes.statistics.two_definitions import CROSS, compare_results
from tests.disclosure.attack import list_bounds

RETURNS = ("full_rtw_28d", "sustainable_rtw_3m")
BELOW = 5
NAMES = {
    status
    for name in RETURNS
    for status in resolve_outcome(read_stock_definition(name)).outcome.statuses
} | {"not_at_risk"}


def compare(names, columns, below=BELOW):
    both = tuple(resolve_outcome(read_stock_definition(name)) for name in names)
    height = len(next(iter(columns.values())))
    table = pl.DataFrame({"person_id": range(height)} | columns)
    planned = tuple(plan_outcomes((each,)).outcomes[0] for each in both)
    names_of_days = [
        c.name for p in planned for c in p.columns if c.name.endswith("_observed_days")
    ]
    observed = {name: 366 for name in names_of_days if name not in columns}
    table = table.with_columns(**{name: pl.lit(days) for name, days in observed.items()})
    (members,) = split_groups(table, ())
    told, _ = protect(list(compare_results(both, planned, members)), (), RuleSet.number(below))
    return lay_out_comparison(told)


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


def tell_with_margins(pairs):
    """As `compare_returns`, where the counts of the two outcomes are told too, as in `rtw diff`."""
    keys = {"person_id": range(len(pairs)), "index_date": [date(2020, 1, 1)] * len(pairs)}
    columns = {}
    for name, column in zip(RETURNS, zip(*pairs, strict=True), strict=True):
        for field, place in (("days", 0), ("status", 1)):
            values = [each[place] for each in column]
            columns[f"{name}_{field}"] = pl.Series(values, dtype=pl.Int32)
        unknown = [None if status is None else 0 for _, status in column]
        columns[f"{name}_unconfirmable"] = pl.Series(unknown, dtype=pl.Int8)
    both = tuple(resolve_outcome(read_stock_definition(name)) for name in RETURNS)
    plan = plan_outcomes(both)
    table = pl.DataFrame(keys | columns)
    (members,) = split_groups(table, ())
    statistics = list(describe_outcomes(both, plan, table, (), BELOW))
    statistics += compare_results(both, plan.outcomes, members)
    told, _ = protect(statistics, (), RuleSet.number(BELOW))
    return told


def list_told(told):
    """The cross table and the statuses of the two outcomes, the cross table first, and each cell as it is told."""
    partitions, cells = [], {}
    for each in sorted(told, key=lambda each: each.statistic.context != CROSS):
        count = each.statistic.number
        is_status = each.statistic.context == CROSS or each.statistic.name in NAMES
        if not is_status or not isinstance(count, Count) or not count.partition.is_main:
            continue
        if count.partition not in partitions:
            partitions.append(count.partition)
        (cell,) = count.cells
        is_hidden = each.told.value is None
        cells[partitions.index(count.partition), cell] = (
            None if is_hidden else (int(each.told.value), int(each.told.step or 0))
        )
    for number, partition in enumerate(partitions):
        for cell in partition.cells:
            cells.setdefault((number, cell), None if partition.rows[cell] else (0, 0))
    return partitions, cells


def test_times_are_crossed_by_status_and_compared_where_both_have_the_event():
    pairs = (
        [((10, 1), (14, 1))] * 8 + [((20, 1), (366, 0))] * 6 + [((None, None), (None, None))] * 7
    )
    comparison = compare_returns(pairs, below=1)
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
    comparison = compare(names, values, below=1)
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


def test_what_few_make_different_is_hidden_and_so_is_the_mean_that_would_tell_it():
    names = ("net_sick_days_12m", "gross_sick_days_12m")
    net = [4.0, 6.0] * 25
    values = {"net_sick_days_12m": net, "gross_sick_days_12m": [45.0] * 2 + net[2:]}
    mean_a, mean_b, higher, different = compare(names, values).numbers.values()
    assert (mean_a, higher, different) == (5, None, None)
    assert (
        mean_b == 5
    )  # of 6.6, in steps of 5: there are three values, and 5 of 50 persons may have 45


def test_the_null_of_a_window_that_nobody_observed_is_in_no_mean():
    names = ("net_sick_days_12m", "gross_sick_days_12m")
    columns = {
        "net_sick_days_12m": [4.0] * 10 + [None] * 10,
        "net_sick_days_12m_observed_days": [366] * 10 + [0] * 10,
        "gross_sick_days_12m": [8] * 20,
    }
    assert list(compare(names, columns, below=1).numbers.values())[:3] == [4, 8, 4]


def test_numbers_in_different_units_are_not_subtracted():
    names = ("net_sick_days_12m", "recurrence_12m")
    comparison = compare(names, {names[0]: [5.5] * 12, names[1]: [1] * 12})
    assert (comparison.table, comparison.numbers) == (None, {})


def test_days_that_are_counted_from_different_days_are_not_subtracted():
    names = ("full_rtw_28d", "days_to_first_relapse")
    columns = {
        f"{name}_{field}": pl.Series([value] * 8, dtype=pl.Int32)
        for name in names
        for field, value in (("days", 9), ("status", 1))
    }
    comparison = compare(names, columns, below=1)
    assert comparison.table.counts == {("event", "event"): 8}
    assert comparison.numbers == {}


def test_one_cell_of_all_index_dates_is_hidden():
    """It tells the results of everybody."""
    columns = {
        f"{name}_{field}": pl.Series([value] * 8, dtype=pl.Int32)
        for name in RETURNS
        for field, value in (("days", 9), ("status", 1))
    }
    assert compare(RETURNS, columns).table.counts == {("event", "event"): None}


def test_a_state_is_crossed_with_a_time_by_its_status():
    columns = {
        "work_state_12m": ["full_work"] * 12,
        "full_rtw_28d_days": pl.Series([10] * 12, dtype=pl.Int32),
        "full_rtw_28d_status": pl.Series([1] * 7 + [0] * 5, dtype=pl.Int32),
    }
    comparison = compare(("work_state_12m", "full_rtw_28d"), columns)
    assert comparison.table.counts == {("full_work", "event"): 7, ("full_work", "censored"): 5}
    assert comparison.numbers == {}


def test_a_number_is_averaged_over_those_with_each_state():
    numbers = {"net_sick_days_12m": [0.5, 1.5] * 5 + [2.5, 3.5] * 5 + [9.0] * 2}
    states = {"work_state_12m": ["full_work"] * 10 + ["part_work"] * 10 + ["dead"] * 2}
    comparison = compare(("net_sick_days_12m", "work_state_12m"), numbers | states)
    assert comparison.table is None
    assert comparison.numbers == {
        "mean of A where B is `dead`": None,
        "mean of A where B is `full_work`": 1,
        "mean of A where B is `part_work`": 4,  # of 3, in steps of 2: 5 of 10 persons may have 3.5
    }
    turned = compare(("work_state_12m", "net_sick_days_12m"), states | numbers)
    assert turned.numbers["mean of B where A is `part_work`"] == 4


def test_a_mean_of_0_is_hidden_over_few_persons_and_over_many():
    numbers = {"net_sick_days_12m": [0.0] * 4 + [0.0] * 6 + [2.0] * 4 + [0.0] * 16}
    states = {"work_state_12m": ["dead"] * 4 + ["full_work"] * 6 + ["part_work"] * 20}
    means = compare(("work_state_12m", "net_sick_days_12m"), states | numbers).numbers
    assert means == {
        "mean of B where A is `dead`": None,
        "mean of B where A is `full_work`": None,
        "mean of B where A is `part_work`": None,
    }


def test_a_hidden_count_does_not_follow_from_its_row_nor_from_its_column():
    """Of 2 who have both events; the counts beside them, and those of each outcome, are in steps."""
    event, censored, not_at_risk = (10, 1), (366, 0), (None, None)
    counted = {
        (event, event): 2,
        (event, censored): 10,
        (censored, event): 12,
        (censored, censored): 50,
        (not_at_risk, event): 20,
        (not_at_risk, censored): 60,
    }
    pairs = [pair for pair, count in counted.items() for _ in range(count)]
    told = tell_with_margins(pairs)
    assert lay_out_comparison(told).table.counts["event", "event"] is None
    (cross, *margins), cells = list_told(told)
    assert len(margins) == 2
    (goal,) = [name for name in cross.cells if cross.rows[name] == 2]
    least, most = list_bounds([cross, *margins], cells, (0, goal), BELOW)
    assert most - least + 1 >= BELOW
    assert most >= BELOW
    # The other counts are told, in steps that lose little.
    assert lay_out_comparison(told).table.counts["censored", "censored"] == 50


def test_parts_are_compared_by_their_sum():
    whole, parts = "prosa_net_days_18m", "prosa_net_days_by_month_18m"
    months = {f"{parts}_{number:02}": [1.0] * 6 for number in range(1, 19)}
    comparison = compare((whole, parts), {whole: [20.0] * 6} | months, below=1)
    assert list(comparison.numbers.values())[:3] == [20, 18, -2]


def test_parts_that_nobody_observed_are_in_no_sum_and_no_mean():
    """A person of whom some months are seen counts with these, and one of whom none is seen with none."""
    whole, parts = "prosa_net_days_18m", "prosa_net_days_by_month_18m"
    seen, unseen = [[1.0] * 6 + [None] * 3 + [None] * 9, [1.0] * 9 + [None] * 9]
    months = {f"{parts}_{number:02}": seen if number > 9 else unseen for number in range(1, 19)}
    comparison = compare((whole, parts), {whole: [20.0] * 18} | months, below=1)
    mean = (6 * 18 + 3 * 9) / 9
    assert list(comparison.numbers.values())[:3] == [20, mean, mean - 20]


def test_parts_that_are_answers_are_not_compared():
    name = "cullen_over_14_net_days_after"
    columns = {f"{name}_{number:02}": [1] * 6 for number in range(1, 5)}
    comparison = compare((name, "net_sick_days_12m"), columns | {"net_sick_days_12m": [1.0] * 6})
    assert (comparison.table, comparison.numbers) == (None, {})


STATUSES = st.sampled_from((None, 0, 1, 2, 3))
PAIRS = st.lists(st.tuples(STATUSES, STATUSES), min_size=1, max_size=60)


@settings(deadline=None, max_examples=20)
@given(PAIRS)
def test_no_small_count_is_shown_or_follows_from_the_sums_of_its_row_or_column(statuses):
    assume(len(statuses) >= BELOW)  # of fewer nothing is told
    pairs = [tuple((None if status is None else 1, status) for status in pair) for pair in statuses]
    told = tell_with_margins(pairs)
    counts = lay_out_comparison(told).table.counts
    assert all(count is None or count >= BELOW for count in counts.values())
    assert sum(1 for count in counts.values() if count is not None) <= len(set(statuses))
    partitions, cells = list_told(told)
    if any(each.says_one_thing for each in partitions):
        return  # which cell is filled is hidden, too
    nothing = {
        (number, name): None if each.rows[name] else (0, 0)
        for number, each in enumerate(partitions)
        for name in each.cells
    }
    for (number, name), number_told in cells.items():
        if 0 < partitions[number].rows[name] < BELOW:
            assert number_told is None
            least, most = list_bounds(partitions, cells, (number, name), BELOW)
            if most - least + 1 < BELOW or most < BELOW:
                # In so small a group nothing protects it.
                low, high = list_bounds(partitions, nothing, (number, name), BELOW)
                assert (least, most) == (low, high)
