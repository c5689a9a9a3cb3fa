"""Pitfalls of a study: each is told where it is met, once, with a count only where that may be told."""

from datetime import date, timedelta

import polars as pl
import pytest

from rtw_outcomes import compute

PERSONS = 80
OBSERVED = (date(2015, 1, 1), date(2023, 12, 31))
INDEX = date(2020, 1, 1)
COMPARE = {"groups": "arm", "reference": "a"}
STATE_ON_DAY = {
    "outcome": "own_state",
    "language": 1,
    "title": "State",
    "source": {"text": "ours", "certainty": "our own"},
    "measure": {
        "state_on_day": {
            "at": "12 months",
            "states": [{"state": "ill", "benefits": ["sickness_benefit"], "when": "any"}],
            "otherwise": "well",
        }
    },
}
QUARTERS = {
    "outcome": "quarters",
    "language": 1,
    "title": "Net sick days in each quarter",
    "source": {"text": "ours", "certainty": "our own"},
    "based_on": "net_sick_days_12m",
    "measure": {"sick_days": {"count": "net", "per": "3 months"}},
}


def make_spells(absent=PERSONS, long=0):
    """Persons who are absent from before day 0, some of them for long."""
    return pl.DataFrame(
        {
            "person_id": list(range(absent)),
            "start_date": [INDEX - timedelta(days=10)] * absent,
            "end_date": [
                INDEX + timedelta(days=2000 if person < long else 20 + person)
                for person in range(absent)
            ],
            "extent": [100] * absent,
            "benefit": ["sickness_benefit"] * absent,
        }
    )


def make_cohort(last_day=None, leaving=0, arms=2):
    """The cohort, of which some are observed up to a day only."""
    return pl.DataFrame(
        {
            "person_id": list(range(PERSONS)),
            "index_date": [INDEX] * PERSONS,
            "arm": ["abcdefghijklm"[person % arms] for person in range(PERSONS)],
            "censor_date": [last_day if person < leaving else None for person in range(PERSONS)],
        },
        schema_overrides={"censor_date": pl.Date},
    )


def find_pitfalls(outcomes, spells=None, cohort=None, compare=COMPARE, **others):
    """The pitfalls of a run: outcome, name, count, whether it is hidden, text."""
    run = compute(
        outcomes,
        make_spells() if spells is None else spells,
        make_cohort() if cohort is None else cohort,
        observed=OBSERVED,
        compare=compare,
        describe=() if compare else "arm",
        **others,
    )
    found = run.results.filter(context="pitfall")
    columns = ("outcome", "variable", "stat", "suppressed", "warning")
    return [row for row in found.select(columns).iter_rows() if row[1] != "end_of_benefit"]


def named(found, *names):
    return [row[:4] for row in found if row[1] in names]


@pytest.mark.parametrize("outcome", ["days_to_first_relapse", "recurrence_12m"])
def test_who_did_not_return_is_left_out_after_randomisation(outcome):
    found = find_pitfalls(outcome, make_spells(long=20))
    assert named(found, "only_after_return") == [(outcome, "only_after_return", 20, False)]
    (text,) = (row[4] for row in found if row[1] == "only_after_return")
    assert "no analysis by intention to treat" in text
    assert not named(find_pitfalls(outcome, make_spells(long=20), compare=None), *NAMES)
    assert not named(find_pitfalls(outcome), *NAMES)  # all returned


NAMES = ("only_after_return", "only_at_risk")


def test_an_answer_about_the_time_after_a_return_is_of_those_who_returned():
    found = find_pitfalls("fk_no_relapse_12m", make_spells(long=20))
    assert named(found, *NAMES) == [("fk_no_relapse_12m", "only_after_return", 20, False)]


def test_who_is_not_absent_on_day_0_is_left_out_of_a_comparison_of_returns():
    found = find_pitfalls("full_rtw_28d", make_spells(absent=60))
    assert named(found, *NAMES) == [("full_rtw_28d", "only_at_risk", 20, False)]
    assert not named(find_pitfalls("full_rtw_28d"), *NAMES)
    assert not named(find_pitfalls("net_sick_days_12m", make_spells(absent=60)), *NAMES)


