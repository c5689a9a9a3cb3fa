"""The statistics that describe the cohort itself: who the persons of each group are (Table 1)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from rtw_outcomes.language.result_names import MISSING
from rtw_outcomes.statistics.contributors import QUARTILES, Count, Moment, Share
from rtw_outcomes.statistics.members import Members, as_text
from rtw_outcomes.statistics.statistic import Quantity, Statistic

CATEGORICAL, CONTINUOUS, FLOW = "categorical", "continuous", "flow"
OTHER_LEVELS = "other"
LEVELS_OF_NUMBERS = 10  # a column of numbers with at most so many values is a column of categories


def describe_cohort(
    table: pl.DataFrame,
    groups: Sequence[Members],
    columns: Sequence[str],
    below: int,
    *,
    is_side: bool,
) -> Iterator[Statistic]:
    """Describe the persons of each group: the levels of categories, and the moments of numbers.

    Args:
        table: the index dates of all groups.
        groups: the groups.
        columns: the columns that describe the persons.
        below: levels of fewer persons in all groups together are put together as `other`.
        is_side: whether the groups are others than those of the description of the outcomes.
    """
    for each in _describe_groups(table, groups, columns, below):
        yield replace(each, is_side=is_side)


def _describe_groups(
    table: pl.DataFrame, groups: Sequence[Members], columns: Sequence[str], below: int
) -> Iterator[Statistic]:
    for members in groups:
        everybody = members.everybody()
        yield _make("n", everybody, everybody, members, FLOW, "index_dates")
    for column in columns:
        if is_number(table[column]):
            for members in groups:
                yield from _describe_numbers(members, column)
        else:
            levels = list_levels(table, column, below)
            for members in groups:
                yield from _describe_levels(members, column, levels)


def is_number(values: pl.Series) -> bool:
    """Whether a column is of numbers, and not of the codes of categories."""
    return values.dtype.is_numeric() and values.drop_nulls().n_unique() > LEVELS_OF_NUMBERS


def list_levels(table: pl.DataFrame, column: str, below: int) -> list[str]:
    """The levels of a column that may be named: those of enough persons, in order."""
    levels = pl.DataFrame([_to_text(table[column]).alias("level"), table["person_id"]])
    counted = levels.drop_nulls().group_by("level").agg(pl.col("person_id").n_unique())
    return sorted(counted.filter(pl.col("person_id") >= below)["level"].to_list())


def _to_text(values: pl.Series) -> pl.Series:
    texts: pl.Series = values.cast(pl.String)
    return texts


def _describe_numbers(members: Members, column: str) -> Iterator[Statistic]:
    values = members[column].cast(pl.Float64)
    values = values.set(~values.is_finite().fill_null(True), None)
    cells = {"known": values.is_not_null(), MISSING: values.is_null()}
    known = members.divide(cells, (), is_main=False)
    looked_at = members.look_at(values, has_origin=False)
    n = known.count("known")
    for name in ("mean", "sd", *QUARTILES):
        yield _make(name, Moment(name, looked_at), n, members, CONTINUOUS, column)
    yield _make(MISSING, known.count(MISSING), known.whole(), members, CONTINUOUS, column)


def _describe_levels(members: Members, column: str, levels: Sequence[str]) -> Iterator[Statistic]:
    values = _to_text(members[column])
    cells = {as_text(level): values.eq(level) for level in levels}
    cells[OTHER_LEVELS] = values.is_not_null() & ~values.is_in(levels).fill_null(False)
    cells[MISSING] = values.is_null()
    partition = members.divide(cells, tuple(levels))
    for level, chosen in cells.items():
        if level in levels or chosen.any():
            count = partition.count(level)
            share = Share(count, partition.whole())
            whole = partition.whole()
            yield _make("n", count, whole, members, CATEGORICAL, column, level)
            yield _make("p", share, whole, members, CATEGORICAL, column, level, "percent")


def _make(
    name: str,
    number: Quantity,
    n: Count,
    members: Members,
    context: str,
    variable: str,
    level: str = "",
    unit: str = "",
) -> Statistic:
    return Statistic("", members.group, name, number, n, name, context, variable, level, unit)
