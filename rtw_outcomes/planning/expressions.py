"""Arithmetic over one row of index dates: small frozen expressions that no engine is named in.

`scalars.py` says with them what a step is, and each engine prints them. They are typed, and a
nonsensical one cannot be built: a construction with operands of wrong types raises a TypeError.

Nulls mean the same on every engine, and what they mean is that of SQL:

- Arithmetic, comparisons and lengths of time are null where an operand is.
- `And`, `Or` and `Not` have three values: a null counts only where it decides.
- A `CaseWhen` takes the first condition that is true, so a condition that is null does not hold.
- `Least` and `Greatest` skip a null. Only their first operand may be one: there engines agree.
- An `Indicator` is null where its condition is. `IsNull` and `Coalesce` end a null.

Each expression knows whether it can be null, because an engine may print less for one that cannot.
"""

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, TypeAlias

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.planning.nodes.node import Node


class ValueType(Enum):
    """The type of an expression's value for one row."""

    INTEGER = "a whole number"
    FLOAT = "a floating-point number"
    TEXT = "a text"
    BOOLEAN = "a condition"


NUMBERS = (ValueType.INTEGER, ValueType.FLOAT)


class Operator(Enum):
    """The operator between two operands, under Python's name for it."""

    ADD = "add"
    SUBTRACT = "sub"
    MULTIPLY = "mul"
    DIVIDE = "truediv"
    BELOW = "lt"
    AT_MOST = "le"
    ABOVE = "gt"
    AT_LEAST = "ge"
    EQUAL = "eq"
    UNEQUAL = "ne"

    def apply(self, left: Any, right: Any) -> Any:
        """Write the operator between two expressions of a library that defines it for them."""
        return getattr(operator, self.value)(left, right)


ARITHMETIC = (Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY, Operator.DIVIDE)
ORDER = (Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST)
EQUALITY = (Operator.EQUAL, Operator.UNEQUAL)


@dataclass(frozen=True)
class Expression:
    """A value of each row; its fields are parameters, or the expressions that it is made of."""

    always: ClassVar[ValueType]  # of a kind of expression whose values are of one type

    def operands(self) -> Iterator["Expression"]:
        """The expressions that this one is made of."""
        for value in vars(self).values():
            yield from _list_expressions(value)

    @property
    def type(self) -> ValueType:
        """The type of the value."""
        return self._infer_type()

    @property
    def can_be_null(self) -> bool:
        """Whether some row may have none."""
        return self._is_nullable()

    def _infer_type(self) -> ValueType:
        return self.always

    def _is_nullable(self) -> bool:
        return any(operand.can_be_null for operand in self.operands())

    def __add__(self, other: "Operand") -> "Expression":
        return Arithmetic(Operator.ADD, self, to_expression(other))

    def __sub__(self, other: "Operand") -> "Expression":
        return Arithmetic(Operator.SUBTRACT, self, to_expression(other))

    def __mul__(self, other: "Operand") -> "Expression":
        return Arithmetic(Operator.MULTIPLY, self, to_expression(other))

    def __truediv__(self, other: "Operand") -> "Expression":
        return Arithmetic(Operator.DIVIDE, self, to_expression(other))

    def __lt__(self, other: "Operand") -> "Expression":
        return Relation(Operator.BELOW, self, to_expression(other))

    def __le__(self, other: "Operand") -> "Expression":
        return Relation(Operator.AT_MOST, self, to_expression(other))

    def __gt__(self, other: "Operand") -> "Expression":
        return Relation(Operator.ABOVE, self, to_expression(other))

    def __ge__(self, other: "Operand") -> "Expression":
        return Relation(Operator.AT_LEAST, self, to_expression(other))

    def __and__(self, other: "Expression") -> "Expression":
        return And((self, other))

    def __or__(self, other: "Expression") -> "Expression":
        return Or((self, other))

    def __invert__(self) -> "Expression":
        return Not(self)

    def __bool__(self) -> bool:
        raise TypeError("an expression is true or false only for a row: write `&`, `|` and `~`")

    def equals(self, other: "Operand") -> "Expression":
        """Whether both have one value; `==` says whether two expressions are written alike."""
        return Relation(Operator.EQUAL, self, to_expression(other))

    def differs_from(self, other: "Operand") -> "Expression":
        """Whether the two have different values."""
        return Relation(Operator.UNEQUAL, self, to_expression(other))

    def is_known(self) -> "Expression":
        """Whether there is a value."""
        return Not(IsNull(self))


Operand: TypeAlias = Expression | int | Decimal | str


def to_expression(operand: Operand) -> Expression:
    """An operand as it is, or a number or a text as a constant."""
    return operand if isinstance(operand, Expression) else Constant(operand)


