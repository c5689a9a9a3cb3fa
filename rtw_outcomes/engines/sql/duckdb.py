"""The DuckDB engine: runs the plan's query in one in-memory database."""

from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from rtw_outcomes.disk.workspace import find_refusal, open_workspace
from rtw_outcomes.engines.sql.query import render_sql
from rtw_outcomes.errors import NO_ROOM, RtwError
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import RESULT_TYPES, Tables

# Of a limit of memory; the rest is for the cohort and for the results, which leave DuckDB.
SHARE_OF_LIMIT = 0.4


def run(plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order.

    Args:
        plan: what to compute.
        tables: what to compute it from.
        memory_limit: in bytes; what does not fit is spilled to disk. DuckDB's own when None.

    Raises:
        RtwError: DuckDB stopped; only the kind of its error is told, for its texts hold values.
    """
    with open_workspace() as spill:
        try:
            return _run(render_sql(plan, "duckdb"), plan, tables, _configure(spill, memory_limit))
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.Error as error:
            if refusal := find_refusal(spill, str(error)):
                raise refusal from None
            hint = NO_ROOM if isinstance(error, duckdb.OutOfMemoryException) else ""
            kind = type(error).__name__
            # `from None`, because a notebook shows the text of a cause, and that may hold values.
            raise RtwError(f"Computing stopped: {kind} in DuckDB.{hint}") from None


def _configure(spill: Path, memory_limit: int | None) -> dict[str, Any]:
    """The database spills what does not fit into memory to a folder of our own, not to the user's."""
    limit = {}
    if memory_limit is not None:
        limit["memory_limit"] = f"{int(memory_limit * SHARE_OF_LIMIT)}B"
    return {"temp_directory": str(spill)} | limit


def _run(query: str, plan: Plan, tables: Tables, config: dict[str, Any]) -> pl.DataFrame:
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    with duckdb.connect(config=config) as connection:
        if isinstance(tables.spells, Path):
            connection.read_parquet(escape(str(tables.spells))).create_view("spells")
        else:
            connection.register("spells", tables.spells)
        connection.register("cohort", tables.cohort.with_row_index("row_id"))
        connection.register("observed", pl.DataFrame(observed))
        result: pl.DataFrame = connection.sql(query).pl()
    return result.select(
        pl.col(column.name).cast(RESULT_TYPES[column.kind]) for column in plan.columns
    )
