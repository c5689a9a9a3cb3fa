"""The Spark engine: runs the plan's queries on a Spark session, a dozen outcomes at a time."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import uuid4

import polars as pl
import pyarrow as pa
from sqlglot import exp

from rtw_outcomes.engines.sql.query import split_plan, to_sql
from rtw_outcomes.engines.sql.spark_errors import telling_no_values
from rtw_outcomes.engines.sql.spark_session import check_ready, find_session, open_session
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import RESULT_TYPES, Tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# What the session has while a query of ours is planned and runs.
SETTINGS = {
    # It infers what follows from each pair of conditions: planning took 12 seconds, and 1.5 without.
    "spark.sql.constraintPropagation.enabled": "false",
    # A number that does not fit stops the run, and never becomes another number.
    "spark.sql.ansi.enabled": "true",
}

# What means something else than itself in the name of a file.
PATTERN = "\\*?[]{}"

SECONDS = 0.2  # between two looks at the work, and between two attempts to end it


def run(plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order.

    Args:
        plan: what to compute.
        tables: what to compute it from. A file of spells is read by Spark itself, on all machines of a
            cluster.
        memory_limit: in bytes, for a session that is started for this run. Of another session its own
            settings count.

    Raises:
        RtwError: Spark stopped; only the kind of its error is told, for its texts hold values.
    """
    check_ready()
    session = find_session()
    jobs = Jobs(is_session_ours=session is None)
    work = partial(_run, plan, tables, memory_limit, jobs)
    if session:
        from pyspark import inheritable_thread_target

        work = inheritable_thread_target(session)(work)
    return jobs.wait_for(work)


def _run(plan: Plan, tables: Tables, memory_limit: int | None, jobs: "Jobs") -> pl.DataFrame:
    height = tables.cohort.height
    with (
        open_session(tables, memory_limit) as session,
        _set(session),
        _views(session, tables) as views,
    ):
        parts = [_compute(session, part, height, views, jobs) for part in split_plan(plan)]
    return pl.concat(parts, how="horizontal")


class Jobs:
    """The jobs of one run. They can be told from others of the session, and end when it is interrupted.

    They are asked for in a thread of their own: an interrupt then meets the main thread while it waits, and
    not while it talks to Java, which would answer the next question with what the last one asked for.
    """

    def __init__(self, is_session_ours: bool) -> None:
        self._is_session_ours = is_session_ours
        self._tag = f"rtw-{uuid4().hex}"
        self._session: SparkSession | None = None
        self._is_stopped = Event()

    def wait_for(self, work: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What the work gives."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            running = pool.submit(work)
            try:
                while (
                    not running.done()
                ):  # again and again: one long wait would not hear of an interrupt
                    wait([running], SECONDS)
                return running.result()
            except KeyboardInterrupt:
                self._is_stopped.set()
                while not running.done():
                    self._cancel()
                    wait([running], SECONDS)
                raise

    def collect(self, session: "SparkSession", query: str) -> pa.Table:
        """The result of a query."""
        if self._is_stopped.is_set():
            raise KeyboardInterrupt
        self._session = session
        with telling_no_values():
            session.addTag(self._tag)
            try:
                return session.sql(query).toArrow()
            finally:
                session.removeTag(self._tag)

    def _cancel(self) -> None:
        if self._session is None:
            return
        with suppress(RtwError), telling_no_values():  # it may have ended
            if self._is_session_ours:
                self._session.stop()  # at once: to cancel a job may wait for a minute
            else:
                self._session.interruptTag(self._tag)


def render_query(plan: Plan, views: Mapping[str, str]) -> str:
    """The query of a plan on the views that stand for its tables.

    Args:
        plan: what to compute.
        views: the name of the view of each of the tables `spells`, `cohort` and `observed`.
    """
    query = to_sql(plan)
    query.set("order", None)  # rows are put in order here: Spark would compute them twice to sort
    for table in query.find_all(exp.Table):
        if table.name in views:
            table.set("this", exp.to_identifier(views[table.name]))
    return query.sql(dialect="spark", copy=False)


def _compute(
    session: "SparkSession", plan: Plan, height: int, views: Mapping[str, str], jobs: Jobs
) -> pl.DataFrame:
    table = jobs.collect(session, render_query(plan, views))
    rows = pl.DataFrame(table).sort("row_id")
    assert rows["row_id"].equals(pl.int_range(height, eager=True, dtype=pl.Int64))
    return rows.select(
        pl.col(column.name).cast(RESULT_TYPES[column.kind]) for column in plan.columns
    )


@contextmanager
def _views(session: "SparkSession", tables: Tables) -> Iterator[Mapping[str, str]]:
    """The tables as views of the session, under names that nobody else has."""
    mark = uuid4().hex
    views = {name: f"rtw_{mark}_{name}" for name in ("spells", "cohort", "observed")}
    observed = {"observed_from": [tables.observed_from], "observed_to": [tables.observed_to]}
    with telling_no_values():
        frames = {
            "spells": _read_spells(session, tables.spells),
            "cohort": _send(session, tables.cohort.with_row_index("row_id")),
            "observed": _send(session, pl.DataFrame(observed)),
        }
        for name, frame in frames.items():
            frame.createTempView(views[name])
    try:
        yield views
    finally:
        with suppress(Exception):  # a session that is gone has no views
            for view in views.values():
                session.catalog.dropTempView(view)


def _read_spells(session: "SparkSession", spells: pl.DataFrame | Path) -> "DataFrame":
    if isinstance(spells, pl.DataFrame):
        return _send(session, spells)
    return session.read.parquet(_escape(spells.resolve()))


def _escape(path: Path) -> str:
    """The path of one file, for Spark, which would take a star or a bracket in it for a pattern."""
    return "file:" + "".join(f"\\{each}" if each in PATTERN else each for each in path.as_posix())


def _send(session: "SparkSession", frame: pl.DataFrame) -> "DataFrame":
    """A small frame as one of Spark, whose types are fewer: codes are texts, numbers have signs."""
    plain = frame.with_columns(
        pl.col(pl.UInt32).cast(pl.Int64), pl.col(pl.Enum, pl.Categorical).cast(pl.String)
    )
    return session.createDataFrame(plain.to_arrow(compat_level=pl.CompatLevel.oldest()))


@contextmanager
def _set(session: "SparkSession") -> Iterator[None]:
    """The settings of a query, in place of those of the session; these hold again at its end."""
    before = {name: session.conf.get(name, None) for name in SETTINGS}
    with telling_no_values():
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
    try:
        yield
    finally:
        with suppress(Exception):  # a session that is gone has no settings
            for name, was in before.items():
                session.conf.unset(name) if was is None else session.conf.set(name, was)
