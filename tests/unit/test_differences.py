"""In which parameters two definitions differ."""

import pytest

from rtw_outcomes.definitions.catalogue import (
    list_ids,
    read_stock_definition,
    resolve_outcome,
)
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.definitions.diff import list_differences
from rtw_outcomes.language.outcome import KINDS
from rtw_outcomes.language.yaml_reader import YamlFile

pytestmark = pytest.mark.slow  # left out by `make quick`


def stock(name):
    return resolve_outcome(read_stock_definition(name))


def differences(first, second):
    return {
        each.parameter: (each.first, each.second)
        for each in list_differences(stock(first), stock(second))
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_of_every_measure_has_a_title_and_a_meaning(kind):
    ids = {"after", "outcomes", "first", "second", "of"}  # what they name is compared instead
    fields = kind.model_fields.items()
    assert [name for name, field in fields if name not in ids and not field.title] == []
    assert [name for name, field in fields if not field.description] == []


def test_every_measure_says_what_it_sees():
    assert all(kind.sees.endswith(".") for kind in KINDS)


def test_only_what_differs_is_told():
    assert differences("full_rtw_28d", "sustainable_rtw_3m") == {
        "extent from which a day is absent": ("any", "full"),
        "how long the return must last": ("28 days", "3 months"),
    }


def test_a_parameter_that_one_does_not_have_is_not_set_there():
    found = differences("net_sick_days_12m", "work_state_12m")
    assert found["the day or days that are looked at"] == ("not set", "12 months")
    assert found["end of the window"] == ("12 months", "not set")
    assert found["what is measured"] == ("sick days", "work state")


def test_an_empty_list_is_told_as_none_and_a_key_that_is_not_there_as_not_set():
    text = "outcome: own\nlanguage: 1\ntitle: Own\nsource: {text: none, certainty: none}\n"
    text += "based_on: full_rtw_28d\ncompeting: []\n"
    own = resolve_outcome(check_definition(YamlFile.parse(text, "own.yaml")))
    (competing,) = list_differences(stock("full_rtw_28d"), own)
    assert competing.second == "none"
    found = {each.parameter: each for each in list_differences(own, stock("net_sick_days_12m"))}
    assert competing.parameter not in found
    assert found["how long the return must last"].second == "not set"


def test_the_amount_and_the_days_of_a_cost_are_told_as_they_are_written():
    found = differences("net_day_cost_friction_12m", "net_day_cost_12m")
    assert found == {
        "free days over which absences are one spell": ("5 days", "not set"),
        "first days of a spell that count": ("90 days", "not set"),
    }
    found = differences("net_day_cost_12m", "net_sick_days_12m")
    assert found["amount for a net day"] == ("column daily_cost", "not set")


def test_the_extent_that_is_compared_with_is_told():
    found = differences("return_to_share_before_28d", "full_rtw_28d")
    assert found["extent from which a day is absent"] == ("more than 30 days before day 0", "any")


def test_the_return_that_a_measure_counts_from_is_compared_too():
    found = differences("fk_relapse_12m", "fk_relapse_full_12m")
    assert found["the return: extent from which a day is absent"] == ("any", "full")
    found = differences("recurrence_12m", "full_rtw_28d")
    assert found["outcomes that it is computed from"] == ("full_rtw_28d", "none")


def test_what_is_off_is_as_good_as_not_set():
    text = "outcome: own\nlanguage: 1\ntitle: Own\nsource: {text: none, certainty: none}\n"
    text += "absence: {benefits: sick_pay, when: any, join_gap: 0 days}\nfollow_up: 1 year\n"
    unset, off, on = (
        resolve_outcome(check_definition(YamlFile.parse(text + measure, "own.yaml")))
        for measure in (
            "measure: {first_spell: {at_least: 5 days}}",
            "measure: {first_spell: {at_least: 5 days, from_true_first_day: false}}",
            "measure: {first_spell: {at_least: 5 days, from_true_first_day: true}}",
        )
    )
    assert unset.fingerprint == off.fingerprint != on.fingerprint
    assert list_differences(unset, off) == ()
    assert len(list_differences(off, on)) == 1


def test_a_parameter_that_came_later_changes_no_fingerprint():
    """This one was there before `shorter_than` and `from_true_first_day` were."""
    before = "3d9e6da3ce2288ccda4e1bf35412f5a4138b0122c5f5b3501611c720ce5cc0b0"
    assert stock("recurrence_12m").fingerprint == before


def test_no_differences_and_one_fingerprint_go_together():
    definitions = [stock(name) for name in list_ids()]
    for first in definitions:
        for second in definitions:
            same = first.fingerprint == second.fingerprint
            assert (list_differences(first, second) == ()) == same


def test_a_group_of_benefits_means_its_members_in_states_too():
    text = """\
outcome: own
language: 1
title: Own
source: {text: none, certainty: none}
follow_up: 12 months
measure:
  state_days: {states: [{state: a, benefits: sickness_related, when: any}], otherwise: b}
"""
    members = (
        "[sickness_benefit, rehabilitation_benefit, work_injury_benefit, "
        "preventive_sickness_benefit]"
    )
    both = [
        resolve_outcome(check_definition(YamlFile.parse(each, "own.yaml")))
        for each in (text, text.replace("sickness_related", members))
    ]
    assert both[0].fingerprint == both[1].fingerprint
    assert list_differences(*both) == ()
