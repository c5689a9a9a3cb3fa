"""The contract of what goes out: a pandera schema made from the plan, checked on every run."""

import polars as pl

from rtw_outcomes.intake.pandera_alone import ValidationDepth, config_context, pa
from rtw_outcomes.language.result_names import Role
from rtw_outcomes.planning.nodes.events import Clock
from rtw_outcomes.planning.nodes.values import Category
from rtw_outcomes.planning.plan import Column, Plan, PlannedOutcome
from rtw_outcomes.planning.tables import RESULT_TYPES


def result_schema(plan: Plan) -> pa.DataFrameSchema:
    """Types, nulls and ranges of each column; days and status of one outcome are null together."""
    columns = {
        column.name: pa.Column(
            RESULT_TYPES[column.kind],
            _list_checks(column),
            nullable=isinstance(column.node, Clock) or not column.node.is_always_known,
        )
        for column in plan.columns
    }
    together = [_null_together(planned) for planned in plan.outcomes if planned.is_time_to_event]
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


def _list_checks(column: Column) -> list[pa.Check]:
    node = column.node
    if isinstance(node, Clock):
        codes = node.statuses
        is_status = column.role is Role.STATUS
        return [pa.Check.in_range(codes[0], codes[-1]) if is_status else pa.Check.ge(0)]
    if isinstance(node, Category):
        return [pa.Check.isin(node.states)]
    if node.values:
        return [pa.Check.isin(node.values)]
    return [] if node.may_be_negative else [pa.Check.ge(0)]


def _null_together(planned: PlannedOutcome) -> pa.Check:
    days, status = (planned.find(role).name for role in (Role.DAYS, Role.STATUS))
    return pa.Check(
        lambda data: data.lazyframe.select(pl.col(days).is_null() == pl.col(status).is_null()),
        name=f"{days}_and_{status}_are_null_together",
    )
