"""The DuckDB engine: runs the plan's query in one in-memory database."""

import duckdb
import polars as pl

from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.plan import Plan
from rtw_outcomes.tables import RESULT_TYPES, Tables


def run(plan: Plan, tables: Tables) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order."""
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    with duckdb.connect() as connection:
        connection.register("spells", tables.spells)
        connection.register("cohort", tables.cohort.with_row_index("row_id"))
        connection.register("observed", pl.DataFrame(observed))
        result: pl.DataFrame = connection.sql(render_sql(plan, "duckdb")).pl()
    return result.select(
        pl.col(column.name).cast(RESULT_TYPES[column.kind]) for column in plan.columns
    )
