"""The plan as one SQL query, built as a syntax tree and printed in any dialect.

The query reads three tables: `spells`, `cohort` (with `row_id`, its order, and the numbers that the
plan asks for) and `observed` (one row with observed_from, observed_to). Steps of intervals are one
or a few CTEs each. Of the steps with one row per index date, those that look through the same
intervals are one grouped CTE, and the table of index dates gets wider level by level: dates_1,
dates_2, ... It has a row for every `row_id` throughout; what an index date without intervals lacks is
put in as the level is made.

Only constructs that mean the same in all dialects are used: date differences and additions as
nodes, CASE instead of FILTER, explicit columns, and window orders whose ties change nothing.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.expressions import Expr, Select

from rtw_outcomes.engines.sql.aggregates import aggregate, choose_intervals, list_carried
from rtw_outcomes.engines.sql.aggregates import to_columns as to_aggregates
from rtw_outcomes.engines.sql.expressions import (
    SqlScope,
    Step,
    aliased,
    all_columns,
    col,
    date_add,
    days_between,
    literal,
    months_after_index,
    months_column,
)
from rtw_outcomes.engines.sql.intervals import (
    list_compared,
    lower_absent,
    lower_chained_spells,
    lower_extents,
    lower_first_days,
    lower_paid,
    lower_rows,
    lower_spells,
    lower_states,
)
from rtw_outcomes.engines.sql.scalars import to_columns, to_intermediates
from rtw_outcomes.engines.sql.tsql import adapt
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.planning.nodes.events import Aggregate, Return
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
from rtw_outcomes.planning.nodes.node import ColumnKind, Grain, IntervalNode, Node, list_months
from rtw_outcomes.planning.plan import Column, Plan
from rtw_outcomes.planning.schedule import Level, list_ended_runs, schedule_steps

# The CTEs of each kind of interval step; the last one of a list bears the step's name.
LOWERINGS: dict[type[Node], Callable[[Any, SqlScope], list[Step]]] = {
    RegisterRows: lower_rows,
    Paid: lower_paid,
    Extents: lower_extents,
    Absent: lower_absent,
    FirstDays: lower_first_days,
    Spells: lower_spells,
    StateIntervals: lower_states,
    ChainedSpells: lower_chained_spells,
}
# Of one query. All outcomes in one take longer, need more memory, and are more than Spark can plan.
OUTCOMES_A_QUERY = 12
COLUMNS_A_QUERY = 400  # a step has up to three times as many, and PostgreSQL at most 1664
BETWEEN_QUERIES = ";\n\n"
DAYS_OF_EQUAL_MONTH = 30  # of a month, where an engine compares intervals
COHORT = ("row_id", "person_id", "index_date", "censor_date", "censor_reason")


def to_sql(plan: Plan) -> Select:
    """The query that computes all columns of the plan, ordered as the cohort."""
    levels = schedule_steps(plan)
    aggregates = [step for level in levels for step in level.aggregates]
    carried = list_carried(aggregates) | list_compared(plan.steps())
    scope = SqlScope(plan.names(), tuple(sorted(carried)), list_ended_runs(plan))
    index_dates = _index_dates(plan, list_months(plan.steps()))
    steps: list[Step] = [("index_dates", index_dates), *_lower_intervals(plan, aggregates, scope)]
    table = "index_dates"
    date_columns = [column.alias_or_name for column in index_dates.selects]
    for number, level in enumerate(levels, start=1):
        grouped = list(_lower_aggregates(level, number, table, scope))
        select = _widen(level, date_columns, table, grouped, scope)
        table = f"dates_{number}"
        steps += [(name, query) for name, query, _ in grouped] + [(table, select)]
        date_columns = [column.alias_or_name for column in select.selects]
    query = exp.select(
        col("row_id"),
        *(_select(column, scope).as_(column.name, quoted=True) for column in plan.columns),
    )
    query = query.from_(exp.to_table(table)).order_by(col("row_id"))
    # Added last and without copies: the builder copies all that is there at each call.
    for name, step in steps:
        query.with_(exp.to_identifier(name), as_=step, copy=False)
    return query


def _select(column: Column, scope: SqlScope) -> Expr:
    """A result; sums are wider than the numbers that come out of them."""
    value = col(f"{scope.names[column.node]}_{column.field}")
    return exp.cast(value, "int") if column.kind is ColumnKind.COUNT else value


@lru_cache(maxsize=16)  # the worked examples of a definition have one plan, and a run asks twice
def render_sql(plan: Plan, dialect: str) -> str:
    """The query as text, one clause a line."""
    query = to_sql(plan)
    adapted = adapt(query) if dialect == "tsql" else query
    return adapted.sql(dialect=dialect, pretty=True, copy=False)


def split_plan(plan: Plan) -> Iterator[Plan]:
    """The plan in plans of a few outcomes, each of which is one query."""
    return plan.split(OUTCOMES_A_QUERY, COLUMNS_A_QUERY)


def render_queries(plan: Plan, dialect: str) -> tuple[str, ...]:
    """The queries that run: each computes some of the outcomes, all for the same index dates.

    A query of all of the library carries every column of every step through its windows: of a million rows
    it took 4.3 GiB in DuckDB, and queries of a dozen outcomes 1.2 GiB and less time.
    """
    return tuple(render_sql(part, dialect) for part in split_plan(plan))


def _find_rows(plan: Plan) -> RegisterRows:
    """All steps work on the same rows, which is what `narrow_rows` is for."""
    return next((step for step in plan.steps() if isinstance(step, RegisterRows)), RegisterRows())


def _lower_intervals(plan: Plan, aggregates: list[Aggregate], scope: SqlScope) -> Iterator[Step]:
    """Spells are left out where it is enough to know where they begin."""
    needed: set[Node] = {choose_intervals(step) for step in aggregates}
    needed |= {step.spells for step in plan.steps() if isinstance(step, ChainedSpells)}
    for step in plan.steps():
        if step.grain is Grain.INDEX_DATE or (isinstance(step, Spells) and step not in needed):
            continue
        if type(step) not in LOWERINGS:
            raise UnsupportedError(f"SQL has no step {type(step).__name__}")
        yield from LOWERINGS[type(step)](step, scope)


def _lower_aggregates(
    level: Level, number: int, table: str, scope: SqlScope
) -> Iterator[tuple[str, Select, list[str]]]:
    """One grouped table for all steps that look at the same rows from the same origin."""
    groups: dict[tuple[IntervalNode, Return | None], list[Aggregate]] = {}
    for each in level.aggregations:
        for step in each.steps:
            groups.setdefault((choose_intervals(step), each.origin), []).append(step)
    for place, ((looked_at, origin), steps) in enumerate(groups.items(), start=1):
        columns = {name for step in steps for name in to_aggregates(step, scope)}
        select = aggregate(looked_at, steps, origin, table, scope)
        yield f"aggregates_{number}_{place}", select, sorted(columns)


def _widen(
    level: Level,
    date_columns: list[str],
    table: str,
    grouped: list[tuple[str, Select, list[str]]],
    scope: SqlScope,
) -> Select:
    """The index dates with the columns of a level beside those that they have."""
    # Without copies: every column is made for this query, and the builder copies all at each call.
    joined = exp.select(*all_columns(date_columns, "d"), copy=False)
    joined.from_(aliased(table, "d"), copy=False)
    for name, _, columns in grouped:
        same_date = col("row_id", "d").eq(col("row_id", name))
        joined.select(*all_columns(columns, name), copy=False)
        joined.join(exp.to_table(name), on=same_date, join_type="left", copy=False)
    intermediates = to_intermediates(level.steps, scope)
    joined.select(*(_call(column, name) for name, column in intermediates.items()), copy=False)
    added = [
        _call(column, f"{scope.names[step]}_{field}")
        for step in level.steps
        for field, column in to_columns(step, scope).items()
    ]
    widened = exp.select(*all_columns(date_columns), *added, copy=False)
    return widened.from_(joined.subquery("d", copy=False), copy=False)


def _call(column: Expr, name: str) -> Expr:
    return exp.alias_(column, name, copy=False)


def _index_dates(plan: Plan, months: list[int]) -> Select:
    """Each index date with the days that are observed, and those that are needed, around it."""
    rows = _find_rows(plan)
    index_date = col("index_date", "c")
    first_date = exp.func(
        "GREATEST",
        exp.func("COALESCE", col("entry_date", "c"), col("observed_from", "o")),
        col("observed_from", "o"),
    )
    needed_from: Expr = first_date.copy()
    if rows.first_day is not None:
        from_index = date_add(index_date, literal(_no_months(rows.first_day - 1, -1)), "DAY")
        needed_from = exp.func("GREATEST", needed_from, from_index)
    last_date = exp.func(
        "LEAST",
        exp.func("COALESCE", col("censor_date", "c"), col("observed_to", "o")),
        col("observed_to", "o"),
    )
    needed_to: Expr = last_date.copy()
    if rows.last_day is not None:
        to_index = date_add(index_date, literal(_no_months(rows.last_day + 1, 1)), "DAY")
        needed_to = exp.func("LEAST", needed_to, to_index)
    seen_exit = exp.case().when(
        col("censor_date", "c") <= col("observed_to", "o"),
        days_between(col("index_date", "c"), col("censor_date", "c")),
    )
    return (
        exp.select(
            *all_columns(COHORT, "c"),
            days_between(col("index_date", "c"), first_date).as_("first_day"),
            (days_between(col("index_date", "c"), last_date) + 1).as_("observed_days"),
            seen_exit.as_("exit_day"),
            needed_from.as_("needed_from"),
            needed_to.as_("needed_to"),
            *(
                months_after_index(each, col("index_date", "c")).as_(months_column(each))
                for each in months
            ),
            *(_number(each.name) for each in plan.cohort_numbers()),
        )
        .from_(aliased("cohort", "c"))
        .join(aliased("observed", "o"), join_type="cross")
    )


def _no_months(days: int, outward: int) -> int:
    """A limit in days that no number of months is equal to: one day farther out where one would be.

    DuckDB holds 180 days and 6 months for equal intervals. Where both are added to one date it computes one
    of them and takes it for the other, too.
    """
    return days + outward if days % DAYS_OF_EQUAL_MONTH == 0 else days


def _number(name: str) -> Expr:
    number = exp.cast(exp.column(name, table="c", quoted=True), "double")
    return number.as_(name, quoted=True)
