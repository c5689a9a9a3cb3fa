import math
from dataclasses import replace

import numpy as np
import pytest

from rtw_outcomes.analysis.numbers import compare_numbers
from rtw_outcomes.analysis.sample import Sample
from rtw_outcomes.analysis.subgroups import by_subgroup


@pytest.fixture
def halves(simdays):
    """The simulated days with subgroups by age, and an estimator."""

    def build(has_clusters):
        sample, values = simdays(has_clusters, has_age=False)
        age = np.digitize(simdays()[0].covariates[0].values, [40, 50])
        sample = replace(sample, subgroups={"age": (("young", "middle", "old"), age)})
        return sample, lambda part, rows: compare_numbers(part, values[rows], "days", "x")

    return build


def test_each_level_has_the_estimate_of_its_rows(halves, find):
    sample, estimator = halves(False)
    chosen = sample.subgroups["age"][1] == 1
    alone = find(estimator(sample.keep(chosen), chosen), context="mean_difference")
    found = find(
        by_subgroup(sample, estimator),
        context="mean_difference",
        subgroup=("age", "middle"),
        name="estimate",
    )

    assert (found.value, found.low) == (alone.value, alone.low)


def test_without_clusters_two_levels_are_compared_by_the_difference_of_their_estimates(
    halves, find
):
    sample, estimator = halves(False)
    levels, age = sample.subgroups["age"]
    sample = replace(sample, subgroups={"age": (levels[:2], np.minimum(age, 1))})
    found = by_subgroup(sample, estimator)
    first, second = (
        find(found, context="mean_ratio", subgroup=("age", each), name="estimate")
        for each in levels[:2]
    )
    z = (math.log(first.value) - math.log(second.value)) / math.hypot(first.se, second.se)
    test = find(found, context="mean_ratio", name="p.interaction")

    assert test.value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)
    assert test.subgroup == ("age", "")


def test_estimators_that_tell_no_values_without_clusters_get_the_same_test(halves, find):
    sample, estimator = halves(True)

    def silent(part, rows):
        return [replace(each, without_clusters=()) for each in estimator(part, rows)]

    told = find(by_subgroup(sample, estimator), context="mean_difference", name="p.interaction")
    asked = find(by_subgroup(sample, silent), context="mean_difference", name="p.interaction")

    assert told.value == pytest.approx(asked.value, rel=1e-6)
    assert 0 < told.value < 1
    assert told.n_clusters == 24
    assert "F with 2 and 22 degrees of freedom" in told.method


def test_an_interaction_that_is_there_is_found(find):
    generator = np.random.default_rng(4)
    group, half = np.tile([0, 1], 200), np.repeat([0, 1], 200)
    values = generator.normal(20, 3, 400) + 6 * group * half
    for cluster in (None, generator.integers(0, 12, 400)):
        sample = Sample(
            ("a", "b"), group, np.arange(400), cluster, subgroups={"s": (("x", "y"), half)}
        )
        found = by_subgroup(
            sample, lambda part, rows: compare_numbers(part, values[rows], "d", "v")
        )
        assert find(found, context="mean_difference", name="p.interaction").value < 1e-3


def test_a_level_without_an_estimate_has_no_test_and_a_reason(find):
    values = np.array([1.0, 2, 4, 3, 5, 9, 3, 8])
    codes = np.array([0, 0, 0, 0, 0, 0, 1, -1])
    for levels in (("x", "y"), ("x",)):
        sample = Sample(
            ("a", "b"),
            np.array([0, 1, 0, 1, 0, 1, 0, 1]),
            np.arange(8),
            subgroups={"s": (levels, np.where(codes < len(levels), codes, -1))},
        )
        found = by_subgroup(
            sample, lambda part, rows: compare_numbers(part, values[rows], "d", "v")
        )
        test = find(found, context="mean_difference", name="p.interaction")
        assert test.value is None
        assert test.error


@pytest.mark.parametrize("is_silent", [False, True])
def test_clusters_of_other_groups_have_no_part_in_a_test(find, is_silent):
    generator = np.random.default_rng(11)
    cluster = np.repeat(np.arange(15), 20)
    group, half = cluster % 3, np.tile([0, 1], 150)
    values = generator.normal(20, 3, 300) + generator.normal(0, 2, 15)[cluster] + 3 * group * half
    sample = Sample(
        ("a", "b", "c"), group, np.arange(300), cluster, subgroups={"s": (("x", "y"), half)}
    )

    def test(sample, values):
        def estimate(part, rows):
            found = compare_numbers(part, values[rows], "d", "v")
            return [replace(each, without_clusters=()) for each in found] if is_silent else found

        found = by_subgroup(sample, estimate)
        return find(found, context="mean_difference", name="p.interaction", group="b")

    pair = group < 2
    two = replace(sample.keep(pair), groups=("a", "b"))
    of_three, of_two = test(sample, values), test(two, values[pair])

    assert of_three.value == pytest.approx(of_two.value, rel=1e-9)
    assert of_three.n_clusters == 10
    assert "F with 1 and 9 degrees of freedom" in of_three.method
