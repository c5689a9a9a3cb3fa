"""Definitions that break one rule each; the command line's tests hold how files are told."""

import pytest

from rtw_outcomes.catalogue import read_stock_definition
from rtw_outcomes.definition import check_definition
from rtw_outcomes.errors import DefinitionError
from rtw_outcomes.model import Outcome
from rtw_outcomes.rules import RULES
from rtw_outcomes.yaml_reader import YamlFile

HEAD = """\
outcome: own
language: 1
title: Own
source: {text: none, certainty: none}
"""
SPELLS = "absence: {benefits: sickness_related, when: any, join_gap: 5 days}\n"
BENEFITS = "absence: {benefits: sickness_related}\n"
YEAR = "follow_up: 12 months\n"
DAYS = BENEFITS + YEAR + "measure: {sick_days: {count: net}}\n"
RETURN = SPELLS + YEAR + "measure: {return_to_work: {sustained: 28 days}}\n"
COUNT = SPELLS + YEAR + "measure: {spells: {count: started}}\n"
TRUE = COUNT.replace("started", "started, at_least: 31 days, from_true_first_day: true")
CHAIN = SPELLS + "measure: {chain_day: {at: 0 days, link_gap: 89 days}}\n"
STATE = BENEFITS + "measure: {work_state: {at: 12 months, precedence: [dead, not_observed]}}\n"
EXAMPLE = """\
examples:
  - case: one row
    index: 2020-01-01
    spells: |
      start       end         extent
      2020-01-01  2020-01-31  100
    expect: {value: 31}
"""


def faults_of(text: str) -> str:
    with pytest.raises(DefinitionError) as error:
        check_definition(YamlFile.parse(HEAD + text, "own.yaml"))
    return str(error.value)


