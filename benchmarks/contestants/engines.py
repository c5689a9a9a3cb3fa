"""An engine of the package, called as the main job calls it: any outcomes, on either file."""

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps
from benchmarks.outcomes import read_outcomes
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import Tables


def run(
    inputs: Inputs, laps: Laps, engine: str, outcomes: str, layout: str = "sorted", sample: int = 0
) -> pl.DataFrame:
    """Plan and compute; with a sample, only the first so many rows of the cohort."""
    resolved = read_outcomes(outcomes)
    laps.begin("read and compute")
    tables = inputs.read_tables(layout)
    if sample:
        tables = _take_sample(tables, sample)
    plan = plan_outcomes(resolved, ())
    return run_plan(engine, plan, optimize(plan), tables)


def _take_sample(tables: Tables, count: int) -> Tables:
    cohort = tables.cohort.head(count)
    persons = cohort.select("person_id").unique()
    spells = tables.scan_spells().join(persons.lazy(), on="person_id", how="semi").collect()
    return Tables(spells, cohort, tables.observed_from, tables.observed_to)
