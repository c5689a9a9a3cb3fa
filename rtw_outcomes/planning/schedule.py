"""The order in which the steps with one row per index date are computed, whatever the engine.

An aggregate looks through the intervals of each index date. Aggregates of the same intervals are one
aggregation. A scalar follows from values that are there already. A level needs nothing but the levels
before it.
"""

from dataclasses import dataclass

from rtw_outcomes.planning.nodes.events import Aggregate, FreeRun, NextAbsence, Return
from rtw_outcomes.planning.nodes.node import Grain, IntervalNode, Node
from rtw_outcomes.planning.plan import Plan


@dataclass(frozen=True)
class Aggregation:
    """Aggregates of the same intervals, counted from the same origin."""

    source: IntervalNode
    origin: Return | None
    steps: tuple[Aggregate, ...]


@dataclass(frozen=True)
class Level:
    """Aggregations, and scalars that follow from the levels before."""

    aggregations: tuple[Aggregation, ...]
    scalars: tuple[Node, ...]

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """The steps of its aggregations."""
        return tuple(step for each in self.aggregations for step in each.steps)

    @property
    def steps(self) -> tuple[Node, ...]:
        """All steps, aggregates first."""
        return (*self.aggregates, *self.scalars)


def schedule_steps(plan: Plan) -> tuple[Level, ...]:
    """The levels of a plan, in the order in which they are computed."""
    steps = [step for step in plan.steps() if step.grain is Grain.INDEX_DATE]
    depths: dict[Node, int] = {}
    for step in steps:
        before = [depths[part] for part in step.inputs() if part.grain is Grain.INDEX_DATE]
        depths[step] = max(before, default=-1) + 1
    numbers = range(max(depths.values(), default=-1) + 1)
    return tuple(_make_level([s for s in steps if depths[s] == number]) for number in numbers)


def _make_level(steps: list[Node]) -> Level:
    groups: dict[tuple[IntervalNode, Return | None], list[Aggregate]] = {}
    for step in steps:
        if isinstance(step, Aggregate):
            groups.setdefault((step.source, step.counted_from), []).append(step)
    return Level(
        tuple(
            Aggregation(source, origin, tuple(group)) for (source, origin), group in groups.items()
        ),
        tuple(step for step in steps if not isinstance(step, Aggregate)),
    )


def list_ended_runs(plan: Plan) -> frozenset[FreeRun]:
    """The runs whose end is needed, and not their beginning alone."""
    return frozenset(step.run for step in plan.steps() if isinstance(step, NextAbsence))
