"""The least that Polars can do: read the rows, join them to the cohort, keep those in the window.

The same sums over the same rows as in `floor_duckdb.py`, with the streaming engine.
"""

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps


def run(inputs: Inputs, laps: Laps) -> pl.DataFrame:
    """One row of sums, which the floor of DuckDB must equal."""
    laps.begin("read and add up")
    windows = pl.scan_parquet(inputs.cohort).select(
        "person_id",
        pl.col("index_date").dt.offset_by("-5d").alias("first_date"),
        pl.col("index_date").dt.offset_by("24mo").alias("end"),
    )
    in_window = (pl.col("end_date") >= pl.col("first_date")) & (
        pl.col("start_date") < pl.col("end")
    )
    # The windows first: the join then builds its table from them, which are fewer.
    rows = windows.join(pl.scan_parquet(inputs.spells), on="person_id").filter(in_window)
    sums = rows.select(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("person_id").sum(),
        pl.col("start_date", "end_date").to_physical().cast(pl.Int64).sum(),
        pl.col("extent_ppm").cast(pl.Int64).sum(),
        (pl.col("benefit") == "disability_pension").cast(pl.Int64).sum(),
    )
    return sums.collect(engine="streaming")
