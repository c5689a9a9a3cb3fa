"""Numbers for reading: those of one column have the same decimals, and a hidden one has a mark."""

import math
from collections.abc import Sequence

HIDDEN = "(–)"
SMALL = 0.1


def show_numbers(values: Sequence[float | None]) -> list[str]:
    """Numbers of one kind for reading, all with decimals or none; a hidden one is a dash.

    Two decimals, and two digits that tell something of a number that is smaller.
    """
    known = [abs(value) for value in values if value is not None]
    whole = all(value.is_integer() for value in map(float, known))
    small = [value for value in known if 0 < value < SMALL]
    decimals = 0 if whole else 2 - math.floor(math.log10(min(small)) + 1) if small else 2
    return [HIDDEN if value is None else f"{value:,.{decimals}f}" for value in values]
