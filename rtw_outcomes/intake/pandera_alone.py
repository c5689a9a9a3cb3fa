"""pandera, imported without Spark.

Where pyspark is installed, pandera imports the copy of pandas in it, though nobody asks for Spark. That takes
seconds, warns of new versions of pandas, and lets every later Spark session listen on this computer alone.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COPY_OF_PANDAS = "pyspark.pandas"
VARIABLES = ("SPARK_LOCAL_IP", "PYARROW_IGNORE_TIMEZONE")


@contextmanager
def _without_spark() -> Iterator[None]:
    """Let the copy of pandas be one that cannot be imported, and the variables as they are."""
    is_there, before = (
        COPY_OF_PANDAS in sys.modules,
        {name: os.environ.get(name) for name in VARIABLES},
    )
    if not is_there:
        sys.modules[COPY_OF_PANDAS] = None  # type: ignore[assignment]  # how Python says it
    try:
        yield
    finally:
        if not is_there:
            del sys.modules[COPY_OF_PANDAS]
        for name, was in before.items():
            if was is None:
                os.environ.pop(name, None)


with _without_spark():
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context

__all__ = ["ValidationDepth", "config_context", "pa"]
