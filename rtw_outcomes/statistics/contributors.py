"""Numbers with what is behind them: counts of index dates, and what is computed from their values.

Each holds the exact number. Disclosure control looks at the persons behind it and decides in what form it
is told, if at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtw_outcomes.analysis.sample import Floats

Indices = NDArray[np.integer[Any]]

# The persons of index dates: a number from 0 for each; None where each index date is of another person.
Persons = Indices | None

QUARTILES = {"p25": 0.25, "median": 0.5, "p75": 0.75}
AROUND = 50  # values that are kept on each side of a quartile


@dataclass(frozen=True, eq=False)
class Partition:
    """The index dates of a group, each in one cell; all partitions of a group have the same index dates.

    Attributes:
        cells: the names of the cells.
        codes: for each index date the number of its cell.
        persons: the persons of the index dates.
        telling: the cells that tell something of their persons; the others say that nothing is known.
        is_main: whether its counts are told exactly. Others are told in steps.
        precious: the cells that are hidden to protect others only where nothing else will do, the last one last.
        outcome: the id of the outcome whose results the cells are; empty for other partitions.
        made_of: the outcomes whose answers that outcome puts together, by their ids.
    """

    cells: tuple[str, ...]
    codes: Indices
    persons: Persons
    telling: tuple[str, ...]
    is_main: bool = True
    precious: tuple[str, ...] = ()
    outcome: str = ""
    made_of: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> dict[str, int]:
        """The index dates in each cell."""
        counts = np.bincount(self.codes, minlength=len(self.cells)).tolist()
        return dict(zip(self.cells, counts, strict=True))

    @cached_property
    def persons_in(self) -> dict[str, int]:
        """The different persons in each cell."""
        if self.persons is None:
            return self.rows
        is_in = np.zeros((len(self.cells), int(self.persons.max(initial=-1)) + 1), dtype=np.bool_)
        is_in[self.codes, self.persons] = True
        return dict(zip(self.cells, is_in.sum(axis=1).tolist(), strict=True))

    @cached_property
    def everybody(self) -> int:
        """The different persons of the group."""
        return count_persons(self.persons, self.codes.size)

    @property
    def says_one_thing(self) -> bool:
        """Whether one telling cell alone is filled: it tells the value of all of whom anything is known."""
        return sum(self.rows[name] > 0 for name in self.telling) == 1

    def count(self, *cells: str) -> "Count":
        """The count of the index dates in some of the cells."""
        return Count(self, cells)

    def whole(self) -> "Count":
        """The count of all index dates."""
        return Count(self, self.cells)


@dataclass(frozen=True, eq=False)
class Count:
    """The number of index dates in some cells of a partition."""

    partition: Partition
    cells: tuple[str, ...]

    @property
    def value(self) -> int:
        """The number of index dates."""
        return sum(self.partition.rows[name] for name in self.cells)

    @property
    def rest(self) -> tuple[str, ...]:
        """The cells that it does not count."""
        return tuple(name for name in self.partition.cells if name not in self.cells)


@dataclass(frozen=True, eq=False)
class Share:
    """A count in percent of another one of the same partition."""

    part: Count
    whole: Count

    @property
    def value(self) -> float | None:
        """The share, in percent; None of nothing."""
        return 100 * self.part.value / self.whole.value if self.whole.value else None


@dataclass(frozen=True, eq=False)
class Values:
    """What is to be known of the values of some index dates; the values themselves are not kept.

    Attributes:
        numbers: how many values there are.
        persons: how many persons they are of.
        others: how many persons have a value that is not the most frequent one.
        moments: their mean, standard deviation, sum and quartiles.
        largest: the most that one person adds to the sum, in absolute numbers.
        without_largest_two: what all but the two persons who add most add to it.
        levels: how many different values there are.
        spread: the furthest that one value is from the mean.
        around: for each quartile the values nearest to it, in order.
    """

    numbers: int
    persons: int
    others: int
    moments: Mapping[str, float | None]
    largest: float
    without_largest_two: float
    levels: int
    spread: float
    around: Mapping[str, Floats]

    @classmethod
    def of(cls, values: Floats, persons: Persons, has_origin: bool = True) -> "Values":
        """Look at known values.

        Args:
            values: of the index dates.
            persons: as of the index dates.
            has_origin: whether 0 means nothing, as of days; of years of birth it does not. What a person
                adds is then counted from the median.
        """
        if not values.size:
            nothing = dict.fromkeys(("mean", "sd", *QUARTILES), None) | {"sum": 0.0}
            return cls(0, 0, 0, nothing, 0.0, 0.0, 0, 0.0, {})
        ordered = np.sort(values)
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        lengths = np.diff(np.r_[starts, ordered.size])
        most_frequent = ordered[starts[lengths.argmax()]]
        others = values != most_frequent
        parts = np.abs(values if has_origin else values - np.median(ordered))
        if persons is None:
            added = parts
            count_others = int(others.sum())
        else:
            added = np.bincount(persons, parts)[np.bincount(persons) > 0]
            count_others = count_persons(persons[others], 0)
        top = np.partition(added, -2)[-2:] if added.size > 1 else added
        mean = float(values.mean())
        return cls(
            numbers=values.size,
            persons=added.size,
            others=count_others,
            moments={
                "mean": mean,
                "sd": float(values.std(ddof=1)) if values.size > 1 else None,
                "sum": float(values.sum()),
                **{name: float(np.quantile(ordered, share)) for name, share in QUARTILES.items()},
            },
            largest=float(top.max()),
            without_largest_two=float(added.sum() - top.sum()),
            levels=starts.size,
            spread=float(max(ordered[-1] - mean, mean - ordered[0])),
            around={name: _values_around(ordered, share) for name, share in QUARTILES.items()},
        )


def _values_around(ordered: Floats, share: float) -> Floats:
    """As many values on the two sides of a rank, as far as there are any."""
    rank = share * (ordered.size - 1)
    side = int(min(AROUND, np.floor(rank), ordered.size - 1 - np.ceil(rank)))
    return ordered[int(np.floor(rank)) - side : int(np.ceil(rank)) + side + 1].copy()


@dataclass(frozen=True, eq=False)
class Moment:
    """A mean, a standard deviation, a sum or a quartile of values.

    Attributes:
        name: `mean`, `sd`, `sum`, `p25`, `median` or `p75`.
        values: those that it is of.
        is_telling: whether they tell something of their persons. How many there are, and how long they are
            observed, may be the same for all.
    """

    name: str
    values: Values
    is_telling: bool = True

    @property
    def value(self) -> float | None:
        """The number; None where there are too few values to have it."""
        return self.values.moments[self.name]


@dataclass(frozen=True, eq=False)
class Ratio:
    """A sum over another one, times a scale."""

    scale: float
    part: Moment
    over: Moment

    @property
    def value(self) -> float | None:
        """The rate; None over nothing."""
        part, over = self.part.value, self.over.value
        return self.scale * part / over if part is not None and over else None


def count_persons(persons: Persons, rows: int) -> int:
    """The number of different persons of so many index dates."""
    return rows if persons is None else int(np.count_nonzero(np.bincount(persons)))
