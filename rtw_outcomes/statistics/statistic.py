"""One statistic of a run: the number, what is behind it, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.analysis.incidence import Curve
from rtw_outcomes.statistics.contributors import Count, Moment, Ratio, Share

Quantity = Count | Share | Moment | Ratio


@dataclass(frozen=True, eq=False)
class Statistic:
    """A number that describes the persons of one group.

    Attributes:
        outcome: the id of the outcome; empty for what is about the cohort.
        group: the values of the columns that make the groups, in their order; empty for everybody.
        name: the name of the statistic in the summary.
        number: the number with what is behind it.
        n: the index dates that it is about.
        stat: the name in R's `cards`: `mean`, `n`, `p`.
        context: the kind of table that it is from, in the words of `cards`.
        variable: the column, period, state or day that it is about, where the outcome is split on such.
        level: which of them.
        unit: of the number.
        is_side: whether the group is not one of the description of all outcomes, but of a comparison by
            another column. All its counts are told in steps.
        is_of_run: whether a run tells the number, too, and more exactly than is told of groups on the side.
        is_row: whether it has a row of its own in the results; others are counts that estimates are made of.
        changed: how many persons have another value in numbers that it could be subtracted from: those of
            the same variable, given by their level.
    """

    outcome: str
    group: tuple[str, ...]
    name: str
    number: Quantity
    n: Count
    stat: str
    context: str = "summary"
    variable: str = ""
    level: str = ""
    unit: str = ""
    is_side: bool = False
    is_of_run: bool = False
    is_row: bool = True
    changed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Compared:
    """An estimate of a comparison, and the groups whose counts it could give away.

    Attributes:
        outcome: the id of the outcome.
        groups: the groups, as in the description of the cohort, whose counts it is made of; empty where
            they are not those of the description.
        estimate: the numbers.
    """

    outcome: str
    groups: tuple[tuple[str, ...], ...]
    estimate: Estimate


@dataclass(frozen=True, eq=False)
class OutcomeCurve:
    """The curve of one event of an outcome in one group, exact.

    Attributes:
        outcome: the id of the outcome.
        group: the group.
        cause: the event.
        curve: day by day.
        counts: the days on which it is read in a table, with the names of the counts in the description.
    """

    outcome: str
    group: str
    cause: str
    curve: Curve
    counts: Mapping[int, str]
