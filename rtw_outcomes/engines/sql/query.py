"""The plan as one SQL query, built as a syntax tree and printed in any dialect.

The query reads three tables: `spells`, `cohort` (with `row_id`, its order) and `observed` (one row
with observed_from, observed_to). Each step of the plan is one or a few CTEs. Steps with one row per
index date have a row for every `row_id`, so that joins between them lose and null nothing; nulls
from missing intervals are settled in the step where they arise.

Only constructs that mean the same in all dialects are used: date differences and additions as
nodes, CASE instead of FILTER, explicit columns, and window orders that leave no ties.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.expressions import Select

from rtw_outcomes.engines.sql.counts import (
    lower_incomplete,
    lower_observed_days,
    lower_sick_days_in,
    lower_spell_count,
    lower_state_on,
)
from rtw_outcomes.engines.sql.events import (
    lower_exit,
    lower_first_event,
    lower_onset,
    lower_unconfirmable,
)
from rtw_outcomes.engines.sql.intervals import lower_absent, lower_extents, lower_rows, lower_spells
from rtw_outcomes.engines.sql.pieces import Names, Step, aliased, col, days_between, join
from rtw_outcomes.engines.sql.returns import lower_return
from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.plan import (
    Absent,
    Exit,
    Extents,
    FirstEvent,
    Incomplete,
    Node,
    ObservedDays,
    Onset,
    Plan,
    Return,
    Rows,
    SickDaysIn,
    SpellCount,
    Spells,
    StateOn,
    Unconfirmable,
)

# The CTEs of each kind of step; the last one of a list bears the step's name.
LOWERINGS: dict[type[Node], Callable[[Any, Names], list[Step]]] = {
    Rows: lower_rows,
    Extents: lower_extents,
    Absent: lower_absent,
    Spells: lower_spells,
    Return: lower_return,
    Onset: lower_onset,
    Exit: lower_exit,
    FirstEvent: lower_first_event,
    Unconfirmable: lower_unconfirmable,
    SpellCount: lower_spell_count,
    SickDaysIn: lower_sick_days_in,
    ObservedDays: lower_observed_days,
    Incomplete: lower_incomplete,
    StateOn: lower_state_on,
}


def to_sql(plan: Plan) -> Select:
    """The query that computes all columns of the plan, ordered as the cohort."""
    query = exp.Select().from_(aliased("index_dates", "i"))
    names = _name_steps(plan.steps())
    for alias, node in _nodes_of_columns(plan).items():
        query = join(query, names[node], alias)
    aliases = {node: alias for alias, node in _nodes_of_columns(plan).items()}
    columns = [
        col(column.field, aliases[column.node]).as_(column.name, quoted=True)
        for column in plan.columns
    ]
    query = query.select(col("row_id", "i"), *columns).order_by(col("row_id", "i"))
    # Added last and without copies: the builder copies all that is there at each call.
    for name, select in [("index_dates", _index_dates()), *_lower_all(plan.steps(), names)]:
        query.with_(exp.to_identifier(name), as_=select, copy=False)
    return query


def render_sql(plan: Plan, dialect: str) -> str:
    """The query as text, one clause a line."""
    return to_sql(plan).sql(dialect=dialect, pretty=True)


def _name_steps(steps: Sequence[Node]) -> Names:
    names: Names = {}
    for step in steps:
        kind = "".join("_" + c.lower() if c.isupper() else c for c in type(step).__name__)[1:]
        count = sum(type(other) is type(step) for other in names) + 1
        names[step] = f"{kind}_{count}"
    return names


def _lower_all(steps: Sequence[Node], names: Names) -> list[Step]:
    lacking = sorted(
        {type(step).__name__ for step in steps} - {kind.__name__ for kind in LOWERINGS}
    )
    if lacking:
        raise UnsupportedError(f"SQL has no step {', '.join(lacking)}")
    return [part for step in steps for part in LOWERINGS[type(step)](step, names)]


def _nodes_of_columns(plan: Plan) -> dict[str, Node]:
    nodes = dict.fromkeys(column.node for column in plan.columns)
    return {f"s{number}": node for number, node in enumerate(nodes, start=1)}


def _index_dates() -> Select:
    """Each index date with the days that are observed around it."""
    last_date = exp.func(
        "LEAST",
        exp.func("COALESCE", col("censor_date", "c"), col("observed_to", "o")),
        col("observed_to", "o"),
    )
    seen_exit = exp.case().when(
        col("censor_date", "c") <= col("observed_to", "o"),
        days_between(col("index_date", "c"), col("censor_date", "c")),
    )
    return (
        exp.select(
            col("row_id", "c"),
            col("person_id", "c"),
            col("index_date", "c"),
            col("censor_date", "c"),
            col("censor_reason", "c"),
            days_between(col("index_date", "c"), col("observed_from", "o")).as_("first_day"),
            (days_between(col("index_date", "c"), last_date) + 1).as_("observed_days"),
            seen_exit.as_("exit_day"),
        )
        .from_(aliased("cohort", "c"))
        .join(aliased("observed", "o"), join_type="cross")
    )
