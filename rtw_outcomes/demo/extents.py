"""Changes of the extent in the course of a spell: which steps it takes, and when."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rtw_outcomes.demo.period import DayNumbers

# The extents of a spell in their order, in quarters of full time, with the share among the
# spells that are not at full extent throughout. The typical path is a step down.
PART_TIME_PATHS: dict[tuple[int, ...], float] = {
    (4, 2): 0.28,
    (4, 2, 1): 0.16,
    (4, 3, 1): 0.08,
    (4, 3, 2, 1): 0.08,
    (2,): 0.18,
    (3,): 0.05,
    (1,): 0.06,
    (2, 1): 0.06,
    (2, 4): 0.05,
}
FULL_PATH, FULL_PATH_IN_TWO, PENSION_PATH = (4,), (4, 4), (4, 2)
PATHS = (FULL_PATH, FULL_PATH_IN_TWO, *PART_TIME_PATHS)
MOST_PARTS = 4
DAYS_OF_A_PART = 7  # a part is at least a week where the spell is long enough

# Part time is commoner in long spells and among women: (length in days from, share of
# spells) and a factor by sex. Together 27 % of spells over 14 days, the demo's own.
PART_TIME_BY_LENGTH = ((1, 0.05), (15, 0.12), (30, 0.22), (90, 0.35), (180, 0.45), (365, 0.50))
PART_TIME_WOMEN, PART_TIME_MEN = 1.1, 0.8
TWO_ROWS_FROM_DAYS = 180  # half of the long spells at full extent are decided in two turns

Quarters = NDArray[np.int8]


def draw_paths(
    persons: pl.DataFrame, spells: pl.DataFrame, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Draw the row of PATHS that each spell follows."""
    length = spells["length"].to_numpy()
    woman = persons["woman"].to_numpy()[spells["person"].to_numpy()]
    lengths_from = [days for days, _ in PART_TIME_BY_LENGTH]
    shares = np.array([share for _, share in PART_TIME_BY_LENGTH])
    share = shares[np.searchsorted(lengths_from, length, side="right") - 1]
    share = share * np.where(woman, PART_TIME_WOMEN, PART_TIME_MEN)

    in_two = (length >= TWO_ROWS_FROM_DAYS) & (rng.random(length.size) < 0.5)
    full = np.where(in_two, PATHS.index(FULL_PATH_IN_TWO), PATHS.index(FULL_PATH))
    weights = list(PART_TIME_PATHS.values())
    part_time = rng.choice(len(weights), length.size, p=weights) + len(PATHS) - len(weights)
    paths = np.where(rng.random(length.size) < share, part_time, full)
    paths[spells["pension_in_steps"].to_numpy()] = PATHS.index(PENSION_PATH)
    return paths


def lay_out_parts(
    spells: pl.DataFrame, paths: NDArray[np.intp], rng: np.random.Generator
) -> tuple[DayNumbers, Quarters]:
    """Lay out each spell in slots: the unpaid days, then up to four parts.

    Edges are days from the first sick day: slot j is the days [edge j, edge j + 1),
    and is empty when the two are equal. Quarters are the extents of the slots.
    """
    waiting = spells["waiting"].to_numpy()
    paid = spells["length"].to_numpy() - waiting
    steps = np.array([path + (0,) * (MOST_PARTS - len(path)) for path in PATHS], dtype=np.int8)
    planned = np.array([len(path) for path in PATHS])[paths]
    parts = np.minimum(planned, np.maximum(1, paid // DAYS_OF_A_PART))
    # A spell too short for all its steps has the last of them, so it stays part time.
    column = np.minimum((planned - parts)[:, None] + np.arange(MOST_PARTS), MOST_PARTS - 1)
    quarters = np.take_along_axis(steps[paths], column, axis=1)

    weight = (0.3 + rng.random(quarters.shape)) * (np.arange(MOST_PARTS) < parts[:, None])
    reached = np.cumsum(weight, axis=1)
    reached /= reached[:, -1:]
    least = np.minimum(DAYS_OF_A_PART, paid // parts)
    ends = np.minimum(np.arange(1, MOST_PARTS + 1), parts[:, None]) * least[:, None]
    ends = ends + np.floor(reached * (paid - parts * least)[:, None]).astype(np.int32)
    edges = np.column_stack([np.zeros_like(waiting), waiting, ends + waiting[:, None]])
    unpaid = np.zeros((len(paths), 1), dtype=np.int8)
    return edges.astype(np.int32), np.hstack([unpaid, quarters])
