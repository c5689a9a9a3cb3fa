"""One DuckDB connection that reads delivered files; its errors never carry a data value out."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Query

from rtw_outcomes.disk.workspace import find_refusal
from rtw_outcomes.errors import NO_ROOM, ContractError, RtwError, refuse
from rtw_outcomes.intake.canonical_column import FILE, FLOAT_TYPES, MIXED, ROW
from rtw_outcomes.intake.delivered_table import EXPORTS, DeliveredTable, Part
from rtw_outcomes.intake.parts import Types, find_in_part, read_in_part, unite_columns
from rtw_outcomes.intake.text_files import find_encoding, recode

# Of a limit of memory; the rest is for Python, and for the frames that leave the intake.
SHARE_OF_LIMIT = 0.5

ROW_NUMBER = "file_row_number"

# The largest whole number up to which a float tells all whole numbers apart.
LAST_WHOLE_FLOAT = 2**53

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
        self._described: dict[str, list[Types]] = {}
        self._starts: dict[str, dict[int, int]] = {}

    def close(self) -> None:
        """Forget all tables."""
        self._connection.close()

    def describe(self, source: DeliveredTable) -> dict[str, str | None]:
        """The columns of a source with their types; None for the cells of a text file.

        They have the names that they are known by, once these are matched.

        Raises:
            ContractError: a Parquet file cannot be read.
        """
        types = unite_columns(self.describe_parts(source))
        if not source.names:
            return types
        return {name: types[delivered] for name, delivered in source.names.items()}

    def describe_parts(self, source: DeliveredTable) -> list[Types]:
        """The columns of each part of a source with their types, as delivered.

        Raises:
            ContractError: a Parquet file cannot be read.
        """
        if source.is_text:
            return [dict.fromkeys(part.text.columns) for part in source.parts if part.text]
        if source.key not in self._described:
            self._described[source.key] = (
                [self._describe_frame(source, source.frame.table)]
                if source.frame
                else [
                    self._describe_rows(source.name_part(part), source.kind, _parquet(part.path))
                    for part in source.parts
                ]
            )
        return self._described[source.key]

    def _describe_frame(self, source: DeliveredTable, table: pa.Table) -> Types:
        """Give the rows of a frame their numbers, and DuckDB the frame, which it does not copy."""
        numbers = pa.array(np.arange(1, table.num_rows + 1))
        with self._told_without_values(source.name, source.kind):
            self._connection.register(_frame_name(source), table.append_column(ROW, numbers))
        types = self._describe_rows(source.name, source.kind, _frame_name(source))
        return {name: kind for name, kind in types.items() if name != ROW}

    def _describe_rows(self, place: str, kind: str, rows_of: str) -> dict[str, str]:
        with self._told_without_values(place, kind):
            rows = self.rows(f"DESCRIBE FROM {rows_of}")
        return {
            name: "ENUM" if kind.startswith("ENUM") else kind.split("(")[0].strip('"')
            for name, kind, *_ in rows
        }

    def create_validated(self, source: DeliveredTable, validated: Query) -> DeliveredTable:
        """Read a source once, into the table `validated_<key>`; a file, but for the cohort.

        Returns:
            The source; text files that turn out not to be UTF-8 are others in it, written anew.

        Raises:
            ContractError: the file is cut off, broken or of an unknown encoding.
        """
        name = f"validated_{source.key}"
        query = validated.sql(dialect="duckdb")
        with self._told_without_values(source.name, source.kind):
            if source.table == "cohort":
                self.create(name, f"{self._delivered(source)} {query}")
            else:
                self.write(name, f"{self._delivered(source)} {query}")
                if not source.frame:
                    self._number_rows(name, len(source.parts))
        other = self._check_lines(source)
        if other is None:
            return source
        return self.create_validated(other, validated)

    def _number_rows(self, name: str, parts: int) -> None:
        """Number the rows of each delivered file by their places in the file that they are written to.

        A number that is written costs as much as a column of dates, and for texts one thread has to count.
        """
        path = self.file(name)
        numbered = f"read_parquet({_text(escape(str(path)))}, {ROW_NUMBER} = true)"
        starts = {1: 0}
        if parts > 1:
            query = f"SELECT source_file, min({ROW_NUMBER}) FROM {numbered} GROUP BY source_file"
            starts = dict(self.rows(query))
        self._starts[name] = starts
        listed = ", ".join(str(starts.get(number, 0)) for number in range(1, parts + 1))
        self._connection.execute(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * EXCLUDE ({ROW_NUMBER}) "
            f"REPLACE ({ROW_NUMBER} + 1 - [{listed}][source_file] AS source_row) FROM {numbered}"
        )

    def scan(self, name: str) -> pl.LazyFrame:
        """A table that `write` or `create_validated` left in a file, to be read while its files are there."""
        path, starts = self.file(name), self._starts.get(name)
        if starts is None:
            return pl.scan_parquet(path, glob=False)
        before = pl.col("source_file").replace_strict(
            list(starts), list(starts.values()), return_dtype=pl.Int64
        )
        place = pl.col(ROW_NUMBER).cast(pl.Int64) + 1 - before
        rows = pl.scan_parquet(path, glob=False, row_index_name=ROW_NUMBER)
        return rows.with_columns(place.alias("source_row")).drop(ROW_NUMBER)

    def measure(self, source: DeliveredTable, query: Query) -> list[tuple[Any, ...]]:
        """The rows of a small query over all delivered rows."""
        with self._told_without_values(source.name, source.kind):
            rows = self.rows(f"{self._delivered(source)} {query.sql(dialect='duckdb')}")
        self._check_lines(source)
        return rows

    def _delivered(self, source: DeliveredTable) -> str:
        parts = self.describe_parts(source)
        united = unite_columns(parts)
        selects = []
        for number, (types, (place, rows_of)) in enumerate(
            zip(parts, self._scan(source), strict=True), start=1
        ):
            cells = [
                read_in_part(delivered, united[delivered], types).as_(name, quoted=True)
                for name, delivered in source.names.items()
            ]
            columns = ", ".join(cell.sql(dialect="duckdb") for cell in cells)
            selects.append(
                f"SELECT {number} AS {_identifier(FILE)}, {place} AS {_identifier(ROW)}, "
                f"{columns} FROM {rows_of}"
            )
        return f"WITH delivered AS ({' UNION ALL '.join(selects)})"

    def _scan(self, source: DeliveredTable) -> Iterator[tuple[str, str]]:
        """For each part of a source the number of a row, and where the rows come from.

        Only the rows of the cohort are numbered here; others are in the file that they are written to.
        """
        if source.frame:
            yield _identifier(ROW), _frame_name(source)
            return
        place = "row_number() OVER ()" if source.table == "cohort" else "0"
        for part in source.parts:
            yield place, _scan_part(part)

    def _check_lines(self, source: DeliveredTable) -> DeliveredTable | None:
        """Refuse lines that are no rows; the source with UTF-8 files, where some were none.

        Raises:
            ContractError: a line is no row.
        """
        if not source.is_text:
            return None
        faults = self._connection.execute(
            "SELECT file_path, error_type, count(DISTINCT line), min(line) FROM reject_errors "
            "JOIN reject_scans USING (scan_id, file_id) GROUP BY ALL ORDER BY 4"
        ).fetchall()
        self._connection.execute("DROP TABLE reject_errors")
        self._connection.execute("DROP TABLE reject_scans")
        parts = {str(part.path): part for part in source.parts}
        recoded = {
            path: self._recode(source, parts[path])
            for path, kind, *_ in faults
            if kind == "INVALID ENCODING" and not source.format.encoding
        }
        if recoded:
            anew = tuple(recoded.get(path, part) for path, part in parts.items())
            return replace(source, parts=anew)
        for path, kind, lines, first in faults:
            raise refuse(
                f"{source.name_part(parts[path])}:{first}",
                LINE_FAULTS.get(kind, "a line cannot be read as cells"),
                found=f"{lines} such line{'s' if lines > 1 else ''}",
                hint=f"The file may be cut off, or written with another separator or encoding. {EXPORTS}",
            )
        return None

    def _recode(self, source: DeliveredTable, part: Part) -> Part:
        assert part.text, "only text has an encoding"
        place = source.name_part(part)
        encoding = find_encoding(part.path, place)
        target = self._folder / f"{source.key}_{source.parts.index(part) + 1}.csv"
        recode(part.path, place, encoding, target)
        return replace(part, path=target, text=replace(part.text, path=target, encoding=encoding))

    def are_whole(self, source: DeliveredTable, name: str) -> bool:
        """Whether the floats of a column are all whole numbers that a float tells apart."""
        parts, delivered = self.describe_parts(source), source.names[name]
        kind = unite_columns(parts)[delivered]
        for types, (_, rows_of) in zip(parts, self._scan(source), strict=True):
            own = find_in_part(delivered, types)
            # In a column of several kinds, the cells that are no floats are texts or whole numbers.
            if own is None or (kind == MIXED and types[own] not in FLOAT_TYPES):
                continue
            column = _identifier(own)
            query = (
                f"SELECT count(*) FROM {rows_of} "
                f"WHERE {column} <> floor({column}) OR abs({column}) >= {LAST_WHOLE_FLOAT}"
            )
            with self._told_without_values(source.name, source.kind):
                if self.rows(query)[0][0]:
                    return False
        return True

    def describe_table(self, table: str) -> dict[str, str]:
        """The columns of a table that was made here, with their types."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {table}")}

    def create(self, name: str, query: Query | str) -> None:
        """Make a table of our own names from a query."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {text}")

    def insert(self, name: str, query: Query | str) -> None:
        """Add the rows of a query to a table that `create` made."""
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        self._connection.execute(f"INSERT INTO {name} {text}")

    def write(self, name: str, query: Query | str, metadata: Mapping[str, str] = {}) -> Path:
        """Make a table of our own names as a Parquet file, in the order of the query's rows."""
        path = self.file(name)
        text = query if isinstance(query, str) else query.sql(dialect="duckdb")
        said = ", ".join(f"{_text(key)}: {_text(value)}" for key, value in metadata.items())
        options = f"FORMAT parquet, COMPRESSION lz4_raw, PRESERVE_ORDER true{f', KV_METADATA {{{said}}}' if said else ''}"
        self._connection.execute(f"COPY ({text}) TO {_text(str(path))} ({options})")
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM {_parquet(path)}")
        return path

    def replace(self, name: str, query: Query | str, metadata: Mapping[str, str] = {}) -> Path:
        """Write a table anew that `write` made, from itself."""
        path, anew = self.file(name), self.write(f"{name}_anew", query, metadata)
        anew.replace(path)
        self._starts.pop(name, None)
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM {_parquet(path)}")
        return path

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

    @contextmanager
    def _told_without_values(self, place: str, kind: str) -> Iterator[None]:
        try:
            yield
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.IOException as error:
            if find_refusal(self._folder, str(error)):
                raise  # no fault of what is read
            if "ermission denied" not in str(error):
                raise _unreadable(place, kind) from None
            raise PermissionError(errno.EACCES, "Permission denied", place) from None
        except duckdb.Error:
            raise _unreadable(place, kind) from None

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
        if refusal := find_refusal(folder, str(error)):
            raise refusal from None
        kind = type(error).__name__
        hint = NO_ROOM if isinstance(error, duckdb.OutOfMemoryException) else ""
        # `from None`, because a notebook shows the text of a cause, and that may hold values.
        raise RtwError(f"Reading the delivery stopped: {kind} in DuckDB.{hint}") from None
    finally:
        database.close()


def _frame_name(source: DeliveredTable) -> str:
    return f"delivered_{source.key}"


def _unreadable(place: str, kind: str) -> ContractError:
    if kind == "frame":
        hint = "A column may have a type that has no place in a table of a register"
        return refuse(place, "the frame cannot be read", hint=hint)
    hint = "It may be cut off, or another kind of file than its name says"
    return refuse(place, f"the file cannot be read as {kind}", hint=hint)


def _parquet(path: Path) -> str:
    return f"read_parquet({_text(escape(str(path)))})"


def _scan_part(part: Part) -> str:
    # Escaped, because DuckDB would take a name with a star or a question mark for a pattern.
    name = _text(escape(str(part.path)))
    if part.text is None:
        return f"read_parquet({name})"
    columns = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in part.text.columns)
    return (
        f"read_csv({name}, delim = {_text(part.text.separator)}, header = true, quote = '\"', "
        f"skip = {part.text.lines_above}, "
        f"escape = '\"', auto_detect = false, columns = {{{columns}}}, store_rejects = true)"
    )


def _text(value: str) -> str:
    return exp.Literal.string(value).sql(dialect="duckdb")


def _identifier(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")
