"""What every shipped definition must say, whoever reads it."""

import pytest

from rtw_outcomes.definitions.catalogue import (
    CORE,
    list_ids,
    read_stock_definition,
    resolve_outcome,
)
from rtw_outcomes.definitions.library import GROUPS
from rtw_outcomes.definitions.plain_language.describe import describe_outcome
from rtw_outcomes.engines.registry import BUILT_IN
from rtw_outcomes.jobs.test import run_examples

pytestmark = pytest.mark.slow  # left out by `make quick`


@pytest.mark.parametrize("name", list_ids())
def test_a_definition_has_its_place_its_source_and_cases_that_were_worked_out(name):
    outcome = read_stock_definition(name).outcome
    assert outcome.outcome == name
    assert outcome.group in GROUPS
    assert len(outcome.source.text) > 40
    assert len(outcome.source.certainty) > 40
    assert len(outcome.examples) >= 2


@pytest.mark.parametrize("name", list_ids())
def test_what_was_worked_out_by_hand_comes_out_on_every_engine(name):
    resolved = resolve_outcome(read_stock_definition(name))
    results = [result for engine in BUILT_IN for result in run_examples(resolved, engine)]
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("name", list_ids())
def test_every_parameter_that_changes_results_has_a_reason(name):
    outcome = read_stock_definition(name).outcome
    said_by_another = {place[0] for place in outcome.named}
    assert set(outcome.parameters) - set(outcome.reasons) - said_by_another == set()


def test_the_core_is_what_other_tools_refer_to():
    assert list_ids(CORE) == (
        "days_to_first_relapse",
        "full_rtw_28d",
        "gross_sick_days_12m",
        "net_sick_days_12m",
        "recurrence_12m",
        "sustainable_full_rtw_3m",
        "sustainable_rtw_3m",
        "work_state_12m",
    )


@pytest.mark.parametrize("name", list_ids())
def test_a_definition_can_be_said_in_words(name):
    words = describe_outcome(resolve_outcome(read_stock_definition(name)))
    assert words.endswith(".")
    assert "None" not in words
