"""Write a made-up register of any size, in parts, so that memory never holds it.

    python -m benchmarks.register FOLDER --spells 1000000

A seed gives the same files each time. `spells.parquet` is sorted by person and start, as registers
are often delivered; `shuffled.parquet` has the same rows in an order that says nothing.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.inputs import SPELLS_PER_INDEX_DATE, Inputs
from benchmarks.persons import (
    BENEFITS,
    LAST_DAY,
    REASONS,
    Rows,
    draw_censoring,
    draw_index_dates,
    draw_rows,
)
from benchmarks.shuffling import write_shuffled
from rtw_outcomes.planning.tables import spells_metadata

SPELLS_PER_PART = 1_000_000
LEAST_SPELLS_PER_PERSON = 8
SPELLS_PER_ROW_GROUP = 250_000
SCHEMA = pa.schema(
    {
        "person_id": pa.int64(),
        "start_date": pa.date32(),
        "end_date": pa.date32(),
        "extent_ppm": pa.int32(),
        "benefit": pa.dictionary(pa.int8(), pa.string()),
    }
)


def write_register(folder: Path, spells: int, seed: int = 1) -> Inputs:
    """Write so many spells, sorted and shuffled, and one index date for each ten of them."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = Inputs(folder)
    cohort = []
    with pq.ParquetWriter(
        inputs.spells, SCHEMA, compression="snappy", store_schema=False
    ) as writer:
        writer.add_key_value_metadata(spells_metadata())  # as the intake leaves such a file
        for rows, index_dates in draw_parts(spells, seed):
            writer.write_table(rows, row_group_size=SPELLS_PER_ROW_GROUP)
            cohort.append(index_dates)
    # In an order that says nothing about the persons, as when they were included one by one.
    shuffled = pl.concat(cohort).sample(fraction=1, shuffle=True, seed=seed)
    shuffled.write_parquet(inputs.cohort)
    write_shuffled(inputs.spells, inputs.shuffled, seed)
    return inputs


def draw_parts(spells: int, seed: int) -> Iterator[tuple[pa.Table, pl.DataFrame]]:
    """The register as tables of a million spells, each with the index dates of its persons."""
    part, first_id = 0, 1_000
    while spells > 0:
        random = np.random.default_rng([seed, part])
        size = min(spells, SPELLS_PER_PART)
        persons = size // LEAST_SPELLS_PER_PERSON + 20
        rows = draw_rows(random, persons).keep(slice(size))
        assert rows.start.size == size, "persons have more spells than this on average"
        persons = int(rows.person[-1]) + 1
        ids = first_id + np.cumsum(random.integers(1, 4, persons))  # with holes, as registers have
        yield _tabulate(rows, ids), _draw_cohort(random, rows, ids)
        part, first_id, spells = part + 1, int(ids[-1]) + 1, spells - size


def _tabulate(rows: Rows, ids: np.ndarray) -> pa.Table:
    benefit = pa.DictionaryArray.from_arrays(rows.benefit.astype(np.int8), list(BENEFITS))
    days = [pa.array(each.astype(np.int32)).cast(pa.date32()) for each in (rows.start, rows.end)]
    extent = rows.extent_ppm.astype(np.int32)
    return pa.table([ids[rows.person], *days, extent, benefit], schema=SCHEMA)


def _draw_cohort(random: np.random.Generator, rows: Rows, ids: np.ndarray) -> pl.DataFrame:
    leaves = draw_censoring(random, ids.size)
    wanted = rows.start.size // SPELLS_PER_INDEX_DATE
    person, day = draw_index_dates(random, rows, ids.size, leaves, wanted)
    day_left, reason = leaves.day[person], leaves.reason[person]
    names = pl.Series([*REASONS, None], dtype=pl.String)
    return pl.DataFrame(
        {
            "person_id": ids[person],
            "index_date": pl.Series(day.astype(np.int32)).cast(pl.Date),
            "censor_date": pl.Series(day_left.astype(np.int32)).cast(pl.Date),
            "censor_reason": names.gather(np.where(reason < 0, len(REASONS), reason)),
        }
    ).with_columns(
        pl.when(pl.col("censor_date").to_physical() <= LAST_DAY + 400).then("censor_date")
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spells", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_register(arguments.folder, arguments.spells, arguments.seed)
