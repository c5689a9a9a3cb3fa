"""The files of one table: which they are, of what kind, and which columns they have."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtw_outcomes.errors import ContractError, Problem, suggest
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.study import find_files

DELIMITERS = ("\t", ";", ",")
TEXT_ENDINGS = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True)
class DeliveredTable:
    """One table as delivered.

    Attributes:
        table: `spells` or `cohort`.
        name: the path as the study writes it, for messages.
        paths: the files, in a fixed order.
        delimiter: for text files; None for Parquet.
        columns: the names in the header of a text file; for Parquet they come with their types.
    """

    table: str
    name: str
    paths: tuple[Path, ...]
    delimiter: str | None
    columns: tuple[str, ...] = ()


def find_delivered_table(table: str, name: str, folder: Path) -> DeliveredTable:
    """Find the files of a table and read the header of a text file.

    Raises:
        ContractError: there are none, or a file is empty or not readable as text.
    """
    paths = find_files(folder, name)
    for path in paths:
        if path.is_file() and path.stat().st_size == 0:
            raise refuse(_name_part(name, path, paths), "the file is empty")
    endings = {path.suffix.lower() for path in paths}
    if endings == {".parquet"}:
        return DeliveredTable(table, name, paths, None)
    if len(paths) == 1 and endings <= TEXT_ENDINGS:
        header, delimiter = _read_header(paths[0], name)
        return DeliveredTable(table, name, paths, delimiter, header)
    raise refuse(
        name,
        "this is not a file that can be read",
        expected="one .csv, .tsv or .txt file, or one or more .parquet files",
    )


def check_columns(
    source: DeliveredTable, found: tuple[str, ...], wanted: Mapping[str, str]
) -> None:
    """Every canonical column in `wanted` is there under the name that it has in the delivery.

    Raises:
        ContractError: a column is missing.
    """
    missing = {canonical: name for canonical, name in wanted.items() if name not in found}
    if len(missing) == len(wanted):
        # Then the first line may be a row: its cells must not be shown.
        raise refuse(
            source.name,
            f"none of the columns {', '.join(wanted.values())} is there",
            found=f"{count_words(len(found), 'column')} with other names",
            hint="Is the line with the column names missing? If the names are others, say so "
            f"under `columns: {source.table}` in the study file",
        )
    problems = [
        Problem(
            source.name,
            f"the column `{name}` is missing"
            + (f", which holds {canonical}" if name != canonical else ""),
            found=_describe_columns(found, sure=len(missing) <= len(wanted) / 2),
            hint=suggest(name, found)
            or f"The study can name another one under `columns: {source.table}`",
        )
        for canonical, name in missing.items()
    ]
    if problems:
        raise ContractError(problems)


def _describe_columns(found: tuple[str, ...], sure: bool) -> str:
    """The names, when it is sure that they are names and not the cells of a row."""
    return f"the columns {', '.join(found[:30])}" if sure else count_words(len(found), "column")


def refuse(
    place: str, what: str, expected: str = "", found: str = "", hint: str = ""
) -> ContractError:
    """A contract error with one problem."""
    return ContractError([Problem(place, what, expected, found, hint)])


def ends_with_line_break(source: DeliveredTable) -> bool:
    """Whether a text file ends as a whole line does; a file that was cut off often does not."""
    with source.paths[0].open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def name_part(source: DeliveredTable, path: Path) -> str:
    """A source for messages, with the name of the part when it has several."""
    return _name_part(source.name, path, source.paths)


def _name_part(name: str, path: Path, paths: tuple[Path, ...]) -> str:
    return name if len(paths) == 1 else f"{name} ({path.name})"


def _read_header(path: Path, name: str) -> tuple[tuple[str, ...], str]:
    """The column names; they are told only when nothing else than their form is wrong."""
    with path.open("rb") as lines:
        first = lines.readline(1_000_000)
    try:
        line = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(f"{name}:1", "the text is not UTF-8", hint="Save the file as UTF-8") from None
    delimiter = max(DELIMITERS, key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        raise refuse(f"{name}:1", "the line with the column names cannot be read") from None
    header = tuple(column.strip() for column in cells)
    for place, column in enumerate(header, start=1):
        if not column:
            hint = "Name each column; a separator at the end of the line makes one too many"
            raise refuse(f"{name}:1", f"column {place} has no name", hint=hint)
        same = [other for other in header[: place - 1] if other.lower() == column.lower()]
        if same:
            twice = f"columns {header.index(same[0]) + 1} and {place} have the same name"
            hint = "Names that differ in capitals only count as the same"
            raise refuse(f"{name}:1", twice, hint=hint)
    return header, delimiter
