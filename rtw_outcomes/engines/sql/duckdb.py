"""The DuckDB engine: runs the plan's queries in one in-memory database."""

from collections.abc import Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from rtw_outcomes.disk.workspace import find_refusal, open_workspace
from rtw_outcomes.engines.sql.query import render_queries
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
            queries = render_queries(plan, "duckdb")
            return _run(queries, plan, tables, _configure(spill, memory_limit))
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


def _run(
    queries: Sequence[str], plan: Plan, tables: Tables, config: dict[str, Any]
) -> pl.DataFrame:
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    cohort = tables.cohort.with_row_index("row_id")
    with duckdb.connect(config=config) as connection:
        if isinstance(tables.spells, Path):
            connection.read_parquet(escape(str(tables.spells))).create_view("register")
        else:
            connection.register("register", tables.spells)
        connection.register("observed", pl.DataFrame(observed))
        connection.execute("CREATE VIEW spells AS FROM register")
        types = {column.name: RESULT_TYPES[column.kind] for column in plan.columns}
        results = _compute(connection, queries, cohort, types)
    return results.select(list(types))


def _compute(
    connection: duckdb.DuckDBPyConnection,
    queries: Sequence[str],
    cohort: pl.DataFrame,
    types: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    """The columns of all queries for some index dates; half of the persons at a time where memory is short."""
    connection.register("cohort", cohort)
    parts: list[pl.DataFrame] = []
    try:
        for query in queries:
            part = _fetch(connection, query)
            parts.append(part.cast({name: types[name] for name in part.columns if name in types}))
    except duckdb.OutOfMemoryException:
        parts.clear()
        halves = _halve(cohort)
        if len(halves) < 2:
            raise
        of_halves = []
        for half in halves:
            _narrow(connection, half)
            of_halves.append(_compute(connection, queries, half, types))
        return pl.concat(of_halves).sort("row_id")
    others = (part.drop("row_id") for part in parts[1:])
    return pl.concat([parts[0], *others], how="horizontal")


def _fetch(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    result: pl.DataFrame = connection.sql(query).pl()
    return result


def _halve(cohort: pl.DataFrame) -> list[pl.DataFrame]:
    """The index dates of the first and of the last persons, about as many; all of one person stay together."""
    middle = cohort["person_id"].sort()[cohort.height // 2]
    is_first = cohort["person_id"] < middle
    if not is_first.any():
        is_first = cohort["person_id"] <= middle
    halves = (cohort.filter(is_first), cohort.filter(~is_first))
    return [half for half in halves if half.height]


def _narrow(connection: duckdb.DuckDBPyConnection, cohort: pl.DataFrame) -> None:
    """Read the rows of these persons only, and of some between them."""
    persons = cohort["person_id"]
    ends = pl.DataFrame({"first": [persons.min()], "last": [persons.max()]})
    connection.register("ends", ends)
    connection.execute(
        "CREATE OR REPLACE VIEW spells AS SELECT register.* FROM register, ends "
        "WHERE person_id BETWEEN ends.first AND ends.last"
    )
