import math

import numpy as np
import pytest

from rtw_outcomes.analysis.design import plan_design
from rtw_outcomes.analysis.interval import find_interval
from rtw_outcomes.analysis.jackknife import (
    find_members,
    leave_out_rows,
    leave_out_sums,
    number_codes,
    run_jackknife,
)
from rtw_outcomes.analysis.least_squares import fit_differences
from rtw_outcomes.analysis.sample import Sample


def test_the_jackknife_of_a_mean_of_equal_clusters_is_the_variance_of_their_means():
    means = np.array([1.0, 4.0, 2.0, 7.0, 5.0])
    full, without = leave_out_sums(
        (means * 10, np.full(5, 10.0)), lambda total, rows: np.array([total / rows])
    )
    (interval,) = run_jackknife(full, without, np.ones((1, 5), bool), 95)

    assert interval.se == pytest.approx(means.std(ddof=1) / math.sqrt(5), rel=1e-12)
    assert interval.df == 4
    assert interval.low == pytest.approx(full[0] - 2.7764451051977987 * interval.se, rel=1e-9)


def test_leaving_out_rows_gives_what_leaving_out_sums_gives():
    values = np.array([1.0, 5.0, 2.0, 9.0])
    _, by_sums = leave_out_sums((values, np.ones(4)), lambda total, rows: np.array([total / rows]))
    by_rows = leave_out_rows(4, lambda one: np.array([np.delete(values, one).mean()]))

    np.testing.assert_allclose(by_sums, by_rows)


def test_a_group_with_one_cluster_has_no_interval_and_a_reason():
    members = find_members(np.array([0, 0, 1]), np.array([0, 1, 2]), 2, 3)
    (interval,) = run_jackknife(np.array([1.0]), np.ones((3, 1)), members, 95)

    assert interval.low is None
    assert "fewer than two clusters" in interval.reason


def test_an_estimate_that_fails_without_a_cluster_has_no_interval():
    without = np.array([[1.0], [np.nan], [2.0]])
    (interval,) = run_jackknife(np.array([1.0]), without, np.ones((1, 3), bool), 95)

    assert interval.se is None
    assert "left out" in interval.reason


def test_only_clusters_of_the_groups_count_for_the_degrees_of_freedom():
    members = np.array([[True, True, False, False, False], [False, False, True, True, False]])
    (interval,) = run_jackknife(
        np.array([1.0]), np.array([[1.1], [0.9], [1.2], [0.8], [1.0]]), members, 95
    )

    assert interval.df == 3
    assert interval.se == pytest.approx(math.sqrt(3 / 4 * 0.10))


def test_no_variation_is_told_and_not_an_interval_of_no_width():
    assert find_interval(0.0, 0.0, 10, 95).reason == "The values do not vary."


@pytest.mark.parametrize(
    "codes", [[5, 2, 5, 9], [-3, 4, 4, 10**12], [0, 0, 0, 0]], ids=["holes", "wide", "one"]
)
def test_codes_are_numbered_without_holes_in_their_order(codes):
    numbers, count = number_codes(np.array(codes))

    assert count == len(set(codes))
    assert numbers.tolist() == [sorted(set(codes)).index(each) for each in codes]


@pytest.mark.parametrize("clusters", [6, 10, 20])
def test_intervals_cover_the_truth_as_often_as_they_say_even_with_few_clusters(clusters):
    generator = np.random.default_rng(20)
    cluster = np.repeat(np.arange(clusters), 120 // clusters)
    group = cluster % 2
    design = plan_design(Sample(("a", "b"), group, np.arange(cluster.size), cluster))
    covered = 0
    for _ in range(600):
        level = generator.normal(0, 1, clusters)[cluster]
        (interval,) = fit_differences(design, level + generator.normal(0, 2, 120)).intervals
        covered += interval.low <= 0 <= interval.high

    # Of 600, the share that a right interval of 95 percent covers has an sd of 0.9 percent.
    assert 0.925 <= covered / 600 <= 0.985
