"""Text files: how they are compressed, encoded and separated; and their header.

DuckDB reads UTF-8, plain or compressed with gzip or zstd. Everything else is written anew for it, as UTF-8,
into the folder of the run.
"""

import codecs
import csv
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.header import check_header_names

SEPARATORS = ("\t", ";", ",", "|")
ENDINGS = (".csv", ".tsv", ".txt")
COMPRESSED = (".gz", ".zst", ".zip")
FIRST_LOOK = 1 << 20  # bytes

# The letters of the Nordic languages, and a few more that names have, as bytes of the two families of
# old encodings. Within a family they are the same bytes, and between the two they have none in common.
LETTERS = "åäöÅÄÖæÆéÉüÜ"
FAMILIES = {
    "cp1252": frozenset((LETTERS + "øØ").encode("cp1252")),
    "cp850": frozenset((LETTERS + "øØ").encode("cp850")),
}
NO_NAME = (
    "Name each column; a separator at the end of the line makes one too many, and so do the row names "
    "of R: write.csv(row.names = FALSE)"
)
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class TextFile:
    """A text file that DuckDB can read.

    Attributes:
        path: where it lies; the delivered file, or one of our own with the same lines.
        separator: the character between cells.
        encoding: that of the delivered file.
        columns: the names in its header.
    """

    path: Path
    separator: str
    encoding: str
    columns: tuple[str, ...]


def is_text(path: Path) -> bool:
    """Whether the name of a file says that it is text, compressed or not."""
    endings = [each.lower() for each in path.suffixes[-2:]]
    return bool(endings) and (
        endings[-1] in ENDINGS or (endings[-1] in COMPRESSED and endings[0] in ENDINGS)
    )


def open_text(path: Path, name: str, said: Format, target: Path) -> TextFile:
    """Read the header of a text file, and make the file one that DuckDB can read.

    Args:
        path: the file.
        name: how messages call it.
        said: what the study says about it.
        target: where the file is written anew, if it has to be.

    Raises:
        ContractError: the header cannot be read, or the encoding or the separator could be two things.
    """
    with telling_broken_files(name), open_bytes(path) as file:
        start = file.read(FIRST_LOOK)
    if not start:
        raise refuse(name, "the file is empty")
    encoding = said.encoding or _see_encoding(path, name, start)
    if encoding != "utf-8" or path.suffix.lower() == ".zip":
        recode(path, name, encoding, target)
        with target.open("rb") as file:
            start = file.read(FIRST_LOOK)
        path = target
    columns, separator = _read_header(start, name, said)
    return TextFile(path, separator, encoding, columns)


def find_encoding(path: Path, name: str) -> str:
    """The encoding of a file that is not UTF-8, from all its bytes.

    Raises:
        ContractError: its bytes do not show it.
    """
    high: set[int] = set()
    with telling_broken_files(name), open_bytes(path) as file:
        while chunk := file.read(FIRST_LOOK):
            high |= {byte for byte in set(chunk) if byte >= 0x80}
    fitting = [encoding for encoding, letters in FAMILIES.items() if high <= letters]
    if len(fitting) == 1:
        return fitting[0]
    raise refuse(
        name,
        "the text is not UTF-8, and its letters do not show which encoding it has",
        hint="Say it with `format: {encoding: ...}`: latin-1, cp1252, cp850, cp865 or utf-16",
    )


def recode(path: Path, name: str, encoding: str, target: Path) -> None:
    """Write a text file anew as UTF-8, with the same lines.

    Raises:
        ContractError: the file is broken, or has another encoding.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    with telling_broken_files(name), open_bytes(path) as file, target.open("wb") as anew:
        try:
            while chunk := file.read(FIRST_LOOK):
                anew.write(decoder.decode(chunk).encode())
            anew.write(decoder.decode(b"", final=True).encode())
        except UnicodeError:
            raise refuse(name, f"the text is not {encoding}") from None


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, without its compression."""
    ending = path.suffix.lower()
    if ending == ".gz":
        with gzip.open(path) as file:
            yield file  # type: ignore[misc]
    elif ending == ".zst":
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as stream:
            yield stream
    elif ending == ".zip":
        with zipfile.ZipFile(path) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            if len(inside) != 1:
                raise zipfile.BadZipFile("not one file")
            with archive.open(inside[0]) as file:
                yield file
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def telling_broken_files(name: str) -> Iterator[None]:
    """Tell of a compressed file that cannot be read whole, and of nothing that is in it."""
    try:
        yield
    except zipfile.BadZipFile:
        hint = "Expected a zip file with one text file in it, and without a password"
        raise refuse(name, "the zip file cannot be read", hint=hint) from None
    except (EOFError, zlib.error, pa.ArrowException, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's own
        hint = "It may be cut off, or another kind of file than its name says"
        raise refuse(name, "the compressed file cannot be read", hint=hint) from None


def _see_encoding(path: Path, name: str, start: bytes) -> str:
    for mark, encoding in MARKS.items():
        if start.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last letter may be cut
    except UnicodeDecodeError:
        return find_encoding(path, name)
    return "utf-8"


def _read_header(start: bytes, name: str, said: Format) -> tuple[tuple[str, ...], str]:
    """The column names; they are told only when nothing else than their form is wrong."""
    line = start.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace") + "\n"
    counts = {each: line.count(each) for each in SEPARATORS}
    separator = said.separator or max(SEPARATORS, key=lambda each: counts[each])
    if not said.separator and list(counts.values()).count(counts[separator] or -1) > 1:
        hint = 'Say it with `format: {separator: ";"}`'
        raise refuse(f"{name}:1", "the separator could be one of two characters", hint=hint)
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        raise refuse(f"{name}:1", "the line with the column names cannot be read") from None
    header = tuple(column.strip() for column in cells)
    return check_header_names(header, f"{name}:1", NO_NAME), separator