def test_a_hidden_count_of_those_left_out_is_not_told():
    found = find_pitfalls("days_to_first_relapse", make_spells(long=3))
    assert named(found, *NAMES) == [("days_to_first_relapse", "only_after_return", None, True)]


@pytest.mark.parametrize(
    ("outcome", "where"),
    [("work_state_12m", "compared shares"), (STATE_ON_DAY, "none of the compared shares")],
)
def test_states_have_those_who_are_not_observed_in_their_denominator(outcome, where):
    found = find_pitfalls(outcome, cohort=make_cohort(date(2020, 6, 1), leaving=40))
    ((_, name, count, is_hidden, text),) = [row for row in found if "observed" in row[1]]
    assert (name, count, is_hidden) == ("not_observed", 40, False)
    assert "denominator" in text
    assert where in text
    assert not named(find_pitfalls(outcome, make_spells(long=20)), "not_observed")


def test_a_day_on_which_nobody_is_observed_is_told():
    cohort = make_cohort(date(2020, 6, 1), leaving=PERSONS)
    names = ("not_observed", "nobody_observed")
    found = find_pitfalls("work_state_12m", cohort=cohort, suppress_below=1)
    assert named(found, *names) == [("work_state_12m", "nobody_observed", PERSONS, False)]
    # That all persons of a group are in one state is hidden, whichever state it is.
    found = find_pitfalls("work_state_12m", cohort=cohort)
    assert named(found, *names) == [("work_state_12m", "not_observed", None, True)]


def test_states_of_several_days_tell_each_day_in_one_pitfall():
    cohort = make_cohort(date(2020, 6, 1), leaving=40)
    found = find_pitfalls("capnote_state", cohort=cohort)
    ((_, name, count, is_hidden, text),) = [row for row in found if "observed" in row[1]]
    assert (name, count, is_hidden) == ("not_observed", None, False)
    assert "Index dates by day: 6 months: 40, 12 months: 40, 24 months: 40." in text
    few = make_cohort(date(2020, 6, 1), leaving=3)
    ((*_, text),) = [
        row for row in find_pitfalls("capnote_state", cohort=few) if "observed" in row[1]
    ]
    assert "6 months: hidden" in text


@pytest.mark.parametrize(
    ("outcome", "count"),
    [("norway_state_days_4y", 40), ("net_sick_days_12m", 40), (QUARTERS, None)],
)
def test_fewer_observed_days_are_told_once_for_an_outcome_that_is_split(outcome, count):
    found = find_pitfalls(outcome, cohort=make_cohort(date(2020, 8, 15), leaving=40))
    name = outcome if isinstance(outcome, str) else outcome["outcome"]
    if count is None:  # in each period they may be others
        cohort = make_cohort(date(2020, 8, 15), leaving=40).with_columns(
            pl.when(pl.col("person_id") < 20)
            .then(date(2020, 2, 15))
            .otherwise("censor_date")
            .alias("censor_date")
        )
        found = find_pitfalls(outcome, cohort=cohort)
    assert named(found, "fewer_observed_days") == [(name, "fewer_observed_days", count, False)]
    assert not named(find_pitfalls(outcome), "fewer_observed_days")


def test_many_p_values_or_groups_are_told_with_their_numbers():
    few = find_pitfalls("net_sick_days_12m")
    assert not named(few, "many_comparisons")
    days = ["1 month", "2 months", "3 months", "6 months", "9 months", "12 months"]
    many = find_pitfalls(
        ["full_rtw_28d", "sustainable_rtw_3m"], make_spells(long=20), compare=COMPARE | {"at": days}
    )
    (text,) = (row[4] for row in many if row[1] == "many_comparisons")
    run_p_values = int(text.split(" p values")[0].split()[-1])
    assert run_p_values > 20
    assert "2 groups" in text
    groups = find_pitfalls("net_sick_days_12m", cohort=make_cohort(arms=11))
    assert named(groups, "many_comparisons") == [("", "many_comparisons", None, False)]
