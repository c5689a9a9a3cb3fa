import numpy as np
import pytest

from rtw_outcomes.analysis.clusters import describe_clusters
from rtw_outcomes.analysis.sample import Sample


def test_clusters_of_each_group_are_counted_with_their_sizes(find):
    cluster = np.array([4, 4, 4, 7, 7, 9, 11, 11, 11, 11])
    sample = Sample(("a", "b"), np.array([0] * 6 + [1] * 4), np.arange(10), cluster)
    found = describe_clusters(sample, np.arange(10.0))

    assert [find(found, name="n_clusters", group=each).value for each in "ab"] == [3, 1]
    sizes = ("smallest_cluster", "median_cluster", "largest_cluster")
    assert [find(found, name=each, group="a").value for each in sizes] == [1, 2, 3]
    assert find(found, name="smallest_cluster", group="a").parts == (1, 1)
    assert find(found, name="n_clusters", group="a").warning.startswith("Few clusters")


def test_the_intracluster_correlation_is_that_computed_by_hand(find):
    # Clusters (1, 3) and (5, 7) in one group: between 16, within 2, size 2: (16 - 2) / (16 + 2).
    sample = Sample(("a",), np.zeros(4, int), np.arange(4), np.array([0, 0, 1, 1]))

    assert find(describe_clusters(sample, np.array([1.0, 3, 5, 7])), name="icc").value == (
        pytest.approx(14 / 18)
    )


def test_the_difference_of_groups_is_no_likeness_of_clusters(find):
    generator = np.random.default_rng(9)
    cluster = np.repeat(np.arange(40), 25)
    group = (cluster >= 20).astype(int)
    values = generator.normal(0, 1, 1000) + 100 * group
    found = describe_clusters(Sample(("a", "b"), group, np.arange(1000), cluster), values)

    assert abs(find(found, name="icc").value) < 0.05
    assert find(found, name="n_clusters", group="a").warning == ""


def test_without_clusters_there_is_nothing_to_describe_and_without_values_a_reason(find):
    sample = Sample(("a", "b"), np.array([0, 1, 0, 1]), np.arange(4))
    assert describe_clusters(sample, np.arange(4.0)) == []

    sample = Sample(("a", "b"), np.array([0, 1, 0, 1]), np.arange(4), np.array([0, 0, 1, 1]))
    for values in (np.full(4, np.nan), np.full(4, 2.0), np.array([1.0, np.nan, np.nan, np.nan])):
        found = describe_clusters(sample, values)
        assert find(found, name="icc").value is None
        assert find(found, name="icc").error
