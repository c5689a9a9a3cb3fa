"""The tables that every engine works on: checked, in canonical columns, without rejected rows."""

from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True)
class Tables:
    """What a run computes from.

    Attributes:
        spells: register rows with person_id, start_date, end_date (both inclusive), extent_ppm
            (whole parts per million of full time) and benefit.
        cohort: one row per person and index date, in the order of the results, with person_id,
            index_date, censor_date and censor_reason; the type of person_id is that of `spells`.
        observed_from, observed_to: the first and last date that the register extract covers.
    """

    spells: pl.DataFrame
    cohort: pl.DataFrame
    observed_from: date
    observed_to: date


SPELLS_SCHEMA = {
    "start_date": pl.Date(),
    "end_date": pl.Date(),
    "extent_ppm": pl.Int64(),
    "benefit": pl.String(),
}
COHORT_SCHEMA = {
    "index_date": pl.Date(),
    "censor_date": pl.Date(),
    "censor_reason": pl.String(),
}

RESULT_TYPES = {"count": pl.Int64(), "amount": pl.Float64(), "category": pl.String()}
