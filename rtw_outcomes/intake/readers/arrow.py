"""Files of Arrow and Feather into Parquet, batch by batch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from rtw_outcomes.errors import ContractError, refuse
from rtw_outcomes.intake.readers.parquet_file import write_batches

FILE_START = b"ARROW1"  # a stream starts otherwise
FEATHER_1_START = b"FEA1"
STREAM_END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


def read_arrow(path: Path, name: str, target: Path) -> None:
    """Read a file of Arrow (.arrow, .ipc) or Feather (.feather) into Parquet.

    The file may have the form of a file or of a stream. Categories become what they stand for.

    Args:
        path: the file.
        name: the file as the study writes it, for messages.
        target: the Parquet file to write, whole or not at all.

    Raises:
        ContractError: the file cannot be read, was cut off, or two of its columns have the same name.
    """
    with path.open("rb") as file:
        schema, batches = _open(file, name)
        write_batches(batches, schema, name, target)


def _open(file: BinaryIO, name: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    start = file.read(len(FILE_START))
    if start.startswith(FEATHER_1_START):
        hint = "Write it as version 2, or as Parquet: arrow::write_parquet() in R, to_parquet() in pandas"
        raise refuse(name, "the file is Feather of version 1, which is not read", hint=hint)
    if start != FILE_START:
        # A stream that was cut off between two batches reads as a shorter one.
        file.seek(max(0, file.seek(0, 2) - len(STREAM_END)))
        if file.read() != STREAM_END:
            raise _unreadable(name)
    file.seek(0)
    try:
        if start == FILE_START:
            whole = pa.ipc.open_file(file)
            return whole.schema, _told(map(whole.get_batch, range(whole.num_record_batches)), name)
        stream = pa.ipc.open_stream(file)
        return stream.schema, _told(stream, name)
    except (pa.ArrowException, OSError, ValueError):
        # The texts of Arrow's errors may hold values.
        raise _unreadable(name) from None


def _told(batches: Any, name: str) -> Iterator[pa.RecordBatch]:
    try:
        for batch in batches:
            batch.validate(full=True)  # a broken file may send Arrow outside its memory
            yield batch
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError):
        raise _unreadable(name) from None


def _unreadable(name: str) -> ContractError:
    hint = "It may be cut off, or another kind of file than its name says"
    return refuse(name, "the file cannot be read as Arrow", hint=hint)
