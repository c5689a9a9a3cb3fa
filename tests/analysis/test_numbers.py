import math

import numpy as np
import pytest

from rtw_outcomes.analysis.fit import FEW_PERSONS
from rtw_outcomes.analysis.numbers import compare_numbers
from rtw_outcomes.analysis.sample import Covariate, Sample

JACKKNIFE = "CR3 delete-one-cluster jackknife about the estimate, t with G-1"


def build(group, *, person=None, cluster=None, covariates=(), groups=2):
    group = np.array(group, np.int64)
    person = np.arange(group.size) if person is None else np.array(person)
    cluster = None if cluster is None else np.array(cluster, np.int64)
    return Sample(
        tuple(f"group {one}" for one in range(groups)),
        group,
        person,
        cluster,
        covariates=tuple(covariates),
    )


@pytest.mark.parametrize("has_clusters", [True, False], ids=["clusters", "no clusters"])
@pytest.mark.parametrize("covariates", [(), ("age",)], ids=["unadjusted", "adjusted"])
def test_a_difference_of_means_is_that_of_r(simdays, reference, find, has_clusters, covariates):
    estimate = find(
        compare_numbers(*simdays(has_clusters), "days", "net_days"),
        context="mean_difference",
        covariates=covariates,
    )
    model = " + ".join(("days ~ arm", *covariates))
    method = JACKKNIFE if has_clusters else "HC1"
    (row,) = (
        each
        for each in reference("lm_cluster_simdays")
        if each["model"] == model and each["method"] == method
    )

    for name, value in (
        ("estimate", estimate.value),
        ("se", estimate.se),
        ("lower", estimate.low),
        ("upper", estimate.high),
        ("p", estimate.p_value),
    ):
        assert value == pytest.approx(float(row[name]), rel=1e-8), name
    assert estimate.n == int(row["n"])
    assert estimate.parts == (216, 216)
    if has_clusters:
        assert estimate.n_clusters == int(row["clusters"])
        assert estimate.method.endswith(
            "delete-one-cluster jackknife, t with 23 degrees of freedom"
        )


def test_the_interval_with_clusters_is_near_that_of_the_bootstrap_of_clusters(
    simdays, reference, find
):
    estimate = find(
        compare_numbers(*simdays(has_age=False), "days", "net_days"), context="mean_difference"
    )
    (row,) = reference("cluster_bootstrap_simdays")

    # The percentile bootstrap takes no account of few clusters: its interval is narrower.
    assert estimate.se == pytest.approx(float(row["se_boot"]), rel=0.06)
    assert estimate.low < float(row["p2_5"])
    assert estimate.high > float(row["p97_5"])


def test_an_adjusted_ratio_of_means_is_that_of_poisson_regression_in_r(simdays, reference, find):
    estimate = find(
        compare_numbers(*simdays(False), "days", "net_days"),
        context="mean_ratio",
        covariates=("age",),
    )
    (row,) = (
        each
        for each in reference("count_simdays")
        if each["model"] == "Poisson, robust HC0" and each["term"] == "arm"
    )

    assert math.log(estimate.value) == pytest.approx(float(row["coef"]), rel=1e-6)
    assert estimate.se == pytest.approx(float(row["se"]), rel=1e-6)
    assert (estimate.low, estimate.high) == pytest.approx(
        (float(row["lower"]), float(row["upper"])), rel=1e-6
    )


def test_the_jackknife_of_an_adjusted_ratio_is_near_that_of_refits(simdays, find):
    sample, values = simdays()
    facts = {"context": "mean_ratio", "covariates": ("age",)}
    estimate = find(compare_numbers(sample, values, "days", "net_days"), **facts)
    refitted = []
    for one in np.unique(sample.cluster):
        kept = sample.cluster != one
        again = compare_numbers(sample.keep(kept), values[kept], "days", "net_days")
        refitted.append(math.log(find(again, **facts).value))
    deviations = np.array(refitted) - math.log(estimate.value)

    assert estimate.se == pytest.approx(math.sqrt(23 / 24 * (deviations @ deviations)), rel=1e-3)


