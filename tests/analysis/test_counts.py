import math

import numpy as np
import pytest

from rtw_outcomes.analysis.counts import compare_counts
from rtw_outcomes.analysis.sample import Covariate, Sample


def build(**more):
    return Sample(("a", "b"), np.repeat([0, 1], 4), np.arange(8), **more)


EVENTS = np.array([1.0, 0, 2, 1, 3, 0, 1, 4])
DAYS = np.array([365.25, 365.25, 365.25 / 2, 365.25 / 2, 365.25, 365.25, 365.25, 365.25])


def test_rates_are_events_per_person_year(find):
    found = compare_counts(build(), EVENTS, DAYS, "spells")

    assert find(found, name="rate", group="a").value == pytest.approx(4 / 3)
    assert find(found, name="rate", group="b").value == pytest.approx(2)
    ratio = find(found, context="rate_ratio")
    assert ratio.value == pytest.approx(1.5)
    years = DAYS / 365.25
    residuals = (EVENTS - years * np.repeat([4 / 3, 2], 4)) / np.repeat([4, 8], 4)
    assert ratio.se == pytest.approx(math.sqrt(residuals @ residuals))
    assert (ratio.n_events, ratio.parts) == (12, (3, 1, 3, 1))
    assert find(found, context="rate_difference").value == pytest.approx(2 / 3)


def test_a_rate_ratio_with_clusters_is_that_of_the_jackknife(find):
    cluster = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    ratio = find(
        compare_counts(build(cluster=cluster), EVENTS, DAYS, "spells"), context="rate_ratio"
    )
    # Rates without each cluster: 3 per 1 year and 1 per 2 years; 5 and 3 per 2 years.
    logs = np.log([2 / 3, 4, (5 / 2) / (4 / 3), (3 / 2) / (4 / 3)]) - math.log(1.5)

    assert ratio.se == pytest.approx(math.sqrt(3 / 4 * (logs @ logs)))
    assert ratio.n_clusters == 4


def test_an_adjusted_rate_ratio_with_an_offset_is_that_of_rows_of_one_year_each(find):
    generator = np.random.default_rng(2)
    group = np.repeat([0, 1], 60)
    age = Covariate("age", generator.normal(45, 10, 120))
    events = generator.poisson(2, 120).astype(float)
    one = Sample(("a", "b"), group, np.arange(120), covariates=(age,))
    half = Sample(
        ("a", "b"),
        np.tile(group, 2),
        np.tile(np.arange(120), 2),
        covariates=(Covariate("age", np.tile(age.values, 2)),),
    )
    first = compare_counts(one, events, np.full(120, 365.25), "x")
    split = np.concatenate((events, np.zeros(120)))
    second = compare_counts(half, split, np.full(240, 365.25 / 2), "x")
    facts = {"context": "rate_ratio", "covariates": ("age",)}

    assert find(first, **facts).value == pytest.approx(find(second, **facts).value, rel=1e-8)
    assert find(first, **facts).se == pytest.approx(find(second, **facts).se, rel=1e-8)


def test_a_group_without_events_has_the_rate_0_and_no_ratio(find):
    found = compare_counts(build(), np.array([0.0, 0, 0, 0, 3, 0, 1, 4]), DAYS, "spells")

    assert find(found, name="rate", group="a").value == 0
    assert "no interval" in find(found, name="rate", group="a").error
    assert find(found, context="rate_ratio").value is None
    assert find(found, context="rate_difference").value == pytest.approx(2)


def test_rows_without_days_at_risk_are_left_out(find):
    days = DAYS.copy()
    days[0] = 0
    events = EVENTS.copy()
    events[7] = np.nan
    found = compare_counts(build(), events, days, "spells")

    assert find(found, context="rate_ratio").n == 6
    (nothing,) = compare_counts(build(), EVENTS, np.zeros(8), "spells")
    assert nothing.value is None
    assert nothing.error


@pytest.mark.parametrize("context", ["rate_ratio", "summary"])
def test_an_interval_that_tells_nothing_is_not_told(find, context):
    cluster, group = np.tile([0, 1], 40), np.repeat([0, 1], 40)
    events = np.where(cluster == group, 1000.0, 1.0)
    sample = Sample(("a", "b"), group, np.arange(80), cluster)
    found = compare_counts(sample, events, np.full(80, 365.25), "x")
    estimate = find(found, context=context, group="b")
    assert estimate.value is not None
    assert (estimate.low, estimate.high, estimate.p_value) == (None, None, None)
    assert estimate.error == "The interval is too wide to tell anything."
