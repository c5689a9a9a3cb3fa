"""The plan as frames of Polars.

Intervals stand in the order of persons, their index dates in the order in which they came. The table
of index dates gets wider level by level; an index date that a step found nothing for keeps its row.
"""

from collections import Counter
from collections.abc import Iterator
from functools import singledispatchmethod

import polars as pl

from rtw_outcomes.engines.polars.aggregates import aggregate, asks_for_ends
from rtw_outcomes.engines.polars.expressions import (
    NOTHING,
    Calendar,
    Order,
    PolarsScope,
    hold,
    join_dates,
)
from rtw_outcomes.engines.polars.intervals import (
    to_absent,
    to_chained_spells,
    to_extents,
    to_first_days,
    to_paid,
    to_rows,
    to_spells,
    to_states,
)
from rtw_outcomes.engines.polars.scalars import to_columns, to_intermediates
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.planning.nodes.events import Return
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    Extents,
    FirstDays,
    Paid,
    RegisterRows,
    Spells,
    StateIntervals,
)
from rtw_outcomes.planning.nodes.node import Node, list_months
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.schedule import Aggregation, list_ended_runs, schedule_steps
from rtw_outcomes.planning.tables import RESULT_TYPES


class Frames:
    """The steps of one plan as frames; each step is made once."""

    def __init__(
        self,
        plan: Plan,
        dates: pl.DataFrame,
        spells: pl.LazyFrame,
        calendar: Calendar,
        in_order: bool,
    ) -> None:
        self._plan, self._dates, self._spells = plan, dates, spells
        self._calendar, self._in_order = calendar, in_order
        self._order = Order(dates["zero"])
        self._names = plan.names()
        self._scope = PolarsScope(self._names, calendar)
        self._users = Counter(part for step in plan.steps() for part in step.inputs())
        self._ended = list_ended_runs(plan)
        self._made: dict[Node, pl.LazyFrame] = {}
        self._origins: dict[Return, pl.LazyFrame] = {}

    def compute(self) -> pl.DataFrame:
        """All columns of the plan, one row per index date, in the order in which they came."""
        months = list_months(self._plan.steps())
        wide = self._dates.with_columns(**self._calendar.columns(months))
        for level in schedule_steps(self._plan):
            tables = [table for each in level.aggregations for table in self._aggregate(each, wide)]
            wide = pl.concat([wide, *tables], how="horizontal")
            columns = {
                f"{self._names[step]}_{field}": column
                for step in level.steps
                for field, column in to_columns(step, self._scope).items()
            }
            before = wide.lazy().with_columns(**to_intermediates(level.steps, self._scope))
            added = before.select(**columns).collect(engine="streaming")
            wide = pl.concat([wide.drop(columns, strict=False), added], how="horizontal")
        results = [
            pl.col(f"{self._names[column.node]}_{column.field}")
            .cast(RESULT_TYPES[column.kind])
            .alias(column.name)
            for column in self._plan.columns
        ]
        return wide.lazy().select(results).collect(engine="streaming")

    def _aggregate(self, each: Aggregation, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The tables of an aggregation, each with a row for every index date."""
        intervals = self._intervals(each.source)
        if each.origin:
            intervals = hold(join_dates(intervals, self._list_origins(each.origin, wide)))
        elif asks_for_ends(each.steps):
            observed = self._order.sort(wide.select("zero", "first_day", "observed_days"))
            intervals = hold(join_dates(intervals, observed))
        for table in aggregate(each.steps, intervals, self._names, self._calendar, self._ended):
            yield self._order.spread(table.collect(engine="streaming"))

    def _list_origins(self, origin: Return, wide: pl.DataFrame) -> pl.LazyFrame:
        """The index dates that have an origin, with its day, in the order of persons."""
        if origin not in self._origins:
            day = pl.col(f"{self._names[origin]}_origin").fill_null(NOTHING)
            in_order = self._order.sort(wide.select("zero", origin=day))
            self._origins[origin] = hold(in_order.filter(pl.col("origin") != NOTHING))
        return self._origins[origin]

    def _intervals(self, node: Node) -> pl.LazyFrame:
        if node not in self._made:
            frame = self._make(node)
            self._made[node] = hold(frame) if self._users[node] > 1 else frame
        return self._made[node]

    @singledispatchmethod
    def _make(self, node: Node) -> pl.LazyFrame:
        raise UnsupportedError(f"the polars engine has no step {type(node).__name__}")

    @_make.register
    def _(self, node: RegisterRows) -> pl.LazyFrame:
        return to_rows(node, self._dates, self._order, self._spells, self._in_order)

    @_make.register
    def _(self, node: Paid) -> pl.LazyFrame:
        return to_paid(node, self._intervals(node.rows))

    @_make.register
    def _(self, node: Extents) -> pl.LazyFrame:
        return to_extents(self._intervals(node.paid))

    @_make.register
    def _(self, node: Absent) -> pl.LazyFrame:
        first_days = self._order.sort(self._dates.select("zero", "index", "first_day"))
        return to_absent(node, self._intervals(node.extents), first_days, self._calendar)

    @_make.register
    def _(self, node: FirstDays) -> pl.LazyFrame:
        return to_first_days(node, self._intervals(node.extents))

    @_make.register
    def _(self, node: StateIntervals) -> pl.LazyFrame:
        return to_states([self._intervals(each) for each in node.held])

    @_make.register
    def _(self, node: Spells) -> pl.LazyFrame:
        return to_spells(node, self._intervals(node.absent))

    @_make.register
    def _(self, node: ChainedSpells) -> pl.LazyFrame:
        return to_chained_spells(node, self._intervals(node.spells))
