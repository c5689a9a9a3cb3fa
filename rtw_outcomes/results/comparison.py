"""The effect of the difference between two definitions on the results of the same people.

Everything is a count of index dates or a mean, and counts that are too small are hidden, as in the
summary of a run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.definitions.variants import Variant
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import MISSING, NumberedPeriod, Role
from rtw_outcomes.planning.nodes.node import Answer
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.results.disclosure import Cell, is_small

EVENT = "event"
NOT_AT_RISK = "not at risk"
DECIMALS = 2


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
    outcomes, persons = [each.outcome for each in both], results["person_id"]
    labels = [_label_results(*each, results) for each in zip(outcomes, planned, strict=True)]
    first, second = labels
    if first is not None and second is not None:
        table = _cross((first, second), persons, suppress_below)
        # Days are compared that are counted from the same day: the index date, or a return.
        clocks = {outcome.after is None for outcome in outcomes}
        if len(clocks) > 1 or not all(outcome.is_time_to_event for outcome in outcomes):
            return Comparison(table, {})
        both_events = (first == EVENT) & (second == EVENT)
        return Comparison(
            table, _compare_times(planned, results.filter(both_events), suppress_below)
        )
    numbers = [_find_number(*each, results) for each in zip(outcomes, planned, strict=True)]
    one, other = numbers
    alike = both[0].unit == both[1].unit
    if one is not None and other is not None and alike:
        return Comparison(None, _compare_numbers(one, other, persons, suppress_below))
    for number, labelled, words in (
        (other, first, "mean of B where A is"),
        (one, second, "mean of A where B is"),
    ):
        if number is not None and labelled is not None:
            means = _average(number, labelled, persons, suppress_below)
            return Comparison(None, {f"{words} `{label}`": mean for label, mean in means.items()})
    return Comparison(None, {})


def compare_variants(
    both: tuple[ResolvedOutcome, ResolvedOutcome],
    variants: Sequence[Variant],
    planned: Sequence[PlannedOutcome],
    results: pl.DataFrame,
    suppress_below: int,
) -> tuple[Steps, ...]:
    """The effect of each differing parameter by itself on the numbers of the first definition.

    Args:
        both: the definitions.
        variants: the first one with parameters of the second.
        planned: the columns of the two, and then of the variants.
        results: `person_id` and the columns of all, a row per index date.
        suppress_below: numbers to which fewer persons make a difference are hidden.

    Returns:
        For each number that the measure has; none for states, or when there is nothing to tell apart.
    """
    if len(variants) < 2:
        return ()
    outcomes = [*(each.outcome for each in both), *(each.resolved.outcome for each in variants)]
    names = ["A", "B", *(f"A with this of B: {each.parameter}" for each in variants)]
    every = [
        dict(_list_numbers(outcome, each, results))
        for outcome, each in zip(outcomes, planned, strict=True)
    ]
    steps = []
    for what, of_a in every[0].items():
        means = {
            name: _tell_mean(numbers[what], of_a, results["person_id"], suppress_below)
            for name, numbers in zip(names, every, strict=True)
            if what in numbers
        }
        means["B"] = means.pop("B", None)  # last, as the end of the way
        steps.append(Steps(what, means))
    return tuple(steps)


def _list_numbers(
    outcome: Outcome, planned: PlannedOutcome, results: pl.DataFrame
) -> Iterator[tuple[str, pl.Series]]:
    """The numbers of an outcome of which a mean is told; of a share, 100 and 0."""
    if outcome.result is Result.TIME:
        status = results[planned.find(Role.STATUS).name]
        yield "% at risk", status.is_not_null() * 100.0
        yield "% with event, of those", (status == 1) * 100.0
    elif outcome.result is Result.ANSWER:
        yield "% with yes", results[planned.find(Role.VALUE).name] * 100.0
    elif (number := _find_number(outcome, planned, results)) is not None:
        yield "mean", number


def _tell_mean(number: pl.Series, of_a: pl.Series, persons: pl.Series, below: int) -> float | None:
    """The mean, unless few persons make it, or make the difference to that of the first."""
    makers = [number.is_not_null(), number.ne_missing(of_a), number != 0]
    if set(number.drop_nulls().unique()) <= {0.0, 100.0}:
        makers.append(number == 0.0)
    return _tell(number, persons, below, *(each.fill_null(False) for each in makers))


def _label_results(
    outcome: Outcome, planned: PlannedOutcome, results: pl.DataFrame
) -> pl.Series | None:
    """The results of an outcome as words: statuses, states, yes and no; None for numbers."""
    if outcome.result is Result.TIME:
        status = results[planned.find(Role.STATUS).name]
        return _to_words(status, dict(enumerate(outcome.statuses)), NOT_AT_RISK)
    if outcome.result not in (Result.ANSWER, Result.STATE):
        return None
    values = results[planned.find(Role.VALUE).name]
    if outcome.result is Result.STATE:
        return values.fill_null(MISSING)
    return _to_words(values, {1: "yes", 0: "no"}, MISSING)


def _to_words(values: pl.Series, words: dict[int, str], missing: str) -> pl.Series:
    return values.replace_strict(words, return_dtype=pl.String()).fill_null(missing)


def _find_number(
    outcome: Outcome, planned: PlannedOutcome, results: pl.DataFrame
) -> pl.Series | None:
    """The number of an outcome, the sum over its periods if it has such; None for other results.

    Missing where no day of its window is observed.
    """
    values = planned.values
    is_cut = any(isinstance(each.node, Answer) for each in values)
    is_in_periods = all(isinstance(each.split, NumberedPeriod) for each in values) and not is_cut
    if not (outcome.result.is_number or (outcome.result is Result.NUMBERS and is_in_periods)):
        return None
    names = [each.name for each in values]
    is_known = pl.any_horizontal(pl.col(names).is_not_null())
    return results.select(
        pl.when(is_known).then(pl.sum_horizontal(names)).cast(pl.Float64)
    ).to_series()


def _compare_times(
    planned: Sequence[PlannedOutcome], with_events: pl.DataFrame, below: int
) -> dict[str, float | None]:
    first, second = (with_events[each.find(Role.DAYS).name] for each in planned)
    later = (second - first).cast(pl.Float64)
    persons, different = with_events["person_id"], first != second
    return {
        "mean days of A, where both have the event": _tell(first, persons, below),
        "mean days of B, where both have the event": _tell(second, persons, below, different),
        "mean days by which B is later": _tell(later, persons, below, different),
    }


def _compare_numbers(
    first: pl.Series, second: pl.Series, persons: pl.Series, below: int
) -> dict[str, float | None]:
    """Means over the index dates for which both are known."""
    known = first.is_not_null() & second.is_not_null()
    first, second, persons = first.filter(known), second.filter(known), persons.filter(known)
    different = first != second
    means = {
        "mean of A": _tell(first, persons, below, first != 0),
        "mean of B": _tell(second, persons, below, second != 0, different),
        "mean by which B is higher": _tell(second - first, persons, below, different),
    }
    percent = _tell(different * 100.0, persons, below, different, ~different)
    return means | {"percent of index dates with different values": percent}


def _average(
    numbers: pl.Series, labels: pl.Series, persons: pl.Series, below: int
) -> dict[str, float | None]:
    """The mean number of the index dates with each label."""
    means = {}
    for label in labels.unique().sort():
        chosen = (labels == label) & numbers.is_not_null()
        of_label = numbers.filter(chosen)
        means[label] = _tell(of_label, persons.filter(chosen), below, of_label != 0)
    return means


def _tell(values: pl.Series, persons: pl.Series, below: int, *makers: pl.Series) -> float | None:
    """A mean, unless it is over few persons, or few make it what it is: `makers` choose them."""
    if persons.is_empty() or _are_few(persons, below):
        return None
    return None if any(_are_few(persons.filter(some), below) for some in makers) else _mean(values)


def _cross(labels: tuple[pl.Series, pl.Series], persons: pl.Series, below: int) -> CrossTable:
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

    Each round hides one more count where only one of a row or a column is hidden, or those that are
    are about too few together, until none is.
    """
    hidden: set[tuple[str, str]] = {key for key, cell in cells.items() if is_small(cell, below)}
    while more := _list_exposed(cells, hidden, below):
        hidden |= more
    yield from ((key, None if key in hidden else cell.rows) for key, cell in cells.items())


def _list_exposed(
    cells: dict[tuple[str, str], Cell], hidden: set[tuple[str, str]], below: int
) -> set[tuple[str, str]]:
    """The smallest shown count of each row and column whose hidden ones follow from its sum."""
    found = set()
    for side in (0, 1):
        for label in {key[side] for key in hidden}:
            line = {key: cell for key, cell in cells.items() if key[side] == label}
            of_line = {key: cell for key, cell in line.items() if key in hidden}
            persons = sum(cell.persons for cell in of_line.values())
            if len(of_line) == 1 or persons < below:
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
