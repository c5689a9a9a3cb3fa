"""The rows of a query to PostgreSQL into Parquet, batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from rtw_outcomes.errors import RtwError, refuse
from rtw_outcomes.intake.readers.extra import needed_for
from rtw_outcomes.intake.readers.parquet_file import write_batches

# SQLSTATE, by which PostgreSQL says what is wrong with a query.
FAULTS = {
    "42P01": "the database has no table or view of a name in the query, or the user may not see it",
    "3F000": "the database has no schema of a name in the query",
    "42703": "a table of the query has no column of a name in the query",
    "42501": "the user may not read a table of the query",
    "42601": "the query is not written as PostgreSQL expects",
}


def read_postgres(query: str, connection: str, name: str, target: Path) -> None:
    """Read the rows of a query to PostgreSQL into Parquet.

    A `numeric` becomes a double. A `uuid` and an `interval` become text. An enum has to be cast to
    text in the query, and a `timestamp with time zone` to a date or a timestamp. The dates `infinity`
    and `-infinity` become dates that the contract finds unreadable.

    Args:
        query: one query that gives rows; they stay in its order.
        connection: where the database is, as `postgresql://user@host/database` or in the form of libpq.
        name: the source as the study names it, for messages; they show neither query nor connection.
        target: the Parquet file to write, whole or not at all.

    Raises:
        ContractError: the query cannot be run, gives no columns, or two of them have the same name.
        RtwError: the database does not answer, refuses the user or goes away, a row cannot be computed,
            or adbc-driver-postgresql is not installed.
    """
    with needed_for("from PostgreSQL", "adbc-driver-postgresql", "postgres"):
        import adbc_driver_postgresql.dbapi as postgres

    try:
        opened = postgres.connect(connection)
    except (postgres.Error, OSError, ValueError) as error:
        raise _refuse_connection(name, error) from None
    # What the query changes is undone when the connection closes: nothing is committed.
    with opened, opened.cursor() as cursor:
        try:
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
        except (postgres.Error, OSError, ValueError) as error:
            fault = FAULTS.get(getattr(error, "sqlstate", None) or "", "the query cannot be run")
            raise refuse(name, fault, hint="Try the query in another program") from None
        if not reader.schema.names:
            raise refuse(name, "the query gives no columns")
        numbers = [place for place, field in enumerate(reader.schema) if _is_numeric(field.type)]
        schema = reader.schema
        for place in numbers:
            schema = schema.set(place, pa.field(schema.names[place], pa.float64()))
        write_batches(_read(reader, schema, numbers, name), schema, name, target)


def _is_numeric(kind: pa.DataType) -> bool:
    """Arrow has no decimals of any length, so the driver sends texts that it calls numeric."""
    return isinstance(kind, pa.OpaqueType) and kind.type_name == "numeric"


def _read(
    reader: Any, schema: pa.Schema, numbers: list[int], name: str
) -> Iterator[pa.RecordBatch]:
    try:
        for batch in reader:
            columns = batch.columns
            for place in numbers:
                columns[place] = columns[place].storage.cast(pa.float64())
            yield pa.record_batch(columns, schema=schema)
    except MemoryError:
        raise
    except Exception:  # of Arrow, of the driver or of the system; their texts may hold values
        raise RtwError(
            f"{name}: reading the rows stopped. The database went away, or the query failed on a row."
        ) from None


def _refuse_connection(name: str, error: Exception) -> RtwError:
    if "authentication" in str(error):
        return RtwError(f"{name}: the database refused the user or the password.")
    return RtwError(
        f"{name}: no connection to the database. The server may be away, or the name of the server, the "
        "database or the user may be wrong."
    )
