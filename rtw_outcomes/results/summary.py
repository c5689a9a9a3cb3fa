"""The summary of a run: one tidy table of counts, means and quartiles, small groups hidden.

There are no totals over groups: with all groups but one shown, a total would tell the hidden one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.language.control_characters import show_controls
from rtw_outcomes.language.measures.composites import Rate
from rtw_outcomes.language.measures.kind import Result
from rtw_outcomes.language.outcome import Outcome
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.language.result_names import (
    MISSING,
    NamedState,
    Role,
    name_share,
    name_statistic,
)
from rtw_outcomes.planning.nodes.node import Answer
from rtw_outcomes.planning.nodes.values import Category, InPopulation
from rtw_outcomes.planning.plan import Column, Plan, PlannedOutcome
from rtw_outcomes.results.disclosure import Cell, hide_small, hide_small_with_rest, is_small
from rtw_outcomes.statistics.censoring import CensoringReasons, add_censoring

DECIMALS = 2
DECIMALS_OF_RATES = 4  # a rate over one person is often far below 1
# A quartile of a small group is nearly a single person's value; of this many it is not.
QUARTILES_FROM_GROUPS = 4
QUARTILES = ("p25", "median", "p75")


@dataclass(frozen=True)
class Statistic:
    """One number of the summary; value and n are None when they are hidden."""

    name: str
    value: float | None
    n: int | None


def summarise(
    resolved: Sequence[ResolvedOutcome],
    plan: Plan,
    table: pl.DataFrame,
    by: Sequence[str],
    suppress_below: int,
    ends: pl.Series | None = None,
) -> pl.DataFrame:
    """Summarise every outcome in every group.

    Args:
        resolved: the outcomes, in the order of the plan.
        plan: what was computed.
        table: keys and results together, one row per person and index date.
        by: columns of `table` that make the groups.
        suppress_below: groups and counts of fewer persons are hidden.
        ends: why the observation of each row ends, where censored persons are to be counted by it.

    Returns:
        outcome, the columns of `by`, statistic, value, n; both numbers null where hidden. Counts are
        whole. Percentages, means, standard deviations, quartiles and the sums of rates have two decimals,
        a rate has four.
    """
    censoring: dict[str, CensoringReasons] = {}
    if ends is not None:
        table, censoring = add_censoring(plan, table, ends)
    groups = split_groups(table, by)
    rows = [
        (each.outcome.outcome, *group, statistic.name, statistic.value, statistic.n)
        for each, planned in zip(resolved, plan.outcomes, strict=True)
        for group, members in groups.items()
        for statistic in _summarise_group(
            each, planned, members, suppress_below, censoring.get(planned.outcome)
        )
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
    for_quartiles = below * QUARTILES_FROM_GROUPS
    if below <= 1:
        return f"(–) is a hidden number: a quartile needs at least {for_quartiles} persons."
    return (
        f"(–) is a hidden number: fewer than {below} persons are behind it (fewer than {for_quartiles} behind "
        "a quartile), or it would reveal another hidden number."
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


@dataclass(frozen=True)
class Members:
    """The rows of a group, and how many different persons they are about."""

    table: pl.DataFrame
    persons: int

    def __getitem__(self, column: str) -> pl.Series:
        return self.table[column]

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.table.height

    def count(self, chosen: pl.Series) -> Cell:
        """The chosen rows and their persons, who are as many where nobody has two rows."""
        if self.persons == self.height:
            rows = int(chosen.sum() or 0)
            return Cell(rows, rows)
        persons = self["person_id"].filter(chosen.fill_null(False))
        return Cell(len(persons), persons.n_unique())


def split_groups(table: pl.DataFrame, by: Sequence[str]) -> dict[tuple[str, ...], Members]:
    """The rows of each group under its values of `by`, in the order of the groups' names."""
    if not by:
        return {(): _members(table)}
    # Columns are named anew: one called `*` is not a pattern.
    values = pl.DataFrame([table[column].alias(f"by_{i}") for i, column in enumerate(by)])
    groups = values.with_row_index("row").group_by(values.columns, maintain_order=True).all()
    rows: dict[tuple[str, ...], list[pl.Series]] = {}
    for group, places in zip(groups.drop("row").iter_rows(), groups["row"], strict=True):
        rows.setdefault(tuple(map(_as_text, group)), []).append(places)
    return {label: _members(table[pl.concat(rows[label]).sort()]) for label in sorted(rows)}


