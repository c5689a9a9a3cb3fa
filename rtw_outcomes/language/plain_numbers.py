"""Numbers as files write them: plain digits, which every reader of YAML takes for the same number.

`010` is 8 to one reader and 10 to another, and `1:30` is 90 to some. Such a form stays text, and is
refused where a number is needed.
"""

import re
from decimal import Decimal

WHOLE = "-?(0|[1-9][0-9]*)"
BROKEN = rf"{WHOLE}\.[0-9]+"
NEARLY_PLAIN = r"\+?(-?)0*([0-9]*)(\.?[0-9]*)"


def read_number(value: object) -> object:
    """Let a number through; a text and a yes or no are none.

    Raises:
        ValueError: it is no number; says what to write instead where that is known.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    raise ValueError(
        f"a number in plain digits is needed here{_suggest(value, 'like `8` or `0.5`')}"
    )


def read_whole_number(value: object) -> object:
    """Let a whole number through; a text and a yes or no are none.

    Raises:
        ValueError: it is no whole number; says what to write instead where that is known.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"a whole number in plain digits is needed here{_suggest(value, 'like `8`')}")


def _suggest(value: object, example: str) -> str:
    """A suggestion of what to write instead.

    >>> _suggest("010", "like `8`")
    '; write `10`'
    """
    text = value.strip() if isinstance(value, str) else ""
    if re.fullmatch(f"{WHOLE}|{BROKEN}", text):
        return ", without quotation marks"
    nearly = re.fullmatch(NEARLY_PLAIN, text.replace("_", ""))
    if nearly and any(map(str.isdigit, text)):
        sign, whole, fraction = nearly.groups()
        return f"; write `{sign}{whole or 0}{fraction if fraction != '.' else ''}`"
    return f", {example}"
