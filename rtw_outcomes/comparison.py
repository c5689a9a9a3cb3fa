"""What the difference between two definitions does to the results on the same people.

Everything is a count of index dates or a mean, and counts that are too small are hidden, as in the
summary of a run.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.catalogue import ResolvedOutcome
from rtw_outcomes.disclosure import Cell, is_small
from rtw_outcomes.model import Outcome
from rtw_outcomes.plan import PlannedOutcome, Reaches

NOT_AT_RISK = "not at risk"
MISSING = "missing"
DECIMALS = 2


@dataclass(frozen=True)
class CrossTable:
    """How many index dates have each pair of results; None where a count is hidden."""

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


def compare_results(
    both: tuple[ResolvedOutcome, ResolvedOutcome],
    planned: tuple[PlannedOutcome, PlannedOutcome],
    results: pl.DataFrame,
    suppress_below: int,
) -> Comparison:
    """Compare what two definitions gave for the same index dates.

    Args:
        both: the definitions.
        planned: their columns.
        results: `person_id` and the columns of both, a row per index date.
        suppress_below: counts of fewer persons are hidden, and means over fewer.
    """
    outcomes = [each.outcome for each in both]
    if all(outcome.is_time_to_event for outcome in outcomes):
        return _compare_times(outcomes, results, suppress_below)
    kinds = {each.columns[0].kind for each in planned}
    answers = [isinstance(each.columns[0].node, Reaches) for each in planned]
    if kinds == {"category"} or all(answers):
        labels = [_name_values(results[each.columns[0].name]) for each in planned]
        return Comparison(_cross(labels, results["person_id"], suppress_below), {})
    times = [outcome.is_time_to_event for outcome in outcomes]
    if "category" in kinds or any(answers) or any(times):
        return Comparison(None, {})
    return Comparison(None, _compare_numbers(planned, results, suppress_below))


def _compare_times(outcomes: list[Outcome], results: pl.DataFrame, below: int) -> Comparison:
    labels = [_name_statuses(outcome, results) for outcome in outcomes]
    table = _cross(labels, results["person_id"], below)
    both = results.filter((labels[0] == "event") & (labels[1] == "event"))
    days = [both[f"{outcome.outcome}_days"] for outcome in outcomes]
    later = (days[1] - days[0]).cast(pl.Float64)
    numbers = {
        "mean days of the first, where both have the event": _mean(days[0]),
        "mean days of the second, where both have the event": _mean(days[1]),
        "mean days by which the second is later": _mean(later),
    }
    hidden = _are_few(both["person_id"], below)
    return Comparison(table, dict.fromkeys(numbers) if hidden else numbers)


def _compare_numbers(
    planned: tuple[PlannedOutcome, PlannedOutcome], results: pl.DataFrame, below: int
) -> dict[str, float | None]:
    """Means over the index dates for which both are known; of parts, over the first ones."""
    first, second = (results[each.columns[0].name].cast(pl.Float64) for each in planned)
    known = first.is_not_null() & second.is_not_null()
    persons = results["person_id"].filter(known)
    first, second = first.filter(known), second.filter(known)
    means: dict[str, float | None] = {
        "mean of the first": _mean(first),
        "mean of the second": _mean(second),
        "mean by which the second is higher": _mean(second - first),
    }
    if persons.is_empty() or _are_few(persons, below):
        return dict.fromkeys(means)
    different = first != second
    of_few = any(_are_few(persons.filter(some), below) for some in (different, ~different))
    percent = None if of_few else _mean(different * 100.0)
    return means | {"percent of index dates with different values": percent}


def _name_values(values: pl.Series) -> pl.Series:
    """States as they are, and the answers of a cut as words."""
    if values.dtype != pl.String:
        values = values.replace_strict({1: "yes", 0: "no"}, return_dtype=pl.String())
    return values.fill_null(MISSING)


def _name_statuses(outcome: Outcome, results: pl.DataFrame) -> pl.Series:
    names = dict(enumerate(outcome.statuses))
    status = results[f"{outcome.outcome}_status"]
    return status.replace_strict(names, return_dtype=pl.String()).fill_null(NOT_AT_RISK)


def _cross(labels: list[pl.Series], persons: pl.Series, below: int) -> CrossTable:
    table = pl.DataFrame([labels[0].alias("first"), labels[1].alias("second"), persons])
    counts = table.group_by("first", "second").agg(
        rows=pl.len(), persons=pl.col("person_id").n_unique()
    )
    cells = {
        (first, second): Cell(rows, persons) for first, second, rows, persons in counts.iter_rows()
    }
    return CrossTable(
        tuple(sorted({first for first, _ in cells})),
        tuple(sorted({second for _, second in cells})),
        dict(_hide(cells, below)),
    )


def _hide(
    cells: dict[tuple[str, str], Cell], below: int
) -> Iterator[tuple[tuple[str, str], int | None]]:
    """Small counts are hidden, row by row and column by column, for the sums may be known.

    Each pass hides a second count where only one of a row or a column is hidden, until none is.
    """
    hidden: set[tuple[str, str]] = {key for key, cell in cells.items() if is_small(cell, below)}
    while more := _find_exposed(cells, hidden):
        hidden |= more
    yield from ((key, None if key in hidden else cell.rows) for key, cell in cells.items())


def _find_exposed(
    cells: dict[tuple[str, str], Cell], hidden: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """The smallest shown count of each row and column in which one alone is hidden."""
    found = set()
    for side in (0, 1):
        for label in {key[side] for key in hidden}:
            line = {key: cell for key, cell in cells.items() if key[side] == label}
            if len(line.keys() & hidden) == 1:
                shown = sorted(
                    (cell.persons, key) for key, cell in line.items() if key not in hidden
                )
                found |= {key for _, key in shown[:1]}
    return found


def _are_few(persons: pl.Series, below: int) -> bool:
    """Whether rows are about somebody, and about too few; `persons` has one value a row."""
    return is_small(Cell(persons.len(), persons.n_unique()), below)


def _mean(values: pl.Series) -> float | None:
    mean = values.mean()
    return round(mean, DECIMALS) if isinstance(mean, float) else None
