"""The PostgreSQL engine: runs the plan's queries in a database of the user's, and leaves nothing there.

All is one transaction that is never committed. The temporary tables and the settings in it vanish with
it, however the run ends.
"""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, TypeVar

import polars as pl
from sqlglot import exp

from rtw_outcomes.engines.sql.query import render_sql, split_plan
from rtw_outcomes.engines.sql.stoppable import run_until_stopped
from rtw_outcomes.errors import RtwError
from rtw_outcomes.language.vocabulary import EXITS
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import COHORT_SCHEMA, RESULT_TYPES, SPELLS_SCHEMA, Tables

T = TypeVar("T")

ROWS_A_CHUNK = 500_000
TYPES = {pl.Date(): "date", pl.Int32(): "int", pl.String(): "text", pl.Float64(): "float8"}

# The path: no table of the database can be taken for one of ours. Compiled code (jit): it takes longer
# for such queries than it saves. Loops in loops: the planner guesses far too few rows for them. The
# interval: a server that looks for us stops when our process was killed; not every system can do that.
# A setting that a version does not have is not there to be set.
SET_UP = """
SELECT pg_catalog.set_config(known.name, wanted.value, true)
FROM pg_catalog.pg_settings AS known
JOIN (VALUES
  ('search_path', 'pg_temp'),
  ('jit', 'off'),
  ('enable_nestloop', 'off'),
  ('client_connection_check_interval', '10s')
) AS wanted (name, value) ON known.name = wanted.name
WHERE known.name <> 'client_connection_check_interval' OR pg_catalog.version() LIKE '%linux%'
"""

# In place of reasons that no outcome asks for; a null would be another thing than a reason.
OTHER = "other"

# SQLSTATE, by which PostgreSQL says what stopped a statement.
FAULTS = {
    "25006": "the database can only be read, and takes no temporary tables",
    "42501": "the user may not make temporary tables, which takes the right TEMPORARY",
    "53100": "the disk of the server is full",
    "53200": "the server has too little memory",
    "53400": "the query needs more room for temporary files than the server allows",
    "54011": "an outcome has more columns than the server can have in a query",
    "57014": "the server stopped the query, which may have taken longer than it allows",
}


