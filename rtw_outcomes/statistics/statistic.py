"""One statistic of a run: the number, what is behind it, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtw_outcomes.analysis.estimate import Estimate
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
        variable: the column, period, state or day that it is about, where the outcome is split on such.
        level: which of them.
        stat: the name in R's `cards`: `mean`, `n`, `p`.
        context: the kind of table that it is from, in the words of `cards`.
        unit: of the number.
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
