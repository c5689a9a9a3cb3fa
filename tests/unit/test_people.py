"""The edge-case people get the results that were worked out for them by hand."""

from typing import Any

import pytest

from rtw_outcomes.definitions.catalogue import (
    CORE,
    list_ids,
    read_stock_definition,
    resolve_outcomes,
)
from rtw_outcomes.definitions.rules.worked_examples import expected_keys
from rtw_outcomes.demo.edge_cases import EdgeCase, make_tables, read_edge_cases
from rtw_outcomes.engines.registry import BUILT_IN, run_plan
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.worked_examples import Expectation
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes

PEOPLE = read_edge_cases().people
RESOLVED = resolve_outcomes([read_stock_definition(name) for name in list_ids(CORE)])
Results = dict[str, dict[str, Any]]


def expected_results(person: EdgeCase) -> Results:
    return {
        name: expectation.model_dump(exclude_unset=True)
        for name, expectation in person.expect.items()
    }


def found_results(row: dict[str, Any]) -> Results:
    return {each.outcome.outcome: name_results(each, row) for each in RESOLVED}


def name_results(resolved: ResolvedOutcome, row: dict[str, Any]) -> dict[str, Any]:
    name = resolved.outcome.outcome
    if resolved.outcome.is_time_to_event:
        status = row[f"{name}_status"]
        named = "not_at_risk" if status is None else resolved.outcome.statuses[status]
        return {"days": row[f"{name}_days"], "status": named}
    if f"{name}_observed_days" in row:
        return {"value": row[name], "observed_days": row[f"{name}_observed_days"]}
    return {"state": row[name]}


@pytest.fixture(scope="module", params=BUILT_IN)
def rows(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """The results of one run, all people and all stock outcomes in it, by person."""
    plan = plan_outcomes(RESOLVED)
    result = run_plan(request.param, plan, optimize(plan), make_tables(read_edge_cases()))
    names = [person.person for person in PEOPLE]
    return dict(zip(names, result.iter_rows(named=True), strict=True))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.person)
def test_an_edge_case_gets_the_results_worked_out_by_hand(
    person: EdgeCase, rows: dict[str, dict[str, Any]]
) -> None:
    assert found_results(rows[person.person]) == expected_results(person)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.person)
def test_an_edge_case_states_every_result_of_every_stock_outcome(person: EdgeCase) -> None:
    stated = {name: set(results) for name, results in expected_results(person).items()}
    assert stated == {each.outcome.outcome: expected_keys(each.outcome) for each in RESOLVED}


def test_no_two_edge_cases_have_the_same_name() -> None:
    assert len({person.person for person in PEOPLE}) == len(PEOPLE)


def test_edge_cases_reach_every_status_of_every_stock_outcome() -> None:
    for each in RESOLVED:
        if each.outcome.is_time_to_event:
            statuses = {"not_at_risk", *each.outcome.statuses}
            assert statuses == {status_of(person.expect[each.outcome.outcome]) for person in PEOPLE}


def status_of(expectation: Expectation) -> str | None:
    return expectation.status
