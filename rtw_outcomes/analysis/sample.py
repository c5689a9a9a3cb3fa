"""The sample of a comparison: arrays with one entry per index date, from the groups to the covariates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Covariate:
    """A column that estimates are adjusted for.

    Attributes:
        name: its name in the cohort.
        values: numbers, with NaN where missing; of a column of texts the number of the level, -1 where
            missing.
        levels: the texts of a column of texts, in order; empty for numbers.
    """

    name: str
    values: NDArray[Any]
    levels: tuple[str, ...] = ()

    @property
    def is_known(self) -> Flags:
        """Whether each row has a value."""
        return self.values >= 0 if self.levels else ~np.isnan(self.values)


@dataclass(frozen=True)
class Sample:
    """The index dates that a comparison is about.

    Attributes:
        groups: the names of the groups; the first is the reference.
        group: for each row the number of its group.
        person: for each row the number of its person.
        cluster: for each row the number of its cluster; None where the study names none.
        cluster_name: the column of the clusters.
        covariates: the columns that estimates are adjusted for.
        subgroups: for each column of subgroups its levels, and for each row the number of the level, -1
            where missing.
        confidence: the level of intervals, in percent.
    """

    groups: tuple[str, ...]
    group: Ints
    person: Ints
    cluster: Ints | None = None
    cluster_name: str = ""
    covariates: tuple[Covariate, ...] = ()
    subgroups: Mapping[str, tuple[tuple[str, ...], Ints]] = field(default_factory=dict)
    confidence: float = 95.0

    @property
    def rows(self) -> int:
        """The number of index dates."""
        return self.group.size

    def keep(self, chosen: Flags) -> "Sample":
        """The sample of some of the rows."""
        return Sample(
            self.groups,
            self.group[chosen],
            self.person[chosen],
            None if self.cluster is None else self.cluster[chosen],
            self.cluster_name,
            tuple(
                Covariate(each.name, each.values[chosen], each.levels) for each in self.covariates
            ),
            {name: (levels, codes[chosen]) for name, (levels, codes) in self.subgroups.items()},
            self.confidence,
        )
