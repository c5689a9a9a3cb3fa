"""The least that reading a delivery can be: a library copies the file to Parquet, and judges nothing."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps


def run(inputs: Inputs, laps: Laps, file: str, library: str) -> pl.DataFrame:
    """Copy a file, and give the number of its rows."""
    source = inputs.folder / file
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.parquet"
        laps.begin("copy")
        if library == "polars":
            pl.scan_parquet(source).sink_parquet(copy, compression="lz4")
        else:
            with duckdb.connect() as connection:
                options = "FORMAT parquet, COMPRESSION lz4_raw"
                connection.execute(f"COPY (FROM '{source}') TO '{copy}' ({options})")
        laps.end()
        return pl.scan_parquet(copy).select(rows=pl.len()).collect()
