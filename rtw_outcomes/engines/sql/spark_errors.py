"""Errors of Spark: only their kind is told, for their texts hold values."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rtw_outcomes.errors import RtwError

# They write the texts of errors to standard error.
LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")

# Of the kinds of errors, those that mean that a machine does not see the file of spells.
NOT_FOUND = ("PATH_NOT_FOUND", "FILE_NOT_EXIST", "FileNotFoundException")
NOT_SHARED = (
    " Spark reads the register rows from the folder of temporary files. Let TMPDIR name a folder that "
    "all machines of the cluster see under the same path."
)
TOO_LITTLE_MEMORY = (
    " Spark needs more memory than it has. Its own settings count, such as `spark.driver.memory` and "
    "`spark.executor.memory`; for a session that the run starts, --memory-limit."
)


@contextmanager
def telling_no_values() -> Iterator[None]:
    """Let no text of Spark out: not in an error, not in a warning, and not in what it logs from Python.

    Raises:
        RtwError: Spark stopped.
    """
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
    kind, text = find_kind(error), str(error)
    hint = TOO_LITTLE_MEMORY if "OutOfMemoryError" in text else ""
    if any(name in f"{kind} {text}" for name in NOT_FOUND):
        hint = NOT_SHARED
    return RtwError(f"Computing stopped: {kind} in Spark.{hint}")


def find_kind(error: Exception) -> str:
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