def test_models_of_counts_are_those_of_r(simdays, reference, find):
    sample, values = simdays(False)
    found = compare_numbers(
        sample, values, "days", "net_days", models=("negative_binomial", "zero_inflated")
    )
    rows = {(each["model"], each["term"]): each for each in reference("count_simdays")}
    row = rows["negative binomial (glm.nb)", "arm"]
    estimate = find(found, context="negative_binomial", covariates=("age",))
    assert math.log(estimate.value) == pytest.approx(float(row["coef"]), rel=1e-4)
    assert estimate.se == pytest.approx(float(row["se"]), rel=0.05)

    row = rows["ZINB marginal mean", "ratio"]
    estimate = find(found, context="zero_inflated", covariates=("age",))
    assert estimate.value == pytest.approx(float(row["coef"]), rel=1e-4)
    assert estimate.low < estimate.value < estimate.high


def test_a_negative_binomial_ratio_with_clusters_has_the_interval_of_the_jackknife(simdays, find):
    sample, values = simdays(has_age=False)
    found = compare_numbers(sample, values, "days", "net_days", models=("negative_binomial",))
    model, plain = find(found, context="negative_binomial"), find(found, context="mean_ratio")

    # Without covariates both are the ratio of the means.
    assert model.value == pytest.approx(plain.value, rel=1e-6)
    assert model.se == pytest.approx(plain.se, rel=1e-3)


def test_values_that_are_not_whole_are_rounded_for_models_of_counts_and_it_is_told(find):
    values = np.array([0, 1.4, 3.2, 5.1, 0, 7.7, 2.2, 9.1, 4.6, 0, 0, 6.3])
    sample = build([0] * 6 + [1] * 6)
    found = compare_numbers(sample, values, "days", "d", models=("negative_binomial",))

    assert "rounded" in find(found, context="negative_binomial").warning


def test_money_has_no_model_of_counts(find):
    sample = build([0, 0, 0, 1, 1, 1])
    values = np.array([1.0, 2, 3, 4, 5, 6])
    found = compare_numbers(sample, values, "SEK", "cost", models=("zero_inflated",), is_money=True)

    assert "money" in find(found, context="zero_inflated").error


def test_rows_of_one_person_are_taken_together(find):
    # Every person twice: as if each were there once.
    values = np.array([1.0, 4, 2, 8, 5, 7, 3, 9])
    once = build([0, 0, 0, 0, 1, 1, 1, 1])
    twice = build([0, 0, 0, 0, 1, 1, 1, 1] * 2, person=[*range(8)] * 2)
    first = find(compare_numbers(once, values, "d", "x"), context="mean_difference")
    second = find(compare_numbers(twice, np.tile(values, 2), "d", "x"), context="mean_difference")

    assert second.value == pytest.approx(first.value)
    # HC1 has 8 / 6 of 8 persons, CR1 8 / 7 * 15 / 14.
    assert second.se / first.se == pytest.approx(math.sqrt(8 / 7 * 15 / 14 / (8 / 6)))
    assert second.parts == (4, 4)
    assert second.one_person == pytest.approx(2 * 9 / 8)


def test_every_group_is_compared_with_the_reference_even_when_they_are_sixty():
    generator = np.random.default_rng(7)
    group = np.repeat(np.arange(60), 30)
    cluster = np.tile(np.arange(90), 20)
    age = Covariate("age", generator.normal(45, 10, group.size))
    values = generator.poisson(5 + group / 10).astype(float)
    found = compare_numbers(
        build(group, cluster=cluster, covariates=[age], groups=60), values, "days", "x"
    )
    differences = [each for each in found if each.context == "mean_difference"]

    assert len(differences) == 2 * 59
    assert all(each.low < each.value < each.high for each in differences)
    assert {each.reference for each in differences} == {"group 0"}


