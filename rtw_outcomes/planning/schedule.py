"""The order in which the steps with one row per index date are computed, whatever the engine.

Some look through the intervals of each index date; those that look at the same intervals are one
pass over them. The others follow from values that are there already. A stage needs nothing but the
stages before it.
"""

from dataclasses import dataclass

from rtw_outcomes.planning.nodes.events import Aggregate, FreeRun, NextAbsence, Return
from rtw_outcomes.planning.nodes.node import Grain, IntervalNode, Node
from rtw_outcomes.planning.plan import Plan


@dataclass(frozen=True)
class Aggregation:
    """Steps that look at the same intervals, counted from the same origin."""

    source: IntervalNode
    origin: Return | None
    steps: tuple[Aggregate, ...]


@dataclass(frozen=True)
class Level:
    """Passes over intervals, and steps that follow from the stages before."""

    passes: tuple[Aggregation, ...]
    derived: tuple[Node, ...]


def schedule_steps(plan: Plan) -> tuple[Level, ...]:
    """The stages of a plan, in the order in which they are computed."""
    steps = [step for step in plan.steps() if step.grain is Grain.INDEX_DATE]
    depths: dict[Node, int] = {}
    for step in steps:
        before = [depths[part] for part in step.inputs() if part.grain is Grain.INDEX_DATE]
        depths[step] = max(before, default=-1) + 1
    numbers = range(max(depths.values(), default=-1) + 1)
    return tuple(_make_level([s for s in steps if depths[s] == number]) for number in numbers)


def _make_level(steps: list[Node]) -> Level:
    passes: dict[tuple[IntervalNode, Return | None], list[Aggregate]] = {}
    for step in steps:
        if isinstance(step, Aggregate):
            passes.setdefault((step.source, step.counted_from), []).append(step)
    return Level(
        tuple(
            Aggregation(source, origin, tuple(group)) for (source, origin), group in passes.items()
        ),
        tuple(step for step in steps if not isinstance(step, Aggregate)),
    )


def list_ended_runs(plan: Plan) -> frozenset[FreeRun]:
    """The runs whose end is needed, and not their beginning alone."""
    return frozenset(step.run for step in plan.steps() if isinstance(step, NextAbsence))
