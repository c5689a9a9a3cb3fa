"""The index dates of one group of a run, and the partitions and values that statistics are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from rtw_outcomes.statistics.contributors import (
    Count,
    Indices,
    Partition,
    Persons,
    Values,
    count_persons,
)


@dataclass(frozen=True, eq=False)
class Members:
    """The index dates of a group.

    Attributes:
        group: the values of the columns that make the groups; empty for everybody.
        table: their rows: keys and results.
        persons: their persons.
    """

    group: tuple[str, ...]
    table: pl.DataFrame
    persons: Persons

    def __getitem__(self, column: str) -> pl.Series:
        return self.table[column]

    @property
    def count(self) -> int:
        """The different persons."""
        return count_persons(self.persons, self.table.height)

    def everybody(self) -> Count:
        """The count of all of them."""
        everybody = pl.repeat(True, self.table.height, eager=True)
        return self.divide({"all": everybody}, (), is_main=False).whole()

    def count_where(self, chosen: pl.Series) -> int:
        """The different persons of some index dates."""
        flags = chosen.to_numpy()
        return count_persons(
            None if self.persons is None else self.persons[flags], int(flags.sum())
        )

    def divide(
        self,
        cells: Mapping[str, pl.Series],
        telling: Sequence[str],
        is_main: bool = True,
        precious: Sequence[str] = (),
    ) -> Partition:
        """The partition with these cells, each given by whether a row is in it; exactly one is true."""
        codes: Indices = np.zeros(self.table.height, dtype=np.int16)
        for number, chosen in enumerate(cells.values()):
            codes[chosen.fill_null(False).to_numpy()] = number
        return Partition(
            tuple(cells), codes, self.persons, tuple(telling), is_main, tuple(precious)
        )

    def look_at(self, values: pl.Series, has_origin: bool = True) -> Values:
        """What is to be known of the values of a column, where they are known; see `Values.of`."""
        known = values.is_not_null().to_numpy()
        numbers = values.drop_nulls().cast(pl.Float64).to_numpy()
        persons = None if self.persons is None else self.persons[known]
        return Values.of(numbers, persons, has_origin)


def split_groups(table: pl.DataFrame, by: Sequence[str]) -> list[Members]:
    """The rows of each group, in the order of the groups' names."""
    if not by:
        return [_members((), table)]
    # Columns are named anew: one called `*` is not a pattern.
    values = pl.DataFrame([table[column].alias(f"by_{i}") for i, column in enumerate(by)])
    groups = values.with_row_index("row").group_by(values.columns, maintain_order=True).all()
    rows: dict[tuple[str, ...], list[pl.Series]] = {}
    for group, places in zip(groups.drop("row").iter_rows(), groups["row"], strict=True):
        rows.setdefault(tuple(map(as_text, group)), []).append(places)
    return [_members(group, table[pl.concat(rows[group]).sort()]) for group in sorted(rows)]


def _members(group: tuple[str, ...], table: pl.DataFrame) -> Members:
    persons = number_persons(table["person_id"])
    return Members(group, table, persons)


def number_persons(ids: pl.Series) -> Persons:
    """A number for each person, or None where each row is of another person."""
    if ids.n_unique() == ids.len():
        return None
    numbers: Indices = ids.rank("dense").to_numpy().astype(np.int64) - 1
    return numbers


def as_text(value: object) -> str:
    """A value of a column as text; a missing one is empty."""
    return "" if value is None else str(value)
