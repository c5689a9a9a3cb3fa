"""The tables that every engine works on: checked, in canonical columns, without rejected rows."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import polars as pl

from rtw_outcomes.language.vocabulary import BENEFITS
from rtw_outcomes.planning.nodes.node import ColumnKind

ROWS_OF_FIRST_LOOK = 10_000


@dataclass(frozen=True)
class Tables:
    """The tables that a run computes from.

    Attributes:
        spells: register rows with person_id, start_date, end_date (both inclusive), extent_ppm
            (whole parts per million of full time) and benefit. A frame, or a Parquet file of any
            size, which engines read as they need it.
        cohort: one row per person and index date, in the order of the results, with person_id,
            index_date, entry_date, censor_date and censor_reason; the type of person_id is that of
            `spells`. Without a column entry_date it gets an empty one. The numbers that the plan
            takes from it are Float64 columns beside; see `CohortNumber`.
        observed_from, observed_to: the first and last date that the register extract covers.
    """

    spells: pl.DataFrame | Path
    cohort: pl.DataFrame
    observed_from: date
    observed_to: date

    def __post_init__(self) -> None:
        """Give every engine the same columns, whether or not the caller knows of entry dates."""
        if "entry_date" not in self.cohort.columns:
            empty = pl.lit(None, COHORT_SCHEMA["entry_date"]).alias("entry_date")
            object.__setattr__(self, "cohort", self.cohort.with_columns(empty))

    def scan_spells(self) -> pl.LazyFrame:
        """The register rows, not read yet."""
        if isinstance(self.spells, Path):
            return pl.scan_parquet(self.spells, glob=False)
        return self.spells.lazy()


def is_in_order(spells: pl.LazyFrame) -> bool:
    """Whether the rows stand in the order of persons and start dates: looked at, never assumed.

    First a look at the beginning, which tells of most files that they do not.
    """
    person, start = pl.col("person_id"), pl.col("start_date")
    same = (person == person.shift(1)) & (start >= start.shift(1))
    ordered = ((person > person.shift(1)) | same).all()
    looks = (spells.head(ROWS_OF_FIRST_LOOK), spells)
    return all(look.select(ordered).collect(engine="streaming").item() for look in looks)


def spells_metadata(person: str = "BIGINT") -> dict[str, str]:
    """The metadata of a Parquet file of spells, so that benefits are read as codes.

    The file's own types know only texts, which take several times as long to read and to compare.
    """
    empty = BytesIO()
    benefit = {"benefit": pl.Enum(BENEFITS)}
    ids = {"person_id": pl.Int64() if person == "BIGINT" else pl.String()}
    columns = ids | SPELLS_SCHEMA | benefit
    pl.DataFrame(schema=columns).write_parquet(empty)
    empty.seek(0)
    return {ARROW_SCHEMA: pl.read_parquet_metadata(empty)[ARROW_SCHEMA]}


ARROW_SCHEMA = "ARROW:schema"
SPELLS_SCHEMA = {
    "start_date": pl.Date(),
    "end_date": pl.Date(),
    "extent_ppm": pl.Int32(),
    "benefit": pl.String(),
}
COHORT_SCHEMA = {
    "index_date": pl.Date(),
    "entry_date": pl.Date(),
    "censor_date": pl.Date(),
    "censor_reason": pl.String(),
}

RESULT_TYPES = {
    ColumnKind.COUNT: pl.Int32(),
    ColumnKind.AMOUNT: pl.Float64(),
    ColumnKind.CATEGORY: pl.String(),
}
