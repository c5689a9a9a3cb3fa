"""A Spark session for all tests of a process; without pyspark or Java the tests are skipped."""

import os
import shutil
from importlib.util import find_spec

import pytest

from rtw_outcomes.engines.sql.spark_session import VARIABLES

IS_HERE = find_spec("pyspark") is not None and shutil.which("java") is not None
# `make spark` runs all; other runs leave out what takes minutes.
RUNS_ALL = os.environ.get("RTW_SPARK") == "all"

# What a notebook has: a session that somebody else set up, with settings of theirs.
THEIRS = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "Pacific/Auckland",
    # Of a few rows, to compile a query takes longer than to run it.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


def pytest_collection_modifyitems(items):
    here = [item for item in items if item.path.parent.name == "spark"]
    for item in here:
        if not IS_HERE:
            item.add_marker(pytest.mark.skip(reason="needs pyspark and Java"))
        elif item.get_closest_marker("minutes") and not RUNS_ALL:
            item.add_marker(pytest.mark.skip(reason="takes minutes; `make spark` runs it"))


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    """A session that is active, as in a notebook."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        folder = {"spark.local.dir": str(tmp_path_factory.mktemp("spark"))}
        session = SparkSession.builder.config(map=THEIRS | folder).getOrCreate()
        yield session
        session.stop()
