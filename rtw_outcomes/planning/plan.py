"""A plan: the columns of all outcomes of a run, each with its role and the step that computes it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from rtw_outcomes.language.result_names import Role, SplitBy, name_column
from rtw_outcomes.planning.nodes.events import Clock
from rtw_outcomes.planning.nodes.node import Checked, ColumnKind, Node, StepField, Value
from rtw_outcomes.planning.nodes.values import CohortNumber

FIELDS = {Role.DAYS: StepField.DAYS, Role.STATUS: StepField.STATUS}  # of a clock; else the value


@dataclass(frozen=True)
class Column(Checked):
    """A column of the results: what it says of which outcome, and the step that computes it.

    `split` is the period or the state that it is about, of an outcome that is split on them.
    """

    outcome: str
    role: Role
    node: Value | Clock
    split: SplitBy | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.node, Clock) != (self.role in FIELDS):
            raise TypeError(f"{type(self.node).__name__} computes no {self.role.value}")

    @property
    def name(self) -> str:
        """The name that users see."""
        return name_column(self.outcome, self.role, self.split)

    @property
    def field(self) -> StepField:
        """The field of the step that it holds."""
        return FIELDS.get(self.role, StepField.VALUE)

    @property
    def kind(self) -> ColumnKind:
        """The kind of its values."""
        return self.node.kind if isinstance(self.node, Value) else ColumnKind.COUNT


@dataclass(frozen=True)
class PlannedOutcome:
    """The columns of one outcome, and those that only the account of the run shows."""

    outcome: str
    columns: tuple[Column, ...]
    account: tuple[Column, ...] = ()

    @property
    def every(self) -> tuple[Column, ...]:
        """All columns."""
        return (*self.columns, *self.account)

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns of its values: one, or one for each period or state that it is split on."""
        return tuple(each for each in self.columns if each.role is Role.VALUE)

    @property
    def is_time_to_event(self) -> bool:
        """Whether it has days and a status, and no value."""
        return any(each.role is Role.STATUS for each in self.columns)

    def find(self, role: Role) -> Column:
        """The one column with a role."""
        (found,) = (each for each in self.every if each.role is role)
        return found

    def find_beside(self, value: Column, role: Role) -> Column | None:
        """The column of a role beside a value: about the same period or state, or about all of them."""
        beside = {each.split: each for each in self.every if each.role is role}
        return beside.get(value.split) or beside.get(None)


@dataclass(frozen=True)
class Plan:
    """All outcomes of a run."""

    outcomes: tuple[PlannedOutcome, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column to compute, in the order of the result."""
        return tuple(column for planned in self.outcomes for column in planned.every)

    def split(self, outcomes: int, columns: int | None = None) -> Iterator["Plan"]:
        """Plans of so many outcomes at most, in their order; and of so many columns, if an outcome has no more."""
        part: list[PlannedOutcome] = []
        for planned in self.outcomes:
            width = sum(len(each.every) for each in (*part, planned))
            if part and (len(part) == outcomes or (columns is not None and width > columns)):
                yield Plan(tuple(part))
                part = []
            part.append(planned)
        yield Plan(tuple(part))

    def steps(self) -> tuple[Node, ...]:
        """The distinct nodes, each after those that it works on."""
        ordered: dict[Node, None] = {}
        for column in self.columns:
            _append(column.node, ordered)
        return tuple(ordered)

    def cohort_numbers(self) -> tuple[CohortNumber, ...]:
        """The numbers that the cohort must hold."""
        return tuple(step for step in self.steps() if isinstance(step, CohortNumber))

    def names(self) -> dict[Node, str]:
        """A name for each step: its kind, and its number among those of its kind."""
        names: dict[Node, str] = {}
        counts: dict[str, int] = {}
        for step in self.steps():
            kind = re.sub("(?<=.)(?=[A-Z])", "_", type(step).__name__).lower()
            counts[kind] = counts.get(kind, 0) + 1
            names[step] = f"{kind}_{counts[kind]}"
        return names

    def rewrite(self, change: Callable[[Node], Node]) -> "Plan":
        """The plan with every step changed, those that it works on first."""
        done: dict[Node, Node] = {}

        def visit(node: Node) -> Node:
            if node not in done:
                held = {field.name: getattr(node, field.name) for field in fields(node)}
                new = {name: visit_field(value) for name, value in held.items()}
                is_new = any(new[name] is not value for name, value in held.items())
                done[node] = change(replace(node, **new) if is_new else node)
            return done[node]

        def visit_field(value: Any) -> Any:
            if not isinstance(value, tuple):
                return visit(value) if isinstance(value, Node) else value
            new = tuple(visit_field(each) for each in value)
            return new if any(a is not b for a, b in zip(new, value, strict=True)) else value

        def visit_all(columns: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(_put_under(each, visit(each.node)) for each in columns)

        return Plan(
            tuple(
                replace(each, columns=visit_all(each.columns), account=visit_all(each.account))
                for each in self.outcomes
            )
        )


def _put_under(column: Column, node: Node) -> Column:
    """The column with a step that says the same in place of its own."""
    assert isinstance(node, Value | Clock), "a pass keeps what a step computes"
    return column if node is column.node else replace(column, node=node)


def _append(node: Node, ordered: dict[Node, None]) -> None:
    if node not in ordered:
        for each in node.inputs():
            _append(each, ordered)
        ordered[node] = None