def test_an_adjusted_difference_of_three_groups_is_least_squares_with_all_rows():
    generator = np.random.default_rng(11)
    group = generator.integers(0, 3, 90)
    age, sex = generator.normal(45, 10, 90), generator.integers(0, 3, 90)
    values = generator.normal(20, 5, 90) + age / 10 + sex
    covariates = (Covariate("age", age), Covariate("sex", sex, ("f", "m", "x")))
    found = compare_numbers(build(group, covariates=covariates, groups=3), values, "days", "x")
    columns = [np.ones(90), group == 1, group == 2, age, sex == 1, sex == 2]
    factors, *_ = np.linalg.lstsq(np.column_stack(columns).astype(float), values, rcond=None)
    estimates = [each for each in found if each.context == "mean_difference" and each.covariates]

    assert [each.value for each in estimates] == pytest.approx(factors[1:3].tolist(), rel=1e-9)


def test_missing_values_leave_the_row_out_and_missing_covariates_only_the_adjusted_estimate(find):
    values = np.array([1.0, 2, np.nan, 4, 5, 7, 6, 8])
    age = np.array([30.0, np.nan, 40, 35, 50, 45, 41, 37])
    found = compare_numbers(
        build([0, 0, 0, 0, 1, 1, 1, 1], covariates=[Covariate("age", age)]), values, "d", "x"
    )
    unadjusted = find(found, context="mean_difference", covariates=())
    adjusted = find(found, context="mean_difference", covariates=("age",))

    assert (unadjusted.n, adjusted.n) == (7, 6)
    assert unadjusted.warning == ""
    assert adjusted.warning.startswith("Index dates with a missing covariate are left out")


def test_a_covariate_that_tells_nothing_is_left_out_with_a_warning(find):
    age = np.array([30.0, 50, 40, 35, 50, 45, 41, 37])
    covariates = [
        Covariate("country", np.zeros(8, np.int64), ("SE", "DK")),
        Covariate("age", age),
        Covariate("months", age * 12),
        Covariate("arm", np.array([0, 0, 0, 0, 1, 1, 1, 1]), ("a", "b")),
    ]
    values = np.array([1.0, 2, 3, 4, 5, 7, 6, 8])
    found = compare_numbers(
        build([0, 0, 0, 0, 1, 1, 1, 1], covariates=covariates), values, "d", "x"
    )
    alone = compare_numbers(
        build([0, 0, 0, 0, 1, 1, 1, 1], covariates=covariates[1:2]), values, "d", "x"
    )
    adjusted = [each for each in found if each.context == "mean_difference"][1]

    assert "country is the same for everybody" in adjusted.warning
    assert "columns of months, arm" in adjusted.warning
    assert adjusted.value == pytest.approx(
        find(alone, context="mean_difference", covariates=("age",)).value
    )


