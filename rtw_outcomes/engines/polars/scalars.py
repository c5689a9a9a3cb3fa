"""The columns of the steps with one row per index date, as expressions of Polars.

`planning/scalars.py` says what the columns are. Here that is printed, and the free run finished.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import cast

import polars as pl

from rtw_outcomes.engines.polars.expressions import PolarsScope, earlier, later
from rtw_outcomes.language.lengths import DAYS_OF_WEEK
from rtw_outcomes.planning.expressions import (
    And,
    Arithmetic,
    AsFloat,
    CaseWhen,
    Coalesce,
    Constant,
    DateColumn,
    DayAfter,
    Expression,
    Field,
    Greatest,
    Indicator,
    Intermediate,
    IsIn,
    IsNull,
    Least,
    Not,
    Null,
    NumberColumn,
    Operator,
    Or,
    Relation,
    WeeksUpTo,
)
from rtw_outcomes.planning.nodes.events import FreeRun
from rtw_outcomes.planning.nodes.node import Node
from rtw_outcomes.planning.scalars import columns_of, list_intermediates


def to_columns(step: Node, scope: PolarsScope) -> dict[str, pl.Expr]:
    """The columns of a step, by the names of its fields."""
    if isinstance(step, FreeRun):
        return _finish_free_run(step, scope)
    return {field: to_expr(column, scope) for field, column in columns_of(step).items()}


def to_intermediates(steps: Iterable[Node], scope: PolarsScope) -> dict[str, pl.Expr]:
    """The intermediate columns of steps, by their names.

    They are columns before the others are computed: Polars repeats a lookup wherever it is written,
    and computes what is shared only once when nothing that is shared stands in it.
    """
    return {
        each.column(scope.names): to_expr(each.value, scope) for each in list_intermediates(steps)
    }


def _finish_free_run(step: FreeRun, scope: PolarsScope) -> dict[str, pl.Expr]:
    """A run at once for those who are not absent on day 0, where that day may count.

    Not said once for all engines: here the aggregate has found the run after the last spell too, and
    only index dates that are absent on day 0, unless that day may count.
    """
    if not step.day_0_may_count:
        return {}
    name = scope.names[step]
    first_lo = pl.col(f"{scope.names[step.spells]}_first_lo")
    free_at_once = (first_lo >= scope.calendar.day_after(step.sustained, 0)).fill_null(True)
    found, next_absent = pl.col(f"{name}_day"), pl.col(f"{name}_next_absent")
    return {
        "day": pl.when(free_at_once).then(pl.lit(0, pl.Int32)).otherwise(found),
        "next_absent": pl.when(free_at_once).then(first_lo).otherwise(next_absent),
    }


def to_expr(expression: Expression, scope: PolarsScope) -> pl.Expr:
    """An expression over the columns of index dates, in the terms of Polars."""
    if isinstance(expression, Field | Intermediate):
        return pl.col(expression.column(scope.names))
    operands = [to_expr(each, scope) for each in expression.operands()]
    match expression:
        case DateColumn() | NumberColumn():
            return pl.col(expression.name)
        case Constant():
            return _to_literal(expression)
        case Null():
            return pl.lit(None)
        case DayAfter(length):
            return scope.calendar.day_after(length, operands[0] if operands else 0)
        case WeeksUpTo():
            return -(-operands[0] // DAYS_OF_WEEK)
        case Arithmetic(Operator.DIVIDE, _, Constant()):
            # By a column, because by a single number Polars multiplies with its reciprocal, which
            # rounds twice.
            return operands[0] / (pl.col("observed_days") * 0 + operands[1])
        case Arithmetic(operator) | Relation(operator):
            return cast(pl.Expr, operator.apply(*operands))
        case AsFloat():
            return operands[0].cast(pl.Float64)
        case Least():
            return reduce(earlier, operands)
        case Greatest():
            return reduce(later, operands)
        case Coalesce():
            return operands[0].fill_null(operands[1])
        case IsIn(_, among):
            return operands[0].is_in(among)
        case IsNull():
            return operands[0].is_null()
        case And():
            return reduce(and_, operands)
        case Or():
            return reduce(or_, operands)
        case Not():
            return ~operands[0]
        case Indicator():
            return operands[0].cast(pl.Int32)
        case CaseWhen():
            return _to_case(*operands)
    raise AssertionError(f"Polars prints no {type(expression).__name__}")


def _to_literal(constant: Constant) -> pl.Expr:
    """A whole number takes the width of what it meets."""
    value = constant.value
    if isinstance(value, Decimal):
        return pl.lit(float(value))
    return pl.lit(value, pl.Enum(constant.categories)) if constant.categories else pl.lit(value)


def _to_case(*operands: pl.Expr) -> pl.Expr:
    """One branch inside the other, from the last to the first."""
    *branches, result = operands
    for condition, value in reversed(list(zip(branches[::2], branches[1::2], strict=True))):
        result = pl.when(condition).then(value).otherwise(result)
    return result
