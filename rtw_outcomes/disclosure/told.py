"""A number as it is told: exact, in steps, or hidden with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from rtw_outcomes.disclosure.steps import round_up_step, to_step
from rtw_outcomes.statistics.statistic import Statistic

# Why a number is hidden. The reasons are told, so none says which of several things is true of a count or of
# values: that a count is small and not only there to protect another one, or that all values are the same.
COUNT = "based on few persons, or on one value of all, or it would reveal another hidden number"
VALUES = "based on few persons, on few who differ, or dominated by one or two"
FEW_EVENTS = "too few events for a ratio that one person cannot move"
FEW_PERSONS = "too few persons for a number that one of them cannot move"
FEW_FOR_QUARTILE = "too few persons for a quartile"


@dataclass(frozen=True)
class Told:
    """A number as it is told.

    Attributes:
        value: the number; None where it is hidden, or where there is none.
        why: why it is hidden; empty for one that is told, and where there is no number.
        step: the step in which it is told; None for an exact one.
    """

    value: float | None
    why: str = ""
    step: float | None = None


NOTHING = Told(None)


@dataclass(frozen=True, eq=False)
class ToldStatistic:
    """A statistic as it is told, with the index dates that it is about."""

    statistic: Statistic
    told: Told
    n: Told


def hide(why: str) -> Told:
    """A hidden number."""
    return Told(None, why)


def tell_in_steps(value: float, least: float) -> Told:
    """A number in a step of at least this size."""
    step = round_up_step(least)
    return Told(to_step(value, step), step=step)


# The outcome, the group and the name of a statistic.
StatisticKey = tuple[str, tuple[str, ...], str]


def list_by_name(described: Iterable[ToldStatistic]) -> dict[StatisticKey, ToldStatistic]:
    """What is told of the groups of the description, by outcome, group and name."""
    return {
        (each.statistic.outcome, each.statistic.group, each.statistic.name): each
        for each in described
        if not each.statistic.is_side
    }
