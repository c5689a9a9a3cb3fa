"""Steps in which numbers are told: 1, 2 or 5 times a power of ten."""

import math


def round_up_step(least: float) -> float:
    """The smallest step of at least this size.

    >>> [round_up_step(each) for each in (0.52, 3, 0.02)]
    [1.0, 5.0, 0.02]
    """
    power = 10.0 ** math.floor(math.log10(least))
    found = next(each for each in (1, 2, 5, 10) if each * power >= least * (1 - 1e-9))
    return tidy(found * power)


def to_step(value: float, step: float) -> float:
    """The multiple of a step that is nearest to a value.

    >>> to_step(153.27, 0.5), to_step(-0.2, 1.0)
    (153.5, 0.0)
    """
    return tidy(round(value / step) * step) + 0.0


def tidy(value: float) -> float:
    """The number without what floating point adds far behind its digits."""
    return float(f"{value:.12g}")


def decimals_of(step: float) -> int:
    """The decimals that a number in such steps has.

    >>> decimals_of(0.05), decimals_of(20.0)
    (2, 0)
    """
    return max(0, -math.floor(math.log10(step) + 1e-9))
