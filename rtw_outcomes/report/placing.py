"""Places in a figure that need no drawing: the days on an axis, and labels that keep apart."""

from collections.abc import Sequence

FEW_DAYS = 3
HALF_YEAR = 183  # days
# Ratios that people know; below 1 and above it.
KNOWN_RATIOS = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9),
    *(1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20, 50, 100),
)


def choose_days(days: Sequence[float], last: float) -> list[float]:
    """The days on the axis: those of the counts, and quarters or months of a year where they are few.

    >>> choose_days([0.0, 365.0], 365.0)
    [0.0, 90.0, 180.0, 270.0, 365.0]
    """
    if len(days) >= FEW_DAYS:
        return list(days)
    step = 90 if last > HALF_YEAR else 30
    between = (float(day) for day in range(0, int(last), step))
    free = [day for day in between if all(abs(day - other) >= step / 2 for other in days)]
    return sorted([*days, *free])


def spread_labels(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """The middles of labels, as near to the wanted ones as goes, so that none stands on another.

    >>> spread_labels([1.0, 1.0, 50.0], [4.0, 4.0, 4.0], -10.0, 100.0)
    [1.0, 5.0, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    places = list(wanted)
    floor = low
    for place in order:
        half = heights[place] / 2
        places[place] = max(wanted[place], floor + half)
        floor = places[place] + half
    ceiling = high
    for place in reversed(order):
        half = heights[place] / 2
        places[place] = min(places[place], ceiling - half)
        ceiling = places[place] - half
    return places


def choose_ratios(low: float, high: float, ends: Sequence[float]) -> list[float]:
    """The ticks of a scale of ratios; the ends of the intervals where only 1 is among those that people know.

    >>> choose_ratios(0.6, 1.3, [0.65, 1.2])
    [0.67, 0.8, 0.9, 1, 1.1, 1.25]
    """
    ticks = [each for each in KNOWN_RATIOS if low <= each <= high]
    return ticks if len(ticks) > 1 else sorted({*ticks, round(min(ends), 2), round(max(ends), 2)})
