"""The same register in the forms that other contestants need; writing them is in no time.

R has no reader of Parquet files on many machines, so its script gets CSV files with dates as days
since 1970, which `fread` reads fastest. `rtw run` gets a study with a delivery in canonical
columns.
"""

import polars as pl

from benchmarks.inputs import Inputs
from rtw_outcomes.definitions.catalogue import CORE, list_ids
from rtw_outcomes.language.vocabulary import PPM_PER_PERCENT

STUDY = """\
study: benchmark
register: canonical
synthetic: true
observed: {{from: {first}, to: {last}}}
spells: delivery.parquet
cohort: cohort.parquet
outcomes: [{outcomes}]
"""


def write_csv(inputs: Inputs) -> None:
    """Write spells and cohort as CSV files."""
    days = pl.selectors.date().to_physical()
    pl.scan_parquet(inputs.spells).with_columns(days).sink_csv(inputs.folder / "spells.csv")
    pl.scan_parquet(inputs.cohort).with_columns(days).sink_csv(inputs.folder / "cohort.csv")


def write_delivery(inputs: Inputs) -> None:
    """Write a study and its spells, with extents in percent as they are delivered."""
    percent = (pl.col("extent_ppm") / PPM_PER_PERCENT).alias("extent")
    rows = pl.scan_parquet(inputs.spells).with_columns(percent).drop("extent_ppm")
    rows.sink_parquet(inputs.folder / "delivery.parquet")
    text = STUDY.format(
        first=inputs.observed_from,
        last=inputs.observed_to,
        outcomes=", ".join(list_ids(CORE)),
    )
    (inputs.folder / "study.yaml").write_text(text, encoding="utf-8")
