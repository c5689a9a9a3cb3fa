from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtw_outcomes.definitions.catalogue import read_stock_definition, resolve_outcome
from rtw_outcomes.intake.contract import (
    cohort_schema,
    list_key_columns,
    list_row_rules,
    spells_schema,
)
from rtw_outcomes.intake.database import open_database
from rtw_outcomes.intake.pandera_alone import ValidationDepth, config_context, pa
from rtw_outcomes.intake.validation import (
    FILE,
    ROW,
    CanonicalColumn,
    build_validation,
    from_contract,
    missing_or_unreadable,
)
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.results.contract import check_results

pytestmark = pytest.mark.slow  # left out by `make quick`

FROM, TO = date(2020, 1, 1), date(2020, 12, 31)
ROLES = {
    "person_id": "id",
    "start_date": "date",
    "end_date": "date",
    "extent": "number",
    "benefit": "text",
    "index_date": "date",
    "entry_date": "date",
    "censor_date": "date",
    "censor_reason": "text",
}
TYPES = {"id": "BIGINT", "date": "DATE", "number": "DOUBLE", "text": "VARCHAR"}

days = st.one_of(st.none(), st.integers(-3, 369).map(lambda day: FROM + timedelta(days=day)))
spells = st.fixed_dictionaries(
    {
        "person_id": st.one_of(st.none(), st.integers(1, 3)),
        "start_date": days,
        "end_date": days,
        "extent": st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 0.0001, 50.0, 100.0, 100.5])),
        "benefit": st.one_of(st.none(), st.just("sickness_benefit")),
    }
)
index_dates = st.fixed_dictionaries(
    {
        "person_id": st.one_of(st.none(), st.integers(1, 99)),
        "index_date": days,
        "entry_date": days,
        "censor_date": days,
        "censor_reason": st.one_of(st.none(), st.just("death")),
    }
)
FRAME_TYPES = {"id": pl.Int64, "date": pl.Date, "number": pl.Float64, "text": pl.String}


def frame_of(rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={name: FRAME_TYPES[ROLES[name]] for name in rows[0]})


def rows_that_pandera_refuses(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> set[int]:
    schema.unique = None  # a table rule, which no single row breaks
    try:
        with config_context(validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return set(errors.failure_cases["index"].to_list())
    return set()


def rows_that_the_query_refuses(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> set[int]:
    cells = [CanonicalColumn(name, name, ROLES[name], TYPES[ROLES[name]]) for name in frame.columns]
    rules = [
        *missing_or_unreadable(cells, list_key_columns(schema)),
        *from_contract(list_row_rules(schema), cells),
    ]
    numbered = frame.with_row_index(ROW).with_columns(pl.lit(1).alias(FILE))
    with TemporaryDirectory() as folder, open_database(Path(folder)) as database:
        database.put("delivered", numbered)
        validated = database.frame(build_validation(cells, rules, []))
    return set(validated.filter(pl.col("rule").is_not_null())["source_row"].to_list())


@given(st.lists(spells, min_size=1, max_size=20))
@settings(deadline=None, max_examples=60)
def test_the_counting_query_refuses_the_spells_that_pandera_refuses(rows):
    frame, schema = frame_of(rows), spells_schema(FROM, TO)
    assert rows_that_the_query_refuses(schema, frame) == rows_that_pandera_refuses(schema, frame)


@given(st.lists(index_dates, min_size=1, max_size=20))
@settings(deadline=None, max_examples=60)
def test_the_counting_query_refuses_the_index_dates_that_pandera_refuses(rows):
    frame, schema = frame_of(rows), cohort_schema(FROM, TO)
    assert rows_that_the_query_refuses(schema, frame) == rows_that_pandera_refuses(schema, frame)


def test_pandera_looks_at_the_values_of_the_results_and_not_only_at_their_types():
    plan = plan_outcomes((resolve_outcome(read_stock_definition("full_rtw_28d")),))
    good = {"days": [3, None], "status": [1, None]}
    good |= {"happened": [1, None], "unconfirmable": [0, None]}
    names = {key: f"full_rtw_28d_{key}" for key in good}
    schema = dict.fromkeys(names.values(), pl.Int32)
    frame = pl.DataFrame({names[key]: values for key, values in good.items()}, schema=schema)
    assert check_results(frame, plan).equals(frame)
    for column, bad in (("days", -1), ("status", 4), ("status", None)):
        broken = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == 0)
            .then(pl.lit(bad, dtype=pl.Int32))
            .otherwise(pl.col(names[column]))
            .alias(names[column])
        )
        with pytest.raises(AssertionError, match="the results break their contract") as error:
            check_results(broken, plan)
        assert "-1" not in str(error.value)
