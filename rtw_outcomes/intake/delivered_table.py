"""One table as delivered: its files or its frame, of what kind they are, and which columns they have."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rtw_outcomes.errors import ContractError, Problem, suggest
from rtw_outcomes.intake.account import count_words
from rtw_outcomes.intake.frames import Frame, with_whole_ids
from rtw_outcomes.intake.study import LoadedStudy, list_files

DELIMITERS = ("\t", ";", ",")
TEXT_ENDINGS = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True)
class DeliveredTable:
    """One table as delivered.

    Attributes:
        table: `spells` or `cohort`.
        name: the path as the study writes it, or the argument that a frame came in, for messages.
        renamed_by: where the study names its columns, for hints.
        paths: the files, in a fixed order; none where it is a frame.
        delimiter: for text files; None for Parquet and for frames.
        columns: the names in the header of a text file; for the others they come with their types.
        frame: the rows, where they were handed over in memory.
    """

    table: str
    name: str
    renamed_by: str
    paths: tuple[Path, ...]
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    frame: Frame | None = None

    @property
    def kind(self) -> str:
        """The kind of the table, for messages."""
        if self.frame:
            return "frame"
        return "Parquet" if self.delimiter is None else "text"

    @property
    def part_names(self) -> tuple[str, ...]:
        """The names of its files; a frame has its own name."""
        return (self.name,) if self.frame else tuple(path.name for path in self.paths)


def find_delivered_table(table: str, loaded: LoadedStudy) -> DeliveredTable:
    """Find the frame or the files of a table of a study, and read the header of a text file.

    Raises:
        ContractError: there are none, or a file is empty or not readable as text.
    """
    name, renamed_by = getattr(loaded.study, table), loaded.name_key("columns", table)
    frame = loaded.frames.get(table)
    if frame:
        whole = with_whole_ids(frame.table, loaded.name_of_id(table))
        return DeliveredTable(table, name, renamed_by, (), frame=replace(frame, table=whole))
    paths = list_files(loaded.folder, name)
    for path in paths:
        if path.is_file() and path.stat().st_size == 0:
            raise refuse(_name_part(name, path, paths), "the file is empty")
    endings = {path.suffix.lower() for path in paths}
    if endings == {".parquet"}:
        return DeliveredTable(table, name, renamed_by, paths)
    if len(paths) == 1 and endings <= TEXT_ENDINGS:
        header, delimiter = _read_header(paths[0], name)
        return DeliveredTable(table, name, renamed_by, paths, delimiter, header)
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
            hint=_ask_for_index(source, tuple(missing.values()))
            or ("" if source.frame else "Is the line with the column names missing? ")
            + f"If the names are others, say so in {source.renamed_by}",
        )
    problems = [
        Problem(
            source.name,
            f"the column `{name}` is missing"
            + (f", which holds {canonical}" if name != canonical else ""),
            found=_describe_columns(found, sure=len(missing) <= len(wanted) / 2),
            hint=_ask_for_index(source, (name,))
            or suggest(name, found)
            or f"Another one can be named in {source.renamed_by}",
        )
        for canonical, name in missing.items()
    ]
    if problems:
        raise ContractError(problems)


def _ask_for_index(source: DeliveredTable, missing: tuple[str, ...]) -> str:
    """The hint for columns that are the index of a pandas frame; empty when none is."""
    inside = [name for name in missing if source.frame and name in source.frame.index]
    if not inside:
        return ""
    names = " and ".join(f"`{name}`" for name in inside)
    verb, pronoun = ("is", "it a column") if len(inside) == 1 else ("are", "them columns")
    return f"{names} {verb} in the index, which is not read. `reset_index()` makes {pronoun}"


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
