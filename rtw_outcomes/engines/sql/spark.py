"""The Spark engine: runs the plan's queries on a Spark session, a dozen outcomes at a time."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import polars as pl
from sqlglot import exp

from rtw_outcomes.engines.sql.query import to_sql
from rtw_outcomes.engines.sql.spark_session import open_session
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import RESULT_TYPES, Tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Spark plans a query that grows with its steps, and no longer than its compiler allows: of the whole
# library it makes no plan at all, and of one outcome at a time it reads the register as often.
OUTCOMES_A_QUERY = 12

# What the session has while a query of ours is planned and runs.
SETTINGS = {
    # It infers what follows from each pair of conditions: planning took 12 seconds, and 1.5 without.
    "spark.sql.constraintPropagation.enabled": "false",
    # A number that does not fit stops the run, and never becomes another number.
    "spark.sql.ansi.enabled": "true",
}

# What means something else than itself in the name of a file.
PATTERN = "\\*?[]{}"

# They write the texts of errors to standard error, and these hold values.
LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")

# Of the kinds of errors, those that mean that a machine does not see the file of spells.
NOT_FOUND = ("PATH_NOT_FOUND", "FILE_NOT_EXIST", "FileNotFoundException")
NOT_SHARED = (
    " Spark reads the register rows from the folder of temporary files. Let TMPDIR name a folder that "
    "all machines of the cluster see under the same path."
)
TOO_LITTLE_MEMORY = (
    " Spark needs more memory than it has. Its own settings count, such as `spark.driver.memory` and "
    "`spark.executor.memory`; for a session on this computer also --memory-limit."
)


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
    height = tables.cohort.height
    with (
        open_session(tables, memory_limit) as session,
        _set(session),
        _tagged(session),
        _views(session, tables) as views,
    ):
        parts = [_compute(session, part, height, views) for part in split_plan(plan)]
    return pl.concat(parts, how="horizontal")


def split_plan(plan: Plan) -> Iterator[Plan]:
    """The plan in plans of a few outcomes, each of which is one query."""
    for first in range(0, len(plan.outcomes), OUTCOMES_A_QUERY):
        yield Plan(plan.outcomes[first : first + OUTCOMES_A_QUERY])


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
    session: "SparkSession", plan: Plan, height: int, views: Mapping[str, str]
) -> pl.DataFrame:
    query = render_query(plan, views)
    with _told_without_values():
        table = session.sql(query).toArrow()
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
    with _told_without_values():
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
    with _told_without_values():
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
    try:
        yield
    finally:
        with suppress(Exception):  # a session that is gone has no settings
            for name, was in before.items():
                session.conf.unset(name) if was is None else session.conf.set(name, was)


@contextmanager
def _tagged(session: "SparkSession") -> Iterator[None]:
    """Jobs that can be told from others of the session, and end when the run is interrupted."""
    tag = f"rtw-{uuid4().hex}"
    session.addTag(tag)
    try:
        yield
    except KeyboardInterrupt:
        with suppress(Exception):
            session.interruptTag(tag)
        raise
    finally:
        with suppress(Exception):
            session.removeTag(tag)


@contextmanager
def _told_without_values() -> Iterator[None]:
    """Let no text of Spark out, neither in an error nor in a warning, nor in what it logs from Python."""
    from pyspark.logger import PySparkLogger

    loggers = [PySparkLogger.getLogger(name) for name in LOGGERS]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        # Whatever its class: what Java, its gateway and a server throw have nothing in common.
        # `from None`, because a notebook shows the text of a cause, and that may hold values.
        raise _describe(error) from None
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was


def _describe(error: Exception) -> RtwError:
    kind, text = _find_kind(error), str(error)
    hint = TOO_LITTLE_MEMORY if "OutOfMemoryError" in text else ""
    if any(name in f"{kind} {text}" for name in NOT_FOUND):
        hint = NOT_SHARED
    return RtwError(f"Computing stopped: {kind} in Spark.{hint}")


def _find_kind(error: Exception) -> str:
    """The name that Spark has for the error, or else the class of what went wrong first."""
    from pyspark.errors import PySparkException

    kind = type(error).__name__
    if isinstance(error, PySparkException):
        return error.getCondition() or kind
    cause = getattr(error, "java_exception", None)
    with suppress(Exception):  # Java may be gone
        while cause is not None:
            kind, cause = cause.getClass().getSimpleName(), cause.getCause()
    return kind
