"""Hazard ratios against the numbers of R and against greenwood."""

import csv
import math
from pathlib import Path

import greenwood
import numpy as np
import pytest

from rtw_outcomes.analysis import cox, tied_days
from rtw_outcomes.analysis.cox import (
    find_sandwich,
    fit_cox,
    fit_without_clusters,
    gather_rows,
    run_proportional,
    tabulate,
)
from rtw_outcomes.analysis.hazards import compare_hazards
from rtw_outcomes.analysis.jackknife import number_codes
from rtw_outcomes.analysis.sample import Covariate, Sample
from rtw_outcomes.analysis.tied_days import sum_over_ties

DATA = Path(__file__).parent / "data" / "times"
TIES = pytest.mark.parametrize("name", ["ties_7", "ties_30"])
NAMES = ("arm", "age")


def read(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_columns(name):
    rows = read(f"data_{name}")
    return {key: np.array([int(row[key]) for row in rows]) for key in rows[0]}


def read_numbers(name, column):
    rows = [row for row in read(f"cox_{name}") if row["ties"] == "efron"]
    return [float(row[column]) for row in rows]


def stack(data):
    return np.stack([data[each] for each in NAMES], axis=1).astype(float)


def gather(data, has_clusters=True, like=None):
    """The rows, in units of the spread of the same data or of others."""
    columns = stack(like or data)
    middle, spread = columns.mean(axis=0), columns.std(axis=0)
    rows = gather_rows(
        (stack(data) - middle) / spread,
        data["time"],
        data["event"] == 1,
        data["cluster"] if has_clusters else None,
    )
    return rows, spread


def build_sample(data, has_clusters=True, has_age=True):
    return Sample(
        ("control", "treated"),
        data["arm"],
        np.arange(data["arm"].size),
        data["cluster"] if has_clusters else None,
        "cluster" if has_clusters else "",
        (Covariate("age", data["age"].astype(float)),) if has_age else (),
    )


@TIES
def test_coefficients_are_those_of_r_with_ties_by_efron(name):
    rows, spread = gather(read_columns(name))
    fit = fit_cox(tabulate(rows))
    np.testing.assert_allclose(fit.coefficients / spread, read_numbers(name, "coef"), rtol=1e-9)
    naive = np.sqrt(np.diagonal(np.linalg.inv(fit.information))) / spread
    np.testing.assert_allclose(naive, read_numbers(name, "se_naive"), rtol=1e-9)


@TIES
def test_the_robust_variance_over_clusters_minds_ties_as_r_does(name):
    """Other programs are 5 to 17 percent too small here."""
    data = read_columns(name)
    rows, spread = gather(data)
    variance = find_sandwich(rows, fit_cox(tabulate(rows)), number_codes(data["cluster"])[0])
    told = np.sqrt(np.diagonal(variance)) / spread
    np.testing.assert_allclose(told, read_numbers(name, "se_cluster"), rtol=1e-8)


@TIES
def test_each_cluster_is_left_out(name):
    data = read_columns(name)
    rows, _ = gather(data)
    fit = fit_cox(tabulate(rows))
    without, is_refined = fit_without_clusters(rows, fit)
    assert is_refined
    for one, code in enumerate(np.unique(data["cluster"])):
        left, _ = gather(
            {key: values[data["cluster"] != code] for key, values in data.items()}, like=data
        )
        np.testing.assert_allclose(without[one], fit_cox(tabulate(left)).coefficients, rtol=1e-8)


@TIES
def test_one_step_for_each_cluster_is_close(name, monkeypatch):
    rows, _ = gather(read_columns(name))
    fit = fit_cox(tabulate(rows))
    exact, _ = fit_without_clusters(rows, fit)
    monkeypatch.setattr(cox, "PRODUCTS_TO_REFINE", 0)
    quick, is_refined = fit_without_clusters(rows, fit)
    assert not is_refined
    spread, error = (np.std(each - fit.coefficients, axis=0) for each in (exact, quick))
    np.testing.assert_allclose(error, spread, rtol=2e-3)


@TIES
def test_a_comparison_tells_the_jackknife_with_clusters(name):
    data = read_columns(name)
    found = compare_hazards(build_sample(data), data["time"], data["event"] == 1, True)
    ratio = found.log_ratio
    np.testing.assert_allclose(ratio.value, read_numbers(name, "coef")[0], rtol=1e-9)
    # The jackknife is a little wider than the sandwich, which is too narrow with few clusters.
    assert 1 < ratio.interval.se / read_numbers(name, "se_cluster")[0] < 1.1
    assert ratio.interval.df == 29
    assert found.covariates == ("age",)
    assert "jackknife, t with 29 degrees of freedom" in found.method
    assert [code for code, _ in ratio.without] == sorted(set(data["cluster"].tolist()))


def test_a_comparison_without_clusters_tells_the_robust_variance_over_persons():
    data = read_columns("ties_7")
    data["time"] = np.random.default_rng(1).permutation(data["time"].size)  # no ties
    is_event = data["event"] == 1
    sample = build_sample(data, has_clusters=False, has_age=False)
    found = compare_hazards(sample, data["time"], is_event)
    theirs = greenwood.CoxPH(ties="efron").fit(
        greenwood.Surv(data["time"] + 1.0, event=is_event), data["arm"][:, None], robust=True
    )
    np.testing.assert_allclose(found.log_ratio.value, theirs.coef_[0], rtol=1e-8)
    np.testing.assert_allclose(found.log_ratio.interval.se, theirs.std_error_[0], rtol=1e-8)


def test_index_dates_of_one_person_are_taken_together():
    data = read_columns("ties_7")
    sample = build_sample(data, has_clusters=False)
    by_person = Sample(sample.groups, sample.group, data["cluster"], covariates=sample.covariates)
    found = compare_hazards(by_person, data["time"], data["event"] == 1, True)
    expected = read_numbers("ties_7", "se_cluster")[0]
    np.testing.assert_allclose(found.log_ratio.interval.se, expected, rtol=1e-8)
    assert math.isinf(found.log_ratio.interval.df)


@pytest.mark.parametrize("clock", ["identity", "log"])
def test_the_check_of_proportional_hazards_agrees_with_greenwood(clock):
    data = read_columns("ties_7")
    rows, _ = gather(data)
    columns = np.stack([data[each] for each in NAMES], axis=1).astype(float)
    theirs = greenwood.CoxPH(ties="efron").fit(
        greenwood.Surv(data["time"].astype(float), event=data["event"] == 1), columns
    )
    table = theirs.cox_zph(transform=clock)
    days = np.maximum(np.arange(rows.days), 1)  # nobody has day 0
    _, p_value = run_proportional(
        rows, fit_cox(tabulate(rows)), 0, np.log(days) if clock == "log" else days.astype(float)
    )
    assert f"x0: p={p_value:.4g}" in str(table)


def test_hazards_that_cross_are_told():
    random = np.random.default_rng(2)
    group = np.repeat([0, 1], 400)
    days = np.where(group == 0, random.integers(40, 60, 800), random.integers(0, 100, 800))
    sample = Sample(("a", "b"), group, np.arange(800))
    found = compare_hazards(sample, days, np.ones(800, bool))
    assert found.p_value < 0.001
    assert "not proportional" in found.warnings[0]


def test_gathered_rows_give_what_single_rows_give():
    random = np.random.default_rng(3)
    group, level = random.integers(0, 2, 600), random.integers(0, 3, 600)
    days, is_event = random.integers(0, 10, 600), random.random(600) < 0.7
    fits = []
    for noise in (0.0, 1e-13):
        columns = np.stack([group, level + noise * np.arange(600)], axis=1).astype(float)
        rows = gather_rows(columns - columns.mean(axis=0), days, is_event, None)
        assert (rows.day.size < 200) == (noise == 0)
        fit = fit_cox(tabulate(rows))
        fits.append((fit.coefficients, find_sandwich(rows, fit, np.arange(600))))
    for one, other in zip(*fits, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7)


def test_a_part_of_many_rows_finds_the_start(monkeypatch):
    rows, _ = gather(read_columns("ties_7"))
    expected = fit_cox(tabulate(rows)).coefficients
    monkeypatch.setattr(cox, "MANY_CELLS", 100)
    np.testing.assert_allclose(fit_cox(tabulate(rows)).coefficients, expected, rtol=1e-9)


def test_thousands_of_ties_are_summed_at_a_dozen_points(monkeypatch):
    random = np.random.default_rng(4)
    events = random.integers(13, 5000, 100).astype(float)
    tied = events * random.uniform(0.5, 2, 100)
    risk = tied / random.uniform(1e-7, 0.6, 100)
    quick = sum_over_ties(risk, tied, events)
    monkeypatch.setattr(tied_days, "LARGEST_SHARE", 0)
    slow = sum_over_ties(risk, tied, events)
    for name in ("one", "gone", "square", "gone_square", "gone_twice"):
        np.testing.assert_allclose(getattr(quick, name), getattr(slow, name), rtol=1e-12)


def test_a_level_without_events_leaves_the_ratio_of_the_groups():
    random = np.random.default_rng(6)
    group, level = random.integers(0, 2, 300), random.integers(0, 3, 300)
    days, is_event = random.integers(0, 50, 300), (random.random(300) < 0.6) & (level != 2)
    covariate = Covariate("region", level, ("north", "south", "west"))
    sample = Sample(("a", "b"), group, np.arange(300), covariates=(covariate,))
    found = compare_hazards(sample, days, is_event, True)
    assert "no events" in found.warnings[0]
    rest = level != 2
    smaller = compare_hazards(sample.keep(rest), days[rest], is_event[rest], True)
    np.testing.assert_allclose(found.log_ratio.value, smaller.log_ratio.value, rtol=1e-6)
    np.testing.assert_allclose(
        found.log_ratio.interval.se, smaller.log_ratio.interval.se, rtol=1e-4
    )


@pytest.mark.parametrize("most", [0, 10**9])
def test_a_cluster_with_all_events_of_a_group_leaves_no_interval(most, monkeypatch):
    monkeypatch.setattr(cox, "PRODUCTS_TO_REFINE", most)
    random = np.random.default_rng(7)
    cluster = np.repeat(np.arange(6), 20)
    group = cluster % 2
    is_event = (random.random(120) < 0.5) & ((group == 0) | (cluster == 1))
    sample = Sample(("a", "b"), group, np.arange(120), cluster, "centre")
    found = compare_hazards(sample, random.integers(0, 30, 120), is_event).log_ratio
    assert np.isfinite(found.value)
    assert found.interval.reason == "There is no estimate when one of the clusters is left out."


@pytest.mark.parametrize(
    ("days", "events", "reason"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 1, 0, 0, 0, 0], "no events"),
        ([1, 2, 3, 14, 15, 16], [1, 1, 1, 1, 1, 1], "before those of the other"),
    ],
)
def test_a_ratio_that_does_not_exist_has_a_reason(days, events, reason):
    sample = Sample(("a", "b"), np.array([0, 0, 0, 1, 1, 1]), np.arange(6))
    found = compare_hazards(sample, np.array(days), np.array(events) == 1)
    assert found.log_ratio is None
    assert reason in found.error


