"""Repeats and overlaps among register rows that stand in the order of persons.

A register holds millions of rows, and a window over all of them takes longer than the outcomes. In
order, a look at the row before is enough.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

PERSON, START = pl.col("person_id"), pl.col("start_date")
DAYS_APART = 1 << 24  # wider than any two dates of a calendar lie apart


def list_possible_repeats(validated: Path) -> pl.DataFrame:
    """source_file and source_row of good rows that share person and first day with another one."""
    good = pl.scan_parquet(validated, glob=False).filter(pl.col("rule").is_null())
    before = (PERSON.shift(1) == PERSON) & (START.shift(1) == START)
    after = (PERSON.shift(-1) == PERSON) & (START.shift(-1) == START)
    possible_repeats = good.filter(before.fill_null(False) | after.fill_null(False))
    return possible_repeats.select("source_file", "source_row").collect(engine="streaming")


@dataclass(frozen=True)
class Overlaps:
    """How many rows stand how to the earlier rows of the same person and benefit.

    Attributes:
        rows: those that begin before an earlier one ends, or on its last day.
        on_last_day: those of them that begin on the last day of the earlier ones.
        day_after: rows that begin on the day after it.
    """

    rows: int = 0
    on_last_day: int = 0
    day_after: int = 0

    def __add__(self, other: "Overlaps") -> "Overlaps":
        return Overlaps(
            self.rows + other.rows,
            self.on_last_day + other.on_last_day,
            self.day_after + other.day_after,
        )


def count_overlaps(spells: pl.LazyFrame) -> Overlaps:
    """The rows that overlap an earlier row of the same person and benefit, or adjoin it."""
    benefits = spells.select(pl.col("benefit").unique()).collect(engine="streaming")["benefit"]
    of_each = (_count_overlaps_of(spells.filter(pl.col("benefit") == each)) for each in benefits)
    return sum(of_each, Overlaps())


def _count_overlaps_of(rows: pl.LazyFrame) -> Overlaps:
    """Persons are numbered, and days of different ones set apart, so that reach does not carry over."""
    number = (PERSON.shift(1) != PERSON).fill_null(True).cast(pl.Int64).cum_sum() * DAYS_APART
    start, end = (pl.col(name).to_physical() for name in ("start_date", "end_date"))
    placed = rows.select(start=number + start, end=number + end)
    reach = pl.col("end").cum_max().shift(1)
    counts = placed.select(
        rows=(pl.col("start") <= reach).sum(),
        on_last_day=(pl.col("start") == reach).sum(),
        day_after=(pl.col("start") == reach + 1).sum(),
    )
    return Overlaps(*counts.collect(engine="streaming").row(0))
