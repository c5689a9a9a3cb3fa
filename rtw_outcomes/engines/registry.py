"""The engines by name; an engine is imported only when it is asked for."""

from importlib import import_module
from typing import Protocol

import polars as pl

from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import Tables


class Engine(Protocol):
    """A function that runs a plan."""

    def __call__(self, plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
        """One row per cohort row, in the cohort's order; the limit is in bytes."""


# The first is the default: the faster one by every measurement in benchmarks/. The last is for
# checking the others.
ENGINES = ("polars", "duckdb", "spark", "reference")
REFERENCE = ENGINES[-1]
# Those that run in this process, with nothing to install and nothing to start.
BUILT_IN = ("polars", "duckdb", REFERENCE)
MODULES = {
    "polars": "polars.engine",
    "duckdb": "sql.duckdb",
    "spark": "sql.spark",
    "reference": "reference",
}
# The modules with a function `check_ready`, of engines that need more than this package.
NEEDS = {"spark": "sql.spark_session"}
DIALECTS = ("duckdb", "spark", "postgres")


def run_plan(
    engine: str, plan: Plan, optimized: Plan, tables: Tables, memory_limit: int | None = None
) -> pl.DataFrame:
    """Run a plan on the engine of this name.

    Args:
        engine: one of ENGINES.
        plan: what is asked. The reference engine runs it as it is.
        optimized: the same after `optimize`, which the other engines run. An optimization that changes a
            result shows as a difference between the engines.
        tables: what to compute it from.
        memory_limit: in bytes; None lets each library take what it takes.

    Returns:
        One row per cohort row, in the cohort's order, with the columns of the plan.
    """
    return find_engine(engine)(plan if engine == REFERENCE else optimized, tables, memory_limit)


def check_ready(name: str) -> None:
    """Whatever this engine needs besides this package is there; asked before a long run, not after it.

    Raises:
        RtwError: it is not; the message says what to install.
    """
    if name in NEEDS:
        import_module(f"rtw_outcomes.engines.{NEEDS[name]}").check_ready()


def find_engine(name: str) -> Engine:
    """The function that runs a plan, as it is given, on the engine of this name."""
    engine: Engine = import_module(f"rtw_outcomes.engines.{MODULES[name]}").run
    return engine
