"""Definitions that break one rule each; the command line's tests hold how files are told."""

import pytest

from rtw_outcomes.definitions.catalogue import (
    read_stock_definition,
    resolve_outcome,
    resolve_outcomes,
)
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.definitions.rules.check import list_problems, list_rules
from rtw_outcomes.definitions.rules.composites import list_problems_between
from rtw_outcomes.errors import DefinitionError
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.planner.build import plan_outcomes

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
COST = BENEFITS + YEAR + "measure: {cost: {per_net_day: 100}}\n"
FRICTION = COST.replace("related}", "related, join_gap: 5 days}").replace(
    "100", "100, friction: 90 days"
)
OWN_AMOUNT = COST.replace("100", "{column: daily_cost}")
BEFORE = RETURN.replace("any", "{more_than_on: 30 days before}")
TRUE = COUNT.replace("started", "started, at_least: 31 days, from_true_first_day: true")
CHAIN = SPELLS + "measure: {chain_day: {at: 0 days, link_gap: 89 days}}\n"
STATE = BENEFITS + "measure: {work_state: {at: 12 months, precedence: [dead, not_observed]}}\n"
STATES = "states: [{state: a, benefits: disability_pension, when: any}], otherwise: b"
STATE_DAYS = YEAR + f"measure: {{state_days: {{{STATES}}}}}\n"
STATE_ON_DAY = f"measure: {{state_on_day: {{{STATES}, at: 1 year}}}}\n"
ON_DAYS = f"measure: {{state_on_day: {{{STATES}, at: [1 month, 90 days]}}}}\n"
EACH = YEAR + f"measure: {{state_on_day: {{{STATES}, each: 30 days}}}}\n"
MOVES = YEAR + f"measure: {{transitions: {{{STATES}, from_state: a, to_state: b}}}}\n"
ALL = "measure: {all_of: {outcomes: [full_rtw_28d, sustainable_rtw_3m]}}\n"
WAI = "measure: {reported: {column: wai, range: {from: 7, to: 49}}}\n"
CHANGE = "measure: {change: {first: net_sick_days_12m, second: compensated_net_days_2y}}\n"
RATE = "measure: {rate: {of: net_sick_days_12m, over: persons}}\n"
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


WHOLE = [DAYS, RETURN, COUNT, STATE, DAYS + EXAMPLE, STATE_DAYS, MOVES, ALL, CHANGE, RATE]
WHOLE += [ON_DAYS, EACH, EACH.replace("30 days", "1 month"), EACH.replace("12 months", "365 days")]
WHOLE += [
    WAI,
    WAI.replace("49}", "49}, cut: {at_least: 37}"),
    COST,
    FRICTION,
    OWN_AMOUNT,
    BEFORE,
    TRUE,
    CHAIN,
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_the_broken_definitions_are_made_of_is_whole(text):
    assert isinstance(check_definition(YamlFile.parse(HEAD + text, "own.yaml")).outcome, Outcome)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("11 months", "12 months"),
        ("12 months before", "11 months before"),
        ("52 weeks", "1 year"),
        ("58 days", "2 months"),
        ("1 month", "32 days"),
        ("1 year before", "364 days before"),
    ],
)
def test_a_window_that_has_days_from_every_index_date_is_whole(start, end):
    assert outcome_of(DAYS.replace("12 months", f"{{from: {start}, to: {end}}}"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("59 days", "2 months"),
        ("1 month", "31 days"),
        ("12 months", "1 year"),
        ("1 year before", "365 days before"),
    ],
)
def test_a_window_that_has_no_days_from_some_index_date_is_refused(start, end):
    text = DAYS.replace("12 months", f"{{from: {start}, to: {end}}}")
    assert "the follow-up ends before it starts" in faults_of(text)