def test_a_ratio_on_which_the_likelihood_does_not_depend_has_a_reason():
    """All events but one stand in levels of the covariate that hold one group only."""
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1, 0, 1])
    level = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
    days = np.array([1, 3, 5, 7, 2, 4, 6, 8, 9, 9])
    is_event = np.arange(10) < 8
    covariate = Covariate("region", level, ("north", "south", "west"))
    sample = Sample(("a", "b"), group, np.arange(10), covariates=(covariate,))
    found = compare_hazards(sample, days, is_event, True)
    assert found.log_ratio is None
    assert "hardly depends" in found.error


@pytest.mark.parametrize("seed", [1991, 2528, 3016, 3993])
def test_few_events_in_many_levels_do_not_tell_a_ratio(seed):
    random = np.random.default_rng(seed)
    rows, levels = int(random.integers(12, 26)), int(random.integers(2, 6))
    group, level = random.integers(0, 2, rows), random.integers(0, levels, rows)
    age = Covariate("age", random.integers(20, 60, rows).astype(float))
    region = Covariate("region", level, tuple("abcde"[:levels]))
    sample = Sample(("a", "b"), group, np.arange(rows), covariates=(age, region))
    days, is_event = random.integers(0, 9, rows), random.random(rows) < 0.3
    found = compare_hazards(sample, days, is_event, True)
    assert found.log_ratio is None
    assert "hardly depends" in found.error