@pytest.mark.parametrize("text", [DAYS, RETURN, COUNT, TRUE, CHAIN, STATE, DAYS + EXAMPLE])
def test_what_the_broken_definitions_are_made_of_is_whole(text):
    assert isinstance(check_definition(YamlFile.parse(HEAD + text, "own.yaml")).outcome, Outcome)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DAYS.replace("sickness_related", "[sick_pay, sick_pay]"), "already in the list"),
        (DAYS.replace("sickness_related", "[sickness_related, sickness_benefit]"), "already in"),
        (DAYS.replace("related}", "related, when: any}"), "`when` would have no effect"),
        (DAYS.replace("related}", "related, join_gap: 1 day}"), "`join_gap` would have no"),
        (COUNT.replace(", when: any", ""), "`when` must say"),
        (COUNT.replace(", join_gap: 5 days", ""), "`join_gap` must say"),
        (RETURN.replace("5 days", "1 month"), "number of days or weeks"),
        (RETURN.replace(YEAR, ""), "needs `follow_up`"),
        (STATE + YEAR, "`follow_up` would have no effect"),
        (RETURN.replace("12 months", "{from: 1 day, to: 12 months}"), "starts on day 0"),
        (DAYS.replace("12 months", "{from: 40 days, to: 1 month}"), "ends before it starts"),
        (COUNT.replace("started", "started, at_least: 1 month"), "number of days or weeks"),
        (COUNT.replace("started", "started, at_least: 0 days"), "at least 1 day"),
        (COUNT.replace("started", "started, shorter_than: 1 month"), "number of days or weeks"),
        (COUNT.replace("started", "started, shorter_than: 0 days"), "at least 1 day"),
        (COUNT.replace("started", "started, shorter_than: 1 day"), "of at least 1 day is shorter"),
        (
            COUNT.replace("started", "started, at_least: 2 weeks, shorter_than: 14 days"),
            "no spell of at least 14 days is shorter than 14 days",
        ),
        (COUNT.replace("started", "started, from_true_first_day: true"), "would have no effect"),
        (CHAIN.replace("89 days", "3 months"), "number of days or weeks"),
        (CHAIN.replace("89 days", "4 days"), "at least 5 days"),
        (CHAIN.replace(", join_gap: 5 days", ""), "`join_gap` must say"),
        (CHAIN + YEAR, "`follow_up` would have no effect"),
        (CHAIN.replace("any", "as_on_day_0"), "need not be absent on day 0"),
        (
            CHAIN + EXAMPLE.replace("value: 31", "value: 31, observed_days: 31"),
            "gives no `observed",
        ),
        (TRUE + EXAMPLE.replace("value: 31", "value: 1"), "must say how long employers pay"),
        (
            DAYS + EXAMPLE + "    employer_periods: []\n",
            "`employer_periods` would have no effect",
        ),
        (
            TRUE + EXAMPLE + "    employer_periods: [{from: 2005-01-01, days: -1}]\n",
            "number is too small",
        ),
        (
            TRUE
            + EXAMPLE
            + "    employer_periods: [{from: 2005-01-01, days: 14}, {from: 2003-07-01, days: 21}]\n",
            "in the order of their dates",
        ),
        (DAYS.replace("net", "net, per: 30 days"), "same unit"),
        (DAYS.replace("net", "gross, unit: weeks"), "between two of them"),
        (COUNT.replace("any", "as_on_day_0"), "need not be absent on day 0"),
        (DAYS.replace("net", "net, unit: weeks").replace("12 months", "52 weeks"), "gross"),
        (
            DAYS.replace("net", "gross, unit: weeks, per: 1 week").replace("12 months", "52 weeks"),
            "not split",
        ),
        (DAYS.replace("sick_days: {count: net}", "cost: {per_net_day: 0}"), "greater than 0"),
        (DAYS.replace("net", "net, cut: {}"), "a cut is either"),
        (DAYS.replace("net", "net, cut: {above: 1, at_least: 2}"), "a cut is either"),
        (DAYS.replace("sick_days: {count: net}", "cost: {per_net_day: 1.234}"), "decimal places"),
        (DAYS.replace("sick_days: {count: net}", "extent_on_day: {at: 1 day}"), "no effect"),
        (DAYS.replace("sick_days: {count: net}", "work_days: {count: gross}"), "must say"),
        (
            DAYS.replace("net", "net, per: 1 month").replace(
                "12 months", "{from: 30 days before, to: 12 months}"
            ),
            "from `30 days before` to `12 months`",
        ),
        (COUNT + "competing: [death]\n", "no clock"),
        (RETURN + "competing: [old_age]\n", "unknown competing event"),
        (STATE.replace("dead, not", "dead, dead, not"), "stands twice"),
        (STATE.replace("dead, not_observed", "dead"), "`not_observed` is missing"),
        (DAYS + "reasons: {gap: none}\n", "sets no `gap`"),
        (DAYS + EXAMPLE.replace("value: 31", "days: 31"), "gives no `days`"),
        (DAYS + EXAMPLE.replace("{value: 31}", "{}"), "at least one value"),
        (RETURN + EXAMPLE.replace("value: 31", "status: evnt"), "Did you mean `event`"),
        (DAYS + EXAMPLE.replace("2020-01-31", "2019-01-31"), "ends before it starts"),
        (DAYS + EXAMPLE.replace("  100", "  101"), "extent is not in"),
        (DAYS + EXAMPLE.replace("extent", "extent benefit").replace("100", "100 pay"), "`pay`"),
        (DAYS + EXAMPLE.replace("index: 2020", "index: 1720"), "between 1800 and 2200"),
        (DAYS + EXAMPLE + "    censored: {date: 2019-01-01}\n", "before the index date"),
        (
            DAYS + EXAMPLE + "    observed: {from: 2021-01-01, to: 2021-12-31}\n",
            "outside the observed period",
        ),
        (DAYS + EXAMPLE.replace("2020-01-31  100", "2020-01-31"), "one value for each column"),
        (DAYS + EXAMPLE.replace("start ", "begin "), "columns of the table"),
        (DAYS + EXAMPLE.replace("spells: |", "spells: 3 #|").split("      start")[0], "text table"),
    ],
)
def test_a_definition_that_breaks_a_rule_is_refused_with_its_reason(text, said):
    assert said in faults_of(text)


def test_all_broken_rules_are_told_at_once():
    text = DAYS.replace("related}", "related, when: any, join_gap: 1 day}")
    assert faults_of(text + "competing: [death]\n").count("own.yaml:") == 3


def test_the_stock_definitions_break_no_rule_and_every_rule_has_its_words():
    outcome = read_stock_definition("full_rtw_28d").outcome
    assert [fault for rule in RULES for fault in rule(outcome)] == []
    assert all(rule.__doc__ for rule in RULES)