def _members(table: pl.DataFrame) -> Members:
    return Members(table, table["person_id"].n_unique())


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _summarise_group(
    resolved: ResolvedOutcome,
    planned: PlannedOutcome,
    members: Members,
    below: int,
    censoring: CensoringReasons | None,
) -> Iterator[Statistic]:
    statistics = _statistics(resolved, planned, members, below, censoring)
    if members.persons < below:
        return (Statistic(each.name, None, None) for each in statistics)
    return statistics


def _statistics(
    resolved: ResolvedOutcome,
    planned: PlannedOutcome,
    members: Members,
    below: int,
    censoring: CensoringReasons | None,
) -> Iterator[Statistic]:
    outcome = resolved.outcome
    if outcome.result is Result.TIME:
        return _times(outcome, planned, members, below, censoring)
    if outcome.result in (Result.STATE, Result.STATES):
        return (each for column in planned.values for each in _states(column, members, below))
    if isinstance(outcome.kind, Rate):
        return _rate(outcome.kind.scale, planned, members, below)
    hidden = _list_told_sums(planned, members, below)
    return (
        statistic
        for column in planned.values
        for statistic in _numbers(column, planned, members, below, column.name in hidden)
    )


def _list_told_sums(planned: PlannedOutcome, members: Members, below: int) -> set[str]:
    """The columns to which few persons add, for a mean tells the sum of their numbers.

    The days in states add up to the observed ones, so one state more is hidden with them.
    """
    adds = {each.name: members.count(members[each.name].ne(0)) for each in planned.values}
    if any(isinstance(each.split, NamedState) for each in planned.values):
        return {name for name, rows in hide_small(adds, below).items() if rows is None}
    return {name for name, cell in adds.items() if is_small(cell, below)}


def _times(
    outcome: Outcome,
    planned: PlannedOutcome,
    members: Members,
    below: int,
    censoring: CensoringReasons | None,
) -> Iterator[Statistic]:
    status, days = (members[planned.find(role).name] for role in (Role.STATUS, Role.DAYS))
    cells = {label: members.count(status.eq(code)) for code, label in enumerate(outcome.statuses)}
    not_at_risk = members.count(status.is_null())
    shown, rest = hide_small_with_rest(cells, not_at_risk, below, spare="event")
    yield Statistic("not_at_risk", rest, members.height)
    for label in ("event", "censored", *outcome.competing):
        yield Statistic(label, shown[label], members.height)
        if label == "censored" and censoring:
            yield from _reasons(censoring, members, below, shown[label])
    at_risk = None if rest is None else members.height - rest
    events = shown["event"]
    share = round(100 * events / at_risk, DECIMALS) if at_risk and events is not None else None
    yield Statistic("event_percent", share, at_risk)
    enough = members.count(status.is_not_null()).persons >= below
    yield Statistic("days_at_risk", float(days.sum()) if enough else None, at_risk)
    for column in planned.account:
        if column.role is not Role.UNCONFIRMABLE:
            continue
        flag = members[column.name]
        parts = {"no": members.count(flag.eq(0)), "yes": members.count(flag.eq(1))}
        yield Statistic("unconfirmable", hide_small(parts, below)["yes"], at_risk)


def _reasons(
    censoring: CensoringReasons, members: Members, below: int, censored: int | None
) -> Iterator[Statistic]:
    """The censored persons by reason; hidden where their number is, which they would tell."""
    column = members[censoring.column]
    cells = {reason: members.count(column.eq(reason)) for reason in censoring.reasons}
    shown = hide_small(cells, below)
    for reason, rows in shown.items():
        yield Statistic(f"censored_{reason}", None if censored is None else rows, censored)


