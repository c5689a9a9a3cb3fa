"""The published counts that the demo's spells are drawn from."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

# First and last length in days of each published class. The published last class
# is open ("365 days or more"); the demo closes it at three years.
LENGTH_CLASSES = {
    "15-29": (15, 29),
    "30-89": (30, 89),
    "90-179": (90, 179),
    "180-364": (180, 364),
    ">=365": (365, 3 * 365),
}


@dataclass(frozen=True)
class StartedSpells:
    """Started spells longer than 14 days: one row a diagnosis, one column a length class."""

    diagnoses: tuple[str, ...]
    counts: NDArray[np.int64]


def read_started_spells() -> StartedSpells:
    """Read the counts of 2017 that are shipped with the package."""
    text = files("rtw_outcomes.demo").joinpath("started_spells_2017.csv").read_bytes()
    table = pl.read_csv(text, comment_prefix="#").pivot(
        "length_class", index="diagnosis", values="spells"
    )
    counts = table.select(*LENGTH_CLASSES).to_numpy().astype(np.int64)
    return StartedSpells(tuple(table["diagnosis"]), counts)
