"""How files are packed: gzip, zstd and zip, by their names, or by their first bytes where the name says text."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import pyarrow as pa

from rtw_outcomes.errors import refuse

ENDINGS = (".csv", ".tsv", ".txt")
PACKED = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd", ".zip": b"PK\x03\x04"}

# What systems and their programs put beside the files of a folder.
BESIDE = ("__macosx", "thumbs.db", "desktop.ini")
OF_A_WORKBOOK = "[content_types].xml"


class OtherContentError(Exception):
    """A packed file holds something else than one text file; its text says what to do."""


def is_text(path: Path) -> bool:
    """Whether the name of a file says that it is text, packed or not."""
    endings = [each.lower() for each in path.suffixes[-2:]]
    return bool(endings) and (
        endings[-1] in ENDINGS or (endings[-1] in PACKED and endings[0] in ENDINGS)
    )


def is_zip(path: Path) -> bool:
    """Whether the name of a file says that it is a zip file, of whatever."""
    return path.suffix.lower() == ".zip"


def is_packed(path: Path) -> bool:
    """Whether a text file is packed in a way that its name does not say to DuckDB."""
    return is_zip(path) or _find_packing(path) != _name_packing(path)


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a text file, unpacked."""
    packing = _find_packing(path)
    if packing == ".gz":
        with gzip.open(path) as file:
            yield file  # type: ignore[misc]
    elif packing == ".zst":
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as stream:
            yield stream
    elif packing == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(_find_inside(archive, path)) as file:
            yield file
    else:
        with path.open("rb") as file:
            yield file


@contextmanager
def telling_broken_files(name: str) -> Iterator[None]:
    """Tell of a packed file that cannot be read whole, and of nothing that is in it.

    Raises:
        ContractError: it cannot, or it is not one text file.
    """
    try:
        yield
    except OtherContentError as other:
        raise refuse(name, "the zip file is not one text file", hint=str(other)) from None
    except zipfile.BadZipFile:
        hint = "Expected a zip file with one text file in it, and without a password"
        raise refuse(name, "the zip file cannot be read", hint=hint) from None
    except (EOFError, zlib.error, pa.ArrowException, RuntimeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's own
        hint = "It may be cut off, or another kind of file than its name says"
        raise refuse(name, "the compressed file cannot be read", hint=hint) from None


def _name_packing(path: Path) -> str | None:
    ending = path.suffix.lower()
    return ending if ending in PACKED else None


def _find_packing(path: Path) -> str | None:
    """The way of packing that the name says; of a file that is called text, the one that it begins with."""
    named = _name_packing(path)
    if named:
        return named
    with path.open("rb") as file:
        start = file.read(max(map(len, PACKED.values())))
    return next((ending for ending, mark in PACKED.items() if start.startswith(mark)), None)


def _find_inside(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    names = {each.filename.lower(): each for each in archive.infolist() if not each.is_dir()}
    if OF_A_WORKBOOK in names:
        raise OtherContentError("It is a workbook of Excel: call it .xlsx")
    inside = [
        each
        for name, each in names.items()
        if not {*BESIDE} & {*PurePosixPath(name).parts}
        and not PurePosixPath(name).name.startswith(".")
    ]
    if len(inside) != 1:
        raise OtherContentError(
            "Expected one file in it. Unpack several, and name them with a pattern or a folder"
        )
    name = PurePosixPath(inside[0].filename.lower())
    if not is_text(path) and name.suffix not in ENDINGS:
        raise OtherContentError("Unpack it, and name the file that is in it")
    return inside[0]
