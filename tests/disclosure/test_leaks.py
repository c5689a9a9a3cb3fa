"""The ways in which numbers that look harmless give persons away: each is closed."""

from dataclasses import replace

import numpy as np
import pytest

from rtw_outcomes.disclosure.count_system import CountSystem, Form
from rtw_outcomes.disclosure.counts import tell_count, tell_share
from rtw_outcomes.disclosure.moments import tell_moment, tell_ratio
from rtw_outcomes.disclosure.suppression import hide_further
from rtw_outcomes.disclosure.told import FEW_FOR_QUARTILE
from rtw_outcomes.language.rule_sets import DST, OPENSAFELY, RuleSet
from rtw_outcomes.statistics.contributors import Moment, Ratio, Share, Values
from tests.disclosure.attack import list_bounds
from tests.disclosure.cases import (
    BELOW,
    RULES,
    STATUSES,
    by_counts,
    divide,
    is_in_doubt,
    look,
    protected,
    read,
    tell,
    told,
)

# Counts


def test_a_small_count_is_not_the_rest_of_the_group():
    statuses = by_counts([6, 19, 31, 2, 0])
    system = protected(statuses)
    assert told(statuses, system) == {
        "not_at_risk": 5,
        "censored": 20,
        "event": 30,
        "pension": None,
        "death": 0,
    }
    assert is_in_doubt(system, statuses, "pension")


def test_a_count_in_steps_protects_nothing_with_what_would_be_hidden():
    """5 in steps of 5 is 5, 6 or 7: of 9 it would leave 2, 3 or 4."""
    two = by_counts([6, 3], cells=("yes", "no"))
    assert told(two, protected(two)) == {"yes": None, "no": None}
    three = by_counts([6, 6, 2], cells=("a", "b", "c"))
    system = protected(three)
    assert sorted(told(three, system).values(), key=str) == [5, None, None]
    assert is_in_doubt(system, three, "c")


def test_a_large_count_is_told_in_larger_steps_before_it_is_hidden():
    """105 in steps of 5 is 103 at the least, and would leave 1; in a step of 10, 100 is 95 to 104."""
    statuses = by_counts([103, 1], cells=("yes", "no"))
    system = protected(statuses)
    assert told(statuses, system) == {"yes": 100, "no": None}
    assert tell_count(statuses.count("yes"), system, RULES).step == 10
    assert is_in_doubt(system, statuses, "no")


def test_two_hidden_counts_of_one_outcome_do_not_follow_from_another_outcome():
    """Of 9 who left, a shorter return had 4 and 5, and a longer one 5 and 5: only one answer was left."""
    events, rest = 40, 20
    first = [2] * events + [1] * rest + [3] * 5 + [4] * 4
    longer = [2] * (events - 1) + [4] + [1] * rest + [3] * 5 + [4] * 4
    short, long = (divide(codes, STATUSES) for codes in (first, longer))
    system = protected(short, long)
    assert is_in_doubt(system, short, "death", long)
    assert told(short, system)["event"] == events
    # One person died between the two returns, which is a small count, too.
    between = np.where(np.array(first) == np.array(longer), 0, 1)
    difference = divide(between, ("same", "between"))
    assert is_in_doubt(system, difference, "between", short, long, is_told=False)


def test_small_counts_that_protect_one_another_are_enough():
    statuses = by_counts([6, 20, 30, 4, 3])
    found = told(statuses, protected(statuses))
    assert [name for name, value in found.items() if value is None] == ["pension", "death"]


@pytest.mark.parametrize(("lower", "higher"), [(8, 3), (5, 4), (9, 8), (30, 28)])
def test_nested_cuts_do_not_tell_how_few_are_above_the_higher_one_or_between(lower, higher):
    """Above 14 days are 8, above 30 days 3 of them."""
    above_14 = divide([1] * lower + [0] * 40, ("no", "yes"))
    above_30 = divide([1] * higher + [0] * (lower - higher + 40), ("no", "yes"))
    system = protected(above_14, above_30)
    if higher < BELOW:
        assert is_in_doubt(system, above_30, "yes", above_14)
    if lower - higher < BELOW:
        parts = [2] * higher + [1] * (lower - higher) + [0] * 40
        between = divide(parts, ("below", "between", "above"))
        assert is_in_doubt(system, between, "between", above_14, above_30, is_told=False)


