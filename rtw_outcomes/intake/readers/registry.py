"""The readers of typed files, by the ending of the file, and of databases; a library is imported only when it is asked for."""

import os
import re
from pathlib import Path

from rtw_outcomes.errors import RtwError
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.readers.arrow import read_arrow
from rtw_outcomes.intake.readers.odbc import read_odbc
from rtw_outcomes.intake.readers.postgres import read_postgres
from rtw_outcomes.intake.readers.statistics import KINDS, read_statistics_file
from rtw_outcomes.intake.readers.workbook import read_workbook

ODBC = re.compile(r"\b(driver|dsn)\s*=", re.IGNORECASE)
ARROW = (".arrow", ".feather", ".ipc")
WORKBOOKS = (".xlsx",)
ENDINGS = (*ARROW, *KINDS, *WORKBOOKS)


def read_query(query: str, connection: str, name: str, target: Path) -> None:
    """Read the rows of a query in a database into a Parquet file, in their order.

    Args:
        query: the query.
        connection: `env:NAME`; the variable holds an address of PostgreSQL (`postgresql://...`), or a
            connection of ODBC (`DRIVER=...` or `DSN=...`). It may hold a password, so it is never shown.
        name: how messages call it.
        target: the Parquet file.

    Raises:
        ContractError: the query cannot be run.
        RtwError: the variable is not set, the database does not answer, or its driver is not installed.
    """
    said = read_connection(connection, name)
    if is_odbc(said):
        read_odbc(query, said, name, target)
    else:
        read_postgres(query, said, name, target)


def read_connection(connection: str, name: str) -> str:
    """How a database is reached: what the variable of `env:NAME` holds.

    Raises:
        RtwError: the variable is not set.
    """
    variable = connection.removeprefix("env:")
    said = os.environ.get(variable, "")
    if not said:
        raise RtwError(
            f"{name}: the environment variable {variable} is not set. It says how the database is reached."
        )
    return said


def is_odbc(said: str) -> bool:
    """Whether a database is reached by ODBC; by the driver of PostgreSQL otherwise."""
    return ODBC.search(said) is not None


def can_be_read(path: Path) -> bool:
    """Whether there is a reader for a file with this ending."""
    return path.suffix.lower() in ENDINGS


def read_typed_file(path: Path, name: str, said: Format, target: Path) -> None:
    """Read a file into a Parquet file with the same rows in the same order, and with its types.

    Args:
        path: the file.
        name: how messages call it.
        said: what the study says about how it is written.
        target: the Parquet file.

    Raises:
        ContractError: it cannot be read.
        RtwError: the library that reads it is not installed.
    """
    if path.suffix.lower() in ARROW:
        read_arrow(path, name, target)
    elif path.suffix.lower() in WORKBOOKS:
        read_workbook(path, name, target)
    else:
        read_statistics_file(path, name, target, encoding=said.encoding)