def test_a_return_may_be_sustained_for_months_that_are_always_longer_than_the_gap():
    text = RETURN.replace("28 days", "2 months")
    assert outcome_of(text.replace("5 days", "58 days"))
    assert "must last longer" in faults_of(text.replace("5 days", "59 days"))


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
        (STATE_ON_DAY.replace("at: 1 year", ""), "either `at` or `each` says"),
        (
            EACH.replace("follow_up: 12 months", "follow_up: {from: 30 days before, to: 60 days}"),
            "with `each` the follow-up does not begin before day 0",
        ),
        (STATE_ON_DAY.replace("1 year", "1 year, each: 1 month"), "either `at` or `each` says"),
        (EACH.replace("30 days", "0 days"), "the days must lie apart"),
        (EACH.replace("30 days", "0 months"), "the days must lie apart"),
        (
            EACH.replace("12 months", "401 days").replace("30 days", "1 day"),
            "401 columns of results",
        ),
        (STATE.replace("at: 12 months, ", ""), "either `at` or `each` says"),
        (ON_DAYS.replace("90 days", "1 months"), "the day `1 month` stands twice"),
        (ON_DAYS.replace("1 month, 90 days", "4 weeks, 28 days"), "the day `28 days` stands twice"),
        (ON_DAYS + YEAR, "`follow_up` would have no effect"),
        (EACH.replace(YEAR, ""), "needs `follow_up`"),
        (EACH.replace("12 months", "365 days").replace("30 days", "1 month"), "the same number of"),
        (EACH.replace("30 days", "61 days"), "found `61 days`"),
        (EACH.replace("30 days", "13 months"), "the same number of"),
        (
            EACH.replace("12 months", "{from: 30 days before, to: 60 days}"),
            "that of the index date or of a day after it",
        ),
        (ALL + YEAR, "made of outcomes with their own"),
        (ALL + SPELLS, "does not use `absence`"),
        (STATE_DAYS + BENEFITS, "does not use `absence`"),
        (DAYS.replace(BENEFITS, ""), "needs `absence`"),
        (STATE_DAYS.replace("disability_pension", "pension"), "unknown benefit"),
        (STATE_DAYS.replace("when: any", "when: {at_least: 0}"), "above 0"),
        (STATE_DAYS.replace("when: any", "when: as_on_day_0"), "need not be absent"),
        (STATE_DAYS.replace("otherwise: b", "otherwise: a"), "`a` stands twice"),
        (STATE_DAYS.replace("otherwise: b", "otherwise: observed_days"), "two columns"),
        (STATE_DAYS.replace("otherwise: b", "otherwise: incomplete"), "two columns"),
        (STATE_ON_DAY.replace("otherwise: b", "otherwise: missing"), "not known `missing`"),
        (STATE_ON_DAY.replace("otherwise: b", "otherwise: a_percent"), "the share of `a`"),
        (MOVES.replace("to_state: b", "to_state: c"), "none of the states"),
        (MOVES.replace("to_state: b", "to_state: a"), "from one state to another"),
        (ALL.replace("sustainable_rtw_3m", "full_rtw_28d"), "stands twice"),
        (ALL.replace(", sustainable_rtw_3m", ""), "too short; at least 2 are needed"),
        (RATE.replace("persons", "persons, scale: 0"), "too small"),
        (COST.replace("100", "daily_cost"), "`{column: daily_cost}`"),
        (
            RATE.replace("persons", "persons, leave_out: {benefits: x, when: any}"),
            "unknown benefit",
        ),
        (STATE.replace("not_observed]", "not_observed], one_of: [not_observed]"), "none of the"),
        (STATE.replace("not_observed]", "not_observed], one_of: [dead, dead]"), "stands twice"),
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
        (
            DAYS.replace("net", "gross, unit: weeks").replace(
                "12 months", "{from: 8 weeks before, to: 0 days}"
            ),
            "those before it are not counted",
        ),
        (COUNT.replace("any", "as_on_day_0"), "need not be absent on day 0"),
        (DAYS.replace("net", "net, unit: weeks").replace("12 months", "52 weeks"), "gross"),
        (
            DAYS.replace("net", "gross, unit: weeks, per: 1 week").replace("12 months", "52 weeks"),
            "not split",
        ),
        (DAYS.replace("sick_days: {count: net}", "cost: {per_net_day: 0}"), "above 0"),
        (COST.replace("100", "{colum: daily_cost}"), "unknown key `colum`"),
        (COST.replace("100", "{column: ''}"), "an empty text"),
        (COST.replace("100", "[1]"), "per_net_day"),
        (COST.replace("100", "{column: index_date}"), "`index_date` is a key column"),
        (FRICTION.replace(", join_gap: 5 days", ""), "`cost` counts the first days of spells"),
        (FRICTION.replace("join_gap", "when: any, join_gap"), "`when` would have no effect"),
        (COST.replace("related}", "related, join_gap: 5 days}"), "`join_gap` would have no effect"),
        (FRICTION.replace("90 days", "3 months"), "the first days of a spell are a number of days"),
        (FRICTION.replace("90 days", "0 days"), "at least 1 day"),
        (FRICTION.replace("5 days", "1 month"), "a gap is a number of days or weeks"),
        (
            OWN_AMOUNT + EXAMPLE + "    amounts: {dayly_cost: 1}\n",
            "takes no number from `dayly_cost`. Expected `daily_cost`",
        ),
        (COST + EXAMPLE + "    amounts: {daily_cost: 1}\n", "takes no number from `daily_cost`"),
        (OWN_AMOUNT + EXAMPLE + "    amounts: {daily_cost: -1}\n", "too small"),
        (OWN_AMOUNT + EXAMPLE + "    reported: {daily_cost: -1}\n", "numbers of at least 0"),
        (WAI.replace("wai", "person_id"), "`person_id` is a key column"),
        (WAI.replace("wai", "own"), "`own` is also the name of a result of this outcome"),
        (WAI.replace("wai", "OWN"), "`OWN` is also the name of a result of this outcome"),
        (
            COST.replace("100", "{column: own_observed_days}"),
            "`own_observed_days` is also the name",
        ),
        (WAI + YEAR, "a value that the cohort brings, so `follow_up` would have no effect"),
        (WAI + BENEFITS, "does not use `absence`"),
        (WAI.replace("7", "49"), "holds one value only"),
        (WAI.replace("7", "50"), "the range ends before it starts"),
        (WAI.replace("7", "7.00001"), "at most 4 decimals"),
        (WAI.replace("7", "'7'"), "a number in plain digits"),
        (WAI.replace("7", "-.inf"), "a number in plain digits"),
        (WAI.replace("49}", "49}, cut: {at_least: 7}"), "the answer would always be yes"),
        (WAI.replace("49}", "49}, cut: {above: 6.9}"), "the answer would always be yes"),
        (WAI.replace("49}", "49}, cut: {at_least: 49.1}"), "the answer would always be no"),
        (WAI.replace("49}", "49}, cut: {above: 49}"), "the answer would always be no"),
        (WAI + EXAMPLE + "    reported: {wia: 8}\n", "takes no number from `wia`. Expected `wai`"),
        (WAI + EXAMPLE + "    reported: {wai: 50}\n", "Expected numbers from 7 to 49, found 50"),
        (WAI + EXAMPLE + "    amounts: {wai: 6.9}\n", "Expected numbers from 7 to 49, found 6.9"),
        (COST + EXAMPLE + "    reported: {wai: 8}\n", "takes no number from `wai`"),
        (OWN_AMOUNT + EXAMPLE + "    amounts: {daily_cost: .inf}\n", "a number in plain digits"),
        (COUNT.replace("any", "{more_than_on: 30 days before}"), "`more_than_on` is for a return"),
        (BEFORE.replace("30 days before", "30 days"), "lies before the index date"),
        (BEFORE.replace("30 days before", "0 days before"), "lies before the index date"),
        (BEFORE.replace("30 days before", "thirty days"), "not a length of time"),
        (BEFORE.replace("30 days before", "30 days before, at_least: 50"), "write `any`"),
        (
            BEFORE.replace("28 days}", "28 days, day_0_may_count: true}"),
            "is not observed would return on day 0",
        ),
        (
            RETURN.replace("any", "as_on_day_0").replace(
                "28 days}", "28 days, day_0_may_count: true}"
            ),
            "measure.return_to_work.day_0_may_count: a person without benefit on day 0",
        ),
        (DAYS.replace("net", "net, cut: {}"), "a cut is either"),
        (DAYS.replace("net", "net, cut: {above: -1}"), "too small"),
        (CHANGE.replace("2y}", "2y, cut: {above: 1, at_least: 2}}"), "a cut is either"),
        (DAYS.replace("net", "net, cut: {above: 1, at_least: 2}"), "a cut is either"),
        (
            DAYS.replace("sick_days: {count: net}", "cost: {per_net_day: 1.234}"),
            "at most 2 decimals",
        ),
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
        (DAYS + EXAMPLE + "    entered: 2020-01-02\n", "after the index date"),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALL.replace("full_rtw_28d", "gone"), "no definition has the id `gone`"),
        (ALL.replace("full_rtw_28d", "net_sick_days_12m"), "which gives a number"),
        (ALL.replace("full_rtw_28d", "own"), "`own` is computed from itself"),
        (CHANGE.replace("compensated_net_days_2y", "gross_sick_days_12m"), "different units"),
        (CHANGE.replace("compensated_net_days_2y", "recurrence_12m"), "different units"),
        (CHANGE.replace("compensated_net_days_2y", "full_rtw_28d"), "which gives a time to"),
        (CHANGE.replace("compensated_net_days_2y", "finnes_change_24m"), "a change already"),
        (RATE.replace("net_sick_days_12m", "sjukpenningtal"), "a rate of a group"),
        (RATE.replace("persons", "person"), "Did you mean `persons`"),
        (ALL.replace("full_rtw_28d", "full_rtw_28"), "Did you mean `full_rtw_28d`"),
        (RATE.replace("net_sick_days_12m", "work_state_12m"), "which gives a state"),
        (
            RATE.replace("net_sick_days_12m", "dk_work_success_104w").replace(
                "persons", "full_rtw_28d"
            ),
            "which gives a time",
        ),
        (
            RATE.replace("net_sick_days_12m", "promise_level_6m").replace(
                "persons", "observed_years"
            ),
            "whose observed days are counted",
        ),
    ],
)
def test_an_outcome_cannot_be_made_of_what_does_not_fit(text, said):
    definition = check_definition(YamlFile.parse(HEAD + text, "own.yaml"))
    with pytest.raises(DefinitionError) as error:
        resolve_outcome(definition)
    assert said in str(error.value)


