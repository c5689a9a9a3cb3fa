"""Which engines there are; an engine is imported only when it is asked for."""

from importlib import import_module
from typing import Protocol

import polars as pl

from rtw_outcomes.plan import Plan
from rtw_outcomes.tables import Tables


class Engine(Protocol):
    """What runs a plan."""

    def __call__(self, plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
        """One row per cohort row, in the cohort's order; the limit is in bytes."""


# The first is the default: the faster one by every measurement in benchmarks/. The last is for
# checking the others.
ENGINES = ("polars", "duckdb", "reference")
DIALECTS = ("duckdb", "spark", "postgres")


def find_engine(name: str) -> Engine:
    """The function that runs a plan on the engine of this name."""
    engine: Engine = import_module(f"rtw_outcomes.engines.{name}").run
    return engine
