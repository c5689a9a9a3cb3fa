"""The same rows in an order that says nothing, without holding them all.

Each row goes into one of several files at random, and each file is then shuffled by itself: that
is a shuffle of the whole, and memory holds one file at a time.
"""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq

ROWS_PER_HEAP = 2_000_000


def write_shuffled(source: Path, target: Path, seed: int) -> None:
    """Write the rows of one Parquet file into another, shuffled."""
    random = np.random.default_rng(seed)
    with TemporaryDirectory(dir=target.parent) as folder:
        heaps = _scatter(source, Path(folder), random)
        with pq.ParquetFile(source) as file:
            schema, said = file.schema_arrow, file.metadata.metadata
        with pq.ParquetWriter(target, schema, compression="snappy", store_schema=False) as writer:
            writer.add_key_value_metadata(said)
            for heap in heaps:
                rows = pq.read_table(heap, read_dictionary=["benefit"])
                rows = rows.take(random.permutation(rows.num_rows)).cast(schema)
                writer.write_table(rows, row_group_size=250_000)


def _scatter(source: Path, folder: Path, random: np.random.Generator) -> list[Path]:
    """Put each row into one of several files."""
    with pq.ParquetFile(source, read_dictionary=["benefit"]) as file, ExitStack() as stack:
        heaps = [
            folder / f"{n}.parquet" for n in range(file.metadata.num_rows // ROWS_PER_HEAP + 1)
        ]
        writers = [stack.enter_context(pq.ParquetWriter(heap, file.schema_arrow)) for heap in heaps]
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            heap = random.integers(0, len(heaps), rows.num_rows)
            for wanted, writer in enumerate(writers):
                writer.write_table(rows.filter(heap == wanted))
    return heaps