def test_a_circle_of_outcomes_is_refused():
    circle = [
        check_definition(
            YamlFile.parse(
                HEAD.replace("own", name, 1) + f"measure: {{none_of: {{outcomes: [{other}]}}}}\n",
                f"{name}.yaml",
            )
        )
        for name, other in (("one", "two"), ("two", "one"))
    ]
    with pytest.raises(DefinitionError) as error:
        resolve_outcomes(circle)
    assert "computed from itself" in str(error.value)


def test_more_than_on_a_day_is_counted_from_a_return_that_compares_with_the_same_day():
    """Who has no return because that day is not observed has no relapse either, not none so far."""
    start = SPELLS.replace("any", "{more_than_on: 30 days before}") + YEAR
    relapse = start + "measure: {relapse: {after: back}}\n"
    count = start + "measure: {recurrence: {after: back}}\n"
    for text in (relapse, count):
        outcome = outcome_of(text)
        assert list_problems_between(outcome, [outcome_of(BEFORE)]) == []
        for back in (RETURN, BEFORE.replace("30", "31"), RETURN.replace("any", "as_on_day_0")):
            (problem,) = list_problems_between(outcome, [outcome_of(back)])
            assert problem.place == ("absence", "when")
    as_on_day_0 = outcome_of(relapse.replace("{more_than_on: 30 days before}", "as_on_day_0"))
    assert list_problems_between(as_on_day_0, [outcome_of(RETURN)]) == []