def run(
    plan: Plan, tables: Tables, memory_limit: int | None = None, database: str = ""
) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order.

    Args:
        plan: what to compute.
        tables: what to compute it from. Their rows are copied into temporary tables of the database, with
            numbers in place of the ids of persons.
        memory_limit: makes no difference: rows pass in chunks, and the server has limits of its own.
        database: how it is reached, as `postgresql://user@host/database` or in the form of libpq.

    Raises:
        RtwError: the database does not answer, refuses the user or goes away, or a query stops; or
            adbc-driver-postgresql is not installed. Only the kind of the error is told, for the texts of
            the database hold values.
    """
    del memory_limit
    return use_database(database, lambda cursor: _compute(cursor, plan, tables))


def try_database(database: str) -> None:
    """See that a database can be reached and takes temporary tables, before a run reads anything.

    Raises:
        RtwError: as for `run`.
    """

    def try_it(cursor: Any) -> None:
        _set_up(cursor)
        cursor.execute("CREATE TEMPORARY TABLE tried (number int) ON COMMIT DROP")

    use_database(database, try_it)


def use_database(database: str, work: Callable[[Any], T]) -> T:
    """Do something with a cursor of the database, as long as nobody interrupts."""
    driver = _import_driver()
    cursors: list[Any] = []

    def connect_and_work() -> T:
        # All in here, so that nothing is closed while a server that hangs still uses it.
        with _connect(driver, database) as connection, connection.cursor() as cursor:
            cursors.append(cursor)
            return work(cursor)

    def cancel() -> None:
        for cursor in cursors:
            cursor.adbc_cancel()

    try:
        return run_until_stopped(connect_and_work, cancel)
    except driver.Error as error:
        # `from None`, because a notebook shows the text of a cause, and that may hold values.
        raise _explain(error) from None


def _import_driver() -> ModuleType:
    try:
        import adbc_driver_postgresql.dbapi as driver
    except ImportError:
        raise RtwError(
            "The engine `postgres` needs adbc-driver-postgresql: pip install 'rtw-outcomes[postgres]'"
        ) from None
    module: ModuleType = driver
    return module


def _connect(driver: ModuleType, database: str) -> Any:
    try:
        return driver.connect(database)
    except (driver.Error, OSError, ValueError) as error:
        if "authentication" in str(error):
            what = "the database refused the user or the password"
        else:
            what = (
                "no connection to the database. The server may be away, or the name of the server, the "
                "database or the user may be wrong"
            )
        raise RtwError(f"The engine `postgres`: {what}.") from None


def _explain(error: Any) -> RtwError:
    """What stopped the run; of an error that is not known its SQLSTATE, which holds no value."""
    state = error.sqlstate or ""
    fault = FAULTS.get(state, f"a query failed, SQLSTATE {state}")
    if not state or state.startswith(("08", "57P")):  # a connection that broke, a server that ends
        fault = "the database went away"
    return RtwError(f"The engine `postgres`: computing stopped. {fault[:1].upper()}{fault[1:]}.")


def _set_up(cursor: Any) -> None:
    cursor.execute(SET_UP)
    cursor.fetchall()  # a query is not run to its end before


def _compute(cursor: Any, plan: Plan, tables: Tables) -> pl.DataFrame:
    _set_up(cursor)
    for name, rows in _list_tables(plan, tables):
        _copy(cursor, name, rows)
    parts = []
    for part in split_plan(plan):
        cursor.execute(render_sql(part, "postgres"))
        results = pl.DataFrame(cursor.fetch_arrow_table())
        parts.append(
            results.select(pl.col(each.name).cast(RESULT_TYPES[each.kind]) for each in part.columns)
        )
    return pl.concat(parts, how="horizontal")


def _list_tables(plan: Plan, tables: Tables) -> Iterator[tuple[str, pl.LazyFrame]]:
    """The tables that the queries read, by their names.

    Persons are numbers there: the queries need to know only who is the same, the ids stay with us,
    and a database takes every number, but not every text. So it is with reasons of the user's own.
    """
    # Collected, for the order of unique values is another one each time.
    unique = tables.cohort.select(pl.col("person_id").unique())
    persons = unique.with_row_index("person").lazy()
    number = pl.col("person").cast(pl.Int32).alias("person_id")
    rows = tables.scan_spells().join(persons, on="person_id")
    yield "spells", rows.select(number, *_cast(SPELLS_SCHEMA))
    reason = pl.col("censor_reason").cast(pl.String)
    told = pl.when(reason.is_in(EXITS) | reason.is_null()).then(reason).otherwise(pl.lit(OTHER))
    dates = tables.cohort.lazy().with_columns(told.alias("censor_reason"))
    dates = dates.with_row_index("row_id").join(persons, on="person_id")
    asked = {each.name: pl.Float64() for each in plan.cohort_numbers()}
    place = pl.col("row_id").cast(pl.Int32)
    yield "cohort", dates.select(place, number, *_cast(COHORT_SCHEMA | asked))
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    yield "observed", pl.LazyFrame(observed)


def _cast(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in schema.items()]


def _copy(cursor: Any, name: str, rows: pl.LazyFrame) -> None:
    """Copy rows into a temporary table, chunk by chunk; analyzed, or the planner knows nothing of it."""
    columns = ", ".join(
        f"{_quote(column)} {TYPES[kind]}" for column, kind in rows.collect_schema().items()
    )
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
    for chunk in rows.collect_batches(chunk_size=ROWS_A_CHUNK, maintain_order=False):
        cursor.adbc_ingest(name, chunk.to_arrow(), mode="append", temporary=True)
    cursor.execute(f"ANALYZE {name}")


def _quote(name: str) -> str:
    """A column of the cohort has any name that a file can have."""
    return exp.to_identifier(name, quoted=True).sql(dialect="postgres")
