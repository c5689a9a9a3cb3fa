"""One DuckDB connection that reads delivered files; its errors never carry a data value out."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Query

from rtw_outcomes.errors import NO_ROOM, ContractError, RtwError
from rtw_outcomes.intake.delivered_table import DeliveredTable, name_part, refuse
from rtw_outcomes.intake.validation import FILE, ROW

# Of a limit of memory; the rest is for Python, and for the frames that leave the intake.
SHARE_OF_LIMIT = 0.5

ROW_NUMBER = "file_row_number"

LINE_FAULTS = {
    "MISSING COLUMNS": "a line has fewer cells than the header",
    "TOO MANY COLUMNS": "a line has more cells than the header",
    "UNQUOTED VALUE": "a quotation mark is opened and not closed",
    "LINE SIZE OVER MAXIMUM": "a line is too long to be a row",
    "INVALID ENCODING": "the text is not UTF-8",
}


class Database:
    """A DuckDB that holds the small tables of one intake; the large ones are files in `folder`."""

    def __init__(self, folder: Path, memory_limit: int | None) -> None:
        self._folder = folder
        # Its own choice would be the folder that the user stands in, which may not be writable.
        config: dict[str, Any] = {"temp_directory": str(folder)}
        if memory_limit is not None:
            config["memory_limit"] = f"{int(memory_limit * SHARE_OF_LIMIT)}B"
        self._connection = duckdb.connect(config=config)
        self._described: dict[str, dict[str, str | None]] = {}

    def close(self) -> None:
        """Forget all tables."""
        self._connection.close()

    def describe(self, source: DeliveredTable) -> dict[str, str | None]:
        """The columns of a source with their types; None for the cells of a text file.

        Raises:
            ContractError: a Parquet file cannot be read, or two parts have different columns.
        """
        if source.delimiter is not None:
            return dict.fromkeys(source.columns)
        if source.table in self._described:
            return self._described[source.table]
        if source.frame:
            self._described[source.table] = self._describe_frame(source, source.frame.table)
            return self._described[source.table]
        parts = [
            self._describe_rows(name_part(source, path), source.kind, _parquet(path))
            for path in source.paths
        ]
        for path, part in zip(source.paths, parts, strict=True):
            if part != parts[0]:
                raise refuse(
                    name_part(source, path),
                    "the columns are not those of the first part",
                    hint="All parts of a table have the same columns, of the same types",
                )
        self._described[source.table] = dict(parts[0])
        return self._described[source.table]

    def _describe_frame(self, source: DeliveredTable, table: pa.Table) -> dict[str, str | None]:
        """Give the rows of a frame their numbers, and DuckDB the frame, which it does not copy."""
        numbers = pa.array(np.arange(1, table.num_rows + 1))
        with _told_without_values(source.name, source.kind):
            self._connection.register(_frame_name(source), table.append_column(ROW, numbers))
        types = self._describe_rows(source.name, source.kind, _frame_name(source))
        return {name: kind for name, kind in types.items() if name != ROW}

    def _describe_rows(self, place: str, kind: str, rows_of: str) -> dict[str, str]:
        with _told_without_values(place, kind):
            rows = self.rows(f"DESCRIBE FROM {rows_of}")
        return {
            name: "ENUM" if kind.startswith("ENUM") else kind.split("(")[0].strip('"')
            for name, kind, *_ in rows
        }

    def create_validated(self, source: DeliveredTable, validated: Query) -> None:
        """Read a source once, into the table `validated_<table>`; that of the spells is a file.

        Raises:
            ContractError: the file is cut off, broken or not UTF-8.
        """
        columns = ", ".join(_identifier(name) for name in self.describe(source))
        delivered = " UNION ALL ".join(
            f"SELECT {number} AS {_identifier(FILE)}, {place} AS {_identifier(ROW)}, "
            f"{columns} FROM {rows_of}"
            for number, (place, rows_of) in enumerate(self._scan(source), start=1)
        )
        query = f"WITH delivered AS ({delivered}) {validated.sql(dialect='duckdb')}"
        with _told_without_values(source.name, source.kind):
            if source.table == "spells":
                self.write("validated_spells", query)
            else:
                self.create(f"validated_{source.table}", query)
        if source.delimiter is not None:
            self._check_lines(source)

    def _scan(self, source: DeliveredTable) -> Iterator[tuple[str, str]]:
        """For each part of a source the number of a row, and where the rows come from."""
        if source.frame:
            yield _identifier(ROW), _frame_name(source)
            return
        # Parquet numbers its rows itself, without bringing them into one thread; unless a delivered
        # column has the name of that number.
        numbered = source.delimiter is None and ROW_NUMBER not in map(
            str.lower, self.describe(source)
        )
        place = f"{ROW_NUMBER} + 1" if numbered else "row_number() OVER ()"
        for path in source.paths:
            yield place, _scan_file(source, path, numbered)

    def _check_lines(self, source: DeliveredTable) -> None:
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

    def describe_table(self, table: str) -> dict[str, str]:
        """The columns of a table that was made here, with their types."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {table}")}

    def create(self, name: str, query: Query | str) -> None:
        """Make a table of our own names from a query."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        self._connection.execute(f"CREATE TEMP TABLE {name} AS {text}")

    def write(self, name: str, query: Query | str, metadata: Mapping[str, str] = {}) -> Path:
        """Make a table of our own names as a Parquet file, in the order of the query's rows."""
        path = self.file(name)
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        said = ", ".join(f"{_text(key)}: {_text(value)}" for key, value in metadata.items())
        options = (
            f"FORMAT parquet, COMPRESSION lz4_raw{f', KV_METADATA {{{said}}}' if said else ''}"
        )
        self._connection.execute(f"COPY ({text}) TO {_text(str(path))} ({options})")
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM {_parquet(path)}")
        return path

    def replace(self, name: str, query: Query | str, metadata: Mapping[str, str] = {}) -> Path:
        """Write a table anew that `write` made, from itself."""
        path, anew = self.file(name), self.write(f"{name}_anew", query, metadata)
        return anew.replace(path)

    def file(self, name: str) -> Path:
        """The path of the file in which `write` leaves a table."""
        return self._folder / f"{name}.parquet"

    def view(self, name: str, query: Query | str) -> None:
        """Give a query a name."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        self._connection.execute(f"CREATE VIEW {name} AS {text}")

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
def open_database(folder: Path, memory_limit: int | None = None) -> Iterator[Database]:
    """A database for one intake, which leaves its large tables in `folder`.

    Raises:
        RtwError: DuckDB stopped; only the kind of its error is told, for its texts hold values.
    """
    database = Database(folder, memory_limit)
    try:
        yield database
    except duckdb.InterruptException:
        # Python's own error for Ctrl-C, or for a notebook that is interrupted.
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        kind = type(error).__name__
        hint = NO_ROOM if isinstance(error, duckdb.OutOfMemoryException) else ""
        # `from None`, because a notebook shows the text of a cause, and that may hold values.
        raise RtwError(f"Reading the delivery stopped: {kind} in DuckDB.{hint}") from None
    finally:
        database.close()


@contextmanager
def _told_without_values(place: str, kind: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.IOException as error:
        if "ermission denied" not in str(error):
            raise _unreadable(place, kind) from None
        raise PermissionError(errno.EACCES, "Permission denied", place) from None
    except duckdb.Error:
        raise _unreadable(place, kind) from None


def _frame_name(source: DeliveredTable) -> str:
    return f"delivered_{source.table}"


def _unreadable(place: str, kind: str) -> ContractError:
    if kind == "frame":
        hint = "A column may have a type that has no place in a table of a register"
        return refuse(place, "the frame cannot be read", hint=hint)
    hint = "It may be cut off, or another kind of file than its name says"
    return refuse(place, f"the file cannot be read as {kind}", hint=hint)


def _parquet(path: Path) -> str:
    return f"read_parquet({_text(escape(str(path)))})"


def _scan_file(source: DeliveredTable, path: Path, numbered: bool) -> str:
    # Escaped, because DuckDB would take a name with a star or a question mark for a pattern.
    name = _text(escape(str(path)))
    if source.delimiter is None:
        return f"read_parquet({name}, {ROW_NUMBER} = {str(numbered).lower()})"
    columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in source.columns)
    return (
        f"read_csv({name}, delim = {_text(source.delimiter)}, header = true, quote = '\"', "
        f"escape = '\"', auto_detect = false, columns = {{{columns}}}, store_rejects = true)"
    )


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="duckdb")


def _identifier(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
