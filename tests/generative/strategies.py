"""A random study: definitions, and a register that is made to tell them apart."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from rtw_outcomes.engines.registry import REFERENCE, run_plan
from rtw_outcomes.language.resolved import ResolvedOutcome
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import Tables
from tests.generative.definitions import definition_lists, resolve
from tests.generative.measures import ALL_UNITS, Mapping, Units
from tests.generative.registers import Register, find_limits, registers

ROUND = 10
ONE_ROUND = settings(
    max_examples=ROUND,
    derandomize=False,
    print_blob=True,
    deadline=None,  # a slow machine is no fault
    # One example is many persons under many definitions, because a query costs more than they.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True)
class GeneratedStudy:
    """Definitions as they would be written, and a register."""

    definitions: list[Mapping]
    register: Register

    @cached_property
    def resolved(self) -> tuple[ResolvedOutcome, ...]:
        return resolve(self.definitions)

    @cached_property
    def plan(self) -> Plan:
        return plan_outcomes(self.resolved, self.register.employer_periods)

    @cached_property
    def optimized(self) -> Plan:
        return optimize(self.plan)

    @cached_property
    def results(self) -> pl.DataFrame:
        """What the reference engine makes of it."""
        return self.run(REFERENCE, self.register.tables())

    def run(self, engine: str, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
        """What an engine makes of it."""
        return run_plan(engine, self.plan, self.optimized, tables, memory_limit)

    def with_register(self, register: Register) -> "GeneratedStudy":
        """The same definitions on another register."""
        return replace(self, register=register)


@st.composite
def studies(
    draw: DrawFn,
    units: Units = ALL_UNITS,
    persons: tuple[int, int] = (1, 4),
    outcomes: tuple[int, int] = (4, 8),
) -> GeneratedStudy:
    """A few definitions and a few persons."""
    definitions = draw(definition_lists(units, *outcomes))
    limits = find_limits(resolve(definitions))
    return GeneratedStudy(definitions, draw(registers(limits, *persons)))


def in_rounds(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a test with `@given` draw so many examples, or as many as a soak asks for.

    In rounds of ten, because after its first ten Hypothesis draws a new example now and then and
    makes five of six by doubling a part of one: of 150 examples 67 were different studies. That
    pays where equal values must meet. Here the registers are made to meet the limits, and variety
    of definitions pays more.

    Examples are new ones in each run, in CI too: a fixed set would find nothing after its first
    run. The price is that a build may fail over a fault that it did not bring. That build prints
    the whole example, which is synthetic, and a `@reproduce_failure` to put above the test;
    locally it is replayed from `.hypothesis/` until it passes.
    """
    rounds = -(-int(os.environ.get("RTW_SOAK_EXAMPLES", examples)) // ROUND)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        one_round = ONE_ROUND(test)

        @wraps(test)
        def all_rounds(*args: object, **kwargs: object) -> None:
            for _ in range(rounds):
                one_round(*args, **kwargs)

        return all_rounds

    return decorate