def test_all_columns_that_two_outcomes_have_are_told_at_once():
    parts = DAYS.replace("net", "net, per: 6 months")
    texts = [HEAD + parts, *(HEAD.replace("own", f"own_0{n}", 1) + DAYS for n in (1, 2))]
    resolved = resolve_outcomes([check_definition(YamlFile.parse(t, "own.yaml")) for t in texts])
    with pytest.raises(DefinitionError) as error:
        plan_outcomes(resolved)
    told = [problem.place for problem in error.value.problems]
    assert {"column `own_01`", "column `own_02`"} <= set(told)


def outcome_of(text: str) -> Outcome:
    return check_definition(YamlFile.parse(HEAD + text, "own.yaml")).outcome


def test_all_broken_rules_are_told_at_once():
    text = DAYS.replace("related}", "related, when: any, join_gap: 1 day}")
    assert faults_of(text + "competing: [death]\n").count("own.yaml:") == 3


def test_the_stock_definitions_break_no_rule_and_every_rule_has_its_words():
    assert list_problems(read_stock_definition("full_rtw_28d").outcome) == []
    assert all(rule.__doc__ for rule in list_rules())


def test_a_list_is_not_called_too_short_for_its_wrong_parts():
    said = faults_of(STATE_DAYS.replace(", when: any", ""))
    assert "the key `when` is missing" in said
    assert "empty list" not in said


@pytest.mark.parametrize("limit", ["{above: 7}", "{at_least: 7.1}", "{at_least: 49}"])
def test_a_cut_that_divides_the_range_of_a_value_is_whole(limit):
    assert outcome_of(WAI.replace("49}", f"49}}, cut: {limit}"))


@pytest.mark.parametrize(
    ("other", "fits"),
    [
        (WAI.replace("wai", "wai_12m"), True),
        (WAI.replace("49", "50"), False),
        (WAI.replace("7", "0"), False),
        (DAYS, False),
        (WAI.replace("49}", "49}, cut: {at_least: 37}"), False),
    ],
)
def test_values_of_two_ranges_cannot_be_subtracted(other, fits):
    change = outcome_of("measure: {change: {first: one, second: other}}\n")
    problems = list_problems_between(change, [outcome_of(WAI), outcome_of(other)])
    assert fits is (problems == [])
