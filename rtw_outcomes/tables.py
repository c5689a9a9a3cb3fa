"""The tables that every engine works on: checked, in canonical columns, without rejected rows."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Tables:
    """What a run computes from.

    Attributes:
        spells: register rows with person_id, start_date, end_date (both inclusive), extent_ppm
            (whole parts per million of full time) and benefit. A frame, or a Parquet file of any
            size, which engines read as they need it.
        cohort: one row per person and index date, in the order of the results, with person_id,
            index_date, censor_date and censor_reason; the type of person_id is that of `spells`.
        observed_from, observed_to: the first and last date that the register extract covers.
    """

    spells: pl.DataFrame | Path
    cohort: pl.DataFrame
    observed_from: date
    observed_to: date

    def scan_spells(self) -> pl.LazyFrame:
        """The register rows, not read yet."""
        if isinstance(self.spells, Path):
            return pl.scan_parquet(self.spells, glob=False)
        return self.spells.lazy()


SPELLS_SCHEMA = {
    "start_date": pl.Date(),
    "end_date": pl.Date(),
    "extent_ppm": pl.Int32(),
    "benefit": pl.String(),
}
COHORT_SCHEMA = {
    "index_date": pl.Date(),
    "censor_date": pl.Date(),
    "censor_reason": pl.String(),
}

RESULT_TYPES = {"count": pl.Int32(), "amount": pl.Float64(), "category": pl.String()}
