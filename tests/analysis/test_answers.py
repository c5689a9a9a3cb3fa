import math

import numpy as np
import pytest

from rtw_outcomes.analysis.answers import compare_answers
from rtw_outcomes.analysis.numbers import compare_numbers
from rtw_outcomes.analysis.sample import Covariate, Sample


def build(yes, no, **more):
    """A sample of two groups with so many answers of yes and no, and the answers."""
    group = np.repeat([0, 0, 1, 1], [yes[0], no[0], yes[1], no[1]])
    answers = np.repeat([1.0, 0, 1, 0], [yes[0], no[0], yes[1], no[1]])
    return Sample(("a", "b"), group, np.arange(group.size), **more), answers


def test_shares_their_difference_and_ratio_are_those_computed_by_hand(find):
    found = compare_answers(*build((30, 20), (70, 80)), "back")
    share = find(found, context="summary", group="a")
    difference, ratio = (
        find(found, context="proportion_difference"),
        find(found, context="risk_ratio"),
    )

    assert (share.value, share.unit) == (pytest.approx(30), "percent")
    # Wilson's interval of 30 of 100.
    assert (share.low, share.high) == (pytest.approx(21.894885), pytest.approx(39.584854))
    assert (difference.value, difference.unit) == (pytest.approx(-10), "percentage points")
    assert difference.se == pytest.approx(
        100 * math.sqrt((0.3 * 0.7 + 0.2 * 0.8) / 100 * 200 / 198)
    )
    assert ratio.value == pytest.approx(2 / 3)
    assert ratio.se == pytest.approx(math.sqrt(0.7 / 30 + 0.8 / 20))
    assert ratio.parts == (30, 70, 20, 80)
    assert ratio.one_person == pytest.approx(1 / 20)
    assert difference.one_person == pytest.approx(1)
    assert ratio.n_events == 50


def test_a_share_of_persons_with_several_rows_stays_between_0_and_100(find):
    group = np.repeat([0, 1], 40)
    answers = np.zeros(80)
    answers[[0, 1, 40]] = 1
    found = compare_answers(Sample(("a", "b"), group, np.arange(80) // 2), answers, "back")

    for name in ("a", "b"):
        share = find(found, context="summary", group=name)
        assert 0 < share.low < share.value < share.high < 100
    # Both rows of yes of group a are one person's.
    assert find(found, context="risk_ratio").parts == (1, 19, 1, 20)
    assert find(found, context="risk_ratio").one_person == pytest.approx(1)


def test_parts_count_persons_and_not_rows():
    sample, answers = build((4, 2), (4, 2))
    person = np.array([0, 0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 6])
    several = Sample(sample.groups, sample.group, person)
    found = compare_answers(several, answers, "back")

    assert [each.parts for each in found if each.context == "summary"] == [(2, 3), (1, 1)]


@pytest.mark.parametrize(
    ("yes", "no"),
    [((0, 0), (5, 5)), ((5, 5), (0, 0)), ((0, 3), (5, 2)), ((3, 0), (2, 5)), ((1, 0), (0, 0))],
    ids=["nobody", "everybody", "not the reference", "only the reference", "one person"],
)
def test_groups_without_one_of_the_answers_have_a_result_or_a_reason(yes, no):
    sample, answers = build(yes, no)
    age = Covariate("age", np.arange(sample.rows, dtype=float))
    clusters = np.arange(sample.rows) % 4
    for more in ({}, {"cluster": clusters}, {"covariates": (age,)}):
        again, _ = build(yes, no, **more)
        for each in compare_answers(again, answers, "back"):
            assert each.error or each.low is not None, each


def test_no_answers_are_an_estimate_with_a_reason():
    sample, answers = build((2, 2), (2, 2))
    (estimate,) = compare_answers(sample, np.full(answers.size, np.nan), "back", "day 90")

    assert (estimate.value, estimate.level) == (None, "day 90")
    assert estimate.error


def test_the_share_with_any_of_numbers_is_that_of_answers(simdays, find):
    sample, values = simdays()
    numbers = compare_numbers(sample, values, "days", "x")
    answers = compare_answers(sample, (values > 0).astype(float), "x")
    facts = {"context": "proportion_difference", "covariates": ("age",)}

    assert find(numbers, **facts).low == find(answers, **facts).low
    assert find(numbers, name="share_any", group="treated").parts == (137, 79)


def test_an_adjusted_risk_ratio_solves_the_equations_of_poisson_regression(find):
    generator = np.random.default_rng(5)
    age, group = generator.normal(45, 10, 300), np.repeat([0, 1], 150)
    answers = (generator.random(300) < 0.2 + 0.004 * (age - 20) + 0.1 * group).astype(float)
    sample = Sample(("a", "b"), group, np.arange(300), covariates=(Covariate("age", age),))
    value = find(
        compare_answers(sample, answers, "back"), context="risk_ratio", covariates=("age",)
    ).value
    # With the ratio held, one factor is left: at the right one all three scores are 0.
    ratio = np.where(group == 1, value, 1.0)
    low, high = -0.2, 0.2
    for _ in range(200):
        slope = (low + high) / 2
        fitted = ratio * np.exp(slope * (age - 45))
        fitted *= answers.sum() / fitted.sum()
        low, high = (slope, high) if (answers - fitted) @ age > 0 else (low, slope)

    assert (answers - fitted) @ group == pytest.approx(0, abs=1e-6)


def test_a_level_without_events_does_not_break_the_adjusted_risk_ratio(find):
    generator = np.random.default_rng(6)
    group, level = np.tile([0, 1], 100), np.repeat([0, 1, 2, 2], 50)
    answers = ((generator.random(200) < 0.4) & (level != 1)).astype(float)
    covariate = Covariate("region", level, ("a", "b", "c"))
    sample = Sample(("x", "y"), group, np.arange(200), covariates=(covariate,))
    estimate = find(
        compare_answers(sample, answers, "back"), context="risk_ratio", covariates=("region",)
    )
    rest = level != 1
    again = find(
        compare_answers(sample.keep(rest), answers[rest], "back"),
        context="risk_ratio",
        covariates=("region",),
    )

    assert estimate.value == pytest.approx(again.value, rel=1e-6)
    assert estimate.se == pytest.approx(again.se, rel=1e-5)
