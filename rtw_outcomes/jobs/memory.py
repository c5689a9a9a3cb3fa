"""An amount of memory as people write it, into bytes."""

import re

from rtw_outcomes.errors import UsageError

FORM = r"^([0-9]+(?:\.[0-9]+)?) ?(MB|GB|MiB|GiB)$"
BYTES_OF = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}
# With less, Python and its libraries alone are over the limit.
LEAST, LEAST_BYTES = "500MB", 500 * BYTES_OF["MB"]


def read_memory(amount: str | int | None) -> int | None:
    """Read `6GB`, `500MB` or `1.5GiB`, or take a number of bytes; None is no limit.

    Raises:
        UsageError: the text is no such amount, or less than a run needs in any case.

    >>> read_memory("1.5GB")
    1500000000
    """
    if amount is None:
        return None
    number = amount if isinstance(amount, int) else _to_bytes(str(amount))
    if number < LEAST_BYTES:
        raise UsageError(f"The memory limit is less than a run needs in any case, {LEAST}.")
    return number


def _to_bytes(text: str) -> int:
    found = re.match(FORM, text.strip())
    if not found:
        raise UsageError(
            "The memory limit is no amount of memory. Expected a number and a unit, MB or GB, "
            "like `6GB`."
        )
    return int(float(found[1]) * BYTES_OF[found[2]])
