"""Are the results of all contestants the same? Asked before any time is shown.

Within a task the first contestant is what the others are compared with, row by row and exactly,
and the slow reference engine stands for the truth on a sample. A file of results is read one
column at a time, because a hundred outcomes of a large cohort are more than memory holds.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import polars as pl

from benchmarks.field import Contestant
from benchmarks.processes import locate_results
from rtw_outcomes.definitions.catalogue import CORE, list_ids


def list_differences(contestants: Sequence[Contestant], out: Path) -> Iterator[str]:
    """One sentence for each outcome of a contestant that differs from the first of its task."""
    in_order = sorted(contestants, key=lambda each: (each.task, each.is_check))
    for _, group in groupby(in_order, key=lambda each: each.task):
        first, *others = group
        for other in others:
            yield from _compare(first, other, out)


def _compare(first: Contestant, other: Contestant, out: Path) -> Iterator[str]:
    left, right = (locate_results(each, out) for each in (first, other))
    expected, found = (pl.scan_parquet(file) for file in (left, right))
    columns = _list_columns(expected, other)
    heights = [frame.select(pl.len()).collect().item() for frame in (expected, found)]
    who = f"{other.key} differs from {first.key}"
    if heights[0] != heights[1] and not other.is_check:
        yield f"{who}: {heights[1]:,} rows in place of {heights[0]:,}"
        return
    missing = [name for name in columns if name not in found.collect_schema()]
    if missing:
        yield f"{who}: no column {', '.join(missing)}"
        return
    for outcome, names in groupby(columns, key=_find_outcome):
        count = _count_different(expected, found, list(names), heights[1])
        if count:
            yield f"{who}: {outcome} in {count:,} of {heights[1]:,} rows"


def _list_columns(expected: pl.LazyFrame, other: Contestant) -> list[str]:
    """What is compared: everything, but only engines know the columns of the account."""
    names = expected.collect_schema().names()
    if other.module == "engines":
        return names
    return [
        name for name in names if not name.endswith(("_happened", "_unconfirmable", "_incomplete"))
    ]


def _find_outcome(column: str) -> str:
    """The outcome that a column belongs to."""
    belongs = [name for name in list_ids(CORE) if column.startswith(name)]
    return belongs[0] if belongs else column


def _count_different(
    expected: pl.LazyFrame, found: pl.LazyFrame, names: list[str], rows: int
) -> int:
    """Rows that differ in any of the columns; null is equal to null, and 1.0 to 1."""
    is_different = pl.repeat(False, rows, eager=True)
    for name in names:
        left = expected.select(name).head(rows).collect()[name]
        right = found.select(name).collect()[name]
        is_different |= left.ne_missing(right.cast(left.dtype))
    return int(is_different.sum())
