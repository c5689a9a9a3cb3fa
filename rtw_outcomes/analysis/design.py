"""The design of an estimate: groups, covariates, and which rows belong together.

The matrix of the design is never built: two million rows of dummies are too much memory. Estimators
need its weighted sums, which are counts of cells, and its products with a vector, which are look-ups.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rtw_outcomes.analysis.jackknife import find_members, number_codes
from rtw_outcomes.analysis.sample import Covariate, Flags, Floats, Ints, Sample

# Of the variation of a column, the share that its predecessors must leave; less is rounding.
LEAST_OWN_VARIATION = 1e-8


@dataclass(frozen=True)
class NumericTerm:
    """A covariate of numbers, as one column: centred, and divided by its standard deviation."""

    name: str
    values: Floats
    columns: int = 1

    def combine(self, factors: Floats) -> Floats:
        """The column times its factor."""
        return np.asarray(self.values * factors[0])

    def take(self, rows: Ints) -> "NumericTerm":
        """The column of some rows, which may come several times."""
        return NumericTerm(self.name, self.values[rows])

    def keep(self, own: Flags) -> "NumericTerm":  # noqa: ARG002 - one column, which is kept
        """The column."""
        return self


@dataclass(frozen=True)
class Levels:
    """A covariate of texts, as dummies of all levels but the first.

    Levels whose dummies are left out are put to the first level, which is the same.
    """

    name: str
    codes: Ints
    levels: tuple[str, ...]

    @property
    def columns(self) -> int:
        """The number of dummies."""
        return len(self.levels) - 1

    def combine(self, factors: Floats) -> Floats:
        """The sum of the dummies times their factors."""
        return np.concatenate(([0.0], factors))[self.codes]

    def take(self, rows: Ints) -> "Levels":
        """The covariate of some rows, which may come several times."""
        return Levels(self.name, self.codes[rows], self.levels)

    def keep(self, own: Flags) -> "Levels":
        """The covariate with some of its dummies."""
        if own.all():
            return self
        numbers = np.concatenate(([0], np.where(own, np.cumsum(own), 0)))
        named = (name for name, kept in zip(self.levels[1:], own, strict=True) if kept)
        return Levels(self.name, numbers[self.codes], (self.levels[0], *named))


Term = NumericTerm | Levels


@dataclass(frozen=True)
class Design:
    """Groups, covariates, and which rows belong together.

    Attributes:
        groups: the number of groups.
        group: for each row the number of its group.
        person: for each row the number of its person; None where every person has one row.
        persons: the number of persons.
        cluster: for each row the number of its cluster, without holes; None without clusters.
        codes: for each cluster its number in the sample.
        covariates: columns, in order.
        confidence: in percent.
    """

    groups: int
    group: Ints
    person: Ints | None
    persons: int
    cluster: Ints | None
    codes: Ints
    covariates: tuple[Term, ...]
    confidence: float

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.group.size

    @property
    def clusters(self) -> int:
        """The number of clusters; 0 without clusters."""
        return self.codes.size

    @property
    def columns(self) -> int:
        """The number of columns of covariates."""
        return sum(each.columns for each in self.covariates)

    @cached_property
    def members(self) -> Flags:
        """Which clusters have rows in each group: an array [group, cluster]."""
        assert self.cluster is not None
        return find_members(self.group, self.cluster, self.groups, self.clusters)

    @cached_property
    def rows_of_groups(self) -> Ints:
        """The number of rows in each group."""
        return np.bincount(self.group, minlength=self.groups)

    @cached_property
    def persons_of_groups(self) -> Ints:
        """The number of persons in each group."""
        return self.count_persons(np.ones(self.rows, bool))

    def count_persons(self, chosen: Flags) -> Ints:
        """Count the persons of the chosen rows in each group."""
        group = self.group[chosen]
        if self.person is None:
            return np.bincount(group, minlength=self.groups)
        occurs = np.zeros(self.persons * self.groups, bool)
        occurs[self.person[chosen] * self.groups + group] = True
        return np.asarray(occurs.reshape(self.persons, self.groups).sum(axis=0))

    def find_largest(self, values: Floats) -> Floats:
        """Find the largest absolute sum of one person's values in each group."""
        largest = np.zeros(self.groups)
        group, sums = self.group, values.astype(np.float64)
        if self.person is not None:
            number, count = number_codes(self.person * self.groups + group)
            group = np.zeros(count, np.int64)
            group[number] = self.group
            sums = np.bincount(number, weights=values).astype(np.float64)
        np.maximum.at(largest, group, np.abs(sums))
        return largest

    def combine(self, factors: Floats) -> Floats:
        """The columns of covariates times their factors, added up for each row."""
        total = np.zeros(self.rows)
        for each, place in self.places():
            total += each.combine(factors[place])
        return total

    def of_groups(self) -> "Design":
        """The design without covariates."""
        return replace(self, covariates=())

    def of_columns(self, own: Flags) -> "Design":
        """The design with some of the columns of its covariates."""
        kept = ((each, own[place]) for each, place in self.places())
        return replace(self, covariates=tuple(each.keep(some) for each, some in kept if some.any()))

    def places(self) -> Iterator[tuple[Term, slice]]:
        """Each covariate with the places of its columns."""
        start = 0
        for each in self.covariates:
            yield each, slice(start, start + each.columns)
            start += each.columns


