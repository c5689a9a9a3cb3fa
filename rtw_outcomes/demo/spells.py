"""The spells of the demo's persons, before a register has cut them into subspells.

Each draw is made for all spells at once: a million persons take seconds,
which a loop over persons would not.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rtw_outcomes.demo.period import OBSERVED_TO, day_number, draw_starts
from rtw_outcomes.demo.persons import EMPLOYED, UNEMPLOYED
from rtw_outcomes.demo.published import LENGTH_CLASSES, read_started_spells

# Unpaid first days of a spell: the employer pays 14, the unemployed wait one day,
# and the self-employed wait as long as they have chosen (here one day or seven).
EMPLOYER_DAYS = 14
SELF_EMPLOYED_DAYS = (1, 7)

# Spells that start within five days of the last one continue its sick period:
# nobody waits again. The register of the demo still counts them as a new spell.
CONTINUATION_DAYS = 5

# The demo's own: how many spells a person has in a row (some start after the
# extract ends), free days between two of them, and how often the diagnosis returns.
SPELLS_WHEN_EMPLOYED = (0.78, 0.17, 0.05)
SPELLS_WHEN_NOT_EMPLOYED = (0.25, 0.33, 0.25, 0.17)
GAPS = (((1, 5), 0.15), ((6, 40), 0.35), ((41, 500), 0.50))
SAME_DIAGNOSIS_AGAIN = 0.7

# Persons who are not employed also have spells of at most 14 days in the register. At this share,
# half of all F43 spells are over within about 55 days; of those over 14 days, within about 80.
SHORT_WHEN_NOT_EMPLOYED = 0.64
SHORT_DAYS_TO = 14

# Spells of a year or more that end in a disability pension, the extent it
# begins at (in quarters), and the share that first gets half a pension.
PENSION_AFTER_A_YEAR = 0.15
PENSION_QUARTERS = {4: 0.60, 3: 0.10, 2: 0.20, 1: 0.10}
PENSION_IN_STEPS = 0.25

DrawnNumbers = NDArray[np.int32]


def draw_spells(persons: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Draw one row a spell, by person and time; `person` is the row in persons.

    `start` is the first sick day, `length` counts from it and `waiting` of its days are unpaid.
    """
    first_starts = draw_starts(persons.height, rng)
    employed = (persons["insured_type"] == EMPLOYED).to_numpy()
    counts = _draw_spell_counts(employed, rng)
    person = np.repeat(np.arange(persons.height, dtype=np.int32), counts)
    first = (np.cumsum(counts) - counts)[person]
    is_first = first == np.arange(person.size)

    gap = _draw_gaps(person.size, rng)
    waiting = _draw_waiting(persons["insured_type"].to_numpy()[person], rng)
    waiting[~is_first & (gap <= CONTINUATION_DAYS)] = 0
    short = ~employed[person] & (rng.random(person.size) < SHORT_WHEN_NOT_EMPLOYED)
    diagnosis, length = _draw_diagnoses_and_lengths(first, is_first, rng)
    short_length = waiting + 1 + (rng.random(person.size) * (SHORT_DAYS_TO - waiting)).astype(int)
    length = np.where(short, short_length, length).astype(np.int32)

    # The start of a spell is the sum of all that came before it in the same person.
    elapsed = np.cumsum(length + gap) - length
    start = first_starts[person] + (elapsed - elapsed[first])
    spells = pl.DataFrame(
        {
            "person": person,
            "start": start.astype(np.int32),
            "length": length,
            "waiting": waiting,
            "diagnosis": diagnosis,
            "pension": _draw_pensions(length, rng),
            "pension_in_steps": rng.random(person.size) < PENSION_IN_STEPS,
        }
    )
    return _keep_spells_in_extract(spells)


def _draw_spell_counts(employed: NDArray[np.bool_], rng: np.random.Generator) -> DrawnNumbers:
    few = rng.choice(len(SPELLS_WHEN_EMPLOYED), employed.size, p=SPELLS_WHEN_EMPLOYED)
    more = rng.choice(len(SPELLS_WHEN_NOT_EMPLOYED), employed.size, p=SPELLS_WHEN_NOT_EMPLOYED)
    return (1 + np.where(employed, few, more)).astype(np.int32)


def _draw_gaps(count: int, rng: np.random.Generator) -> DrawnNumbers:
    bounds = np.array([bound for bound, _ in GAPS])
    kind = rng.choice(len(GAPS), count, p=[share for _, share in GAPS])
    return _draw_between(bounds[kind, 0], bounds[kind, 1], rng)


def _draw_waiting(insured_type: NDArray[np.int8], rng: np.random.Generator) -> DrawnNumbers:
    chosen = rng.choice(SELF_EMPLOYED_DAYS, insured_type.size)
    not_employed = np.where(insured_type == UNEMPLOYED, 1, chosen)
    return np.where(insured_type == EMPLOYED, EMPLOYER_DAYS, not_employed).astype(np.int32)


def _draw_diagnoses_and_lengths(
    first: NDArray[np.int64], is_first: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[pl.Series, DrawnNumbers]:
    """Draw from the published counts: a diagnosis, then a length class given the diagnosis."""
    published = read_started_spells()
    by_diagnosis = published.counts.sum(axis=1)
    drawn = rng.choice(len(by_diagnosis), first.size, p=by_diagnosis / by_diagnosis.sum())
    again = ~is_first & (rng.random(first.size) < SAME_DIAGNOSIS_AGAIN)
    diagnosis = np.where(again, drawn[first], drawn)

    reached = np.cumsum(published.counts, axis=1) / by_diagnosis[:, None]
    length_class = (rng.random(first.size)[:, None] >= reached[diagnosis]).sum(axis=1)
    bounds = np.array(list(LENGTH_CLASSES.values()))[length_class]
    length = _draw_between(bounds[:, 0], bounds[:, 1], rng)
    return pl.Series(published.diagnoses).gather(diagnosis), length


def _draw_between(
    lowest: NDArray[np.int64], highest: NDArray[np.int64], rng: np.random.Generator
) -> DrawnNumbers:
    """Draw whole numbers, each as likely as one over its size.

    That is how the published classes thin out from one to the next.
    """
    return (lowest * ((highest + 1) / lowest) ** rng.random(lowest.size)).astype(np.int32)


def _draw_pensions(length: DrawnNumbers, rng: np.random.Generator) -> NDArray[np.int8]:
    """Draw the extent, in quarters, of the pension after a spell; 0 is no pension."""
    quarters = np.array(list(PENSION_QUARTERS), dtype=np.int8)
    drawn = rng.choice(quarters, length.size, p=list(PENSION_QUARTERS.values()))
    granted = (length >= 365) & (rng.random(length.size) < PENSION_AFTER_A_YEAR)
    return np.where(granted, drawn, 0).astype(np.int8)


def _keep_spells_in_extract(spells: pl.DataFrame) -> pl.DataFrame:
    """Keep spells with a paid day in the extract that no pension has gone before."""
    earlier = (pl.col("pension") > 0).cum_sum() - (pl.col("pension") > 0)
    paid_in_time = pl.col("start") + pl.col("waiting") <= day_number(OBSERVED_TO)
    return spells.filter(paid_in_time & (earlier.over("person") == 0)).with_columns(
        pension_in_steps=pl.col("pension_in_steps") & (pl.col("pension") > 0)
    )