def _states(column: Column, members: Members, below: int) -> Iterator[Statistic]:
    states, node = members[column.name], column.node
    assert isinstance(node, Category), "no other step gives a state"
    cells = {state: members.count(states.eq(state)) for state in node.states}
    if not node.is_always_known:
        cells[MISSING] = members.count(states.is_null())
    shown = hide_small(cells, below)
    for state, rows in shown.items():
        yield Statistic(name_statistic(state, column.split), rows, members.height)
    for state, rows in shown.items():
        percent = None if rows is None else round(100 * rows / members.height, DECIMALS)
        yield Statistic(name_statistic(name_share(state), column.split), percent, members.height)


def _rate(scale: int, planned: PlannedOutcome, members: Members, below: int) -> Iterator[Statistic]:
    """The two sums and the one divided by the other; a sum that few persons add to is hidden."""
    numerator, denominator = (planned.find(r) for r in (Role.NUMERATOR, Role.DENOMINATOR))
    known, n = _count_known(numerator, planned, members, below)
    for name, rows in known.items():
        yield Statistic(name, rows, members.height)
    sums: list[float | None] = []
    for column in (numerator, denominator):
        values, node = members[column.name], column.node
        is_answer = isinstance(node, InPopulation) and isinstance(node.number, Answer)
        makers = [values.ne(0), values.eq(0)] if is_answer else [values.ne(0)]
        of_few = n is None or any(is_small(members.count(some), below) for some in makers)
        sums.append(None if of_few else float(values.sum()))
    total, over = sums
    rate = scale * total / over if total is not None and over else None
    for name, value in {"sum": total, "over": over}.items():
        yield Statistic(name, None if value is None else round(value, DECIMALS), n)
    yield Statistic("rate", None if rate is None else round(rate, DECIMALS_OF_RATES), n)


def _numbers(
    column: Column, planned: PlannedOutcome, members: Members, below: int, of_few: bool
) -> Iterator[Statistic]:
    """The statistics of one value: of the whole outcome, or of one period or state of it."""
    values = members[column.name]
    known, n = _count_known(column, planned, members, below)
    for name, rows in known.items():
        yield Statistic(name_statistic(name, column.split), rows, members.height)
    if isinstance(column.node, Answer):
        yield from _answers(column, n, members, below)
        return
    persons = members.count(values.is_not_null()).persons
    for name, value in _moments(values).items():
        enough = persons >= (below * QUARTILES_FROM_GROUPS if name in QUARTILES else below)
        shown_value = round(value, DECIMALS) if value is not None and enough else None
        yield Statistic(name_statistic(name, column.split), None if of_few else shown_value, n)


def _count_known(
    column: Column, planned: PlannedOutcome, members: Members, below: int
) -> tuple[dict[str, int | None], int | None]:
    """The counts of missing values and of fully or partly observed ones, and the number of known values."""
    values = members[column.name]
    cells = {"observed": members.count(values.is_not_null())}
    account = planned.find_beside(column, Role.INCOMPLETE)
    if account:
        incomplete = members[account.name].set(values.is_null(), None)
        cells = {
            "fully_observed": members.count(incomplete.eq(0)),
            "partly_observed": members.count(incomplete.eq(1)),
        }
    shown, rest = hide_small_with_rest(cells, members.count(values.is_null()), below)
    n = None if rest is None else members.height - rest
    return {MISSING: rest, **shown}, n


def _answers(column: Column, n: int | None, members: Members, below: int) -> Iterator[Statistic]:
    """The numbers of yes and of no: counts, for a mean would tell them."""
    values = members[column.name]
    cells = {"yes": members.count(values.eq(1)), "no": members.count(values.eq(0))}
    shown, _ = hide_small_with_rest(cells, members.count(values.is_null()), below)
    for name, rows in shown.items():
        yield Statistic(name_statistic(name, column.split), rows, n)
    yes = shown["yes"]
    percent = round(100 * yes / n, DECIMALS) if n and yes is not None else None
    yield Statistic(name_statistic(name_share("yes"), column.split), percent, n)


def _moments(values: pl.Series) -> dict[str, float | None]:
    numbers = pl.select(
        mean=values.mean(),
        sd=values.std(),
        p25=values.quantile(0.25, "linear"),
        median=values.median(),
        p75=values.quantile(0.75, "linear"),
    )
    return numbers.cast(pl.Float64).row(0, named=True)