def test_nested_cuts_are_hidden_together_where_one_would_bound_the_other():
    above_14 = divide([1] * 5 + [0] * 5 + [2] * 20, ("no", "yes", "missing"), telling=("no", "yes"))
    above_30 = divide([1] * 2 + [0] * 8 + [2] * 20, ("no", "yes", "missing"), telling=("no", "yes"))
    system = protected(above_14, above_30)
    assert is_in_doubt(system, above_30, "yes", above_14)
    between = divide([3] * 2 + [1] * 3 + [0] * 5 + [2] * 20, ("no", "between", "missing", "yes"))
    assert is_in_doubt(system, between, "between", above_14, above_30, is_told=False)


def test_a_group_in_which_all_have_the_event_does_not_say_so():
    all_events = by_counts([0, 0, 30, 0, 0])
    assert set(told(all_events, protected(all_events)).values()) == {0, None}
    assert told(all_events, protected(all_events))["event"] is None
    for at_risk in (30, 20):
        statuses = by_counts([30 - at_risk, 0, at_risk, 0, 0])
        system = protected(statuses)
        share = Share(statuses.count("event"), statuses.count(*STATUSES[1:]))
        assert tell_share(share, system, RULES).value is None
        hidden = {told(statuses, system)[name] for name in STATUSES[1:]}
        assert hidden == {None}, "an empty cell would tell that all are in the other ones"


def test_a_side_count_in_steps_does_not_tell_the_rest_of_the_group():
    """35 of 36 in steps of 5 would leave one person."""
    known = divide([0] + [1] * 35, ("missing", "observed"), is_main=False)
    assert told(known, protected(known)) == {"missing": None, "observed": None}
    three = divide([0] * 3 + [1] * 690 + [2] * 7, ("missing", "fully", "partly"), is_main=False)
    system = protected(three)
    assert told(three, system) == {"missing": None, "fully": 690, "partly": 5}
    assert is_in_doubt(system, three, "missing")


def test_many_index_dates_of_few_persons_are_hidden_in_side_counts_too():
    persons = np.array([0] * 12 + list(range(1, 40)))
    known = divide([0] * 12 + [1] * 39, ("missing", "observed"), is_main=False, persons=persons)
    assert told(known, protected(known))["missing"] is None


