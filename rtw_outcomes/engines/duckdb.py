"""The DuckDB engine: runs the plan's query in one in-memory database."""

from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.errors import RtwError
from rtw_outcomes.plan import Plan
from rtw_outcomes.tables import RESULT_TYPES, Tables


def run(plan: Plan, tables: Tables) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order.

    Raises:
        RtwError: DuckDB stopped; only the kind of its error is told, for its texts hold values.
    """
    with TemporaryDirectory(prefix="rtw-", ignore_cleanup_errors=True) as spill:
        try:
            return _run(render_sql(plan, "duckdb"), plan, tables, spill)
        except duckdb.Error as error:
            raise RtwError(f"Computing stopped: {type(error).__name__} in DuckDB.") from error


def _run(query: str, plan: Plan, tables: Tables, spill: str) -> pl.DataFrame:
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    # What does not fit into memory goes to a folder of our own, not to where the user stands.
    with duckdb.connect(config={"temp_directory": spill}) as connection:
        connection.register("spells", tables.spells)
        connection.register("cohort", tables.cohort.with_row_index("row_id"))
        connection.register("observed", pl.DataFrame(observed))
        result: pl.DataFrame = connection.sql(query).pl()
    return result.select(
        pl.col(column.name).cast(RESULT_TYPES[column.kind]) for column in plan.columns
    )
