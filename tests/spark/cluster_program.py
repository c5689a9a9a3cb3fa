"""Compute outcomes on a session with two executors, and compare them with those of Polars.

    python cluster_program.py FOLDER (nothing | kill)

With `kill` an executor is killed while a stage runs that has read what another stage wrote.
"""

import os
import signal
import sys
import time
from datetime import date
from pathlib import Path
from threading import Event, Thread

import numpy as np
import polars as pl

from rtw_outcomes.definitions.catalogue import (
    CORE,
    list_ids,
    read_stock_definition,
    resolve_outcomes,
)
from rtw_outcomes.engines.registry import run_plan
from rtw_outcomes.planning.optimizer import optimize
from rtw_outcomes.planning.planner.build import plan_outcomes
from rtw_outcomes.planning.tables import COHORT_SCHEMA, Tables

PERSONS, SPELLS_EACH = 60_000, 5
FIRST, LAST = date(2018, 1, 1), date(2021, 12, 31)
PARTITIONS = 16  # so that a stage of several tasks is met while it runs
MARK = f"rtw-executor-{os.getpid()}"


def make_tables(folder):
    rng = np.random.default_rng(1)
    rows = PERSONS * SPELLS_EACH
    days = (LAST - FIRST).days
    start = pl.lit(FIRST) + pl.duration(days=pl.col("start"))
    spells = pl.select(
        person_id=pl.lit(pl.Series(rng.integers(0, PERSONS, rows))),
        start=pl.lit(pl.Series(rng.integers(0, days, rows))),
        length=pl.lit(pl.Series(rng.integers(0, 90, rows))),
        extent_ppm=pl.lit(pl.Series(rng.choice([250_000, 500_000, 1_000_000], rows))).cast(
            pl.Int32
        ),
        benefit=pl.lit(pl.Series(rng.choice(["sickness_benefit", "sick_pay"], rows))),
    ).select(
        "person_id",
        start_date=start,
        end_date=start + pl.duration(days=pl.col("length")),
        extent_ppm="extent_ppm",
        benefit="benefit",
    )
    spells.write_parquet(folder / "spells.parquet")
    index = pl.lit(FIRST) + pl.duration(days=pl.lit(pl.Series(rng.integers(300, 900, PERSONS))))
    nothing = {name: pl.lit(None, kind) for name, kind in COHORT_SCHEMA.items()}
    cohort = pl.select(person_id=pl.int_range(PERSONS), **nothing | {"index_date": index})
    return Tables(folder / "spells.parquet", cohort, FIRST, LAST)


def start_session(folder):
    """A copy of Spark's folder, because executors leave their files in it."""
    import pyspark
    from pyspark.sql import SparkSession

    home = folder / "spark"
    home.mkdir()
    for path in Path(pyspark.__file__).parent.iterdir():
        (home / path.name).symlink_to(path)
    os.environ["SPARK_HOME"] = str(home)
    settings = {
        "spark.master": "local-cluster[2,1,1024]",
        "spark.executor.extraJavaOptions": f"-D{MARK}=true",
        "spark.ui.enabled": "false",
        "spark.log.level": "OFF",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.shuffle.partitions": str(PARTITIONS),
        "spark.sql.adaptive.coalescePartitions.enabled": "false",
    }
    return SparkSession.builder.config(map=settings).getOrCreate()


def kill_one(session, is_over):
    """Kill an executor while a stage that reads a shuffle is half done."""
    tracker = session.sparkContext.statusTracker()
    while not is_over.wait(0.02):
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(s and s.numTasks == PARTITIONS and s.numCompletedTasks >= 2 for s in stages):
            first, *_ = list_executors()
            os.kill(first, signal.SIGKILL)
            return first
    return None


def list_executors():
    """The processes of our executors; the Java of the session has the mark in its arguments, too."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            program, *arguments = (path / "cmdline").read_bytes().decode().split("\0")
        except OSError:  # it has ended
            continue
        if program.endswith("java") and f"-D{MARK}=true" in arguments:
            found.append(int(path.name))
    return found


def main():
    folder, what_happens = Path(sys.argv[1]), sys.argv[2]
    tables = make_tables(folder)
    plan = plan_outcomes(resolve_outcomes([read_stock_definition(name) for name in list_ids(CORE)]))
    optimized = optimize(plan)
    expected = run_plan("polars", plan, optimized, tables)
    session = start_session(folder)
    while len(list_executors()) < 2:
        time.sleep(0.1)
    killed, is_over = [], Event()
    killer = Thread(target=lambda: killed.append(kill_one(session, is_over)))
    if what_happens == "kill":
        killer.start()
    found = run_plan("spark", plan, optimized, tables)
    is_over.set()
    if what_happens == "kill":
        killer.join()
    session.stop()
    killed = [each for each in killed if each is not None]
    is_equal = "equal" if found.equals(expected) else "NOT equal"
    sys.stdout.write(f"{is_equal}, executors killed: {len(killed)}\n")


if __name__ == "__main__":
    main()
