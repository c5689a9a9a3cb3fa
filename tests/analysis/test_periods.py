import numpy as np
import pytest

from rtw_outcomes.analysis.design import NumericTerm, plan_design
from rtw_outcomes.analysis.least_squares import fit_differences
from rtw_outcomes.analysis.periods import compare_all_periods, compare_periods, stack_periods
from rtw_outcomes.analysis.regression import fit_exchangeable
from rtw_outcomes.analysis.sample import Covariate, Sample

MONTHS = ("1", "2", "3", "4", "5", "6")


def test_the_difference_of_each_period_is_that_of_an_interaction_in_r(simmonth, reference, find):
    found = compare_periods(*simmonth(False), MONTHS, "days", "net_days")
    rows = {
        each["term"]: each
        for each in reference("gee_simmonth_id")
        if each["corr"] == "independence"
    }
    for month in MONTHS:
        value = float(rows["arm"]["coef"])
        if month != "1":
            value += float(rows[f"arm:factor(month){month}"]["coef"])
        estimate = find(found, context="mean_difference", level=month)
        assert estimate.value == pytest.approx(value, rel=1e-6)
    # The sandwich of R has no correction for small samples, and HC1 has 90 / 88.
    first = find(found, context="mean_difference", level="1")
    assert first.se == pytest.approx(float(rows["arm"]["se_robust"]) * (90 / 88) ** 0.5, rel=1e-6)


def test_all_periods_with_independence_are_the_equations_of_r(simulated, reference):
    data = simulated("simmonth")
    (row,) = (
        each
        for each in reference("gee_simmonth_cluster")
        if each["corr"] == "independence" and each["term"] == "arm"
    )
    # R has a line over the months. Its variance is over clusters, here given as persons.
    sample = Sample(("c", "t"), data["arm"].astype(int), data["cluster"].astype(int))
    month = NumericTerm("month", data["month"] - 3.5)
    fit = fit_differences(plan_design(sample, (month,)), data["days"], is_small_sample=False)

    assert fit.values[0] == pytest.approx(float(row["coef"]), rel=1e-6)
    assert fit.intervals[0].se == pytest.approx(float(row["se_robust"]), rel=1e-6)
    assert fit.intervals[0].p_value == pytest.approx(float(row["p"]), rel=1e-6)


def test_an_exchangeable_correlation_is_that_of_r(simulated, reference):
    data = simulated("simmonth")
    (row,) = (
        each
        for each in reference("gee_simmonth_cluster")
        if each["corr"] == "exchangeable" and each["term"] == "arm"
    )
    matrix = np.column_stack((np.ones(data.size), data["arm"], data["month"]))
    found = fit_exchangeable(data["days"], matrix, data["cluster"].astype(int))

    assert found.factors[1] == pytest.approx(float(row["coef"]), rel=1e-3)
    assert found.covariance[1, 1] ** 0.5 == pytest.approx(float(row["se_robust"]), rel=1e-3)


@pytest.mark.parametrize("correlation", ["independence", "exchangeable"])
@pytest.mark.parametrize("has_clusters", [True, False], ids=["clusters", "no clusters"])
def test_all_periods_have_an_interval(simmonth, correlation, has_clusters):
    sample, values = simmonth(has_clusters)
    (estimate,) = compare_all_periods(sample, values, MONTHS, "days", "net_days", correlation)

    assert estimate.context == "gee"
    assert estimate.low < estimate.value < estimate.high
    assert correlation in estimate.method
    assert ("jackknife" in estimate.method) == has_clusters
    assert estimate.n == 90
    assert (estimate.n_clusters == 15) == has_clusters


def test_without_missing_values_all_periods_are_the_mean_of_the_persons_means(find):
    generator = np.random.default_rng(1)
    values = generator.normal(10, 3, (40, 5))
    age = Covariate("age", generator.normal(45, 10, 40))
    sample = Sample(("a", "b"), np.repeat([0, 1], 20), np.arange(40), covariates=(age,))
    found = compare_all_periods(sample, values, "abcde", "d", "x")
    means = values.mean(axis=1)

    unadjusted = find(found, covariates=())
    assert unadjusted.value == pytest.approx(means[20:].mean() - means[:20].mean())
    assert unadjusted.se == pytest.approx(
        ((means[20:].var() + means[:20].var()) / 20) ** 0.5, rel=1e-9
    )
    adjusted = find(found, covariates=("age",))
    factors, *_ = np.linalg.lstsq(
        np.column_stack((np.ones(40), sample.group, age.values)), means, rcond=None
    )
    assert adjusted.value == pytest.approx(factors[1])


def test_periods_with_missing_values_are_stacked_without_them():
    sample = Sample(("a", "b"), np.array([0, 1]), np.array([7, 8]))
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 6.0]])
    design, stacked = stack_periods(plan_design(sample), values, ("1", "2", "3"))

    assert stacked.tolist() == [1, 3, 6]
    assert design.person.tolist() == [0, 0, 1]
    assert design.covariates[0].levels == ("1", "3")


def test_a_period_without_values_has_a_reason(find):
    sample = Sample(("a", "b"), np.repeat([0, 1], 3), np.arange(6))
    values = np.column_stack((np.arange(6.0), np.full(6, np.nan)))
    found = compare_periods(sample, values, ("1", "2"), "d", "x")

    assert find(found, level="2").error
    assert find(found, context="gee").value == pytest.approx(3)
    (nothing,) = compare_all_periods(sample, np.full((6, 2), np.nan), ("1", "2"), "d", "x")
    assert nothing.error


@pytest.mark.parametrize("correlation", ["independence", "exchangeable"])
def test_values_that_do_not_vary_have_a_result_or_a_reason(correlation):
    for group in ([0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 1]):
        sample = Sample(("a", "b"), np.array(group), np.arange(4), np.array([0, 1, 2, 3]))
        for each in compare_periods(sample, np.zeros((4, 2)), "12", "d", "x", correlation):
            assert each.value in (None, 0)
            assert each.error
