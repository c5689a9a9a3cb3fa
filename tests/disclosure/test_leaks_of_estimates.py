"""The ways in which estimates and curves give persons away: each is closed."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rtw_outcomes.analysis.clusters import describe_clusters
from rtw_outcomes.analysis.contrasts import Topic
from rtw_outcomes.analysis.count_models import compare_models
from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.incidence import Curve
from rtw_outcomes.analysis.sample import Sample
from rtw_outcomes.disclosure.curves import thin_curve
from rtw_outcomes.disclosure.estimates import Origin, tell_estimate
from rtw_outcomes.disclosure.remainders import find_exposing, find_exposing_groups
from rtw_outcomes.disclosure.told import Told, ToldStatistic, hide
from rtw_outcomes.language.rule_sets import OPENSAFELY, RuleSet
from rtw_outcomes.statistics.statistic import Compared, OutcomeCurve, Statistic
from tests.disclosure.cases import (
    BELOW,
    RULES,
    divide,
)


def estimate(**changes):
    values = {
        "value": 3.14159,
        "low": 1.0,
        "high": 5.3,
        "p_value": 0.01234,
        "n": 100,
        "n_events": 43,
    }
    values |= {"parts": (43, 57), "one_person": 0.7, "unit": "days", "confidence": 95.0}
    return Estimate("mean_difference", "estimate", "Difference", **(values | changes))


def made_of(*groups):
    """The source of an estimate: for each group its events, its size, and how the events are told."""
    statistics = []
    for events, size, told_as in groups:
        partition = divide(np.repeat([0, 1], [events, size - events]), ("yes", "no"))
        statistic = Statistic("o", ("g",), "yes", partition.count("yes"), partition.whole(), "yes")
        statistics.append(ToldStatistic(statistic, told_as, Told(float(size))))
    return Origin(tuple(statistics))


EXACT = made_of((43, 100, Told(43.0)))
IN_STEPS = made_of((43, 100, Told(45.0, step=5.0)))


def share(**changes):
    values = {"value": 43.0, "low": 34.0, "high": 53.0, "unit": "percent", "one_person": 1.0}
    return estimate(**(values | changes))


def test_an_estimate_of_exact_counts_is_told_in_steps_that_one_person_cannot_move():
    found = tell_estimate(estimate(), RULES, EXACT)
    assert (found.step, found.value, found.low, found.high) == (1, 3, 1, 5)
    assert (found.n, found.n_events, found.p_value) == (100, 43, 0.012)


def test_an_estimate_of_which_nothing_is_described_is_told_in_steps_that_a_group_cannot_move():
    found = tell_estimate(estimate(one_person=0.4), RULES, Origin())
    assert found.step == 2  # of 0.4 times 5 persons
    assert (found.n, found.n_events) == (100, 45)


def test_a_share_is_moved_to_the_count_as_it_is_told():
    found = tell_estimate(share(), RULES, IN_STEPS)
    assert (found.value, found.low, found.high) == (45, 35, 55)
    assert found.n_events == 45


def test_a_share_of_the_counts_as_they_are_told_is_not_rounded_once_more():
    """20 of 40 in steps is 50 percent, and not 40 in the steps of its limits."""
    source = made_of((21, 40, Told(20.0, step=5.0)))
    one = share(value=52.5, low=36.0, high=68.5, n=40, n_events=21, one_person=2.5)
    assert tell_estimate(one, RULES, source).value == 50
    # With censoring, the incidence is no share of the two counts.
    other = tell_estimate(replace(one, value=57.0), RULES, source)
    assert (other.value, other.step) == (60, 20)


def test_a_number_with_an_interval_within_one_step_is_hidden():
    assert tell_estimate(estimate(one_person=1.0), RULES, Origin()).why  # 1.0 to 5.3 in steps of 5


def test_a_difference_is_that_of_the_shares_as_they_are_told():
    source = made_of((43, 100, Told(45.0, step=5.0)), (20, 100, Told(20.0)))
    one = estimate(value=23.0, low=9.0, high=37.0, n=200, n_events=63, unit="percentage points")
    found = tell_estimate(replace(one, one_person=1.0), RULES, source)
    assert (found.value, found.low, found.high) == (25, 10, 40)
    assert (found.n, found.n_events) == (200, 65)


@pytest.mark.parametrize(
    ("context", "told"), [("risk_ratio", 2.25), ("rmst", 2.15), ("coxph", 2.15)]
)
def test_only_a_ratio_of_shares_is_moved_to_the_counts_as_they_are_told(context, told):
    """A ratio of mean times or of hazards is of days: the counts of events do not say how it moves."""
    source = made_of((43, 100, Told(45.0, step=5.0)), (20, 100, Told(20.0)))
    ratio = estimate(value=2.15, low=1.6, high=2.8, n=200, one_person=0.004, is_ratio=True)
    found = tell_estimate(replace(ratio, context=context, unit="ratio"), RULES, source)
    assert found.value == told


def test_an_estimate_of_a_hidden_count_is_hidden():
    """Also where the count is large: it is hidden for the sake of another one, or because all have it."""
    found = tell_estimate(share(), RULES, made_of((43, 100, hide("why"))))
    assert (found.value, found.n, found.n_events, found.p_value) == (None,) * 4
    assert found.why == "why"


def test_a_p_value_follows_from_what_is_told():
    """An exact one gives counts away: it is a fingerprint of them."""
    exact = tell_estimate(share(p_value=0.01234), RULES, EXACT)
    assert exact.p_value == 0.012
    for p_value in (0.01234, 0.9):
        assert tell_estimate(share(p_value=p_value), RULES, IN_STEPS).p_value == 0.0
        one = share(value=0.1, low=-9.0, high=10.0, p_value=p_value)
        assert tell_estimate(one, RULES, Origin()).p_value is None


def test_a_test_without_an_estimate_tells_its_p_value_in_two_decimals():
    one = estimate(value=6.2713, low=None, high=None, unit="chi-square", one_person=0.0)
    found = tell_estimate(one, RULES, Origin())
    assert (found.value, found.p_value, found.p_step) == (None, 0.01, 0.01)


def test_an_estimate_with_a_part_of_few_persons_is_hidden():
    found = tell_estimate(estimate(parts=(3, 97)), RULES, EXACT)
    assert found.why
    assert [found.value, found.low, found.high, found.p_value, found.n, found.n_events] == [
        None
    ] * 6


def compared(name="mean_difference", **changes):
    about = estimate(group="A", reference="B", **changes)
    return Compared("o", (("A",), ("B",)), replace(about, context=name))


def groups_of(**sizes):
    """The sizes of groups, as the description tells them."""
    for name, size in sizes.items():
        everybody = divide(np.zeros(size), ("all",), is_main=False).whole()
        yield Statistic("", (name,), "n", everybody, everybody, "n")


def list_told(*estimates, **sizes):
    """Whether the number of index dates of each estimate is told, and that of its events."""
    exposing = find_exposing(estimates, list(groups_of(**sizes)), BELOW)
    return [(not each.n, not each.events) for each in exposing]


@pytest.mark.parametrize(("n", "is_told"), [(60, True), (59, False), (51, False), (50, True)])
def test_an_estimate_of_fewer_index_dates_does_not_tell_how_few_are_not_in_it(n, is_told):
    """58 to 62 beside an exact 59 says that at most one is missing; a pitfall says that some are."""
    assert list_told(compared(n=n, n_events=None), A=40, B=20) == [(is_told, True)]


def test_subgroups_do_not_tell_how_few_are_in_a_level_that_is_not_named():
    men, women = (
        compared(n=n, n_events=None, subgroup=("sex", level)) for n, level in ((23, "m"), (14, "f"))
    )
    assert list_told(men, women, A=20, B=17) == [(True, True), (True, True)]
    assert list_told(men, women, A=20, B=18) == [(True, True), (False, True)]


def test_events_in_a_subgroup_do_not_tell_how_few_are_in_the_other_one():
    """25 in steps, 23 at the least, of exact 24: the other level has 1."""
    whole = compared(n=60, n_events=24, made_of="yes")
    men = compared(n=30, n_events=23, subgroup=("sex", "m"))
    women = compared(n=30, n_events=1, subgroup=("sex", "f"))
    assert list_told(whole, men, women, A=40, B=20)[1] == (True, False)


def test_groups_on_the_side_do_not_tell_how_few_are_in_a_group_that_is_not_named():
    def find(named, aside, place=None):
        side = [replace(each, is_side=True) for each in groups_of(**aside)]
        main = [replace(each, group=tuple(each.group[0].split("_"))) for each in groups_of(**named)]
        return find_exposing_groups([*main, *side], place, BELOW)

    assert find({"m": 20, "f": 17}, {"A": 20, "B": 16}) == {("B",)}
    assert find({"m": 20, "f": 17}, {"A": 20, "B": 17}) == set()
    # Of arm A the men alone are named: its size, of 13 to 17, would tell that there is 1 woman.
    named = {"A_m": 16, "B_m": 20, "B_f": 20}
    assert find(named, {"A": 17, "B": 40}, place=0) >= {("A",)}


@pytest.mark.parametrize("changes", [{"covariates": ("sex",)}, {"n_clusters": 12}])
def test_a_p_value_tells_no_level_of_a_covariate_and_no_cluster(changes):
    """Beside exact counts, three decimals of an adjusted one left a single table of levels and events."""
    found = tell_estimate(share(**changes), RULES, EXACT)
    assert (found.low, found.high) == (30, 55)  # the limits in steps, outward
    assert found.p_value == pytest.approx(0.0) or found.p_value is None


def test_several_index_dates_of_a_person_are_told_like_a_cluster():
    partition = divide(np.repeat([0, 1], [43, 57]), ("yes", "no"), persons=np.arange(100) // 2)
    statistic = Statistic("o", ("g",), "yes", partition.count("yes"), partition.whole(), "yes")
    source = Origin((ToldStatistic(statistic, Told(43.0), Told(100.0)),))
    assert (tell_estimate(share(), RULES, source).low, EXACT.is_of_persons) == (30, True)


@pytest.mark.parametrize(("clusters", "is_told"), [(8, False), (12, True)])
def test_how_alike_the_persons_of_few_clusters_are_is_hidden(clusters, is_told):
    """With the sizes and the limits it left one smallest cluster."""
    codes = np.repeat(np.arange(clusters), 10)
    sample = Sample(("A",), np.zeros(codes.size, int), np.arange(codes.size), codes)
    values = (codes % 3 + np.arange(codes.size) % 4).astype(float)
    (likeness,) = (each for each in describe_clusters(sample, values) if each.name == "icc")
    found = tell_estimate(likeness, RULES, Origin())
    assert (found.value is not None, found.step in (None, 0.05)) == (is_told, True)


@pytest.mark.parametrize("model", ["negative_binomial", "zero_inflated"])
def test_a_model_of_counts_does_not_tell_that_nobody_has_0(model):
    """A group of which few have 0 had no model, so one with a model had nobody."""

    def is_told(zeros):
        values = np.tile([1.0, 2.0, 3.0, 5.0, 8.0], 24)
        values[:zeros] = 0
        values[60:72] = 0
        sample = Sample(("B", "A"), np.repeat([1, 0], 60), np.arange(120))
        found = compare_models(sample, values, Topic("", "", "days"), [model], is_money=False)
        return [not tell_estimate(each, RULES, Origin()).why for each in found]

    assert is_told(0) == is_told(3)


@pytest.mark.parametrize(("sizes", "is_told"), [((1, 15, 36), False), ((10, 15, 36), True)])
def test_of_few_clusters_no_size_tells_the_smallest(sizes, is_told):
    size = np.array(sizes)
    clusters = np.repeat([0, 1, 2], size)
    sample = Sample(("A",), np.zeros(size.sum(), int), np.arange(size.sum()), clusters)
    found = describe_clusters(sample, np.ones(size.sum()))
    told_sizes = [
        tell_estimate(each, RULES, Origin()).value for each in found if each.unit == "persons"
    ]
    assert [each is not None for each in told_sizes] == [is_told] * 3


def test_a_ratio_is_told_in_steps_of_its_own_size():
    ratio = estimate(value=1.3, low=1.1, high=1.6, one_person=0.02, is_ratio=True, unit="ratio")
    found = tell_estimate(ratio, RULES, EXACT)
    assert found.step == 0.05  # of 1.3 times 0.02
    assert found.value == 1.3


def test_the_sizes_of_clusters_are_told_in_steps():
    """The smallest one is the group without the others."""
    size = estimate(value=19.0, low=None, high=None, p_value=None, unit="persons", one_person=1.0)
    assert tell_estimate(size, RULES, Origin()).value == 20


def draw_curve(persons, events, censored=0):
    """One event on each day from day 1; so many are censored on the last."""
    days = np.arange(events + 1)
    at_risk = persons - np.maximum(days - 1, 0)
    gone = np.zeros(events + 1, dtype=np.int64)
    gone[-1] = censored
    return Curve(days, days / persons, at_risk, np.minimum(days, 1), gone)


def thin(curve, rules=RULES, counts=()):
    drawn = OutcomeCurve("o", "g", "event", curve, {day: str(day) for day in counts})
    return thin_curve(drawn, rules)


@pytest.mark.parametrize("rules", [RULES, OPENSAFELY], ids=lambda each: each.name)
def test_no_step_of_a_curve_is_of_few_persons(rules):
    curve = draw_curve(400, 360)
    points = thin(curve, rules)
    below = max(rules.below, rules.midpoint)
    assert points[0] == (0, 0.0)
    assert len(points) > 20
    assert all(later - earlier >= below for (earlier, _), (later, _) in pairwise(points))
    assert all(curve.at_risk[day] - below >= 0 for day, _ in points[1:])
    for day, percent in points[1:]:
        assert abs(percent - 100 * curve.incidence[day]) <= 100 * below / 400


def test_a_curve_is_read_at_ends_of_weeks():
    """A point on the day of an event tells the day of one person."""
    assert all(day % 7 == 0 for day, _ in thin(draw_curve(400, 350)))


@pytest.mark.parametrize("fixed", [90, 92, 93, 97])
def test_between_a_point_of_a_curve_and_a_day_of_the_table_are_no_few_events(fixed):
    curve = draw_curve(400, 350)
    points = [day for day, _ in thin(curve, counts=[fixed])]
    assert all(abs(day - fixed) >= BELOW for day in points if day != fixed)
    assert fixed in points


def test_a_curve_is_told_in_steps_of_as_many_persons_as_a_group_must_have():
    """Week by week, exact curves of a shorter and a longer return tell how few have the one only."""
    for _, percent in thin(draw_curve(400, 350)):
        assert percent % 2 == 0  # 5 of 400 persons are 1.25 percent


def test_a_curve_is_exact_where_groups_of_every_size_are_shown():
    points = dict(thin(draw_curve(27, 10), RuleSet.number(1)))
    assert points[1] == 3.7


def test_a_curve_ends_where_few_are_left():
    assert thin(draw_curve(100, 100))[-1][0] <= 95
    # Of the last 50, one has the event and 47 are censored.
    assert thin(draw_curve(100, 50))[-1][0] == 50
    assert thin(draw_curve(100, 50, censored=47))[-1][0] == 42


def test_a_curve_of_few_events_is_not_drawn():
    assert thin(draw_curve(400, 10 * BELOW - 1)) == []
    assert thin(draw_curve(400, 10 * BELOW))


def test_nobody_has_a_curve():
    nothing = np.array([], dtype=np.int64)
    curve = Curve(nothing, nothing.astype(float), nothing, nothing, nothing)
    assert thin(curve) == []
