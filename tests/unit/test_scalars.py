"""What each step is over one row of index dates: said of all steps, and without contradictions."""

import pytest

from rtw_outcomes.definitions.catalogue import find_outcome, list_ids
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.language.yaml_types import EmployerPeriod
from rtw_outcomes.planning.expressions import Field
from rtw_outcomes.planning.nodes.events import FreeRun
from rtw_outcomes.planning.nodes.intervals import RegisterRows
from rtw_outcomes.planning.nodes.node import Grain, Node
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.scalars import columns_of, list_intermediates, say_columns
from tests.step_classes import list_step_classes

EMPLOYER_PERIODS = (EmployerPeriod.model_validate({"from": "2005-01-01", "days": 14}),)


@pytest.fixture(scope="module")
def plan():
    """Every stock outcome."""
    outcomes = tuple(map(find_outcome, list_ids()))
    return optimize(plan_outcomes(outcomes, EMPLOYER_PERIODS))


def test_every_step_with_one_row_per_index_date_is_said_but_the_free_run():
    kinds = {kind for kind in list_step_classes() if kind.grain is Grain.INDEX_DATE}
    unsaid = say_columns.dispatch(Node)
    assert {kind for kind in kinds if say_columns.dispatch(kind) is unsaid} == {FreeRun}


def test_a_step_without_columns_is_refused():
    with pytest.raises(UnsupportedError, match="RegisterRows"):
        columns_of(RegisterRows())


def test_two_intermediate_columns_of_one_name_are_one_expression(plan):
    values, names = {}, plan.names()
    steps = [step for step in plan.steps() if step.grain is Grain.INDEX_DATE]
    for each in list_intermediates(steps):
        assert values.setdefault(each.column(names), each.value) == each.value
    assert values != {}


def test_a_step_is_computed_from_what_comes_before_it(plan):
    """Of its own columns only those that its aggregate has found."""
    before = set()
    for step in plan.steps():
        before.add(step)
        if step.grain is Grain.INDEX_DATE and not isinstance(step, FreeRun):
            columns = list(columns_of(step).values())
            columns += [each.value for each in list_intermediates([step])]
            read = {field.step for column in columns for field in list_fields(column)}
            assert read <= before


def list_fields(expression):
    if isinstance(expression, Field):
        yield expression
    for operand in expression.operands():
        yield from list_fields(operand)