def walk_intermediates(expression: Expression) -> Iterator["Intermediate"]:
    """The intermediate columns that an expression is computed from."""
    if isinstance(expression, Intermediate):
        yield expression
    else:
        for operand in expression.operands():
            yield from walk_intermediates(operand)


@dataclass(frozen=True)
class Field(Expression):
    """A field of another step, or what an aggregate found: a column that was computed before."""

    step: Node
    name: str
    value_type: ValueType
    may_be_null: bool

    def _infer_type(self) -> ValueType:
        return self.value_type

    def _is_nullable(self) -> bool:
        return self.may_be_null

    def column(self, names: Mapping[Node, str]) -> str:
        """The name of the column, by the names of the steps."""
        return f"{names[self.step]}_{self.name}"


@dataclass(frozen=True)
class Intermediate(Expression):
    """An expression that is a column of its own before the columns that are computed from it.

    Engines compute anew what stands in several places. Its name is made of those of its steps: two
    that have the same steps and the same pattern are one column.
    """

    pattern: str
    steps: tuple[Node, ...]
    value: Expression

    def __post_init__(self) -> None:
        nested = any(True for _ in walk_intermediates(self.value))
        _check(not nested, "intermediate columns are computed at one time: none is made of another")
        _check(self.pattern.count("{}") == 1, "one place in the pattern is for the names of steps")

    def _infer_type(self) -> ValueType:
        return self.value.type

    def column(self, names: Mapping[Node, str]) -> str:
        """The name of the column, by the names of the steps."""
        return self.pattern.format("_or_".join(names[step] for step in self.steps))


@dataclass(frozen=True)
class DateColumn(Expression):
    """A column of every index date, under its name in `COLUMNS`; days are counted from day 0.

    `first_day` is the first observed day, and `observed_days` the day after the last observed one. `left_day` is the last day of a person who left for `censor_reason`, and `exit_day` the same
    where the extract still covers it.
    """

    name: str

    COLUMNS: ClassVar[dict[str, tuple[ValueType, bool]]] = {
        "first_day": (ValueType.INTEGER, False),
        "observed_days": (ValueType.INTEGER, False),
        "left_day": (ValueType.INTEGER, True),
        "exit_day": (ValueType.INTEGER, True),
        "censor_reason": (ValueType.TEXT, True),
    }

    def __post_init__(self) -> None:
        _check(self.name in self.COLUMNS, f"index dates have no column {self.name}")

    def _infer_type(self) -> ValueType:
        return self.COLUMNS[self.name][0]

    def _is_nullable(self) -> bool:
        return self.COLUMNS[self.name][1]


@dataclass(frozen=True)
class NumberColumn(Expression):
    """A number that the cohort holds, under the name that it has among the index dates."""

    name: str
    always = ValueType.FLOAT

    def _is_nullable(self) -> bool:
        return True


@dataclass(frozen=True)
class Constant(Expression):
    """A whole number, a floating-point number as it is written, or a text.

    A text may be one of a closed list of categories; an engine may keep these as codes.
    """

    value: int | Decimal | str
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(type(self.value) in (int, Decimal, str), "a constant is a number or a text")
        is_category = not self.categories or self.value in self.categories
        _check(is_category, f"{self.value} is none of {self.categories}")

    def _infer_type(self) -> ValueType:
        if isinstance(self.value, str):
            return ValueType.TEXT
        return ValueType.INTEGER if isinstance(self.value, int) else ValueType.FLOAT


@dataclass(frozen=True)
class Null(Expression):
    """No value of a type."""

    value_type: ValueType

    def _is_nullable(self) -> bool:
        return True

    def _infer_type(self) -> ValueType:
        return self.value_type


@dataclass(frozen=True)
class DayAfter(Expression):
    """The day that lies a length of time after another day, or after day 0."""

    length: Length
    start: Expression | None = None
    always = ValueType.INTEGER

    def __post_init__(self) -> None:
        if self.start is not None:
            _check_type(self.start, ValueType.INTEGER)


@dataclass(frozen=True)
class WeeksUpTo(Expression):
    """The number of weeks that begin before a day, from day 0 on."""

    day: Expression
    always = ValueType.INTEGER

    def __post_init__(self) -> None:
        _check_type(self.day, ValueType.INTEGER)


@dataclass(frozen=True)
class Arithmetic(Expression):
    """A sum, difference, product or quotient; a quotient only of floating-point numbers."""

    operator: Operator
    left: Expression
    right: Expression

    def __post_init__(self) -> None:
        _check(self.operator in ARITHMETIC, f"{self.operator} is no arithmetic")
        allowed = (ValueType.FLOAT,) if self.operator is Operator.DIVIDE else NUMBERS
        _check_type(self.left, *allowed)
        _check_type(self.right, *allowed)

    def _infer_type(self) -> ValueType:
        both = {self.left.type, self.right.type}
        return ValueType.FLOAT if ValueType.FLOAT in both else ValueType.INTEGER


