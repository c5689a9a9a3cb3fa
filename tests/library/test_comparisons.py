"""What a comparison tells of outcomes of each kind: in subgroups, on days, and by period."""

from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import compute

PERSONS = 120
INDEX = date(2020, 1, 1)
OBSERVED = (date(2015, 1, 1), date(2024, 12, 31))


def make_spells():
    """Persons who are absent from before day 0, for 3 to 360 days after it."""
    return pl.DataFrame(
        {
            "person_id": list(range(PERSONS)),
            "start_date": [INDEX - timedelta(days=10)] * PERSONS,
            "end_date": [
                INDEX + timedelta(days=3 * (each * 7 % 120 + 1)) for each in range(PERSONS)
            ],
            "extent": [100] * PERSONS,
            "benefit": ["sickness_benefit"] * PERSONS,
        }
    )


def make_cohort(**columns):
    plain = {
        "person_id": list(range(PERSONS)),
        "index_date": [INDEX] * PERSONS,
        "arm": ["a" if each % 2 else "b" for each in range(PERSONS)],
        "sex": ["f" if each % 3 else "m" for each in range(PERSONS)],
    }
    return pl.DataFrame(plain | columns)


def compare(outcomes, cohort=None, **keys):
    """The results of a comparison with exact numbers."""
    run = compute(
        outcomes,
        make_spells(),
        make_cohort() if cohort is None else cohort,
        observed=OBSERVED,
        compare={"groups": "arm", "reference": "a"} | keys,
        suppress_below=1,
    )
    return run.results


def in_subgroups(results):
    return results.filter(pl.col("variable") == "subgroup: sex")


def test_periods_are_compared_in_subgroups_as_a_whole():
    results = compare("prosa_net_days_by_month_18m", subgroups="sex")
    found = in_subgroups(results)
    assert set(found["context"]) == {"gee"}
    estimates = found.filter(stat_name="estimate")
    assert estimates["variable_level"].to_list() == ["f", "m"]
    assert set(estimates["stat_label"]) == {"Difference of means over all periods"}
    assert found.filter(stat_name="p.interaction")["stat"].is_not_null().all()


@pytest.mark.parametrize("outcome", ["work_state_12m", "sammra_state_days_5y"])
def test_an_outcome_of_several_columns_says_that_it_is_not_compared_in_subgroups(outcome):
    found = in_subgroups(compare(outcome, subgroups="sex"))
    assert found.height == 1
    assert found["error"].item() == "Outcomes of several columns are not compared in subgroups."


@pytest.mark.parametrize("at", [["90 days"], ["30 days", "180 days"], ["90 days", "12 months"]])
def test_the_share_by_the_last_day_is_compared_in_subgroups(at):
    found = in_subgroups(compare("full_rtw_28d", subgroups="sex", at=at))
    estimates = found.filter(stat_name="estimate")
    assert estimates["context"].to_list() == ["proportion_difference", "coxph"] * 2
    shares = estimates.filter(context="proportion_difference")
    assert set(shares["stat_label"]) == {f"Percent with the event by {at[-1]}, difference"}


def test_days_after_the_follow_up_are_told():
    results = compare("full_rtw_28d", at=["90 days", "2 years", "3 years"])
    (text,) = results.filter(context="pitfall", variable="after_follow_up")["warning"]
    assert text == (
        "The follow-up ends after 12 months, so no curve is read on later days of `at`: 2 years, 3 years."
    )
    results = compare("full_rtw_28d", at=["90 days", "12 months"])
    assert results.filter(context="pitfall", variable="after_follow_up").height == 0


def make_ages(*last):
    return [20.0 + each % 40 for each in range(PERSONS - len(last))] + list(last)


@pytest.mark.parametrize("unknown", [float("inf"), float("-inf"), float("nan")])
def test_a_number_without_an_end_is_a_missing_covariate(unknown):
    outcome = "net_sick_days_12m"
    found, expected = (
        compare(outcome, make_cohort(age=make_ages(*last)), adjust="age")
        for last in ((unknown, 30.0, unknown), (None, 30.0, None))
    )
    of_means = {"context": "mean_difference", "covariates": "age", "stat_name": "estimate"}
    assert found.filter(**of_means)["stat"].item() == expected.filter(**of_means)["stat"].item()
    assert found.filter(**of_means)["n"].item() == PERSONS - 2
    assert "missing covariate" in found.filter(**of_means)["warning"].item()


def test_a_covariate_without_a_value_leaves_no_adjusted_effect():
    cohort = make_cohort(age=pl.Series([None] * PERSONS, dtype=pl.String))
    found = compare("net_sick_days_12m", cohort, adjust=["age", "sex"])
    adjusted = found.filter(context="mean_difference", stat_name="estimate").filter(
        pl.col("covariates") != ""
    )
    assert adjusted["stat"].item() is None
    assert adjusted["error"].item() == (
        "No index date has all covariates, so there is no adjusted estimate."
    )


def test_numbers_of_nobody_have_a_reason():
    cohort = make_cohort(censor_date=[INDEX] * PERSONS, censor_reason=["emigration"] * PERSONS)
    found = compare("prosa_net_days_by_month_18m", cohort).filter(context="summary")
    (mean,) = found.filter(stat_name="mean", variable_level="02", group1_level="a").to_dicts()
    assert (mean["stat"], mean["error"]) == (None, "No index date has a value.")
    without = found.filter(pl.col("stat").is_null() & ~pl.col("suppressed"))
    assert (without["error"] != "").all()
    assert (found.filter(pl.col("stat").is_not_null())["error"] == "").all()


def test_a_curve_without_disclosure_control_is_as_exact_as_its_table():
    results = compare("full_rtw_28d", at="90 days")
    curve = results.filter(context="curve", group1_level="a", variable="event")
    table = results.filter(
        context="competing_cif", group1_level="a", stat_name="estimate", variable="event"
    )
    until = curve.filter(pl.col("variable_level").cast(pl.Int64) <= 90)
    assert until["stat"].max() == table["stat"].item()
    # Of 60 persons one has the event every few days, and the last one after the follow-up.
    shares = curve["stat"].unique().sort().to_list()
    assert shares == [round(100 * each / 60, 1) for each in range(60)]


@pytest.mark.parametrize("outcome", ["full_rtw_28d", "net_sick_days_12m", "promise_absent_6m"])
@pytest.mark.parametrize("age", [None, 40.0], ids=["missing", "the same"])
def test_an_adjusted_effect_that_failed_stands_apart_from_the_unadjusted_one(outcome, age):
    cohort = make_cohort(age=pl.Series([age] * PERSONS, dtype=pl.Float64))
    found = compare(outcome, cohort, adjust="age").filter(pl.col("context") != "pitfall")
    assert found.select("analysis_id", "stat_name").is_duplicated().sum() == 0
