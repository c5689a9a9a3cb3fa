"""A state may have any name, unless two columns or two statistics would be called the same."""

from datetime import date

import polars as pl
import pytest

from rtw_outcomes.definitions.catalogue import resolve_outcomes
from rtw_outcomes.definitions.definition_file import check_definition
from rtw_outcomes.engines.registry import BUILT_IN, run_plan
from rtw_outcomes.errors import DefinitionError
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.language.yaml_reader import YamlFile
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables
from rtw_outcomes.results.contract import check_results
from rtw_outcomes.results.released import release

HEAD = "language: 1\ntitle: Own\nsource: {text: none, certainty: none}\n"
YEAR = "follow_up: 12 months\n"
RETURN = """\
absence: {benefits: sickness_related, when: any, join_gap: 5 days}
follow_up: 12 months
measure: {return_to_work: {sustained: 28 days}}
"""
PERSONS = 20


def states(*names: str) -> str:
    """Two states of one absence, the first of it in full, and another one."""
    first, second, otherwise = names
    return (
        f"states:\n      - {{state: {first}, benefits: sickness_related, when: full}}\n"
        f"      - {{state: {second}, benefits: sickness_related, when: any}}\n"
        f"    otherwise: {otherwise}"
    )


def days_in(*names: str) -> str:
    return f"{YEAR}measure:\n  state_days:\n    {states(*names)}\n"


def on_day(*names: str) -> str:
    return f"measure:\n  state_on_day:\n    at: 10 days\n    {states(*names)}\n"


def plan_of(*definitions: str) -> tuple[tuple, Plan]:
    resolved = resolve_outcomes(
        [check_definition(YamlFile.parse(HEAD + text, "own.yaml")) for text in definitions]
    )
    return resolved, plan_outcomes(resolved)


def faults_of(*definitions: str) -> str:
    with pytest.raises(DefinitionError) as error:
        plan_of(*definitions)
    return str(error.value)


def run(definition: str, engine: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody is absent in full for 11 days, then in part for 20 days, in a year."""
    resolved, plan = plan_of(definition)
    index = date(2020, 1, 1)
    rows = [
        row
        for person in range(PERSONS)
        for row in (
            (person, index, date(2020, 1, 11), 1_000_000, "sickness_benefit"),
            (person, date(2020, 1, 12), date(2020, 1, 31), 500_000, "sickness_benefit"),
        )
    ]
    cohort = [(person, index, None, None, None) for person in range(PERSONS)]
    person = {"person_id": pl.Int64()}
    tables = Tables(
        pl.DataFrame(rows, schema=person | SPELLS_SCHEMA, orient="row"),
        pl.DataFrame(cohort, schema=person | COHORT_SCHEMA, orient="row"),
        date(2019, 1, 1),
        date(2021, 12, 31),
    )
    results = check_results(run_plan(engine, plan, optimize(plan), tables), plan)
    table = pl.concat([tables.cohort.select("person_id"), results], how="horizontal")
    return results, release(resolved, plan, table, (), RuleSet.number(1)).summary


NAMES = [
    ("sick_observed_days", "x_days", "full_status"),
    ("missing", "a_missing", "status"),
    ("a", "a_percent", "a_percent_percent"),
    ("days", "over", "unconfirmable"),
    ("mean", "a_mean", "p25"),
]


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize("names", NAMES, ids=str)
def test_days_in_states_of_any_name_are_counted_and_summarised(names, engine):
    results, summary = run("outcome: own\n" + days_in(*names), engine)
    found = [results[f"own_{name}"][0] for name in names]
    assert found == [11, 20, 366 - 31]
    statistics = summary["statistic"].to_list()
    assert len(set(statistics)) == len(statistics) == 3 * 8
    means = [
        summary.filter(pl.col("statistic") == f"{name}_mean")["value"].item() for name in names
    ]
    assert means == [11, 20, 335]


@pytest.mark.parametrize("engine", BUILT_IN)
@pytest.mark.parametrize(
    "names",
    [
        ("sick_observed_days", "x_days", "full_status"),
        ("days", "a_missing", "status"),
        ("observed_days", "incomplete", "unconfirmable"),
        ("half_percent", "percent", "work"),
    ],
    ids=str,
)
def test_a_state_of_any_name_is_told_and_summarised(names, engine):
    results, summary = run("outcome: own\n" + on_day(*names), engine)
    assert set(results["own"]) == {names[0]}
    statistics = summary["statistic"].to_list()
    assert len(set(statistics)) == len(statistics) == 2 * 4
    assert summary.filter(pl.col("statistic") == f"{names[0]}_percent")["value"].item() == 100


def test_the_days_in_a_state_and_the_observed_days_are_not_one_column():
    """The place is the line of the state."""
    found = faults_of("outcome: own\n" + days_in("sick", "observed_days", "incomplete"))
    lines = found.splitlines()
    assert lines[0].startswith("own.yaml:10: measure.state_days.states.2.state")
    assert "two columns `own_observed_days`" in lines[0]
    assert lines[1].startswith("own.yaml:11: measure.state_days.otherwise")
    assert "two columns `own_incomplete`" in lines[1]


def test_the_days_in_a_state_are_no_key_column():
    assert "`person_id`" in faults_of("outcome: person\n" + days_in("id", "a", "b"))


def test_the_share_of_a_state_is_not_another_state():
    """Only where the share is of a state that there is."""
    found = faults_of("outcome: own\n" + on_day("work_percent", "sick", "work"))
    assert found.startswith("own.yaml:9: measure.state_on_day.states.1.state")
    assert "the share of `work` in percent `work_percent`" in found
    plan_of("outcome: own\n" + on_day("work_percent", "sick", "well"))


def test_a_state_is_not_called_as_those_whose_state_is_not_known():
    found = faults_of("outcome: own\n" + on_day("sick", "part", "missing"))
    assert found.startswith("own.yaml:11: measure.state_on_day.otherwise")


@pytest.mark.parametrize(
    ("other", "column"),
    [
        ("outcome: own_days\n" + on_day("a", "b", "c"), "own_days"),
        ("outcome: own_status\n" + on_day("a", "b", "c"), "own_status"),
        ("outcome: own_unconfirmable\n" + on_day("a", "b", "c"), "own_unconfirmable"),
    ],
)
def test_an_id_that_is_a_column_of_another_outcome_is_told(other, column):
    found = faults_of("outcome: own\n" + RETURN, other)
    assert found.startswith(f"column `{column}`: two outcomes of the study have this column")
    assert f"`own` and `{column}`" in found


def test_all_columns_that_two_outcomes_have_are_told_at_once():
    found = faults_of(
        "outcome: own\n" + RETURN,
        "outcome: own_days\n" + on_day("a", "b", "c"),
        "outcome: own_status\n" + on_day("a", "b", "c"),
    )
    assert "column `own_days`" in found
    assert "column `own_status`" in found


def test_a_state_of_one_outcome_may_be_the_id_of_another_only_apart():
    days = "outcome: own\n" + days_in("a", "b", "c")
    found = faults_of(days, "outcome: own_b\n" + on_day("a", "b", "c"))
    assert "column `own_b`" in found
