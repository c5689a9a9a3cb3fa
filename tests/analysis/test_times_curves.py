"""Curves of times to an event against the numbers of R and against greenwood."""

import csv
from pathlib import Path

import greenwood
import numpy as np
import polars as pl
import pytest

from rtw_outcomes.analysis.curve_numbers import CurveNumbers
from rtw_outcomes.analysis.event_counts import count_events
from rtw_outcomes.analysis.incidence import draw_curve, find_steps
from rtw_outcomes.analysis.incidence_tests import run_gray, run_log_rank
from rtw_outcomes.analysis.pseudo_values import list_pseudo_values
from rtw_outcomes.analysis.sample import Sample
from rtw_outcomes.analysis.times import curve

DATA = Path(__file__).parent / "data" / "times"
TWO_CAUSES = ("censored", "event", "death")
CLOSE = {"rtol": 1e-8, "atol": 0}


def read(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def count(group, days, status, statuses=TWO_CAUSES, last_day=None, **others):
    group = np.asarray(group, np.int64)
    names = tuple(f"group {number}" for number in range(int(group.max()) + 1))
    person = np.asarray(others.pop("person", np.arange(group.size)), np.int64)
    sample = Sample(names, group, person, **others)
    days = np.asarray(days, np.int64)
    last = int(days.max()) if last_day is None else last_day
    return count_events(sample, days, np.asarray(status, np.int64), statuses, last)


@pytest.fixture(scope="module")
def mgus2():
    """Women and men; months to a plasma cell malignancy, or to death without one."""
    data = greenwood.load_dataset("mgus2")
    months = np.where(data["pstat"] == 1, data["ptime"], data["futime"])
    status = np.where(data["pstat"] == 1, 1, 2 * data["death"].to_numpy())
    group = (data["sex"] == "M").to_numpy().astype(np.int64)
    return count(group, months, status, ("censored", "pcm", "death"))


@pytest.fixture(scope="module")
def lung():
    """Men and women; days to death."""
    data = greenwood.load_dataset("lung")
    return count(
        data["sex"].to_numpy() - 1, data["time"], data["status"] - 1, ("censored", "event")
    )


def test_competing_causes_have_the_curves_of_r_survival(mgus2):
    rows = [
        row
        for row in read("aj_mgus2_sex")
        if row["conf_type"] == "log-log" and row["variance"].startswith("infinitesimal jackknife")
    ]
    assert len(rows) == 20
    for row in rows:
        numbers = CurveNumbers(mgus2, (int(row["time"]),), 12, 95.0)
        group, cause = "FM".index(row["group"]), mgus2.causes.index(row["cause"])
        found = numbers.level(0, group, cause)
        told = [found.value, found.interval.se, found.interval.low, found.interval.high]
        expected = [float(row[name]) for name in ("cif", "se", "lower", "upper")]
        np.testing.assert_allclose(told, expected, **CLOSE)
        assert mgus2.at_risk[group, int(row["time"])] == int(row["n_risk"])


def test_one_cause_has_the_curve_of_kaplan_and_meier(lung):
    rows = [row for row in read("km_lung_sex") if row["conf_type"] == "log-log"]
    assert len(rows) == 14
    for row in rows:
        day, group = int(row["time"]), int(row["group"]) - 1
        events = lung.totals[group, : day + 1].sum(axis=0)
        assert [lung.at_risk[group, day], events[1], events[0]] == [
            int(row[name]) for name in ("n_risk", "cum_event", "cum_censor")
        ]
        found = CurveNumbers(lung, (day,), 12, 95.0).level(0, group, 0)
        if day == 0:
            assert (found.value, found.interval.low) == (0, None)
            continue
        told = [1 - found.value, found.interval.se, 1 - found.interval.high, 1 - found.interval.low]
        expected = [float(row[name]) for name in ("surv", "se", "lower", "upper")]
        np.testing.assert_allclose(told, expected, **CLOSE)


def test_the_jackknife_over_persons_is_that_of_r_when_persons_are_clusters():
    data = greenwood.load_dataset("lung").drop_nulls("inst")
    counts = count(
        data["sex"].to_numpy() - 1,
        data["time"],
        data["status"] - 1,
        ("censored", "event"),
        person=data["inst"].to_numpy(),
    )
    for row in read("km_cluster_lung_sex"):
        numbers = CurveNumbers(counts, (int(row["time"]),), 12, 95.0)
        found = numbers.level(0, int(row["group"]) - 1, 0)
        told = [1 - found.value, found.interval.se, 1 - found.interval.high, 1 - found.interval.low]
        expected = [float(row[name]) for name in ("surv", "se_cluster", "lower", "upper")]
        np.testing.assert_allclose(told, expected, **CLOSE)


@pytest.mark.parametrize("horizon", [365, 730])
def test_mean_times_are_those_of_r_with_the_sign_of_treated_minus_control(lung, horizon):
    numbers = CurveNumbers(lung, (), horizon, 95.0)
    rows = {row["what"]: row for row in read("rmst_lung_sex") if int(row["tau"]) == horizon}
    for what, found in {
        "rmst:1": numbers.level(0, 0, 0),
        "rmst:2": numbers.level(0, 1, 0),
        "difference:2-1": numbers.difference(0, 1, 0),
    }.items():
        told = [found.value, found.interval.se, found.interval.low, found.interval.high]
        expected = [float(rows[what][name]) for name in ("estimate", "se", "lower", "upper")]
        np.testing.assert_allclose(told, expected, **CLOSE)
    ratio = numbers.log_ratio(0, 1, 0)
    told = [np.exp(ratio.value), np.exp(ratio.interval.low), np.exp(ratio.interval.high)]
    expected = [float(rows["ratio:2/1"][name]) for name in ("estimate", "lower", "upper")]
    np.testing.assert_allclose(told, expected, **CLOSE)


def test_the_mean_time_lost_is_the_area_under_the_curve(mgus2):
    numbers = CurveNumbers(mgus2, tuple(range(60)), 60, 95.0)
    area = sum(numbers.value(month, 1, 1) for month in range(60))
    np.testing.assert_allclose(numbers.value(60, 1, 1), area, rtol=1e-12)


def test_gray_has_the_numbers_of_cmprsk(mgus2):
    for row in read("gray_mgus2_sex"):
        found = run_gray(mgus2.totals, mgus2.causes.index(row["cause"]))
        np.testing.assert_allclose(
            [found.statistic, found.df, found.p_value],
            [float(row[name]) for name in ("chisq", "df", "p")],
            **CLOSE,
        )


def test_log_rank_has_the_numbers_of_r(lung):
    [row] = read("logrank_lung_sex")
    found = run_log_rank(lung.totals)
    np.testing.assert_allclose(
        [found.statistic, found.df, found.p_value],
        [float(row[name]) for name in ("chisq", "df", "p")],
        **CLOSE,
    )


@pytest.mark.parametrize("seed", range(6))
def test_tied_days_of_several_groups_agree_with_greenwood(seed):
    random = np.random.default_rng(seed)
    group = np.concatenate((np.arange(4), random.integers(0, random.integers(2, 5), 200)))
    days = random.integers(1, random.integers(6, 60), group.size)
    status = random.integers(0, 3, group.size)
    counts = count(group, days, status)
    words = pl.Series([TWO_CAUSES[each] for each in status], dtype=pl.Enum(TWO_CAUSES))
    theirs = greenwood.Surv(days.astype(float), event=words)
    with np.errstate(invalid="ignore"):  # theirs divides by 0 where all of a group had an event
        gray = greenwood.grays_test(theirs, group, cause="event")
    np.testing.assert_allclose(run_gray(counts.totals, 0).statistic, gray.statistic, rtol=1e-9)
    one_cause = count(group, days, status == 1, ("censored", "event"))
    single = greenwood.Surv(days.astype(float), event=status == 1)
    log_rank = greenwood.logrank_test(single, group)
    np.testing.assert_allclose(
        run_log_rank(one_cause.totals).statistic, log_rank.statistic, rtol=1e-9
    )


def test_a_person_censored_on_the_day_of_an_event_is_at_risk_on_it():
    counts = count([0] * 6, [1, 2, 2, 3, 4, 5], [1, 1, 0, 1, 0, 1], ("censored", "event"))
    steps = find_steps(counts.totals)
    free = 1 - np.cumsum(steps.steps[0, :, 0])
    np.testing.assert_allclose(free[[1, 2, 3, 5]], [5 / 6, 2 / 3, 4 / 9, 0], atol=1e-12)
    numbers = CurveNumbers(counts, (3,), 5, 95.0)
    np.testing.assert_allclose(numbers.level(0, 0, 0).interval.se, 2 / 9, rtol=1e-12)
    np.testing.assert_allclose(numbers.value(1, 0, 0), 61 / 18, rtol=1e-12)


def test_competing_events_are_not_censored():
    counts = count([0] * 8, [1, 2, 3, 4, 4, 5, 6, 6], [1, 2, 0, 1, 2, 1, 0, 1])
    event, death = (draw_curve(counts, 0, cause) for cause in (0, 1))
    np.testing.assert_allclose(
        event.incidence[[1, 4, 5, 6]], [1 / 8, 11 / 40, 17 / 40, 23 / 40], rtol=1e-12
    )
    np.testing.assert_allclose(death.incidence[[4, 6]], [11 / 40, 11 / 40], rtol=1e-12)


def test_a_curve_has_every_day_with_those_at_risk_events_and_censored():
    sample = Sample(("a", "b"), np.array([0, 0, 1]), np.arange(3))
    drawn = curve(sample, np.array([0, 2, 1]), np.array([1, 2, 0]), TWO_CAUSES, 3)
    assert set(drawn) == {("a", "event"), ("a", "death"), ("b", "event"), ("b", "death")}
    own = drawn["a", "event"]
    assert own.days.tolist() == [0, 1, 2, 3]
    assert own.incidence.tolist() == [0.5, 0.5, 0.5, 0.5]
    assert own.at_risk.tolist() == [2, 1, 1, 0]
    assert own.events.tolist() == [1, 0, 0, 0]
    assert drawn["b", "death"].censored.tolist() == [0, 1, 0, 0]


def test_what_happens_after_the_last_day_is_censored_on_it():
    counts = count([0, 0, 0], [3, 9, 10], [1, 1, 0], last_day=9)
    assert counts.totals[0, 9].tolist() == [1, 1, 0]
    assert counts.cut(4)[0, :, 0].tolist() == [0, 0, 0, 0, 2]
    earlier = count([0, 0, 0], [3, 9, 10], [1, 1, 0], last_day=4)
    assert (counts.cut(4) == earlier.totals).all()


def test_index_dates_of_one_person_are_taken_together():
    """A person twice with the same course is one observation, with the variance of the persons alone."""
    days, status = [3, 5, 8, 9, 9, 2], [1, 2, 1, 0, 1, 0]
    once = count([0, 0, 0, 1, 1, 1], days, status)
    twice = count([0, 0, 0, 1, 1, 1] * 2, days * 2, status * 2, person=[0, 1, 2, 3, 4, 5] * 2)
    for number in (0, 1):
        single, double = (
            CurveNumbers(each, (8,), 9, 95.0).difference(number, 1, 0) for each in (once, twice)
        )
        np.testing.assert_allclose(double.value, single.value, rtol=1e-12)
        np.testing.assert_allclose(double.interval.se, single.interval.se, rtol=1e-12)
    assert twice.count_persons(np.ones(twice.totals.shape, bool)) == 6


def test_a_person_in_both_groups_lowers_the_variance_of_the_difference():
    days, status = [3, 5, 8, 9] * 2, [1, 2, 1, 0] * 2
    apart = CurveNumbers(count([0] * 4 + [1] * 4, days, status), (8,), 9, 95.0)
    together = count([0] * 4 + [1] * 4, days, status, person=[0, 1, 2, 3] * 2)
    assert apart.difference(0, 1, 0).interval.se > 0.1
    # Everybody is like themselves, so the difference is 0 and certain.
    assert CurveNumbers(together, (8,), 9, 95.0).difference(0, 1, 0).interval.reason


def test_clusters_are_left_out_one_by_one():
    random = np.random.default_rng(5)
    cluster = np.repeat(np.arange(8), 20)
    group, days = cluster % 2, random.integers(0, 50, 160)
    status = random.integers(0, 3, 160)
    codes = cluster * 3 + 1  # numbers of clusters may have holes
    counts = count(group, days, status, cluster=codes, cluster_name="centre")
    found = CurveNumbers(counts, (30,), 40, 95.0).difference(0, 1, 0)
    without = {}
    for one in np.unique(codes):
        rest = codes != one
        numbers = CurveNumbers(
            count(group[rest], days[rest], status[rest], last_day=49), (30,), 40, 95.0
        )
        without[int(one)] = numbers.difference(0, 1, 0).value
    np.testing.assert_allclose(list(dict(found.without).values()), list(without.values()))
    assert list(dict(found.without)) == list(without)
    deviations = np.array(list(without.values())) - found.value
    np.testing.assert_allclose(found.interval.se, np.sqrt(7 / 8 * np.sum(deviations**2)))
    assert found.interval.df == 7


def test_the_mean_of_pseudo_values_is_the_curve(mgus2):
    numbers = CurveNumbers(mgus2, (120,), 240, 95.0)
    group = mgus2.cell // (mgus2.totals.shape[1] * 3)
    for number in (0, 1):
        values = list_pseudo_values(numbers, number, 1)
        for one in (0, 1):
            np.testing.assert_allclose(values[group == one].mean(), numbers.value(number, one, 1))


def test_pseudo_values_without_censoring_are_the_outcomes():
    counts = count([0] * 4, [1, 2, 3, 4], [1, 2, 1, 2])
    values = list_pseudo_values(CurveNumbers(counts, (3,), 4, 95.0), 0, 0)
    np.testing.assert_allclose(values, [1, 0, 1, 0], atol=1e-12)


def test_one_person_moves_a_share_more_after_others_were_censored():
    counts = count([0] * 10 + [1] * 10, [1] * 8 + [5, 6] + [1] * 8 + [5, 6], [0] * 8 + [1] * 12)
    numbers = CurveNumbers(counts, (6,), 6, 95.0)
    np.testing.assert_allclose(numbers.weight_of_one(0, 5), 1 / 2)
    np.testing.assert_allclose(numbers.weight_of_one(1, 5), 1 / 10)


@pytest.mark.parametrize("statuses", [TWO_CAUSES, TWO_CAUSES[:2]], ids=["Gray", "log-rank"])
def test_a_group_that_has_left_before_the_first_event_has_no_part_in_a_test(statuses):
    random = np.random.default_rng(8)
    group, days = random.integers(0, 2, 80), random.integers(10, 40, 80)
    status = random.integers(0, len(statuses), 80)

    def test(counts):
        return run_gray(counts, 0) if len(statuses) > 2 else run_log_rank(counts)

    two = test(count(group, days, status, statuses).totals)
    three = count(
        [*group, 2, 2, 2], [*days, 3, 4, 9], [*status, 0, len(statuses) - 1, 0], statuses
    ).totals
    if len(statuses) == 2:
        three[2, 4] = (1, 0)  # an event there would be the first one
    found = test(three)
    assert found.df == 1
    assert found.statistic == pytest.approx(two.statistic, rel=1e-9)
    alone = three.copy()
    alone[1] = 0
    assert "Only one group" in test(alone).reason
