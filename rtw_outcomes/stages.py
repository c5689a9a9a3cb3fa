"""The order in which the steps with one row per index date are computed, whatever the engine.

Some look through the intervals of each index date; those that look at the same intervals are one
pass over them. The others follow from values that are there already. A stage needs nothing but the
stages before it.
"""

from dataclasses import dataclass

from rtw_outcomes.plan import (
    Absent,
    AbsentOnDay0,
    ChainDayOn,
    ChainedSpells,
    ExtentOn,
    Extents,
    FirstDays,
    FreeRun,
    Grain,
    NextAbsence,
    Node,
    Onset,
    Paid,
    Plan,
    Return,
    SickDaysIn,
    SickWeeksIn,
    SpellCount,
    Spells,
    StateDaysIn,
    States,
    Transitions,
)

Source = Paid | Extents | Absent | FirstDays | Spells | ChainedSpells | States
Gathered = (
    FreeRun
    | Onset
    | SpellCount
    | AbsentOnDay0
    | SickDaysIn
    | SickWeeksIn
    | ExtentOn
    | ChainDayOn
    | StateDaysIn
    | Transitions
)


@dataclass(frozen=True)
class Pass:
    """Steps that look at the same intervals, counted from the same origin."""

    source: Source
    origin: Return | None
    steps: tuple[Gathered, ...]


@dataclass(frozen=True)
class Stage:
    """Passes over intervals, and steps that follow from the stages before."""

    passes: tuple[Pass, ...]
    derived: tuple[Node, ...]


def find_stages(plan: Plan) -> tuple[Stage, ...]:
    """The stages of a plan, in the order in which they are computed."""
    steps = [step for step in plan.steps() if step.grain is Grain.INDEX_DATE]
    depths: dict[Node, int] = {}
    for step in steps:
        before = [depths[part] for part in step.inputs() if part.grain is Grain.INDEX_DATE]
        depths[step] = max(before, default=-1) + 1
    numbers = range(max(depths.values(), default=-1) + 1)
    return tuple(_make_stage([s for s in steps if depths[s] == number]) for number in numbers)


def _make_stage(steps: list[Node]) -> Stage:
    passes: dict[tuple[Source, Return | None], list[Gathered]] = {}
    for step in steps:
        if isinstance(step, Gathered):
            passes.setdefault((find_source(step), getattr(step, "origin", None)), []).append(step)
    return Stage(
        tuple(Pass(source, origin, tuple(group)) for (source, origin), group in passes.items()),
        tuple(step for step in steps if not isinstance(step, Gathered)),
    )


def find_ended(plan: Plan) -> frozenset[FreeRun]:
    """The runs whose end is needed, and not their beginning alone."""
    return frozenset(step.run for step in plan.steps() if isinstance(step, NextAbsence))


def find_source(step: Gathered) -> Source:
    """The intervals that a step looks at."""
    if isinstance(step, SickDaysIn):
        return step.days
    if isinstance(step, StateDaysIn | Transitions):
        return step.states
    if isinstance(step, ChainDayOn):
        return step.chained
    return step.paid if isinstance(step, ExtentOn) else step.spells
