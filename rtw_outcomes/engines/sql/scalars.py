"""The columns of the steps with one row per index date, as expressions of SQL.

`planning/scalars.py` says what the columns are. Here that is printed, and the free run finished.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.engines.sql.expressions import (
    SqlScope,
    as_double,
    col,
    day_after,
    day_from_index,
    days_between,
    is_null,
    literal,
    paren,
    text,
    weeks_up_to,
    when,
)
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


def to_columns(step: Node, scope: SqlScope) -> dict[str, Expr]:
    """The columns of a step, by the names of its fields."""
    if isinstance(step, FreeRun):
        return _finish_free_run(step, scope)
    return {field: to_expr(column, scope) for field, column in columns_of(step).items()}


def to_intermediates(steps: Iterable[Node], scope: SqlScope) -> dict[str, Expr]:
    """The intermediate columns of steps, by their names.

    They are columns before the others are computed, for DuckDB reckons anew what stands in several
    branches of a CASE.
    """
    return {
        each.column(scope.names): to_expr(each.value, scope) for each in list_intermediates(steps)
    }


def _finish_free_run(step: FreeRun, scope: SqlScope) -> dict[str, Expr]:
    """The run after the last spell is as long as one wishes, so it is the one if no other is.

    Not said once for all engines: here the aggregate looks at rows before they are spells, which do
    not know what lies after the last one.
    """
    name = scope.names[step]
    last_hi = col(f"{scope.names[step.spells.absent]}_last_hi")
    first_lo = col(f"{scope.names[step.spells]}_first_lo")
    day: Expr = exp.func("COALESCE", col(f"{name}_day"), last_hi)
    next_absent: Expr = col(f"{name}_next_absent")
    absent_on_day_0 = paren((last_hi.copy() > 0).and_(is_null(first_lo)))
    if step.day_0_may_count:
        free_at_once = is_null(first_lo).or_(first_lo >= day_from_index(step.sustained))
        is_absent = exp.func("COALESCE", absent_on_day_0, exp.false())
        at_once = paren(free_at_once).and_(is_absent.not_())
        day = when(at_once, literal(0), day)
        next_absent = when(at_once.copy(), first_lo.copy(), next_absent)
    else:
        day = when(absent_on_day_0, day)
        next_absent = when(absent_on_day_0.copy(), next_absent)
    columns: dict[str, Expr] = {"day": day, "next_absent": next_absent}
    return columns if step in scope.ended else {"day": day}


def to_expr(expression: Expression, scope: SqlScope) -> Expr:
    """An expression over the columns of index dates, in the terms of SQL."""
    if isinstance(expression, Field | Intermediate):
        return col(expression.column(scope.names))
    operands = [to_expr(each, scope) for each in expression.operands()]
    match expression:
        case DateColumn():
            return _to_column(expression)
        case NumberColumn(name):
            return exp.column(name, quoted=True)
        case Constant(value):
            return _to_literal(value)
        case Null():
            return exp.null()
        case DayAfter(length):
            return day_after(length, operands[0]) if operands else day_from_index(length)
        case WeeksUpTo():
            return weeks_up_to(operands[0])
        case Relation(Operator.EQUAL):
            return operands[0].eq(operands[1])
        case Relation(Operator.UNEQUAL):
            return operands[0].neq(operands[1])
        case Arithmetic(operator) | Relation(operator):
            # The printer leaves brackets out between operators of one kind: a - (b - c).
            return cast(Expr, operator.apply(*map(_in_brackets, operands)))
        case AsFloat():
            return as_double(operands[0])
        case Least():
            return exp.func("LEAST", *operands)
        case Greatest():
            return exp.func("GREATEST", *operands)
        case Coalesce():
            return exp.func("COALESCE", *operands)
        case IsIn(_, among):
            return operands[0].isin(*map(text, among))
        case IsNull():
            return is_null(operands[0])
        case And():
            return exp.and_(*operands)
        case Or():
            return exp.or_(*operands)
        case Not():
            return _in_brackets(operands[0]).not_()
        case Indicator():
            return _to_indicator(operands[0], expression.can_be_null)
        case CaseWhen():
            return _to_case(*operands)
    raise AssertionError(f"SQL prints no {type(expression).__name__}")


def _to_column(column: DateColumn) -> Expr:
    if column.name == "left_day":  # so few steps ask for it that index dates do not carry it
        return paren(days_between(col("index_date"), col("censor_date")))
    return col(column.name)


def _to_literal(value: int | Decimal | str) -> Expr:
    if isinstance(value, str):
        return text(value)
    return literal(value) if isinstance(value, int) else as_double(exp.Literal.number(str(value)))


def _in_brackets(operand: Expr) -> Expr:
    needs_some = isinstance(operand, exp.Binary) and not isinstance(operand, exp.Is)
    return paren(operand) if needs_some else operand


def _to_indicator(condition: Expr, can_be_null: bool) -> Expr:
    """A cast would say the same, but not every dialect has one from a condition to a number."""
    case = exp.case().when(condition, literal(1))
    if can_be_null:
        return case.when(paren(condition.copy()).not_(), literal(0))
    return case.else_(literal(0))


def _to_case(*operands: Expr) -> Expr:
    """A case that stands in the ELSE of another one goes on with its branches."""
    *branches, otherwise = operands
    case = exp.case()
    for condition, value in zip(branches[::2], branches[1::2], strict=True):
        case.when(condition, value, copy=False)
    if isinstance(otherwise, exp.Case):
        for branch in otherwise.args["ifs"]:
            case.append("ifs", branch)
        otherwise = otherwise.args.get("default") or exp.null()
    return case if isinstance(otherwise, exp.Null) else case.else_(otherwise, copy=False)
