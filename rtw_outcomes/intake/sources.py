"""The files of one table: which they are, of what kind, and which columns they have."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtw_outcomes.errors import ContractError, Problem
from rtw_outcomes.rules import suggest

DELIMITERS = ("\t", ";", ",")
TEXT_ENDINGS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Source:
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


def find_source(table: str, name: str, folder: Path) -> Source:
    """Find the files of a table and read the header of a text file.

    Raises:
        ContractError: there are none, or a file is empty or not readable as text.
    """
    paths = _find_paths(folder / name, folder, name)
    for path in paths:
        if path.stat().st_size == 0:
            raise refuse(name, "the file is empty")
    if paths and all(path.suffix == ".parquet" for path in paths):
        return Source(table, name, paths, None)
    if len(paths) == 1 and paths[0].suffix in TEXT_ENDINGS:
        header, delimiter = _read_header(paths[0], name)
        return Source(table, name, paths, delimiter, header)
    raise refuse(
        name,
        "this is not a file that can be read",
        expected="one .csv, .tsv or .txt file, or one or more .parquet files",
    )


def check_columns(source: Source, found: tuple[str, ...], wanted: Mapping[str, str]) -> None:
    """Every canonical column in `wanted` is there under the name that it has in the delivery.

    Raises:
        ContractError: a column is missing.
    """
    problems = [
        Problem(
            source.name,
            f"the column `{name}` is missing, which holds {canonical}",
            found=f"the columns {', '.join(found[:30])}",
            hint=suggest(name, found) or f"The study can name it under `columns: {source.table}`",
        )
        for canonical, name in wanted.items()
        if name not in found
    ]
    if problems:
        raise ContractError(problems)


def refuse(
    place: str, what: str, expected: str = "", found: str = "", hint: str = ""
) -> ContractError:
    """A contract error with one problem."""
    return ContractError([Problem(place, what, expected, found, hint)])


def _find_paths(path: Path, folder: Path, name: str) -> tuple[Path, ...]:
    if path.is_dir():
        return tuple(sorted(path.glob("*.parquet")))
    if path.is_file():
        return (path,)
    return tuple(sorted(folder.glob(name)))


def _read_header(path: Path, name: str) -> tuple[tuple[str, ...], str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            first = lines.readline(1_000_000)
    except UnicodeDecodeError:
        raise refuse(f"{name}:1", "the text is not UTF-8", hint="Save the file as UTF-8") from None
    delimiter = max(DELIMITERS, key=first.count)
    header = tuple(column.strip() for column in next(csv.reader([first], delimiter=delimiter), []))
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated:
        raise refuse(f"{name}:1", f"the column `{repeated[0]}` stands twice in the header")
    return header, delimiter