@pytest.mark.parametrize(
    ("values", "group", "covariate"),
    [
        ([0.0] * 6, [0, 0, 0, 1, 1, 1], [1.0, 2, 3, 4, 5, 7]),
        ([3.0] * 6, [0, 0, 0, 1, 1, 1], [1.0, 2, 3, 4, 5, 7]),
        ([1.0, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 1], [1.0, 2, 3, 4, 5, 7]),
        ([1.0, 2, 3, 4, 5, 6], [0] * 6, [1.0, 2, 3, 4, 5, 7]),
        ([1.0, 2, 3, 4, 5, 6], [1] * 6, [1.0, 2, 3, 4, 5, 7]),
        ([np.nan] * 6, [0, 0, 0, 1, 1, 1], [1.0, 2, 3, 4, 5, 7]),
        ([1.0, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [np.nan] * 6),
        ([1.0, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [4.0] * 6),
        ([1.0, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [np.nan, np.nan, np.nan, 4, 5, 6]),
        ([-1.0, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1], [1.0, 2, 3, 4, 5, 7]),
        ([0.0, 0, 0, 4, 5, 6], [0, 0, 0, 1, 1, 1], [1.0, 2, 3, 4, 5, 7]),
        ([1.0, 2], [0, 1], [1.0, 2]),
        ([], [], []),
    ],
    ids=[
        "all 0",
        "all the same",
        "one person",
        "an empty group",
        "an empty reference",
        "all missing",
        "no covariate",
        "a constant covariate",
        "a group without covariates",
        "below 0",
        "a group with 0 only",
        "two persons",
        "nobody",
    ],
)
@pytest.mark.parametrize("has_clusters", [True, False], ids=["clusters", "no clusters"])
def test_values_that_give_no_estimate_give_a_reason(values, group, covariate, has_clusters):
    sample = build(
        group,
        cluster=np.arange(len(group)) // 2 if has_clusters else None,
        covariates=[Covariate("age", np.array(covariate, float))],
    )
    found = compare_numbers(
        sample, np.array(values, float), "d", "x", models=("negative_binomial", "zero_inflated")
    )

    assert found
    for each in found:
        assert each.value is None or math.isfinite(each.value)
        assert each.error or (each.value is not None and each.low is not None), each


def test_a_group_with_one_cluster_has_an_estimate_without_an_interval(find):
    sample = build([0, 0, 0, 1, 1, 1], cluster=[0, 1, 2, 3, 3, 3])
    found = compare_numbers(sample, np.array([1.0, 2, 3, 4, 5, 9]), "d", "x")
    estimate = find(found, context="mean_difference")

    assert estimate.value == pytest.approx(4)
    assert estimate.low is None
    assert "fewer than two clusters" in estimate.error


def test_a_level_that_only_one_cluster_has_does_not_break_the_jackknife(find):
    generator = np.random.default_rng(3)
    cluster = np.repeat(np.arange(8), 10)
    region = Covariate("region", (cluster == 3).astype(np.int64), ("north", "south"))
    group = np.tile([0, 1], 40)
    values = generator.poisson(4, 80).astype(float)
    found = compare_numbers(build(group, cluster=cluster, covariates=[region]), values, "d", "x")

    for context in ("mean_difference", "mean_ratio"):
        estimate = find(found, context=context, covariates=("region",))
        assert estimate.low < estimate.value < estimate.high


def test_a_model_with_one_cluster_in_all_has_no_interval():
    random = np.random.default_rng(1)
    group = np.repeat([0, 1], 40)
    sample = Sample(("a", "b"), group, np.arange(80), np.zeros(80, np.int64), "centre")
    values = random.poisson(3.0, 80).astype(float)
    found = compare_numbers(
        sample, values, "days", "", "", ("negative_binomial", "zero_inflated"), is_money=False
    )
    ratios = [each for each in found if each.is_ratio and each.value is not None]
    assert ratios
    assert all(each.low is None and each.error for each in ratios)


@pytest.mark.parametrize("model", ["negative_binomial", "zero_inflated"])
def test_a_model_whose_counts_are_in_one_cluster_has_no_interval(find, model):
    cluster, group = np.repeat([0, 1, 2], 60), np.tile([0, 1], 90)
    days = np.random.default_rng(1).gamma(1.5, 20, 180).round()
    values = np.where(cluster == 0, days, 0.0)
    sample = build(group, cluster=cluster)
    found = find(compare_numbers(sample, values, "days", "x", models=(model,)), context=model)
    assert found.value is not None
    assert found.error == "There is no estimate when one of the clusters is left out."


def test_a_change_below_0_is_a_change(find):
    values = np.array([-3.0, 0, 2, -1, 0, 0, 4, -2])
    found = compare_numbers(build([0, 0, 0, 0, 1, 1, 1, 1]), values, "days", "x")
    shares = [find(found, name="share_any", group=f"group {one}").value for one in (0, 1)]
    assert shares == [75, 50]


@pytest.mark.parametrize("model", ["negative_binomial", "zero_inflated"])
def test_a_model_with_a_group_of_one_person_has_no_interval(find, model):
    values = np.random.default_rng(2).gamma(1.5, 20, 200).round() * (np.arange(200) % 5 > 0)
    values[0] = 12
    sample = build(np.arange(200) == 0)
    found = find(compare_numbers(sample, values, "days", "x", models=(model,)), context=model)
    assert found.value is not None
    assert (found.low, found.p_value, found.error) == (None, None, FEW_PERSONS)
