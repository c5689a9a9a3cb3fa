"""The same register in the forms that other contestants need; writing them is in no time.

R has no reader of Parquet files on many machines, so its script gets CSV files with dates as days
since 1970, which `fread` reads fastest. `rtw run` gets a study with a delivery in canonical
columns.
"""

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.outcomes import list_library
from rtw_outcomes.definitions.catalogue import CORE, list_ids
from rtw_outcomes.language.vocabulary import PPM_PER_PERCENT

STUDY = """\
study: benchmark
register: {register}
synthetic: true
observed: {{from: {first}, to: {last}}}
spells: {spells}
cohort: cohort.parquet
employer_periods: []
outcomes: [{outcomes}]
"""
PARQUET, TSV = "delivery.parquet", "midas_delfall.tsv"


def write_csv(inputs: Inputs) -> None:
    """Write spells and cohort as CSV files."""
    days = pl.selectors.date().to_physical()
    pl.scan_parquet(inputs.spells).with_columns(days).sink_csv(inputs.folder / "spells.csv")
    pl.scan_parquet(inputs.cohort).with_columns(days).sink_csv(inputs.folder / "cohort.csv")


def write_delivery(inputs: Inputs) -> None:
    """Write a study and its spells, with extents in percent as they are delivered."""
    percent = (pl.col("extent_ppm") / PPM_PER_PERCENT).alias("extent")
    rows = pl.scan_parquet(inputs.spells).with_columns(percent).drop("extent_ppm")
    rows.sink_parquet(inputs.folder / PARQUET)
    _to_midas(rows).sink_csv(inputs.folder / TSV, separator="\t")
    core, library = (", ".join(names) for names in (list_ids(CORE), list_library()))
    for name, register, spells, outcomes in (
        ("study.yaml", "canonical", PARQUET, core),
        ("midas.yaml", "midas", TSV, core),
        ("library.yaml", "canonical", PARQUET, library),
    ):
        text = STUDY.format(
            register=register,
            spells=spells,
            first=inputs.observed_from,
            last=inputs.observed_to,
            outcomes=outcomes,
        )
        (inputs.folder / name).write_text(text, encoding="utf-8")


def _to_midas(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows in the layout of MiDAS, each as a spell of its own, with days that add up."""
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    return rows.select(
        lopnr="person_id",
        DELFORMAN1_KOD=pl.col("benefit").cast(pl.String),
        DELFORMAN2_KOD=pl.lit("A"),
        OMFATTNING=pl.col("extent") / 100,
        DEL_FROM_DATUM="start_date",
        DEL_TOM_DATUM="end_date",
        FALL_FROM_DATUM="start_date",
        DEL_DAGAR_BRUTTO=days,
        DEL_DAGAR_NETTO=days * pl.col("extent") / 100,
        DEL_BELOPP_BRUTTO=days * 500,
        DEL_DAGAR_TOT=days,
        FALL_DAGAR_TOT=days,
        DIAGNOS_KOD=pl.lit("F43"),
    )
