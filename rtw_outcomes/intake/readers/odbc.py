"""The rows of a query over ODBC into Parquet, batch by batch."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from rtw_outcomes.errors import RtwError, refuse
from rtw_outcomes.intake.readers.extra import needed_for
from rtw_outcomes.intake.readers.parquet_file import write_batches

# The memory for the rows on their way from the driver; the library takes it twice.
BATCH_BYTES = 64_000_000

# What drivers say of a connection or a query, by the state of ODBC or of PostgreSQL.
CONNECTION_FAULTS = {
    "28000": "the database refused the user or the password",
    "IM002": "the connection names no data source or driver that this computer has",
}
QUERY_FAULTS = {
    "42S02": "the database has no table of a name in the query, or the user may not see it",
    "42S22": "a table of the query has no column of a name in the query",
    "42P01": "the database has no table of a name in the query, or the user may not see it",
    "42703": "a table of the query has no column of a name in the query",
}


def read_odbc(query: str, connection: str, name: str, target: Path) -> None:
    """Read the rows of a query over ODBC into Parquet.

    What comes in is what the driver gives. The driver of PostgreSQL gives wrong values for infinity,
    for NaN and for dates after the year 9999: `read_postgres` does not. The reader has been tried with
    that driver alone. SQL Server could not be tried.

    Args:
        query: one query that gives rows, which stay in its order. It is run as it is: a query that
            changes the database changes it.
        connection: the connection string, such as `Driver={ODBC Driver 18 for SQL Server};Server=host`.
        name: the source as the study names it, for messages; they show neither query nor connection.
        target: the Parquet file to write, whole or not at all.

    Raises:
        ContractError: the query cannot be run, gives no columns, two of them have the same name, or a
            text is longer than its column says.
        RtwError: the database does not answer, refuses the user or goes away, or arrow-odbc or the
            driver manager is not installed.
    """
    with needed_for("over ODBC", "arrow-odbc", "odbc"):
        import arrow_odbc

    try:
        reader = arrow_odbc.read_arrow_batches_from_odbc(
            query,
            connection,
            max_bytes_per_batch=BATCH_BYTES,
            map_schema=_widen,
            # Narrow letters depend on the locale, which may have no place for å.
            payload_text_encoding=arrow_odbc.TextEncoding.UTF16,
        )
    except arrow_odbc.Error as error:
        raise _refuse(str(error), name) from None
    if reader is None or not reader.schema.names:
        raise refuse(name, "the query gives no columns")
    write_batches(_read(reader, name), reader.schema, name, target)


def _widen(schema: pa.Schema) -> pa.Schema:
    """Some drivers count the digits of a double in such a way that it is taken for a short float."""
    return pa.schema(
        [
            field.with_type(pa.float64()) if pa.types.is_float32(field.type) else field
            for field in schema
        ]
    )


def _read(reader: Any, name: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except MemoryError:
        raise
    except Exception as error:  # of the driver or of Arrow; their texts may hold values
        if "too large to be written" in str(error):
            raise refuse(
                name,
                "a column has a longer text, or a number of more digits, than the driver says",
                hint="Cast it in the query to a text or a number of a length that is enough",
            ) from None
        raise _stopped(name) from None


def _stopped(name: str) -> RtwError:
    return RtwError(
        f"{name}: reading the rows stopped. The database went away, or the query failed on a row."
    )


def _refuse(message: str, name: str) -> RtwError:
    """The error on a connection or a query; the text of the driver's may show both."""
    found = re.search(r"State: (\w{5})", message)
    state = found[1] if found else ""
    if "SQLDriverConnect" not in message:
        if state.startswith(("08", "57", "HYT")):  # the connection, the server, or the time is gone
            return _stopped(name)
        fault = QUERY_FAULTS.get(state, "the query cannot be run")
        return refuse(name, fault, hint="Try the query in another program")
    if "authentication failed" in message:
        state = "28000"
    fault = CONNECTION_FAULTS.get(
        state,
        "no connection to the database. The server may be away, or a part of the connection string may be "
        "wrong",
    )
    return RtwError(f"{name}: {fault}.")