def plan_design(sample: Sample, covariates: tuple[Term, ...] = ()) -> Design:
    """Plan the design of a sample; without covariates it is that of the unadjusted estimate."""
    person, persons = number_codes(sample.person)
    cluster, codes = None, np.zeros(0, np.int64)
    if sample.cluster is not None:
        cluster, count = number_codes(sample.cluster)
        codes = np.zeros(count, np.int64)
        codes[cluster] = sample.cluster
    return Design(
        len(sample.groups),
        sample.group,
        None if persons == sample.rows else person,
        persons,
        cluster,
        codes,
        covariates,
        sample.confidence,
    )


@dataclass(frozen=True)
class Adjustment:
    """What an adjusted estimate is made of.

    Attributes:
        kept: the rows with all covariates; None for all rows.
        design: the design of these rows.
        names: the covariates in it; all that were asked for where there is no adjusted estimate.
        warnings: what was left out, and why.
        error: why there is no adjusted estimate.
    """

    kept: Flags | None
    design: Design
    names: tuple[str, ...]
    warnings: tuple[str, ...]
    error: str = ""


def adjust(sample: Sample) -> Adjustment:
    """Plan the adjusted estimate of a sample: leave out rows and columns that it cannot use."""
    warnings: list[str] = []
    asked = tuple(each.name for each in sample.covariates)
    kept = np.ones(sample.rows, bool)
    for each in sample.covariates:
        kept &= each.is_known
    if not kept.all():
        # Without their number, which disclosure control would have to judge; n tells it.
        warnings.append(
            "Index dates with a missing covariate are left out of the adjusted estimate."
        )
        sample = sample.keep(kept)
    if sample.rows == 0:
        error = "No index date has all covariates, so there is no adjusted estimate."
        return Adjustment(kept, plan_design(sample), asked, tuple(warnings), error)
    columns: list[Term] = []
    for each in sample.covariates:
        column = _plan_column(each)
        if column is None:
            warnings.append(f"The covariate {each.name} is the same for everybody and left out.")
        else:
            columns.append(column)
    design = plan_design(sample, tuple(columns))
    return Adjustment(
        None if kept.all() else kept,
        design,
        tuple(each.name for each in columns) or asked,
        tuple(warnings),
        "" if columns else "No covariate varies, so there is no adjusted estimate.",
    )


def _plan_column(covariate: Covariate) -> Term | None:
    if covariate.levels:
        # Levels that nobody has are no columns; the first one that somebody has is the reference.
        codes, count = number_codes(covariate.values.astype(np.int64))
        occurring = np.flatnonzero(
            np.bincount(covariate.values.astype(np.int64), minlength=len(covariate.levels))
        )
        if count < 2:
            return None
        return Levels(covariate.name, codes, tuple(covariate.levels[one] for one in occurring))
    values = covariate.values.astype(np.float64)
    mean = values.mean()
    spread = values.std()
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return None
    return NumericTerm(covariate.name, (values - mean) / spread)


def find_own_columns(variation: Floats, scale: Floats) -> Flags:
    """Find the columns that are not combinations of groups and of columns before them.

    Args:
        variation: the products of the columns after the groups are taken out.
        scale: the squares of each column before that.
    """
    left = variation.copy()
    own = np.zeros(scale.size, bool)
    for one in range(scale.size):
        if left[one, one] > LEAST_OWN_VARIATION * scale[one]:
            own[one] = True
            left -= np.outer(left[:, one], left[one]) / left[one, one]
    return own


def tell_collinear(design: Design, own: Flags) -> str:
    """Tell the covariates with columns that are combinations of others. Empty if there are none."""
    names = [each.name for each, place in design.places() if not own[place].all()]
    if not names:
        return ""
    return (
        "Left out because groups and other covariates tell the same: columns of "
        + ", ".join(names)
        + "."
    )
