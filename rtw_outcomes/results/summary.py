"""The summary of a run: one tidy table of counts, means and quartiles.

There are no totals over groups: with all groups but one shown, a total would tell the hidden one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.disclosure.moments import QUARTILE_FROM_GROUPS
from rtw_outcomes.disclosure.told import ToldStatistic
from rtw_outcomes.language.control_characters import show_controls


def lay_out_summary(described: Iterable[ToldStatistic], by: Sequence[str]) -> pl.DataFrame:
    """The summary as a table.

    Args:
        described: the statistics of all outcomes, as they are told.
        by: the names of the columns that make the groups.

    Returns:
        outcome, the columns of `by`, statistic, value, n; both numbers null where they are hidden. Counts
        are whole. Means, standard deviations, quartiles and sums are in steps that one person cannot move.
    """
    rows = [
        (
            each.statistic.outcome,
            *each.statistic.group,
            each.statistic.name,
            each.told.value,
            None if each.n.value is None else int(each.n.value),
        )
        for each in described
        if each.statistic.outcome and each.statistic.is_row
    ]
    text = dict.fromkeys(("outcome", *by, "statistic"), pl.String())
    return pl.DataFrame(rows, schema=text | {"value": pl.Float64(), "n": pl.Int64()}, orient="row")


@dataclass(frozen=True)
class SideBySide:
    """The summary of one outcome for reading: a row of values for each statistic."""

    groups: list[str]
    rows: dict[str, list[float | None]]


def explain_hidden(below: int) -> str:
    """The mark of a hidden number in words, where groups of fewer than `below` persons are hidden."""
    for_quartiles = below * QUARTILE_FROM_GROUPS
    if below <= 1:
        return f"(–) is a hidden number: a quartile needs at least {for_quartiles} persons."
    return (
        f"(–) is a hidden number: it is based on fewer than {below} persons (a quartile on fewer than "
        f"{for_quartiles}), all persons have the same value, or it would reveal another hidden number."
    )


def put_groups_side_by_side(summary: pl.DataFrame, by: Sequence[str]) -> dict[str, SideBySide]:
    """For each outcome its groups, named for reading, and its values in their order."""
    tables: dict[str, SideBySide] = {}
    groups: dict[str, dict[tuple[str, ...], None]] = {}  # two groups may be called the same
    for row in summary.iter_rows(named=True):
        groups.setdefault(row["outcome"], {})[tuple(row[name] for name in by)] = None
        table = tables.setdefault(row["outcome"], SideBySide([], {}))
        table.rows.setdefault(row["statistic"], []).append(row["value"])
    for outcome, table in tables.items():
        table.groups.extend(map(name_group, groups[outcome]))
    return tables


def name_group(values: Sequence[str]) -> str:
    """A group by its values, for reading; `all` where the rows are in no groups."""
    return ", ".join(show_controls(value) or "(blank)" for value in values) or "all"
