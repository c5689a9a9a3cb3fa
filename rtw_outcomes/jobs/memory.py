"""An amount of memory as people write it, into bytes."""

import re
from decimal import Decimal

from rtw_outcomes.errors import UsageError

FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT])(I?)B", re.IGNORECASE)
LETTERS = "KMGT"
# With less, Python and its libraries alone are over the limit.
LEAST, LEAST_BYTES = "500MB", 500 * 10**6
# More than any machine has, and the most that libraries are sure to take.
MOST, MOST_BYTES = "1000TB", 10**15


def read_memory(amount: str | int | None) -> int | None:
    """Read `6GB`, `500mb` or `1.5 GiB`, or take a number of bytes; None is no limit.

    Raises:
        UsageError: the text is no such amount, or less than a run needs in any case, or more than any
            machine has.

    >>> read_memory("1.5gb")
    1500000000
    """
    if amount is None:
        return None
    number = amount if isinstance(amount, int) else _to_bytes(str(amount))
    if number < LEAST_BYTES:
        raise UsageError(f"The memory limit is less than a run needs in any case, {LEAST}.")
    if number > MOST_BYTES:
        raise UsageError(f"The memory limit is more than any machine has. It is at most {MOST}.")
    return number


def _to_bytes(text: str) -> int:
    found = FORM.fullmatch(text.strip())
    if not found:
        raise UsageError(
            "The memory limit is no amount of memory. Expected a number and a unit, KB, MB, GB or TB, "
            "like `6GB`."
        )
    number, letter, binary = found.groups()
    unit = (1024 if binary else 1000) ** (LETTERS.index(letter.upper()) + 1)
    return int(Decimal(number) * unit)
