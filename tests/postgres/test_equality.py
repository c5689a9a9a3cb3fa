"""PostgreSQL gives what the other engines give. `make postgres` draws many more cases."""

import os
from dataclasses import replace
from functools import cache

import polars as pl
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from rtw_outcomes import list_outcomes
from rtw_outcomes.engines.registry import find_engine
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from tests.generative.registers import find_limits, registers
from tests.generative.strategies import ONE_ROUND, ROUND, in_rounds, studies

STOCK = tuple(list_outcomes())
# The library takes seconds on any register, for its queries have to be planned.
LIBRARY = settings(ONE_ROUND, max_examples=max(3, int(os.environ.get("RTW_SOAK_EXAMPLES", 0)) // 4))


def test_generated_definitions_give_what_the_reference_engine_gives(server):
    run = find_engine("postgres", server)

    @in_rounds(ROUND)
    @given(studies(persons=(12, 30), outcomes=(5, 9)))
    def agrees(study):
        computed = run(study.optimized, study.register.tables())
        assert_frame_equal(computed, study.results, check_exact=True)

    agrees()


def test_all_stock_definitions_give_what_polars_gives(server):
    polars, postgres = find_engine("polars"), find_engine("postgres", server)

    @LIBRARY
    @given(registers(find_limits(STOCK), 30, 60))
    def agrees(register):
        plan = plan_stock(register.employer_periods)
        tables = register.tables()
        tables = replace(tables, cohort=add_numbers(tables.cohort, plan))
        assert_frame_equal(postgres(plan, tables), polars(plan, tables), check_exact=True)

    agrees()


@cache
def plan_stock(periods):
    return optimize(plan_outcomes(STOCK, periods))


def add_numbers(cohort, plan):
    """The numbers that stock definitions ask of the cohort: in their range, and some of them missing."""
    most = {each.outcome.from_cohort.column: each.outcome.from_cohort.most for each in ASKING}
    row = pl.int_range(pl.len())
    numbers = [
        pl.when(row % 5 > 0).then(row * 7 % int(most[each.column] or 1000) + 0.5).alias(each.name)
        for each in plan.cohort_numbers()
    ]
    return cohort.with_columns(numbers)


ASKING = [
    each for outcome in STOCK for each in (outcome, *outcome.parts()) if each.outcome.from_cohort
]
