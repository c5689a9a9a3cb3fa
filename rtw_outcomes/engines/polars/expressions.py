"""Expressions that steps are built from: the columns of intervals, days, and the calendar.

Days are numbered through all index dates, which stand in the order of persons: day 0 of an index
date is its `zero`, and the next one's lies farther off than any two days of one date. An interval
has the columns `zero`; `index`, that date as days since 1970; `lo` and `hi`, in this numbering.
Intervals stand in the order of `lo`, in which all work is done by looking at the row before: there
is one sort, and no grouping.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from rtw_outcomes.language.lengths import LONGEST_DAYS, Length
from rtw_outcomes.planning.nodes.node import Node

StepNames = dict[Node, str]

EPOCH = date(1970, 1, 1)
# Wider than any two days of one index date lie apart, so that days of different ones never meet.
DAYS_APART = 1 << 20

# In place of a null; no day and no sum is so low.
NOTHING = -(1 << 30)

zero, index, lo, hi = pl.col("zero"), pl.col("index"), pl.col("lo"), pl.col("hi")


def day_of(place: pl.Expr) -> pl.Expr:
    """A day in the numbering of all as a day from its index date."""
    return (place - zero).cast(pl.Int32)


def earlier(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The earlier of two days; null where the other one is.

    This and `later` take a fraction of the time of `min_horizontal` and `max_horizontal`.
    """
    return pl.when(one < other).then(one).otherwise(other)


def later(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The later of two days; null where the other one is."""
    return pl.when(one > other).then(one).otherwise(other)


def is_first_of_date() -> pl.Expr:
    """Whether a row is the first of its index date."""
    return (zero != zero.shift(1)).fill_null(True)


def is_last_of_date() -> pl.Expr:
    """Whether a row is the last of its index date."""
    return (zero != zero.shift(-1)).fill_null(True)


def take_first(rows: pl.LazyFrame, **columns: pl.Expr) -> pl.LazyFrame:
    """The first row of each index date, with these columns beside zero."""
    return rows.filter(is_first_of_date()).select(zero, **columns)


def add_up(rows: pl.LazyFrame, **values: pl.Expr) -> pl.LazyFrame:
    """The sum of each value over the rows of an index date.

    Running sums over all rows, and the difference between one index date's last and the next's,
    are several times faster than groups.
    """
    running = {name: value.cast(pl.Int64).cum_sum() for name, value in values.items()}
    last = rows.with_columns(**running).filter(is_last_of_date())
    return last.select(
        zero, *(pl.col(name) - pl.col(name).shift(1, fill_value=0) for name in values)
    )


def hold(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Compute now what several steps use.

    Polars finds what two branches of a query share only where they are written alike to the end,
    and repeats the rest: left to it, the eight stock outcomes read the register 80 times.
    """
    return frame.collect(engine="streaming").lazy()


def invert(order: pl.Series) -> pl.Series:
    """For each row, its place in an order that names each row once."""
    places = np.empty(len(order), dtype=np.uint32)
    places[order.to_numpy()] = np.arange(len(order), dtype=np.uint32)
    return pl.Series(places)


class Order:
    """The order of persons: the places of index dates in it, by which tables are put in order and back."""

    def __init__(self, zeros: pl.Series) -> None:
        self._first = zeros.min() or 0
        self._rows = np.empty(len(zeros), dtype=np.uint32)
        self._rows[self._to_places(zeros)] = np.arange(len(zeros), dtype=np.uint32)

    def sort(self, dates: pl.DataFrame) -> pl.LazyFrame:
        """A table with a row for each index date, put in the order of persons."""
        return dates.rechunk()[pl.Series(self._rows)].lazy().set_sorted("zero")

    def spread(self, table: pl.DataFrame) -> pl.DataFrame:
        """The columns of a table for each index date; null for one that it does not have.

        Nulls are carried as NOTHING until all values are in place: to pick values among nulls takes
        several times as long. The last row that is picked from is for the dates that are not there.
        """
        picks = np.full(len(self._rows), table.height, dtype=np.uint32)
        places = self._to_places(table["zero"])
        picks[self._rows[places]] = np.arange(table.height, dtype=np.uint32)
        values = table.select(pl.exclude("zero").fill_null(NOTHING))
        nothing = pl.DataFrame({name: [NOTHING] for name in values.columns}, schema=values.schema)
        picked = pl.concat([values, nothing], rechunk=True)[pl.Series(picks)]
        return picked.select(pl.when(pl.all() != NOTHING).then(pl.all()))

    def _to_places(self, zeros: pl.Series) -> np.ndarray:
        return (zeros.to_numpy() - self._first) // DAYS_APART


def join_dates(
    intervals: pl.LazyFrame, dates: pl.LazyFrame, how: Literal["inner", "left"] = "inner"
) -> pl.LazyFrame:
    """Give intervals the columns of their index dates, both in order.

    Those of index dates that are not there are left out, or kept with nulls where `how` is left.
    """
    return intervals.set_sorted("zero").join(
        dates.set_sorted("zero"), on="zero", how=how, maintain_order="left"
    )


@dataclass(frozen=True)
class Calendar:
    """Days that lie a number of months after others, looked up: no date is taken apart twice.

    It begins with the extract, before which no day is counted from, and goes on for a century after
    the extract's end, which is as long as a length can be.
    """

    first: date
    last: date
    tables: dict[int, pl.Series] = field(default_factory=dict)

    def columns(self, months: Iterable[int]) -> dict[str, pl.Expr]:
        """For each number of months the day that lies so long after the index date, by its name.

        `day_after` takes them from there: Polars repeats a lookup wherever it is written.
        """
        return {_after(number): self._look_up(number, index) for number in months}

    def day_after(self, length: Length, start: pl.Expr | int) -> pl.Expr:
        """The day that lies a length of time after the day `start`, both from the index date.

        After the index date itself it is one of `columns`, which the frame must have.
        """
        if not length.months:
            return start + pl.lit(length.days, pl.Int32)
        if isinstance(start, pl.Expr):
            return self._look_up(length.months, index + start)
        assert start == 0, "no lengths are counted from other days"
        return pl.col(_after(length.months))

    def _look_up(self, months: int, start: pl.Expr) -> pl.Expr:
        first = (self.first - EPOCH).days
        place = start.fill_null(first) - first  # nulls would make it a slow one
        found = pl.lit(self._table(months)).gather(place) - index
        return pl.when(start.is_not_null()).then(found)

    def _table(self, months: int) -> pl.Series:
        if months not in self.tables:
            until = self.last + timedelta(days=LONGEST_DAYS + 2)
            dates = pl.date_range(self.first, until, eager=True)
            # The last day of a month that is too short is taken, as `Length.after` does.
            self.tables[months] = dates.dt.offset_by(f"{months}mo").to_physical()
        return self.tables[months]


@dataclass(frozen=True)
class PolarsScope:
    """The names of the steps of one plan, and the calendar in which their days are looked up."""

    names: StepNames
    calendar: Calendar


def _after(months: int) -> str:
    return f"after_{months}_months"  # a negative number is no harm inside of Polars
