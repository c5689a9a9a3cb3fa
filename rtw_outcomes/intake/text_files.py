"""Text files: how they are encoded and separated; and their header.

DuckDB reads UTF-8, plain or compressed with gzip or zstd. Everything else is written anew for it, as UTF-8,
into the folder of the run.
"""

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.compression import is_packed, open_bytes, telling_broken_files
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.header import check_header_names

SEPARATORS = ("\t", ";", ",", "|")
FIRST_LOOK = 1 << 20  # bytes
FIRST_LETTERS = 400  # bytes; of the header, whose letters are plain

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
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
WIDE = ("utf-16-le", "utf-16-be")  # by the place of the byte that is 0 in most letters: last, first
SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>[^"\r\n])"?', re.IGNORECASE)  # Excel's own
END_OF_FILE = "\x1a"  # of DOS


@dataclass(frozen=True)
class TextFile:
    """A text file that DuckDB can read.

    Attributes:
        path: where it lies; the delivered file, or one of our own with the same lines.
        separator: the character between cells.
        encoding: that of the delivered file.
        columns: the names in its header.
        lines_above: the number of lines before the header.
    """

    path: Path
    separator: str
    encoding: str
    columns: tuple[str, ...]
    lines_above: int = 0


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
    encoding = _find_said(said.encoding, name, start) or _see_encoding(path, name, start)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start)
    has_old_line_ends = "\r" in text and "\n" not in text  # of the first Macintosh
    line_end = "\r" if has_old_line_ends else "\n"
    if encoding != "utf-8" or has_old_line_ends or is_packed(path) or _ends_as_dos(path):
        recode(path, name, encoding, target, line_end)
        path = target
    header, _, rest = text.removeprefix("\ufeff").partition(line_end)
    excel, shown = SEPARATOR_LINE.fullmatch(header.rstrip("\r")), said.separator
    if excel:
        header, shown = rest.partition(line_end)[0], shown or excel["separator"]
    above = 1 if excel else 0
    columns, separator = _read_header(header.rstrip("\r"), f"{name}:{above + 1}", shown)
    return TextFile(path, separator, "utf-16" if encoding in WIDE else encoding, columns, above)


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


def recode(path: Path, name: str, encoding: str, target: Path, line_end: str = "\n") -> None:
    """Write a text file anew as UTF-8, with the same lines, and without the last character of DOS.

    Raises:
        ContractError: the file is broken, or has another encoding.
    """
    decoder, held = codecs.getincrementaldecoder(encoding)(), ""
    with telling_broken_files(name), open_bytes(path) as file, target.open("wb") as anew:
        try:
            while chunk := file.read(FIRST_LOOK):
                text = held + decoder.decode(chunk).replace(line_end, "\n")
                kept = text.rstrip(END_OF_FILE)
                held = text[len(kept) :]
                anew.write(kept.encode())
            anew.write(decoder.decode(b"", final=True).encode())
        except UnicodeError:
            raise refuse(name, f"the text is not {encoding}") from None


def _ends_as_dos(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == END_OF_FILE.encode()


def _find_said(encoding: str | None, name: str, start: bytes) -> str | None:
    """The encoding that the study says, with the order of bytes, which the file shows."""
    if encoding != "utf-16":
        return encoding
    shown = _see_mark(start) or _see_wide(start)
    if shown not in WIDE:
        raise refuse(name, "the text is not utf-16")
    return shown


def _see_mark(start: bytes) -> str | None:
    return next((encoding for mark, encoding in MARKS.items() if start.startswith(mark)), None)


def _see_wide(start: bytes) -> str | None:
    """The UTF-16 of a text without a mark: one of the two bytes of nearly every letter is 0."""
    first, last = (start[place:FIRST_LETTERS:2] for place in (0, 1))
    for encoding, zeros, others in (("utf-16-le", last, first), ("utf-16-be", first, last)):
        if 2 * zeros.count(0) > len(zeros) and not others.count(0):
            return encoding
    return None


def _see_encoding(path: Path, name: str, start: bytes) -> str:
    shown = _see_mark(start) or _see_wide(start)
    if shown:
        return shown
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last letter may be cut
    except UnicodeDecodeError:
        return find_encoding(path, name)
    return "utf-8"


def _read_header(line: str, place: str, said: str | None) -> tuple[tuple[str, ...], str]:
    """The column names; they are told only when nothing else than their form is wrong."""
    counts = {each: line.count(each) for each in SEPARATORS}
    separator = said or max(SEPARATORS, key=lambda each: counts[each])
    if not said and list(counts.values()).count(counts[separator] or -1) > 1:
        hint = 'Say it with `format: {separator: ";"}`'
        raise refuse(place, "the separator could be one of two characters", hint=hint)
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        raise refuse(place, "the line with the column names cannot be read") from None
    header = tuple(column.strip() for column in cells)
    return check_header_names(header, place, NO_NAME), separator
