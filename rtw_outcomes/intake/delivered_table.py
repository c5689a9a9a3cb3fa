"""One source as delivered: its files or its frame, of what kind they are, and which columns they have."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rtw_outcomes.errors import ContractError, Problem, refuse, suggest
from rtw_outcomes.intake.account import Note, count_words
from rtw_outcomes.intake.compression import is_text, is_zip
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.frames import Frame
from rtw_outcomes.intake.loaded_study import LoadedSource
from rtw_outcomes.intake.profile import list_registers, read_profile
from rtw_outcomes.intake.readers.registry import ENDINGS, can_be_read, read_query, read_typed_file
from rtw_outcomes.intake.study_reader import list_files
from rtw_outcomes.intake.text_files import TextFile, open_text
from rtw_outcomes.language.control_characters import show_controls

# MONA, the closed server of Statistics Sweden, puts the number of a project before a name.
PREFIX = re.compile(r"p[0-9]+_", re.IGNORECASE)
PARQUET = (".parquet", ".pq")
FROM_R = 'In R: write.csv(row.names = FALSE, na = ""), or arrow::write_parquet()'
EXPORTS = f"In SAS: PROC EXPORT. In Stata: export delimited. {FROM_R}"
OTHER_PROGRAMS = {
    **dict.fromkeys((".rds", ".rda", ".rdata", ".fst", ".qs"), FROM_R),
    **dict.fromkeys((".xls", ".xlsb", ".ods"), "Save the sheet as .xlsx or as .csv"),
    **dict.fromkeys((".mdb", ".accdb", ".db", ".sqlite"), "Export the table as .csv"),
}


@dataclass(frozen=True)
class Part:
    """A file of a source.

    Attributes:
        delivered: the file as delivered.
        path: the file that is read: the same, or one of our own with the same rows.
        text: how a text file is written; None for a typed one.
    """

    delivered: Path
    path: Path
    text: TextFile | None = None


@dataclass(frozen=True)
class DeliveredTable:
    """One source as delivered.

    Attributes:
        key: the name of its table in the database, and in the account.
        table: `spells` or `cohort`.
        name: the path as the study writes it, or the argument that a frame came in, for messages.
        renamed_by: where the study names its columns, for hints.
        parts: the files, in a fixed order; none where it is a frame.
        columns: the names of its columns, as delivered.
        lacking: the columns that some files do not have, each with these files.
        format: how it is written.
        said: what of that the study says.
        frame: the rows, where they were handed over in memory.
        names: the delivered column of each name, once they are matched; see `match_columns`.
        renamed: the delivered names that the study gives, by the names that it gives them for.
    """

    key: str
    table: str
    name: str
    renamed_by: str
    parts: tuple[Part, ...]
    columns: tuple[str, ...] = ()
    lacking: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    format: Format = field(default_factory=Format)
    said: Format = field(default_factory=Format)
    frame: Frame | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def call(self, name: str) -> str:
        """The column as the delivery calls it, or is expected to, for messages."""
        return self.names.get(name) or self.renamed.get(name, name)

    @property
    def is_text(self) -> bool:
        """Whether it is made of text files."""
        return bool(self.parts) and self.parts[0].text is not None

    @property
    def kind(self) -> str:
        """The kind of the source, for messages."""
        if self.frame:
            return "frame"
        return "text" if self.is_text else "Parquet"

    @property
    def part_names(self) -> tuple[str, ...]:
        """The names of its files; a frame has its own name."""
        return (self.name,) if self.frame else tuple(part.delivered.name for part in self.parts)

    def name_part(self, part: Part) -> str:
        """The source for messages, with the name of the part when it has several."""
        return _name_part(self.name, part.delivered, len(self.parts))


def find_delivered_table(source: LoadedSource, folder: Path) -> DeliveredTable:
    """Find the frame or the files of a source, and make its files such that DuckDB can read them.

    Args:
        source: what the study says.
        folder: where files are written anew that DuckDB cannot read.

    Raises:
        ContractError: there are none, or one is empty or cannot be read.
    """
    name = source.source.name
    parts = () if source.frame else _find_parts(source, name, folder)
    return DeliveredTable(
        key=source.key,
        table=source.table,
        name=name,
        renamed_by=source.renamed_by,
        parts=parts,
        format=source.format,
        said=source.said,
        frame=source.frame,
    )


def _find_parts(source: LoadedSource, name: str, folder: Path) -> tuple[Part, ...]:
    if source.source.query and source.source.connection:
        target = folder / f"query_{source.key}.parquet"
        read_query(source.source.query, source.source.connection, name, target)
        return (Part(target, target),)
    paths = list_files(source.folder, name)
    for path in paths:
        if path.is_file() and path.stat().st_size == 0:
            raise refuse(_name_part(name, path, len(paths)), "the file is empty")
    if paths and all(path.suffix.lower() in PARQUET for path in paths):
        return tuple(Part(path, path) for path in paths)
    if paths and all(is_text(path) or is_zip(path) for path in paths):
        return _open_texts(source, name, paths, folder)
    if paths and all(map(can_be_read, paths)):
        return tuple(_read_typed(source, name, paths, folder))
    if paths and all(map(_is_known, paths)):
        hint = "Name the files of each kind as a source of its own, in a list of sources"
        raise refuse(name, "the files are of several kinds", hint=hint)
    endings = {path.suffix.lower() for path in paths}
    raise refuse(
        name,
        "this is not a file that can be read",
        expected=f"files of one kind: .csv, .tsv or .txt, plain or as .csv.gz, .csv.zst or .zip; .parquet; or "
        f"{', '.join(ENDINGS)}",
        hint=next((hint for ending, hint in OTHER_PROGRAMS.items() if ending in endings), EXPORTS),
    )


def _is_known(path: Path) -> bool:
    is_parquet = path.suffix.lower() in PARQUET
    return is_parquet or is_text(path) or is_zip(path) or can_be_read(path)


def _read_typed(
    source: LoadedSource, name: str, paths: Sequence[Path], folder: Path
) -> Iterator[Part]:
    for number, path in enumerate(paths, start=1):
        target = folder / f"delivered_{source.key}_{number}.parquet"
        read_typed_file(path, _name_part(name, path, len(paths)), source.format, target)
        yield Part(path, target)


def _open_texts(
    source: LoadedSource, name: str, paths: Sequence[Path], folder: Path
) -> tuple[Part, ...]:
    parts: list[Part] = []
    for number, path in enumerate(paths, start=1):
        place = _name_part(name, path, len(paths))
        text = open_text(path, place, source.format, folder / f"{source.key}_{number}.csv")
        parts.append(Part(path, text.path, text))
    return tuple(parts)


def note_text(source: DeliveredTable) -> list[Note]:
    """A note on how text files are written, where that is not the usual way and the study does not say it."""
    ways = []
    for part in source.parts[:1]:
        if part.text and part.text.encoding != "utf-8" and not source.format.encoding:
            ways.append(part.text.encoding)
        if part.text and part.text.separator not in "\t," and not source.format.separator:
            ways.append(f"separator `{part.text.separator}`")
    return [Note("read_as", f"read as {', '.join(ways)}", 0)] if ways else []


def check_columns(source: DeliveredTable, wanted: Mapping[str, str]) -> None:
    """Every canonical column in `wanted` is there under the name that the profile or study has for it.

    Raises:
        ContractError: a column is missing.
    """
    found = source.columns
    missing = {
        canonical: source.call(name)
        for canonical, name in wanted.items()
        if name not in source.names
    }
    if len(missing) == len(wanted):
        # Then the first line may be a row: its cells must not be shown.
        raise refuse(
            source.name,
            f"none of the columns {', '.join(missing.values())} is there",
            found=f"{count_words(len(found), 'column')} with other names",
            hint=_ask_for_index(source, tuple(missing.values()))
            or _name_register(source)
            or _ask_for_separator(source)
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
            or _name_register(source)
            or suggest(name, found)
            or f"Another one can be named in {source.renamed_by}",
        )
        for canonical, name in missing.items()
    ]
    if problems:
        raise ContractError(problems)


def _name_register(source: DeliveredTable) -> str:
    """The hint for register rows that have the columns of another register; empty for others."""
    if source.table != "spells":
        return ""
    found = {PREFIX.sub("", name, count=1).casefold() for name in source.columns}
    fitting = [
        register
        for register in list_registers()
        if {name.casefold() for name in read_profile(register).list_needed()} <= found
    ]
    return f"These are columns of `{fitting[0]}`: write `register: {fitting[0]}`" if fitting else ""


def _ask_for_separator(source: DeliveredTable) -> str:
    """The hint for a text file that looks as if it had one column; empty for others."""
    if not source.is_text or len(source.columns) > 1:
        return ""
    return 'Is the separator another character? Say it with `format: {separator: ";"}`'


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
    return (
        f"the columns {', '.join(map(show_controls, found[:30]))}"
        if sure
        else count_words(len(found), "column")
    )


def ends_with_line_break(part: Part) -> bool:
    """Whether a text file ends as a whole line does; a file that was cut off often does not."""
    if part.path.suffix.lower() in (".gz", ".zst"):
        return True  # such a file has a check of its own at its end
    with part.path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_part(name: str, path: Path, parts: int) -> str:
    return name if parts == 1 else f"{name} ({path.name})"
