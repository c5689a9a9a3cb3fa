"""The effect of the difference between two definitions on the results of the same people, as it is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.statistics.two_definitions import COMPARED, CROSS, STEPS


@dataclass(frozen=True)
class CrossTable:
    """The number of index dates with each pair of results; None where a count is hidden."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: dict[tuple[str, str], int | None]


@dataclass(frozen=True)
class Comparison:
    """The results of two definitions side by side.

    Attributes:
        table: for results that are categories; None for numbers, and where the two are not alike.
        numbers: sentences and their values; None where a value is hidden.
    """

    table: CrossTable | None
    numbers: dict[str, float | None]


@dataclass(frozen=True)
class Steps:
    """One number of a definition, of variants of it, and of another definition.

    Attributes:
        what: what the number is, in words.
        numbers: what the definition is, in words, and its number; None where it is hidden.
    """

    what: str
    numbers: dict[str, float | None]


def lay_out_comparison(told: Sequence[ToldStatistic]) -> Comparison:
    """The comparison of the results in one group, from its statistics as they are told."""
    counts = {
        (each.statistic.variable, each.statistic.level): _whole(each.told.value)
        for each in told
        if each.statistic.context == CROSS
    }
    table = CrossTable(
        tuple(sorted({first for first, _ in counts})),
        tuple(sorted({second for _, second in counts})),
        counts,
    )
    numbers = {
        each.statistic.name: each.told.value for each in told if each.statistic.context == COMPARED
    }
    return Comparison(table if counts else None, numbers)


def lay_out_steps(told: Sequence[ToldStatistic]) -> tuple[Steps, ...]:
    """What each parameter does by itself in one group, from its statistics as they are told."""
    steps: dict[str, dict[str, float | None]] = {}
    for each in told:
        if each.statistic.context == STEPS:
            of_number = steps.setdefault(each.statistic.variable, {})
            of_number[each.statistic.level] = each.told.value
    return tuple(Steps(what, numbers) for what, numbers in steps.items())


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
