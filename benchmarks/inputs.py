"""The files that every contestant reads, and what the study would say about them."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.persons import FIRST, LAST
from rtw_outcomes.planning.tables import Tables

SPELLS_PER_INDEX_DATE = 10


@dataclass(frozen=True)
class Inputs:
    """One register, in a folder."""

    folder: Path
    observed_from = FIRST
    observed_to = LAST

    @property
    def spells(self) -> Path:
        """The register rows, sorted by person and start."""
        return self.folder / "spells.parquet"

    @property
    def shuffled(self) -> Path:
        """The same rows in an order that says nothing."""
        return self.folder / "shuffled.parquet"

    @property
    def cohort(self) -> Path:
        """The index dates, in an order that says nothing."""
        return self.folder / "cohort.parquet"

    def read_tables(self, layout: str) -> Tables:
        """What an engine works on: the rows as a file, the index dates as a frame."""
        spells = {"sorted": self.spells, "shuffled": self.shuffled}[layout]
        cohort = pl.read_parquet(self.cohort)
        return Tables(spells, cohort, self.observed_from, self.observed_to)