def test_a_cell_of_a_cross_table_does_not_follow_from_its_row_and_column():
    """Rows and columns are outcomes of the same run, whose counts are told by themselves."""
    pairs = {"ee": 2, "ec": 10, "ce": 12, "cc": 50}
    codes = np.repeat(np.arange(4), list(pairs.values()))
    cross = divide(codes, tuple(pairs))
    row, column = divide(codes // 2, ("e", "c")), divide(codes % 2, ("e", "c"))
    system = protected(cross, row, column)
    assert is_in_doubt(system, cross, "ee", row, column)
    steps = [tell_count(cross.count(name), system, RULES).step for name in pairs]
    assert None not in [
        step
        for name, step in zip(pairs, steps, strict=True)
        if told(cross, system)[name] is not None
    ], "an exact cell would tell the others of its row"


def test_reasons_do_not_tell_which_count_is_small_and_which_protects_it():
    statuses = by_counts([6, 3], cells=("large", "small"))
    system = protected(statuses)
    found = [tell_count(statuses.count(name), system, RULES) for name in statuses.cells]
    assert [each.value for each in found] == [None, None]
    assert len({each.why for each in found}) == 1


def test_what_nobody_tells_is_not_hidden_twice():
    """That no reason was counted for those who are not censored costs no other count."""
    reasons = divide([0] * 30 + [1] * 20 + [2] * 3, ("not_censored", "end", "death"), is_main=False)
    counts = [reasons.count(name) for name in ("end", "death")]
    system = hide_further(CountSystem.of(counts, BELOW))
    assert tell_count(reasons.count("end"), system, RULES).value == 20


# Means, sums and what is made of them


def test_a_mean_whose_few_deviations_come_from_one_person_is_hidden():
    persons = np.array([*range(40), *[40] * 8])
    values = [0.0] * 40 + [30.0] * 8
    assert tell("mean", values, persons) is None
    assert tell("mean", values) is not None  # of eight persons


def test_the_values_of_a_group_without_spread_are_hidden():
    for name in ("mean", "sd", "sum", "p25", "median", "p75"):
        assert tell(name, [30.0] * 50) is None
    assert tell_ratio(Ratio(1, *(Moment("sum", look([1.0] * 50)),) * 2), RULES).value is None


def test_a_person_who_makes_nearly_all_of_a_sum_is_hidden():
    assert tell("mean", [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 900.0]) is None
    assert (
        tell("sum", [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 800.0, 900.0]) is None
    )  # the one knows the other
    assert tell("mean", [100.0 + each for each in range(8)]) is not None


def test_a_quartile_is_nobodys_value():
    values = np.cumsum(np.arange(40)) + 0.37
    for name in ("p25", "median", "p75"):
        value = tell(name, values)
        assert value is not None
        assert np.abs(values - value).min() > 0.05
    assert tell_moment(Moment("median", look(values[:19])), RULES).why == FEW_FOR_QUARTILE


def test_exact_sums_divided_by_the_length_of_follow_up_do_not_count_the_censored():
    """All who are censored have 365 days: the sum would tell how many there are."""
    for censored in (20, 21, 22):
        days = [365.0] * censored + [float(day) for day in range(1, 41)]
        assert tell("sum", days) % 500 == 0


@pytest.mark.parametrize("name", ["mean", "sum"])
@pytest.mark.parametrize("rules", [RULES, DST, OPENSAFELY], ids=lambda each: each.name)
def test_two_runs_that_differ_by_one_person_do_not_tell_their_days(name, rules):
    """Whoever knows all others finds no value of the person that fits better than most others do."""
    random = np.random.default_rng(3)
    for size in (12, 60, 700):
        others = np.append(random.integers(0, 366, size), [0.0, 365.0])
        fits = []
        for true in (0.0, 40.0, 180.0, 365.0):
            with_person = tell(name, np.append(others, true), rules=rules)
            possible = [
                days
                for days in range(0, 366, 5)
                if tell(name, np.append(others, days), rules=rules) == with_person
            ]
            fits.append(possible[-1] - possible[0])
        assert np.median(fits) >= 100


def test_the_difference_of_two_means_is_not_the_value_of_one_person():
    random = np.random.default_rng(5)
    others = random.integers(0, 366, 300).astype(float)
    without, with_person = tell("mean", others), tell("mean", np.append(others, 217.0))
    found = with_person * 301 - without * 300
    assert abs(found - 217) > 20


def test_days_in_a_state_do_not_follow_from_the_days_in_all_others():
    """The means of all states add up to the year. What two persons have is lost in the steps."""
    random = np.random.default_rng(1)
    sick = random.integers(0, 200, 50).astype(float)
    rare = np.array([40.0] * 2 + [0.0] * 48)
    work = 365 - sick - rare
    assert tell("mean", rare) is None
    left = 365 - tell("mean", sick) - tell("mean", work)
    assert abs(left * 50 - rare.sum()) > 0
    steps = [tell_moment(Moment("mean", look(each)), RULES).step for each in (sick, work)]
    assert sum(steps) / 2 * 50 >= rare.sum()


def test_a_rate_is_made_of_the_sums_that_are_told():
    part, over = look(np.arange(40) * 7.0), look(np.arange(40) + 1.0)
    moments = Moment("sum", part), Moment("sum", over)
    told_sums = [tell_moment(each, RULES).value for each in moments]
    rate = tell_ratio(Ratio(1000, *moments), RULES).value
    assert rate == pytest.approx(1000 * told_sums[0] / told_sums[1], rel=0.01)


def test_who_is_in_two_cells_at_once_is_in_doubt():
    """Two answers, and a third that is yes where both are: the counts of all three tell who has neither."""
    both = np.repeat([0, 1, 2, 3], [12, 8, 18, 2])
    one, other = divide(both > 1, ("yes", "no")), divide(both % 2, ("yes", "no"))
    all_of = divide(both != 0, ("yes", "no"))
    one, other = replace(one, outcome="one"), replace(other, outcome="other")
    all_of = replace(all_of, outcome="both", made_of=("one", "other"))
    system = protected(one, other, all_of)
    neither = divide(both, ("both", "one", "other", "neither"), is_main=False)
    assert is_in_doubt(system, neither, "neither", one, other, all_of, is_told=False)


def test_what_is_left_of_a_cell_without_all_that_lie_in_it_is_in_doubt():
    """Full and part absence are absence; the difference is absence for another reason."""
    codes = np.repeat([0, 1, 2, 3], [10, 10, 2, 18])
    states = divide(np.array([0, 1, 2, 2])[codes], ("full", "part", "work"))
    absent = divide(codes == 3, ("yes", "no"))
    system = protected(states, absent)
    rest = divide(codes, ("full", "part", "other", "work"), is_main=False)
    assert is_in_doubt(system, rest, "other", states, absent, is_told=False)


def test_the_size_of_a_group_on_the_side_is_told_in_steps():
    """Groups of two descriptions overlap: the one without the other is a group of few."""
    everybody = divide(np.zeros(13), ("all",), is_main=False).whole()
    side = CountSystem.of([everybody], BELOW, is_side=True)
    assert tell_count(everybody, side, RULES).value == 15


def test_a_cross_table_with_one_cell_is_hidden():
    cross = divide(np.zeros(30), ("event\nevent", "censored\nevent"))
    assert tell_count(cross.count("event\nevent"), protected(cross), RULES).value is None


def test_cells_of_a_cross_table_do_not_follow_from_the_exact_counts_of_a_run():
    """Of 47, the run tells 13 and 34, and 16 and 31: cells of 10, 10 and 20 in steps left 4."""
    codes = np.repeat([0, 1, 2, 3], [9, 4, 7, 27])
    first, second = np.isin(codes, [2, 3]), np.isin(codes, [1, 3])
    margins = [divide(each.astype(int), ("no", "yes")) for each in (first, second)]
    cross = divide(codes, ("no\nno", "no\nyes", "yes\nno", "yes\nyes"))
    counts = [each.count(name) for each in (cross, *margins) for name in each.cells]
    known = {id(each) for each in margins}
    system = hide_further(CountSystem.of(counts, BELOW, is_side=True, known=known))
    cells = {(0, name): read(cross.count(name), system, is_told=True) for name in cross.cells} | {
        (number, name): (each.rows[name], 0)
        for number, each in enumerate(margins, start=1)
        for name in each.cells
    }
    least, most = list_bounds([cross, *margins], cells, (0, "no\nyes"), BELOW)
    assert most - least + 1 >= BELOW
    assert told(margins[0], system) == {"no": 15, "yes": 35}  # and in steps here


def test_the_mean_of_numbers_with_few_values_tells_no_count():
    values = np.repeat([0.0, 1.0, 2.0], [24, 8, 8])
    assert tell_moment(Moment("mean", look(values)), RULES).step == 0.5  # 5 of 40 persons with 2


def test_years_of_birth_are_told_in_steps_of_their_distances():
    years = Values.of(np.arange(1950.0, 2030.0), None, has_origin=False)
    assert tell_moment(Moment("mean", years), RULES).step == 0.5
    assert tell_moment(Moment("sd", years), RULES).value > 20


# The forms


def test_everything_is_exact_where_groups_of_every_size_are_shown():
    statuses = by_counts([1, 1, 1, 1, 1])
    system = hide_further(CountSystem.of([statuses.count(name) for name in STATUSES], 1))
    assert set(told(statuses, system).values()) == {1}
    assert all(form is Form.EXACT for form in system.forms)
    all_events = by_counts([0, 0, 30, 0, 0])
    system = hide_further(CountSystem.of([all_events.count("event")], 1))
    assert tell_count(all_events.count("event"), system, RuleSet.number(1)).value == 30
