"""The calendar of the demo: which days the extract covers, and in which months spells start."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

# Days are whole numbers counted from 1970-01-01 while they are drawn: arithmetic on
# millions of them stays plain integer arithmetic until the files are written.
DayNumbers = NDArray[np.int32]

OBSERVED_FROM = date(2015, 1, 1)
OBSERVED_TO = date(2019, 12, 31)

# The register has rows from before the study's period, so that a spell which
# straddles its first day is in the file as a whole.
FIRST_START = date(2014, 1, 1)

# A first spell that starts later than this has no paid day in the extract when the
# first 14 days are the employer's, and the register would not know the person.
LAST_FIRST_START = date(2019, 12, 17)

# Relative number of spells that start on a day of each month, January first. The dip in
# the holiday months and the peak in winter are known; their sizes are the demo's own.
STARTS_BY_MONTH = (1.2, 1.2, 1.1, 1.0, 1.0, 0.75, 0.6, 0.8, 1.1, 1.15, 1.1, 1.0)


def day_number(day: date) -> int:
    """Count the days from 1970-01-01 to a day."""
    return (day - date(1970, 1, 1)).days


def draw_starts(count: int, rng: np.random.Generator) -> DayNumbers:
    """Draw first sick days between FIRST_START and LAST_FIRST_START, by season."""
    days = np.arange(day_number(FIRST_START), day_number(LAST_FIRST_START) + 1, dtype=np.int32)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    weights = np.asarray(STARTS_BY_MONTH)[months]
    return rng.choice(days, size=count, p=weights / weights.sum())
