"""One DuckDB connection that reads delivered files; its errors never carry a data value out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl
from sqlglot import exp
from sqlglot.expressions import Query

from rtw_outcomes.errors import RtwError
from rtw_outcomes.intake.sources import Source, refuse

LINE_FAULTS = {
    "MISSING COLUMNS": "a line has fewer cells than the header",
    "TOO MANY COLUMNS": "a line has more cells than the header",
    "UNQUOTED VALUE": "a quotation mark is opened and not closed",
    "LINE SIZE OVER MAXIMUM": "a line is too long to be a row",
    "INVALID ENCODING": "the text is not UTF-8",
}


class Database:
    """An in-memory DuckDB that holds the tables of one intake."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()

    def close(self) -> None:
        """Forget all tables."""
        self._connection.close()

    def describe(self, source: Source) -> dict[str, str | None]:
        """The columns of a source with their types; None for the cells of a text file.

        Raises:
            ContractError: a Parquet file cannot be read.
        """
        if source.delimiter is not None:
            return dict.fromkeys(source.columns)
        with _told_without_values(source):
            description = self._connection.execute(f"DESCRIBE SELECT * FROM {_scan(source)}")
            types = {name: kind for name, kind, *_ in description.fetchall()}
        return {
            name: "ENUM" if kind.startswith("ENUM") else kind.split("(")[0]
            for name, kind in types.items()
            if name not in ("filename", "file_row_number")
        }

    def create_judged(self, source: Source, judged: Query) -> None:
        """Read a source once, into the table `judged_<table>`.

        Raises:
            ContractError: the file is cut off, broken or not UTF-8.
        """
        where = f"SELECT {_position(source)}, * FROM {_scan(source)}"
        query = judged.sql(dialect="duckdb")
        with _told_without_values(source):
            self._connection.execute(
                f"CREATE TEMP TABLE judged_{source.table} AS WITH delivered AS ({where}) {query}"
            )
        if source.delimiter is not None:
            self._check_lines(source)

    def _check_lines(self, source: Source) -> None:
        faults = self._connection.execute(
            "SELECT error_type, count(DISTINCT line), min(line) FROM reject_errors GROUP BY 1 ORDER BY 3"
        ).fetchall()
        self._connection.execute("DROP TABLE reject_errors")
        self._connection.execute("DROP TABLE reject_scans")
        for kind, lines, first in faults:
            raise refuse(
                f"{source.name}:{first}",
                LINE_FAULTS.get(kind, "a line cannot be read as cells"),
                found=f"{lines} such line{'s' if lines > 1 else ''}",
                hint="The file may be cut off, or written with another separator or encoding",
            )

    def describe_table(self, table: str) -> list[str]:
        """The columns of a table that was made here."""
        return [name for name, *_ in self.rows(f"DESCRIBE {table}")]

    def create(self, name: str, query: Query | str) -> None:
        """Make a table of our own names from a query."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        self._connection.execute(f"CREATE TEMP TABLE {name} AS {text}")

    def put(self, name: str, frame: pl.DataFrame) -> None:
        """Make a table from a frame."""
        self._connection.register(name, frame)

    def frame(self, query: Query | str) -> pl.DataFrame:
        """The result of a query."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        result: pl.DataFrame = self._connection.sql(text).pl()
        return result

    def rows(self, query: Query | str) -> list[tuple[Any, ...]]:
        """The result of a small query as tuples."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        return self._connection.execute(text).fetchall()


@contextmanager
def open_database() -> Iterator[Database]:
    """A database for one intake.

    Raises:
        RtwError: DuckDB stopped; only the kind of its error is told, for its texts hold values.
    """
    database = Database()
    try:
        yield database
    except duckdb.Error as error:
        raise RtwError(
            f"reading the delivery stopped: {type(error).__name__} in DuckDB."
        ) from error
    finally:
        database.close()


@contextmanager
def _told_without_values(source: Source) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise refuse(
            source.name,
            "the file cannot be read",
            expected="Parquet" if source.delimiter is None else "text with cells",
            hint="It may be cut off, or another kind of file than its name says",
        ) from error


def _position(source: Source) -> str:
    """Where a row stood: the number of its file, and its number in it, from 1."""
    if source.delimiter is not None:
        return "1 AS source_file, row_number() OVER () AS source_row"
    numbers = "".join(
        f" WHEN {_text(str(path))} THEN {number}" for number, path in enumerate(source.paths, 1)
    )
    return f"CASE filename{numbers} END AS source_file, file_row_number + 1 AS source_row"


def _scan(source: Source) -> str:
    paths = ", ".join(_text(str(path)) for path in source.paths)
    if source.delimiter is None:
        return f"read_parquet([{paths}], filename = true, file_row_number = true)"
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in source.columns)
    return (
        f"read_csv([{paths}], delim = {_text(source.delimiter)}, header = true, quote = '\"', "
        f"escape = '\"', auto_detect = false, columns = {{{columns}}}, store_rejects = true)"
    )


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="duckdb")
