"""Spark sessions: that of the user where there is one, or else one of our own on this computer."""

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from rtw_outcomes.disk.workspace import open_workspace
from rtw_outcomes.engines.sql.spark_errors import find_kind
from rtw_outcomes.errors import RtwError
from rtw_outcomes.planning.tables import Tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Each says that somebody set Spark up, so that its own settings count and none of ours.
VARIABLES = (
    "SPARK_REMOTE",
    "SPARK_CONNECT_MODE_ENABLED",
    "SPARK_HOME",
    "SPARK_CONF_DIR",
    "PYSPARK_GATEWAY_PORT",
    "PYSPARK_SUBMIT_ARGS",
)

# Of the memory of a limit, or of the computer; the rest is for what Java needs besides, and for Python.
SHARE_FOR_JAVA = 0.5
LEAST_FOR_JAVA = 1 << 30
ROWS_A_PARTITION = 500_000


def check_ready() -> None:
    """Spark can be started, or is there; asked before a long run, not after it.

    Raises:
        RtwError: it cannot.
    """
    if find_spec("pyspark") is None:
        raise RtwError('The engine `spark` needs pyspark: pip install "rtw-outcomes[spark]"')
    if find_session() or _is_set_up():
        return
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise RtwError(
            "The engine `spark` needs Java 17 or newer on this computer, and there is none. Install it, let "
            "JAVA_HOME name its folder, or let SPARK_REMOTE name a Spark server."
        )


@contextmanager
def open_session(tables: Tables, memory_limit: int | None) -> Iterator["SparkSession"]:
    """The session of the user; one of our own ends with the run.

    Raises:
        RtwError: Spark does not start.
    """
    found = find_session()
    if found:
        yield found
        return
    with open_workspace() as folder:
        session = _start(folder, tables, memory_limit)
        try:
            yield session
        finally:
            with suppress(Exception):  # it may be gone already
                session.stop()


def find_session() -> "SparkSession | None":
    """The session that is there, such as that of a notebook."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    try:
        return SparkSession.active()
    except PySparkException:
        return None


def _is_set_up() -> bool:
    return any(os.environ.get(name) for name in VARIABLES)


def _start(folder: Path, tables: Tables, memory_limit: int | None) -> "SparkSession":
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("rtw_outcomes")
    settings = {} if _is_set_up() else _list_settings(folder, tables, memory_limit)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if settings:
                _launch_java(settings)
            return builder.getOrCreate()
    except Exception as error:
        hint = " Is it Java 17 or newer that is installed?" if settings else ""
        raise RtwError(f"Spark did not start: {find_kind(error)}.{hint}") from None


def _list_settings(folder: Path, tables: Tables, memory_limit: int | None) -> dict[str, str]:
    """Settings of a session on this computer: nothing that others can see, nothing that stays."""
    return {
        "spark.master": "local[*]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{_find_heap(memory_limit) >> 20}m",
        "spark.driver.maxResultSize": "0",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        # The default of 200 is for clusters: of a small register they would be empty tasks.
        "spark.sql.shuffle.partitions": str(_find_partitions(tables)),
    }


def _find_heap(memory_limit: int | None) -> int:
    """Bytes for Java."""
    whole = _find_memory() if memory_limit is None else memory_limit
    return max(int(whole * SHARE_FOR_JAVA), LEAST_FOR_JAVA)


def _find_memory() -> int:
    """Bytes of this computer."""
    if sys.platform == "win32":  # it has no call for this
        return 4 * LEAST_FOR_JAVA
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _find_partitions(tables: Tables) -> int:
    """Into how many parts the rows are split by persons."""
    rows: int = tables.scan_spells().select(pl.len()).collect().item() + tables.cohort.height
    return max(os.cpu_count() or 1, -(-rows // ROWS_A_PARTITION))


def _launch_java(settings: dict[str, str]) -> None:
    """Start Java without its words on standard error, which nobody asked for and may hold values."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is None:  # an earlier session may have left one, which serves again
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
        gateway = launch_gateway(conf, quiet)  # type: ignore[no-untyped-call]  # pyspark has no types for it
        SparkContext(conf=conf, gateway=gateway)
