"""The question of a definition: short, a question, and another one than those of its neighbours."""

import doctest
import re

import pytest

from rtw_outcomes import list_outcomes
from rtw_outcomes.definitions.plain_language import describe, questions
from rtw_outcomes.definitions.plain_language.questions import ask_question

STOCK = {each.outcome.outcome: each for each in list_outcomes()}
LONGEST = 300  # letters, as many as four lines of the report


def test_definitions_of_a_group_that_differ_ask_different_questions():
    asked = {}
    for each in STOCK.values():
        asked.setdefault((each.outcome.group, ask_question(each)), set()).add(each.fingerprint)
    assert [key for key, prints in asked.items() if len(prints) > 1] == []


@pytest.mark.parametrize("name", STOCK)
def test_a_question_is_a_question_and_short(name):
    question = ask_question(STOCK[name])
    assert question.count("?") == 1
    assert question[-1] in "?."
    assert 40 < len(question) <= LONGEST
    assert not re.search(r"  |None|_(?![^`]*`)", question)


def test_every_measure_has_a_question():
    assert set(questions.QUESTIONS) == set(describe.TEXTS)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("net_sick_days_12m", "half-time absence counts half"),
        ("gross_sick_days_12m", "whatever its extent"),
        (
            "sustainable_rtw_3m",
            "3 months without full-time absence (part-time work counts as work)",
        ),
        ("sustainable_full_rtw_3m", "3 months without any absence"),
        ("capnote_state", "1 month, 3 months, 6 months, 12 months and 24 months after"),
        ("work_state_12m", "12 months after the index date: dead, not observed"),
        ("hensing_frequency_12m", "How many spells of absence to any extent begin"),
        ("return_to_share_before_28d", "than on the day 30 days before the index date"),
    ],
)
def test_a_question_names_what_sets_the_outcome_apart(name, words):
    assert words in ask_question(STOCK[name])


def test_the_examples_of_docstrings_hold():
    assert doctest.testmod(questions).failed == 0
