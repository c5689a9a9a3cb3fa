"""The effect of the demo's made-up intervention, which is known because it is put in here.

Some spells that persons of the intervention arm are in on day 0 last half as long from then on. Rows
before day 0 stay as they are, so the arms differ in nothing but chance before that day.
"""

import numpy as np
import polars as pl

from rtw_outcomes.demo.period import DayNumbers

INTERVENTION, CONTROL = "intervention", "control"
SHARE_SHORTENED = 0.6  # of the spells under way on day 0
REMAINING_DAYS_DIVIDED_BY = 2

# Of the same persons with and without the effect, 150,000 made-up ones (`benchmarks/coverage.py`): the
# difference of mean net sick days over 12 months, and in percentage points of those who are absent on
# day 0, the difference of full returns by day 90.
TRUE_DIFFERENCE_IN_NET_DAYS = -15
TRUE_DIFFERENCE_IN_RETURN = 8


def choose_shortened(
    spells: pl.DataFrame, cohort: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Add `shortened_from`: the day of the spell from which it is shortened; null where it is not.

    Spells that end in a disability pension keep their length: the pension would only come sooner. Spells
    after the shortened one stay where they are.
    """
    treated = cohort.filter(pl.col("arm") == INTERVENTION)
    index_dates = np.full(1 + int(spells["person"].to_numpy().max(initial=0)), -1, dtype=np.int32)
    index_dates[treated["person"].to_numpy()] = treated["index_date"].to_numpy()
    day = pl.Series(index_dates[spells["person"].to_numpy()]) - spells["start"]
    # Drawn for every spell, so that the arm of one person changes the draws of no other.
    drawn = pl.Series(rng.random(spells.height) < SHARE_SHORTENED)
    shortened = drawn & (day >= 0) & (day < spells["length"]) & (spells["pension"] == 0)
    return spells.with_columns(shortened_from=pl.when(shortened).then(day))


def shorten(edges: DayNumbers, spells: pl.DataFrame) -> DayNumbers:
    """Bring the edges of the slots of shortened spells nearer to day 0; later slots keep their order."""
    day = spells["shortened_from"]
    from_day = day.fill_null(0).to_numpy()[:, None]
    after = np.maximum(edges - from_day, 0)
    nearer = edges - after + -(-after // REMAINING_DAYS_DIVIDED_BY)
    return np.where(day.is_not_null().to_numpy()[:, None], nearer, edges).astype(np.int32)
