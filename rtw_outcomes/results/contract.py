"""The contract of what goes out: a pandera schema made from the plan, checked on every run."""

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context

from rtw_outcomes.language.vocabulary import PRIOR_STATES, WORK_STATES
from rtw_outcomes.planning.plan import (
    Answer,
    Difference,
    FirstEvent,
    InPopulation,
    NamedStateOn,
    ObservedDays,
    ObservedWeeks,
    Plan,
    Return,
    StateOn,
)
from rtw_outcomes.planning.tables import RESULT_TYPES


def result_schema(plan: Plan) -> pa.DataFrameSchema:
    """Types, nulls and ranges of each column; days and status of one outcome are null together."""
    columns = {
        column.name: pa.Column(
            RESULT_TYPES[column.kind],
            _checks(column.node, column.field),
            nullable=not isinstance(column.node, StateOn),
        )
        for column in plan.columns
    }
    together = [
        _null_together(*(column.name for column in planned.columns))
        for planned in plan.outcomes
        if isinstance(planned.columns[0].node, Return | FirstEvent)
    ]
    return pa.DataFrameSchema(columns, checks=together, strict=True, ordered=True)


def check_results(results: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Return the results when they keep the contract.

    Raises:
        AssertionError: they do not; that is a fault of this program, told without values.
    """
    try:
        # Without the depth pandera looks at names and types only, and lets values pass.
        with config_context(validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            result_schema(plan).validate(results, lazy=True)
    except pa.errors.SchemaErrors as errors:
        checks = errors.failure_cases.group_by("column", "check").len().sort("column", "check")
        broken = [f"{column}: {check} ({rows} rows)" for column, check, rows in checks.iter_rows()]
        raise AssertionError(f"the results break their contract: {'; '.join(broken)}") from None
    return results


def _checks(node: object, field: str) -> list[pa.Check]:
    if isinstance(node, StateOn):
        return [pa.Check.isin([*PRIOR_STATES, *WORK_STATES])]
    if isinstance(node, NamedStateOn):
        return [pa.Check.isin(node.names)]
    if isinstance(node, Return | FirstEvent) and field == "status":
        return [pa.Check.in_range(0, 1 + len(node.competing))]
    if isinstance(node, Answer):
        return [pa.Check.isin([0, 1])]
    return [] if _may_be_negative(node) else [pa.Check.ge(0)]


def _may_be_negative(node: object) -> bool:
    """A change may go down, and so may its share in a rate; work is what is left of observed days."""
    if isinstance(node, InPopulation):
        return _may_be_negative(node.number)
    return isinstance(node, Difference) and not isinstance(node.whole, ObservedDays | ObservedWeeks)


def _null_together(days: str, status: str) -> pa.Check:
    return pa.Check(
        lambda data: data.lazyframe.select(pl.col(days).is_null() == pl.col(status).is_null()),
        name=f"{days}_and_{status}_are_null_together",
    )
