"""Counts told in steps beside exact ones: each is told only where nobody, or many, are left of the whole.

An estimate may be of fewer index dates than its groups have: of a subgroup, of those with a cluster, of those
with all covariates. A count of 58 to 62 beside an exact 59 says that at most one is not in it, and a note that
some are not says the rest.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rtw_outcomes.analysis.estimate import Estimate
from rtw_outcomes.statistics.statistic import Compared, Statistic

# A remainder of so many thresholds stays in doubt when the count that leaves it is told in steps.
FAR = 2

Group = tuple[str, ...]
K = TypeVar("K", int, Group)


@dataclass(frozen=True)
class Exposing:
    """Whether the number of index dates of an estimate, and that of its events, would expose a remainder."""

    n: bool = False
    events: bool = False


NOTHING_EXPOSED = Exposing()


def find_exposing(
    compared: Sequence[Compared], statistics: Iterable[Statistic], below: int
) -> list[Exposing]:
    """For each estimate whether its counts would tell how few index dates are not in it.

    Args:
        compared: the estimates.
        statistics: those that describe the groups.
        below: counts of fewer persons are small.
    """
    sizes = {each.group: each.n.partition.codes.size for each in statistics if not each.is_side}
    wholes = _Wholes(compared, sizes)
    n = _Families(below)
    events = _Families(below)
    for number, each in enumerate(compared):
        for families, count, whole in (
            (n, each.estimate.n, wholes.list_sizes(each)),
            (events, each.estimate.n_events, wholes.list_events(each)),
        ):
            if count is not None:
                families.add(_name_family(each), number, count, whole)
    of_n, of_events = n.find_exposing(), events.find_exposing()
    return [Exposing(place in of_n, place in of_events) for place in range(len(compared))]


def find_exposing_groups(
    statistics: Iterable[Statistic], place: int | None, below: int
) -> frozenset[Group]:
    """The groups on the side whose sizes would tell how few are in groups that are not named.

    Args:
        statistics: those of groups of both kinds.
        place: where the name of a group on the side stands in those of the others; None where it does not.
        below: groups of fewer persons are not named.
    """
    named: dict[Group, int] = {}
    aside: dict[Group, int] = {}
    for each in statistics:
        (aside if each.is_side else named)[each.group] = each.n.partition.codes.size
    found = set(list_exposing(aside, sum(named.values()), below)) if named else set()
    if place is not None:
        for group, size in aside.items():
            inside = sum(rows for other, rows in named.items() if other[place] == group[0])
            found.update(list_exposing({group: size}, inside, below))
    return frozenset(found)


def list_exposing(counts: Mapping[K, int], whole: int, below: int) -> Iterator[K]:
    """The counts of parts that are not to be told beside the whole: the smallest ones, as few as it takes.

    The whole may also be a part of them, where others of it are not named.

    >>> list(list_exposing({1: 23, 2: 14}, whole=38, below=5))  # one person is in neither part
    [2]
    >>> list(list_exposing({1: 23, 2: 14}, whole=37, below=5))
    []
    """
    told = dict(counts)
    while told and 0 < abs(whole - sum(told.values())) < FAR * below:
        smallest = min(told, key=lambda each: (told[each], each))
        del told[smallest]
        yield smallest


def _name_family(each: Compared) -> Hashable:
    """What estimates have in common that are of parts of the same index dates."""
    about = each.estimate
    column = about.subgroup[0] if about.subgroup else ""
    what = (about.context, about.name, about.variable, about.cause, about.level, about.choice)
    return each.outcome, about.group, about.reference, column, about.covariates, *what


class _Families:
    """Counts of parts that do not overlap, with the counts of their wholes."""

    def __init__(self, below: int) -> None:
        self._below = below
        self._counts: dict[Hashable, dict[int, int]] = {}
        self._wholes: dict[Hashable, set[int]] = {}

    def add(self, family: Hashable, number: int, count: int, wholes: Iterable[int]) -> None:
        """Add the count of an estimate."""
        self._counts.setdefault(family, {})[number] = count
        self._wholes.setdefault(family, set()).update(wholes)

    def find_exposing(self) -> set[int]:
        """The numbers of the estimates whose counts are not to be told."""
        return {
            number
            for family, counts in self._counts.items()
            for whole in self._wholes[family]
            for number in list_exposing(
                {each: count for each, count in counts.items() if count >= self._below},
                whole,
                self._below,
            )
        }


class _Wholes:
    """The exact counts that an estimate is of a part of."""

    def __init__(self, compared: Sequence[Compared], sizes: Mapping[Group, int]) -> None:
        self._sizes, self._everybody = sizes, sum(sizes.values())
        self._events: dict[Hashable, int] = {}
        self._known: dict[Hashable, set[int]] = {}
        for each in compared:
            about = each.estimate
            if about.subgroup or about.choice or not about.made_of:
                continue
            pair = each.outcome, about.group, about.reference
            if about.n is not None:
                self._known.setdefault(pair, set()).add(about.n)
            if about.n_events is not None:
                self._events[_name_event(each)] = about.n_events

    def list_sizes(self, each: Compared) -> set[int]:
        """The index dates of its groups, and those for which its outcome is known."""
        about = each.estimate
        named = [(name,) for name in (about.group, about.reference) if name]
        if named and all(name in self._sizes for name in named):
            sizes = {sum(self._sizes[name] for name in named)}
        else:
            sizes = {self._everybody}
        return sizes | self._known.get((each.outcome, about.group, about.reference), set())

    def list_events(self, each: Compared) -> set[int]:
        """The events of everybody in its groups."""
        found = self._events.get(_name_event(each))
        return set() if found is None else {found}


def _name_event(each: Compared) -> Hashable:
    about: Estimate = each.estimate
    return each.outcome, about.group, about.reference, about.variable, about.cause, about.level
