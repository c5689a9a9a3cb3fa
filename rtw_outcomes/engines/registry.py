"""Which engines there are; an engine is imported only when it is asked for."""

from collections.abc import Callable
from importlib import import_module

import polars as pl

from rtw_outcomes.plan import Plan
from rtw_outcomes.tables import Tables

Engine = Callable[[Plan, Tables], pl.DataFrame]

# DuckDB is the default because it is the one fast engine yet; reference is for checking it.
ENGINES = ("duckdb", "reference")
SQL_ENGINES = ("duckdb",)
DIALECTS = ("duckdb", "spark", "postgres")


def find_engine(name: str) -> Engine:
    """The function that runs a plan on the engine of this name."""
    engine: Engine = import_module(f"rtw_outcomes.engines.{name}").run
    return engine
