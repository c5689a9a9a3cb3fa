"""The cohort of the demo: a made-up trial, randomised by care centre, among those absent in 2017."""

import math
from datetime import date

import numpy as np
import polars as pl

from rtw_outcomes.demo.effect import CONTROL, INTERVENTION
from rtw_outcomes.demo.period import OBSERVED_TO, DayNumbers, day_number

INDEX_FROM, INDEX_TO = date(2017, 1, 1), date(2017, 12, 31)
SHARE_OF_PERSONS = 0.15

# Persons enter between day 15 and day 90 of a spell over 14 days; a few
# are entered late, after the spell has ended, and are not absent on day 0.
ENTRY_DAYS = (15, 90)
ENTERED_LATE, LATE_DAYS = 0.07, 20

# Many small centres in a small trial, and at most so many in a large one: a centre that is left out
# once costs a fit of every model.
PERSONS_PER_CENTRE, MOST_CENTRES = 16, 60
FEWEST_CENTRES = 4  # two in each arm, without which there is no interval

# Persons of one centre are somewhat alike, as neighbours are: the correlation of what draws a person to a
# centre with the days that are left of the spell. It gives net days an intracluster correlation of 0.01.
LIKENESS = 0.15

DEATHS, EMIGRATIONS = 0.01, 0.01

# Two rows too many, for persons who are in the cohort anyway: index
# dates that the extract says nothing about, and that must be rejected.
INDEX_DATES_OUTSIDE = (date(2014, 11, 15), date(2020, 3, 15))


def draw_cohort(
    persons: pl.DataFrame, spells: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Draw one row a person and index date; `person` is the row in persons."""
    entries = _draw_entries(spells, rng)
    size = min(round(persons.height * SHARE_OF_PERSONS), entries.height)
    chosen = entries[np.sort(rng.choice(entries.height, size, replace=False))]
    cohort = _randomise(_draw_censoring(chosen, rng), rng)
    background = persons.select(
        pl.col("lopnr").alias("person_id"),
        pl.when("woman").then(pl.lit("woman")).otherwise(pl.lit("man")).alias("sex"),
        "birth_year",
        pl.lit("synthetic").alias("synthetic"),
    )
    return pl.concat([cohort, background[cohort["person"]]], how="horizontal")


def compute_last_days(persons: pl.DataFrame, cohort: pl.DataFrame) -> DayNumbers:
    """Find the last day with register rows of each person: the dead and the gone have no later."""
    last_days = np.full(persons.height, day_number(OBSERVED_TO), dtype=np.int32)
    censored = cohort.filter(pl.col("censor_date").is_not_null())
    last_days[censored["person"].to_numpy()] = censored["censor_date"].to_numpy()
    return last_days


def lay_out_cohort(cohort: pl.DataFrame) -> pl.DataFrame:
    """Lay out the cohort file, with the rows whose index date is outside the extract."""
    table = cohort.sort("person_id").select(
        "person_id",
        pl.col("index_date").cast(pl.Date),
        pl.col("censor_date").cast(pl.Date),
        "censor_reason",
        "arm",
        "care_centre",
        "sex",
        "birth_year",
        "synthetic",
    )
    outside = table.filter(pl.col("censor_date").is_null()).head(len(INDEX_DATES_OUTSIDE))
    outside = outside.with_columns(index_date=pl.Series(INDEX_DATES_OUTSIDE[: outside.height]))
    return pl.concat([table, outside]).sort("person_id", "index_date")


def _draw_entries(spells: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Draw an index date for every spell over 14 days, and keep each person's first in 2017."""
    length = spells["length"].to_numpy()
    first, last = ENTRY_DAYS
    in_spell = rng.integers(first, np.clip(length, first, last), endpoint=True) - 1
    after_it = length + rng.integers(0, LATE_DAYS, length.size)
    days = np.where(rng.random(length.size) < ENTERED_LATE, after_it, in_spell)
    index_date = spells["start"] + pl.Series(days.astype(np.int32))
    return (
        spells.select("person", "start", "length", index_date=index_date)
        .filter(pl.col("length") >= first)
        .filter(pl.col("index_date").is_between(day_number(INDEX_FROM), day_number(INDEX_TO)))
        .unique("person", keep="first", maintain_order=True)
        .select(
            "person",
            "index_date",
            remaining=pl.col("start") + pl.col("length") - pl.col("index_date"),
        )
    )


def _draw_censoring(entries: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Draw who dies or leaves the country, on a day after the index date."""
    reasons = np.array(["death", "emigration", ""])
    shares = (DEATHS, EMIGRATIONS, 1 - DEATHS - EMIGRATIONS)
    # The first two of the shuffled rows are set, so that a small cohort has both.
    kind = rng.choice(len(reasons), entries.height, p=shares)
    kind[rng.permutation(entries.height)[:2]] = (0, 1)[: entries.height]
    index_date = entries["index_date"].to_numpy()
    day = rng.integers(index_date + 1, day_number(OBSERVED_TO), endpoint=True)
    observed = pl.col("censor_reason") == ""
    return entries.with_columns(
        censor_reason=pl.Series(reasons[kind]), censor_date=pl.Series(day.astype(np.int32))
    ).with_columns(pl.when(~observed).then(pl.col("censor_reason", "censor_date")))


def _randomise(cohort: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Give each person a care centre, and each care centre an arm."""
    centres = min(MOST_CENTRES, max(FEWEST_CENTRES, cohort.height // PERSONS_PER_CENTRE))
    return draw_arms(draw_centres(cohort, centres, rng), rng)


def draw_centres(cohort: pl.DataFrame, centres: int, rng: np.random.Generator) -> pl.DataFrame:
    """Give each person one of so many care centres, whose persons are somewhat alike."""
    ranks = cohort["remaining"].rank("ordinal").to_numpy()
    standing = (ranks / max(1, cohort.height) - 0.5) * math.sqrt(12)
    noise = rng.standard_normal(cohort.height)
    alike = LIKENESS * standing + math.sqrt(1 - LIKENESS**2) * noise
    centre = np.empty(cohort.height, dtype=np.int64)
    centre[np.argsort(alike)] = np.sort(rng.integers(0, centres, cohort.height))
    # Numbers that say nothing about the persons.
    numbers = rng.permutation(centres)[centre] + 1
    return cohort.with_columns(
        care_centre=pl.Series([f"centre_{each:03d}" for each in numbers], dtype=pl.String)
    )


def draw_arms(cohort: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Randomise the care centres: half of them to each arm."""
    centres = cohort["care_centre"].unique().sort()
    arms = pl.Series([CONTROL, INTERVENTION]).gather(rng.permutation(np.arange(centres.len()) % 2))
    return cohort.with_columns(
        arm=pl.col("care_centre").replace_strict(centres, arms, return_dtype=pl.String)
    )
