"""What a run says when the memory that it may use is too small."""

from datetime import date

import polars as pl
import pytest

from rtw_outcomes.definitions.catalogue import find_outcome
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import COHORT_SCHEMA, SPELLS_SCHEMA, Tables

pytestmark = pytest.mark.slow  # left out by `make quick`

PERSONS = 100_000


def test_duckdb_says_what_to_do_when_a_limit_is_too_small():
    person = {"person_id": pl.int_range(PERSONS, eager=True)}
    first, last = date(2020, 1, 1), date(2020, 2, 1)
    spells = pl.DataFrame(person).with_columns(
        **dict(zip(SPELLS_SCHEMA, map(pl.lit, (first, last, 500_000, "sick_pay")), strict=True))
    )
    cohort = pl.DataFrame(person).with_columns(
        **dict(zip(COHORT_SCHEMA, map(pl.lit, (first, None, None, None)), strict=True))
    )
    tables = Tables(
        spells.cast(SPELLS_SCHEMA), cohort.cast(COHORT_SCHEMA), date(2019, 1, 1), date(2021, 1, 1)
    )
    plan = plan_outcomes((find_outcome("net_sick_days_12m"),))
    with pytest.raises(RtwError, match="--memory-limit") as stopped:
        run_plan("duckdb", plan, optimize(plan), tables, 2_000_000)
    assert "TMPDIR" in str(stopped.value)
    assert "2020" not in str(stopped.value)
