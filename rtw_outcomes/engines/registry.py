"""The engines by name; an engine is imported only when it is asked for."""

from functools import partial
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
ENGINES = ("polars", "duckdb", "spark", "postgres", "reference")
REFERENCE = ENGINES[-1]
# Those that run in this process, with nothing to install and nothing to start.
BUILT_IN = ("polars", "duckdb", REFERENCE)
# Those that compute in a database of the user's, which they have to be told; see `run_plan`.
IN_A_DATABASE = ("postgres",)
MODULES = {
    "polars": "polars.engine",
    "duckdb": "sql.duckdb",
    "spark": "sql.spark",
    "postgres": "sql.postgres",
    "reference": "reference",
}
# The modules with a function `check_ready`, of engines that need more than this package.
NEEDS = {"spark": "sql.spark_session"}
DIALECTS = ("duckdb", "spark", "postgres", "tsql")


def run_plan(
    engine: str,
    plan: Plan,
    optimized: Plan,
    tables: Tables,
    memory_limit: int | None = None,
    database: str | None = None,
) -> pl.DataFrame:
    """Run a plan on the engine of this name.

    Args:
        engine: one of ENGINES.
        plan: what is asked. The reference engine runs it as it is.
        optimized: the same after `optimize`, which the other engines run. An optimization that changes a
            result shows as a difference between the engines.
        tables: what to compute it from.
        memory_limit: in bytes; None lets each library take what it takes.
        database: how the database of an engine IN_A_DATABASE is reached.

    Returns:
        One row per cohort row, in the cohort's order, with the columns of the plan.
    """
    run = find_engine(engine, database)
    return run(plan if engine == REFERENCE else optimized, tables, memory_limit)


def try_database(engine: str, database: str) -> None:
    """See that an engine IN_A_DATABASE can work in this one, before anything is read.

    Raises:
        RtwError: it cannot.
    """
    import_module(f"rtw_outcomes.engines.{MODULES[engine]}").try_database(database)


def check_ready(name: str) -> None:
    """Whatever this engine needs besides this package is there; asked before a long run, not after it.

    Raises:
        RtwError: it is not; the message says what to install.
    """
    if name in NEEDS:
        import_module(f"rtw_outcomes.engines.{NEEDS[name]}").check_ready()


def find_engine(name: str, database: str | None = None) -> Engine:
    """The function that runs a plan, as it is given, on the engine of this name."""
    run = import_module(f"rtw_outcomes.engines.{MODULES[name]}").run
    engine: Engine = run if database is None else partial(run, database=database)
    return engine
