"""The base class of every step: a frozen node that knows its grain and its inputs, and checks both.

Days are whole numbers counted from the index date, intervals are half-open [lo, hi). Two nodes that
say the same are equal, so what two outcomes share is one step. A node says in its docstring what its
rows mean, and names their fields after the colon.

A plan without meaning cannot be built: the annotation of each field says what the field may hold, and
a node with anything else in a field raises a TypeError. What an annotation cannot say, such as a range,
raises a ValueError.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from rtw_outcomes.language.lengths import Length
from rtw_outcomes.language.thresholds import OwnExtent


class Grain(Enum):
    """The meaning of one row of a step."""

    INDEX_DATE = "one row per person and index date"
    INTERVAL = "any number of intervals per person and index date"


class StepField(StrEnum):
    """A field of a step that a result is taken from."""

    VALUE = "value"
    DAYS = "days"
    STATUS = "status"


class ColumnKind(StrEnum):
    """The kind of values in a column."""

    COUNT = "count"  # whole numbers
    AMOUNT = "amount"  # floating point
    CATEGORY = "category"  # text


@dataclass(frozen=True)
class Checked:
    """A frozen class whose fields hold only what their annotations say."""

    def __post_init__(self) -> None:
        checked: type = type(self)
        for name, allowed in _list_allowed(checked):
            value = getattr(self, name)
            # The first question is a quick one with the same answer, for nearly every value.
            if type(value) not in allowed.classes and not allowed.has(value):
                what = f"{checked.__name__}.{name} cannot be a {type(value).__name__}"
                raise TypeError(f"{what}: expected {allowed}")


@dataclass(frozen=True)
class Node(Checked):
    """A step; its fields are parameters, or other nodes that it works on."""

    grain: ClassVar[Grain]

    def __init_subclass__(cls) -> None:
        # Set on each class, because a dataclass with no hash of its own is given one. That one walks
        # through all inputs each time, and the passes over a plan ask for it often.
        cls.__hash__ = Node.__hash__  # type: ignore[method-assign]

    def __hash__(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:
            known = hash((type(self), *(getattr(self, field.name) for field in fields(self))))
            object.__setattr__(self, "_hash", known)
        return known

    def inputs(self) -> Iterator["Node"]:
        """The nodes that this one works on."""
        for field in fields(self):
            value = getattr(self, field.name)
            yield from (
                each
                for each in (value if isinstance(value, tuple) else (value,))
                if isinstance(each, Node)
            )

    def lengths(self) -> Iterator[Length]:
        """The lengths of time among its parameters."""
        for field in fields(self):
            value = getattr(self, field.name)
            length = value.day if isinstance(value, OwnExtent) else value
            if isinstance(length, Length):
                yield length


class IntervalNode(Node):
    """A step that makes intervals."""

    grain = Grain.INTERVAL


class IndexDateNode(Node):
    """A step with one row per index date."""

    grain = Grain.INDEX_DATE


class Value(IndexDateNode):
    """A step whose one field is `value`."""

    # The values that there are, where they are few; and whether each index date has one of them.
    values: ClassVar[tuple[int, ...] | None] = None
    is_always_known: ClassVar[bool] = False

    @property
    def kind(self) -> ColumnKind:
        """The kind of its values."""
        return ColumnKind.COUNT

    @property
    def may_be_negative(self) -> bool:
        """Whether a value may lie below 0."""
        return False


class Number(Value):
    """A value of which a sum says something: days, weeks, spells, percent or money."""


class Answer(Value):
    """A value that is 1 for yes, 0 for no, and null where neither is known."""

    values = (0, 1)


def list_months(steps: Iterable[Node]) -> list[int]:
    """The months of all lengths of time in the parameters of steps."""
    lengths = (length for step in steps for length in step.lengths())
    return sorted({length.months for length in lengths if length.months})


def require(condition: bool, what: str) -> None:
    """Refuse a node of which something does not hold that annotations cannot say."""
    if not condition:
        raise ValueError(what)


def require_window(start: Length, end: Length) -> None:
    """A window ends after it starts, from every index date."""
    require(end.ends_after(start), f"a window from {start} to {end} ends before it starts")


@dataclass(frozen=True)
class _Allowed:
    """The values that one field may hold: those of some classes, or tuples of them."""

    classes: tuple[type, ...]
    in_tuples: tuple[type, ...] = ()

    def has(self, value: object) -> bool:
        """Whether a value is of one of the classes; a bool is no whole number."""
        if isinstance(value, tuple) and self.in_tuples:
            return all(_is_one_of(each, self.in_tuples) for each in value)
        return _is_one_of(value, self.classes)

    def __str__(self) -> str:
        names = [each.__name__ for each in self.classes]
        names += [f"a tuple of {each.__name__}" for each in self.in_tuples]
        return " or ".join(names)


def _is_one_of(value: object, classes: tuple[type, ...]) -> bool:
    return isinstance(value, classes) and (type(value) is not bool or bool in classes)


@cache
def _list_allowed(checked: type) -> tuple[tuple[str, _Allowed], ...]:
    """The fields of a class with what each may hold; read once, because plans have many nodes."""
    hints = get_type_hints(checked)
    return tuple((field.name, _read_annotation(hints[field.name])) for field in fields(checked))


def _read_annotation(annotation: Any) -> _Allowed:
    if get_origin(annotation) in (Union, UnionType):
        members = [_read_annotation(each) for each in get_args(annotation)]
        return _Allowed(
            tuple(each for member in members for each in member.classes),
            tuple(each for member in members for each in member.in_tuples),
        )
    if get_origin(annotation) is tuple:
        each, rest = get_args(annotation)
        assert rest is Ellipsis, "tuples of any length are the only ones that nodes have"
        return _Allowed((), _read_annotation(each).classes)
    return _Allowed((NoneType if annotation is None else annotation,))
