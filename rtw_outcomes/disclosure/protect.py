"""The one pass of disclosure control over all statistics of a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rtw_outcomes.disclosure.count_system import CountSystem
from rtw_outcomes.disclosure.counts import tell_count, tell_share
from rtw_outcomes.disclosure.estimates import Origin, ToldEstimate, tell_estimate
from rtw_outcomes.disclosure.moments import tell_moment, tell_ratio
from rtw_outcomes.disclosure.remainders import find_exposing, find_exposing_groups
from rtw_outcomes.disclosure.suppression import hide_further
from rtw_outcomes.disclosure.told import (
    COUNT,
    VALUES,
    StatisticKey,
    ToldStatistic,
    hide,
    list_by_name,
)
from rtw_outcomes.language.rule_sets import RuleSet
from rtw_outcomes.statistics.contributors import Count, Moment, Ratio, Share
from rtw_outcomes.statistics.statistic import Compared, Statistic

Key = tuple[bool, tuple[str, ...]]  # whether a group is on the side, and the group


def protect(
    statistics: Sequence[Statistic],
    compared: Sequence[Compared],
    rules: RuleSet,
    place: int | None = None,
) -> tuple[list[ToldStatistic], list[ToldEstimate]]:
    """All statistics of a run as the rules let them be told.

    The counts of each group are one system. Everything else is told only where enough persons are
    behind it, and in steps that one of them cannot move.

    Args:
        statistics: what describes the persons.
        compared: the estimates.
        rules: the rules.
        place: where the name of a group on the side stands in those of the other groups; None where it does
            not.
    """
    systems = {
        key: hide_further(
            CountSystem.of(of_group.counts, rules.below, is_side=key[0], known=of_group.known)
        )
        for key, of_group in _list_groups(statistics).items()
    }
    unsized = find_exposing_groups(statistics, place, rules.below)
    described: list[ToldStatistic] = []
    too_close: set[tuple[tuple[str, ...], str, str]] = set()
    for each in statistics:
        told = _tell(each, systems[_key(each)], rules)
        if each.is_side and each.group in unsized:
            is_size = isinstance(each.number, Count) and not each.number.rest
            told = ToldStatistic(each, hide(COUNT) if is_size else told.told, hide(COUNT))
        if any(
            0 < persons < rules.below and (each.group, each.variable, level) not in too_close
            for level, persons in each.changed.items()
        ):
            # Subtracted from one that is told, it would tell of few.
            too_close.add((each.group, each.variable, each.level))
            told = ToldStatistic(each, hide(VALUES), told.n)
        described.append(told)
    sources = list_by_name(described)
    estimates = [
        tell_estimate(each.estimate, rules, _find_origin(each, sources), exposing)
        for each, exposing in zip(
            compared, find_exposing(compared, statistics, rules.below), strict=True
        )
    ]
    return described, estimates


def _find_origin(compared: Compared, sources: Mapping[StatisticKey, ToldStatistic]) -> Origin:
    """What an estimate is made of in the description of its groups; nothing where one has none."""
    found = [
        sources.get((compared.outcome, group, compared.estimate.made_of))
        for group in compared.groups
    ]
    return Origin(tuple(each for each in found if each)) if all(found) else Origin()


def _tell(statistic: Statistic, system: CountSystem, rules: RuleSet) -> ToldStatistic:
    number = statistic.number
    if 0 < statistic.n.partition.everybody < rules.below:
        return ToldStatistic(statistic, hide(COUNT), hide(COUNT))
    n = tell_count(statistic.n, system, rules)
    match number:
        case Count():
            told = tell_count(number, system, rules)
        case Share():
            told = tell_share(number, system, rules)
        case Moment():
            told = tell_moment(number, rules)
        case Ratio():
            told = tell_ratio(number, rules)
    return ToldStatistic(statistic, told, n)


def _key(statistic: Statistic) -> Key:
    return statistic.is_side, statistic.group


@dataclass
class _GroupCounts:
    """The counts behind the statistics of a group.

    Attributes:
        counts: all of them.
        known: the partitions whose counts a run tells, too, by their identity.
    """

    counts: list[Count] = field(default_factory=list)
    known: set[int] = field(default_factory=set)


def _list_groups(statistics: Iterable[Statistic]) -> dict[Key, _GroupCounts]:
    found: dict[Key, _GroupCounts] = {}
    for statistic in statistics:
        of_group = found.setdefault(_key(statistic), _GroupCounts())
        counts = [statistic.n, *_list_counts(statistic)]
        of_group.counts += counts
        if statistic.is_of_run:
            of_group.known.update(id(each.partition) for each in counts)
    return found


def _list_counts(statistic: Statistic) -> list[Count]:
    match statistic.number:
        case Count() as count:
            return [count]
        case Share() as share:
            return [share.part, share.whole]
        case _:
            return []
