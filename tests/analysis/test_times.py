"""The list of estimates of times to an event: what is told, of whom, and what is told instead."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rtw_outcomes.analysis.fit import FEW_PERSONS
from rtw_outcomes.analysis.sample import Covariate, Sample
from rtw_outcomes.analysis.subgroups import by_subgroup
from rtw_outcomes.analysis.times import compare_times

STATUSES = ("censored", "event", "death")
AT = {"30 days": 30, "3 months": 91}


def draw(seed=0, rows=240, clusters=12, groups=2, has_covariates=True, has_clusters=True):
    random = np.random.default_rng(seed)
    cluster = np.arange(rows) % clusters
    group = cluster % groups
    age, sex = random.normal(40, 10, rows), random.integers(0, 2, rows)
    days = random.exponential(60 - 15 * group, rows).astype(np.int64)
    status = np.where(random.random(rows) < 0.2, 2, 1)
    status[days > 91], days[days > 91] = 0, 91
    lost = random.random(rows) < 0.1
    days[lost], status[lost] = days[lost] // 2, 0
    sample = Sample(
        tuple(f"group {number}" for number in range(groups)),
        group,
        np.arange(rows),
        cluster if has_clusters else None,
        "centre" if has_clusters else "",
        (Covariate("age", age), Covariate("sex", sex, ("f", "m"))) if has_covariates else (),
        {"sex": (("f", "m"), sex)},
    )
    return sample, days, status


def compare(sample, days, status, statuses=STATUSES, at=None, horizon=91):
    return compare_times(sample, days, status, statuses, AT if at is None else at, horizon)


def choose(estimates, **wanted):
    return [
        each
        for each in estimates
        if all(getattr(each, name) == value for name, value in wanted.items())
    ]


def choose_one(estimates, **wanted):
    [found] = choose(estimates, **wanted)
    return found


def test_every_cause_group_and_day_is_told():
    found = compare(*draw())
    for group in ("group 0", "group 1"):
        for level in AT:
            names = [
                each.name
                for each in choose(found, context="competing_cif", group=group, level=level)
            ]
            assert names == [
                *("n.risk", "n.censor", "n.event", "estimate"),
                *("n.event.death", "estimate.death"),
            ]
    compared = [(each.context, each.name) for each in choose(found, reference="group 0")]
    for end in ("", ".death"):
        assert compared.count(("proportion_difference", f"estimate{end}")) == 4  # adjusted too
        assert compared.count(("risk_ratio", f"estimate{end}")) == 2
        assert compared.count(("rmst", f"difference{end}")) == 2
        assert compared.count(("coxph", f"estimate{end}")) == 2
        assert len(choose(found, context="gray", name=f"statistic{end}")) == 1


def test_numbers_are_in_percent_and_days():
    sample, days, status = draw()
    found = compare(sample, days, status)
    day, group = 30, "group 1"
    own = sample.group == 1
    share = choose_one(
        found, context="competing_cif", name="estimate", group=group, level="30 days"
    )
    raw = 100 * np.mean((days <= day) & (status == 1) & own) / np.mean(own)
    assert share.unit == "percent"
    assert raw < share.value < raw * 1.15  # some were censored before
    assert share.low < share.value < share.high
    assert share.p_value is None
    difference = choose_one(
        found, context="proportion_difference", name="estimate", level="30 days", covariates=()
    )
    other = choose_one(
        found, context="competing_cif", name="estimate", group="group 0", level="30 days"
    )
    np.testing.assert_allclose(difference.value, share.value - other.value)
    assert (difference.unit, difference.variable) == ("percentage points", "time")
    ratio = choose_one(found, context="risk_ratio", name="estimate", level="30 days")
    np.testing.assert_allclose(ratio.value, share.value / other.value)
    assert ratio.is_ratio
    assert ratio.low < ratio.value < ratio.high
    time = choose_one(found, context="rmst", name="difference", covariates=())
    assert (time.unit, time.level) == ("days", "3 months")


def test_counts_of_a_day_are_those_of_the_rows():
    sample, days, status = draw()
    found = compare(sample, days, status)
    own = sample.group == 0
    for name, chosen in {
        "n.risk": days >= 30,
        "n.event": (days <= 30) & (status == 1),
        "n.event.death": (days <= 30) & (status == 2),
        "n.censor": (days <= 30) & (status == 0),
    }.items():
        told = choose_one(found, name=name, group="group 0", level="30 days")
        assert told.value == np.sum(chosen & own)
        assert told.parts == (np.sum(chosen & own), np.sum(~chosen & own))


def test_parts_are_persons_with_the_cause_by_the_day_and_without_it():
    sample, days, status = draw()
    by_person = Sample(sample.groups, sample.group, np.arange(240) // 24, sample.cluster, "centre")
    had = (days <= 30) & (status == 1)
    for each, persons in ((sample, sample.person), (by_person, by_person.person)):
        found = compare(each, days, status)
        told = choose_one(
            found, context="proportion_difference", name="estimate", level="30 days", covariates=()
        )
        expected = [
            np.unique(persons[(sample.group == group) & chosen]).size
            for group in (1, 0)
            for chosen in (had, ~had)
        ]
        assert told.parts == tuple(expected)


def test_one_person_can_move_a_number_so_far():
    sample, days, status = draw(has_covariates=False)
    status[days < 30] = 1  # nobody is censored before day 30
    found = compare(sample, days, status)
    share = choose_one(
        found, context="competing_cif", name="estimate", group="group 0", level="30 days"
    )
    np.testing.assert_allclose(share.one_person, 100 / share.n)
    ratio = choose_one(found, context="risk_ratio", name="estimate", level="30 days")
    assert ratio.one_person == 1 / min(ratio.parts[0], ratio.parts[2])


def test_without_competing_causes_it_is_kaplan_and_meier():
    sample, days, status = draw(has_covariates=False)
    found = compare(sample, days, np.minimum(status, 1), ("censored", "event"))
    assert {each.context for each in found} == {
        *("survival_survfit", "rmst", "logrank", "proportion_difference", "risk_ratio", "coxph"),
    }
    before = choose_one(found, context="rmst", name="difference")
    assert before.label == "Mean days before the event, up to 3 months, difference"
    sooner = choose_one(found, context="proportion_difference", level="3 months")
    assert before.value < 0 < sooner.value


def test_an_adjusted_difference_of_balanced_groups_is_the_difference():
    """Without a covariate that differs, and with it the interval of the clusters."""
    sample, days, status = draw(rows=1200)
    found = compare(sample, days, status)
    plain, adjusted = choose(
        found, context="proportion_difference", name="estimate", level="30 days"
    )
    assert (plain.covariates, adjusted.covariates) == ((), ("age", "sex"))
    assert abs(plain.value - adjusted.value) < 1
    np.testing.assert_allclose(adjusted.se, plain.se, rtol=0.15)
    assert "jackknife" in adjusted.method


def test_an_adjusted_difference_takes_away_what_a_covariate_does():
    random = np.random.default_rng(3)
    group = random.integers(0, 2, 4000)
    old = (random.random(4000) < 0.2 + 0.5 * group).astype(np.int64)
    days = random.geometric(0.01 + 0.03 * old)
    status = (days <= 60).astype(np.int64)
    covariate = Covariate("age", old, ("young", "old"))
    sample = Sample(("a", "b"), group, np.arange(4000), covariates=(covariate,))
    found = compare(sample, days, status, ("censored", "event"), {"30 days": 30}, 60)
    plain, adjusted = choose(found, context="proportion_difference", level="30 days")
    assert plain.value > 15
    assert adjusted.low < 0 < adjusted.high
    unadjusted, hazards = choose(found, context="coxph", name="estimate")
    assert unadjusted.low > 1.5
    assert hazards.low < 1 < hazards.high


def test_estimates_of_index_dates_with_all_covariates_tell_how_many_these_are():
    sample, days, status = draw()
    values = sample.covariates[0].values.copy()
    values[:20] = np.nan
    covariates = (Covariate("age", values),)
    short = Sample(sample.groups, sample.group, sample.person, None, "", covariates)
    for each in choose(compare(short, days, status), covariates=("age",)):
        assert each.n == 220
        assert sum(each.parts) == 220
        if each.name.startswith(("estimate", "difference")):
            assert "with a missing covariate" in each.warning


def test_each_group_is_compared_with_the_reference_and_not_with_others():
    sample, days, status = draw(groups=3, has_covariates=False)
    found = compare(sample, days, status)
    pair = sample.keep(sample.group != 1)
    chosen = sample.group != 1
    two = Sample(("group 0", "group 2"), pair.group // 2, pair.person, pair.cluster, "centre")
    alone = compare(two, days[chosen], status[chosen])
    for context in ("proportion_difference", "rmst", "coxph", "risk_ratio"):
        wanted = {"context": context, "group": "group 2", "reference": "group 0"}
        pairs = list(zip(choose(found, **wanted), choose(alone, **wanted), strict=True))
        assert pairs != []
        for one, other in pairs:
            np.testing.assert_allclose([one.value, one.se], [other.value, other.se])
            assert (one.label, one.parts, one.n_clusters) == (other.label, other.parts, 8)
    [test] = choose(found, context="gray", name="statistic")
    assert (test.group, test.n, len(test.parts)) == ("", 240, 6)


def test_tests_that_take_rows_for_independent_say_so():
    sample, days, status = draw(has_covariates=False)
    gray = choose_one(compare(sample, days, status), context="gray", name="statistic")
    assert "ignores clusters" in gray.warning
    repeated = Sample(sample.groups, sample.group, np.arange(240) // 2)
    gray = choose_one(compare(repeated, days, status), context="gray", name="statistic")
    assert "several index dates" in gray.warning


def test_a_day_after_the_last_observation_has_a_warning():
    sample, days, status = draw(has_covariates=False)
    found = compare(sample, days, status, at={"1 year": 365}, horizon=365)
    told = choose_one(found, context="competing_cif", name="estimate", group="group 0")
    assert "keeps its last value" in told.warning
    assert told.value > 0
    # The area up to day 91 ends with day 90.
    short = compare(sample, np.minimum(days, 90), np.where(days > 90, 0, status))
    mean = choose_one(short, context="rmst", name="estimate", group="group 0")
    assert mean.warning == ""
    last = compare(sample, days, status, at={"3 months": 91})
    assert not any("last value" in each.warning for each in last)


def test_horizons_between_the_days_have_a_level_of_their_own():
    found = compare(*draw(has_covariates=False), horizon=60)
    assert choose_one(found, context="rmst", name="difference").level == "60 days"
    assert choose_one(found, context="gray", name="statistic").level == "60 days"


def test_tests_and_hazards_look_no_further_than_the_horizon():
    sample, days, status = draw(has_covariates=False)
    cut = np.where(days > 40, 0, status)
    whole = compare(sample, days, status, at={"3 months": 91}, horizon=40)
    short = compare(sample, np.minimum(days, 40), cut, at={"40 days": 40}, horizon=40)
    for context in ("gray", "coxph", "rmst"):
        for one, other in zip(
            choose(whole, context=context), choose(short, context=context), strict=True
        ):
            np.testing.assert_allclose(one.value, other.value)
            assert one.parts == other.parts


def test_tests_of_interaction_use_what_is_told_without_each_cluster():
    sample, days, status = draw(rows=480)
    calls = []

    def estimator(part, chosen):
        calls.append(part.rows)
        return compare(part, days[chosen], status[chosen])

    found = by_subgroup(sample, estimator)
    assert len(calls) == 2  # and no call for each cluster
    tests = choose(found, name="p.interaction", context="coxph")
    assert tests != []
    assert all(0 < each.value <= 1 for each in tests)


def list_odd_samples():
    covariate = (Covariate("x", np.array([1.0, 2, np.nan, 3, 1, 2])),)
    missing = (Covariate("x", np.full(6, np.nan)),)
    one_sided = (Covariate("x", np.array([1, 2, 3, np.nan, np.nan, np.nan])),)
    same = (Covariate("x", np.array([0.0, 0, 0, 1, 1, 1])),)
    two, spread = [0, 0, 0, 1, 1, 1], [5, 6, 7, 15, 25, 28]
    yield "nobody", [], [], [], ()
    yield "nobody at risk", [0, 1], [-1, -1], [0, 0], ()
    yield "one person", [0], [5], [1], ()
    yield "one group", [1, 1], [5, 6], [1, 1], ()
    yield "one person each", [0, 1], [5, 7], [1, 1], ()
    yield "everybody censored", two, [5, 7, 30, 30, 9, 2], [0] * 6, ()
    yield "everybody on day 0", two, [0] * 6, [1] * 6, ()
    yield "everybody on one day", two, [5] * 6, [1] * 6, ()
    yield "a group without events", two, spread, [1, 1, 1, 0, 0, 0], ()
    yield "one group before the other", two, spread, [1] * 6, ()
    yield "only deaths", two, spread, [2] * 6, ()
    yield "a covariate", two, spread, [1, 1, 1, 1, 0, 1], covariate
    yield "no covariate known", two, spread, [1] * 6, missing
    yield "no covariate known in a group", two, spread, [1] * 6, one_sided
    yield "a covariate that is the group", two, spread, [1, 2, 1, 1, 0, 1], same


@pytest.mark.parametrize("clusters", [None, 1, 2, 6])
@pytest.mark.parametrize("odd", tuple(list_odd_samples()), ids=lambda odd: odd[0])
def test_where_there_is_no_number_there_is_a_reason(odd, clusters):
    _, group, days, status, covariates = odd
    group, days, status = (np.array(each, np.int64) for each in (group, days, status))
    cluster = None if clusters is None else np.arange(group.size) % clusters
    sample = Sample(("a", "b"), group, np.arange(group.size), cluster, "centre", covariates)
    found = compare(sample, days, status, at={"0 days": 0, "30 days": 30}, horizon=30)
    for each in found:
        assert each.value is not None or each.error
        assert each.low is not None or each.error or each.name.startswith(("n.", "stat", "prop"))
        for number in (each.value, each.low, each.high, each.p_value, each.se, each.one_person):
            assert number is None or not math.isnan(number)


@pytest.mark.parametrize("seed", range(40))
def test_small_samples_of_any_kind_give_numbers_or_reasons(seed):
    random = np.random.default_rng(seed)
    rows, groups = random.integers(1, 25), int(random.integers(2, 4))
    statuses = ("censored", "event", "death", "pension")[: random.integers(2, 5)]
    covariates = (
        Covariate("x", random.normal(size=rows)),
        Covariate("s", random.integers(-1, 3, rows), ("a", "b", "c")),
    )
    sample = Sample(
        tuple("abc"[:groups]),
        random.integers(0, groups, rows),
        random.integers(0, rows, rows) if seed % 2 else np.arange(rows),
        random.integers(0, 5, rows) if seed % 3 else None,
        covariates=covariates if seed % 4 else (),
    )
    days, status = random.integers(-1, 40, rows), random.integers(0, len(statuses), rows)
    for each in compare(sample, days, status, statuses, horizon=30):
        assert each.value is None or not math.isnan(each.value)
        assert each.value is not None or each.error


@pytest.mark.parametrize("statuses", [STATUSES, STATUSES[:2]], ids=["two causes", "one cause"])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_group_of_one_person_has_no_interval(statuses, rows):
    sample, days, status = draw(has_clusters=False)
    status = np.minimum(status, len(statuses) - 1)
    group = np.zeros(sample.rows, np.int64)
    group[:rows], status[:rows], days[:rows] = 1, 1, [40, 50, 20][:rows]
    person = np.maximum(np.arange(sample.rows) - rows + 1, 0)
    found = compare(replace(sample, group=group, person=person), days, status, statuses)
    told = [each for each in found if each.group == "group 1"]
    assert all(each.confidence is None and each.p_value is None for each in told)
    ratio = choose_one(found, context="coxph", name="estimate", covariates=())
    assert ratio.value is not None
    assert (ratio.low, ratio.p_value, ratio.error) == (None, None, FEW_PERSONS)
    own = choose_one(found, context="rmst", name="estimate", group="group 1", reference="")
    assert (own.low, own.error) == (None, FEW_PERSONS)
    assert choose_one(found, context="rmst", name="estimate", group="group 0", reference="").low
