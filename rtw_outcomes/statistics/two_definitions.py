"""The statistics that compare what two definitions give for the same index dates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.definitions.variants import Variant
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import MISSING, NumberedPeriod, Role
from rtw_outcomes.planning.nodes.node import Answer
from rtw_outcomes.planning.plan import PlannedOutcome
from rtw_outcomes.statistics.contributors import Count, Moment, Share
from rtw_outcomes.statistics.members import Members
from rtw_outcomes.statistics.statistic import Quantity, Statistic

EVENT = "event"
NOT_AT_RISK = "not at risk"
OTHER_PAIRS = "\n"  # no pair is named so
CROSS, COMPARED, STEPS = "cross", "compared", "steps"  # contexts

Both = tuple[ResolvedOutcome, ResolvedOutcome]
BothPlanned = tuple[PlannedOutcome, PlannedOutcome]


def compare_results(both: Both, planned: BothPlanned, members: Members) -> Iterator[Statistic]:
    """Compare what two definitions gave for the index dates of a group.

    Args:
        both: the definitions.
        planned: their columns.
        members: the index dates, with the columns of both.

    Yields:
        The cells of a table of both where they are categories, with the two categories as variable and
        level; and numbers, each named by a sentence.
    """
    outcomes = [each.outcome for each in both]
    results = members.table
    labels = [_label_results(*each, results) for each in zip(outcomes, planned, strict=True)]
    first, second = labels
    if first is not None and second is not None:
        yield from _cross(first, second, members)
        # Days are compared that are counted from the same day: the index date, or a return.
        clocks = {outcome.after is None for outcome in outcomes}
        if len(clocks) == 1 and all(outcome.is_time_to_event for outcome in outcomes):
            both_events = (first == EVENT) & (second == EVENT)
            yield from _compare_times(planned, both_events, members)
        return
    numbers = [_find_number(*each, results) for each in zip(outcomes, planned, strict=True)]
    one, other = numbers
    if one is not None and other is not None and both[0].unit == both[1].unit:
        yield from _compare_numbers(one, other, members)
        return
    for number, labelled, words in (
        (other, first, "mean of B where A is"),
        (one, second, "mean of A where B is"),
    ):
        if number is not None and labelled is not None:
            for label in labelled.unique().sort():
                sentence = f"{words} `{label}`"
                yield from _mean(sentence, number, labelled == label, members)
            return


def compare_variants(
    both: Both,
    variants: Sequence[Variant],
    planned: Sequence[PlannedOutcome],
    members: Members,
) -> Iterator[Statistic]:
    """The effect of each differing parameter by itself on the numbers of the first definition.

    Args:
        both: the definitions.
        variants: the first one with parameters of the second.
        planned: the columns of the two, and then of the variants.
        members: the index dates, with the columns of all.

    Yields:
        For each number that the measure has, what it is for each definition, with the number as variable
        and the definition as level; none for states, or when there is nothing to tell apart.
    """
    if len(variants) < 2:
        return
    outcomes = [*(each.outcome for each in both), *(each.resolved.outcome for each in variants)]
    names = ["A", "B", *(f"A with this of B: {each.parameter}" for each in variants)]
    every = [
        {each.what: each for each in _list_numbers(outcome, one, members)}
        for outcome, one in zip(outcomes, planned, strict=True)
    ]
    for what in every[0]:
        of_all = [
            (name, numbers[what])
            for name, numbers in zip(names, every, strict=True)
            if what in numbers
        ]
        told = []
        for place, (name, each) in enumerate(of_all):
            # The two definitions are told by themselves, too, so only variants can be hidden.
            before = dict(of_all[:place]) if place > 1 else {}
            changed = {
                other: members.count_where(each.values.ne_missing(numbers.values))
                for other, numbers in before.items()
            }
            told.append(_make(name, each.number, members, STEPS, what, name, changed))
        yield from sorted(told, key=lambda each: each.level == "B")  # last, as the end of the way


@dataclass(frozen=True, eq=False)
class _OfDefinition:
    """A number of a definition, what it is in words, and the values that it is made of."""

    what: str
    number: Quantity
    values: pl.Series


def _list_numbers(
    outcome: Outcome, planned: PlannedOutcome, members: Members
) -> Iterator[_OfDefinition]:
    """The numbers of an outcome of which something is told: a mean, or shares."""
    results = members.table
    if outcome.result is Result.TIME:
        status = results[planned.find(Role.STATUS).name]
        cells = {NOT_AT_RISK: status.is_null(), EVENT: status.eq(1), "other": status.ne(1)}
        partition = members.divide(cells, (EVENT, "other"), precious=(EVENT,))
        at_risk = partition.count(EVENT, "other")
        yield _OfDefinition("% at risk", Share(at_risk, partition.whole()), status.is_null())
        share = Share(partition.count(EVENT), at_risk)
        yield _OfDefinition("% with event, of those", share, status.eq(1))
    elif outcome.result is Result.ANSWER:
        values = results[planned.find(Role.VALUE).name]
        cells = {"yes": values.eq(1), "no": values.eq(0), MISSING: values.is_null()}
        partition = members.divide(cells, ("yes", "no"))
        share = Share(partition.count("yes"), partition.count("yes", "no"))
        yield _OfDefinition("% with yes", share, values)
    elif (number := _find_number(outcome, planned, results)) is not None:
        yield _OfDefinition("mean", Moment("mean", members.look_at(number)), number)


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
    planned: BothPlanned, chosen: pl.Series, members: Members
) -> Iterator[Statistic]:
    first, second = (members[each.find(Role.DAYS).name].cast(pl.Float64) for each in planned)
    for sentence, number in {
        "mean days of A, where both have the event": first,
        "mean days of B, where both have the event": second,
        "mean days by which B is later": second - first,
    }.items():
        yield from _mean(sentence, number, chosen, members)


def _compare_numbers(first: pl.Series, second: pl.Series, members: Members) -> Iterator[Statistic]:
    """Means over the index dates for which both are known."""
    known = first.is_not_null() & second.is_not_null()
    for sentence, number in {
        "mean of A": first,
        "mean of B": second,
        "mean by which B is higher": second - first,
    }.items():
        yield from _mean(sentence, number, known, members)
    different = (first != second).fill_null(False)
    cells = {"different": known & different, "equal": known & ~different, MISSING: ~known}
    partition = members.divide(cells, (), precious=(MISSING,))
    share = Share(partition.count("different"), partition.count("different", "equal"))
    yield _make("percent of index dates with different values", share, members)


def _mean(
    sentence: str, number: pl.Series, chosen: pl.Series, members: Members
) -> Iterator[Statistic]:
    """The mean of the known numbers among the chosen index dates."""
    kept = pl.select(pl.when(chosen).then(number)).to_series()
    yield _make(sentence, Moment("mean", members.look_at(kept)), members)


def _cross(first: pl.Series, second: pl.Series, members: Members) -> Iterator[Statistic]:
    both = pl.DataFrame([first.alias("a"), second.alias("b")])
    pairs = both.unique().sort("a", "b").rows()
    cells = {
        f"{one}\n{other}": (first == one) & (second == other)  # no label has a line break
        for one, other in pairs
    }
    # All other pairs are one empty cell: that all are in one of several cells tells the results of everybody.
    cells[OTHER_PAIRS] = pl.repeat(False, both.height, eager=True)
    partition = members.divide(cells, tuple(cells))
    for name, (one, other) in zip(cells, pairs, strict=False):
        yield _make(name, partition.count(name), members, CROSS, one, other)


def _make(
    name: str,
    number: Quantity,
    members: Members,
    context: str = COMPARED,
    variable: str = "",
    level: str = "",
    changed: Mapping[str, int] | None = None,
) -> Statistic:
    everybody = members.everybody()
    return Statistic(
        outcome="",
        group=members.group,
        name=name,
        number=number,
        n=_whole(number) or everybody,
        variable=variable,
        level=level,
        stat=name,
        context=context,
        changed=changed or {},
    )


def _whole(number: Quantity) -> Count | None:
    """The index dates of a share or a count."""
    match number:
        case Share():
            return number.whole
        case Count():
            return number.partition.whole()
        case _:
            return None