@dataclass(frozen=True)
class AsFloat(Expression):
    """A whole number as a floating-point number."""

    number: Expression
    always = ValueType.FLOAT

    def __post_init__(self) -> None:
        _check_type(self.number, *NUMBERS)


@dataclass(frozen=True)
class _OfNumbers(Expression):
    values: tuple[Expression, ...]
    always = ValueType.INTEGER

    def __post_init__(self) -> None:
        _check(len(self.values) > 1, "of one value nothing is to be compared")
        for value in self.values:
            _check_type(value, ValueType.INTEGER)
        _check(not any(each.can_be_null for each in self.values[1:]), "only the first may be null")

    def _is_nullable(self) -> bool:
        return False


@dataclass(frozen=True)
class Least(_OfNumbers):
    """The least of whole numbers. The first may be null, and is skipped then; the others may not.

    Engines differ in what they make of other nulls.
    """


@dataclass(frozen=True)
class Greatest(_OfNumbers):
    """The greatest of whole numbers; of nulls as `Least`."""


@dataclass(frozen=True)
class Coalesce(Expression):
    """A value, or another one where it is null."""

    value: Expression
    otherwise: Expression

    def __post_init__(self) -> None:
        _check_type(self.otherwise, self.value.type)

    def _infer_type(self) -> ValueType:
        return self.value.type

    def _is_nullable(self) -> bool:
        return self.otherwise.can_be_null


@dataclass(frozen=True)
class Relation(Expression):
    """A comparison of two numbers, or of two texts by equality."""

    operator: Operator
    left: Expression
    right: Expression
    always = ValueType.BOOLEAN

    def __post_init__(self) -> None:
        _check(self.operator in (*ORDER, *EQUALITY), f"{self.operator} is no comparison")
        if self.left.type in NUMBERS:
            _check_type(self.right, *NUMBERS)
        else:
            _check(self.operator in EQUALITY, "only numbers have an order")
            _check_type(self.left, ValueType.TEXT)
            _check_type(self.right, ValueType.TEXT)


@dataclass(frozen=True)
class IsIn(Expression):
    """Whether a text is one of several."""

    text: Expression
    among: tuple[str, ...]
    always = ValueType.BOOLEAN

    def __post_init__(self) -> None:
        _check_type(self.text, ValueType.TEXT)
        _check(bool(self.among), "no text is one of none")


@dataclass(frozen=True)
class IsNull(Expression):
    """Whether there is no value."""

    value: Expression
    always = ValueType.BOOLEAN

    def _is_nullable(self) -> bool:
        return False


@dataclass(frozen=True)
class _OfConditions(Expression):
    conditions: tuple[Expression, ...]
    always = ValueType.BOOLEAN

    def __post_init__(self) -> None:
        _check(bool(self.conditions), "no conditions hold or do not hold")
        for condition in self.conditions:
            _check_type(condition, ValueType.BOOLEAN)


@dataclass(frozen=True)
class And(_OfConditions):
    """Whether all conditions hold: false where one is false, else null where one is null."""


@dataclass(frozen=True)
class Or(_OfConditions):
    """Whether any condition holds: true where one is true, else null where one is null."""


@dataclass(frozen=True)
class Not(Expression):
    """Whether a condition does not hold; null where it is."""

    condition: Expression
    always = ValueType.BOOLEAN

    def __post_init__(self) -> None:
        _check_type(self.condition, ValueType.BOOLEAN)


@dataclass(frozen=True)
class Indicator(Expression):
    """1 where a condition holds, 0 where it does not; null where it is."""

    condition: Expression
    always = ValueType.INTEGER

    def __post_init__(self) -> None:
        _check_type(self.condition, ValueType.BOOLEAN)


@dataclass(frozen=True)
class CaseWhen(Expression):
    """The value of the first condition that is true; what it is otherwise is always said."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression

    def __post_init__(self) -> None:
        _check(bool(self.branches), "a case has conditions")
        for condition, value in self.branches:
            _check_type(condition, ValueType.BOOLEAN)
            _check_type(value, self.otherwise.type)

    def _infer_type(self) -> ValueType:
        return self.otherwise.type

    def _is_nullable(self) -> bool:
        values = (*(value for _, value in self.branches), self.otherwise)
        return any(value.can_be_null for value in values)


def _list_expressions(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _list_expressions(each)


def _check_type(expression: Expression, *allowed: ValueType) -> None:
    if expression.type not in allowed:
        expected = " or ".join(each.value for each in allowed)
        raise TypeError(f"expected {expected}, found {expression.type.value}")


def _check(holds: bool, what_is_wrong: str) -> None:
    if not holds:
        raise TypeError(what_is_wrong)
