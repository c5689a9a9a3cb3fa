"""Some persons of a made-up register, all their rows drawn at once.

A person has absences one after another, with free days between. An absence is one row, or several
adjoining ones that step down from full time: 100, 75, 50, 25. On top of that a few persons have
two benefits at once, a few get a disability pension, and a few die or leave the country. Every
number here is a guess at what registers look like, made for their cost and not for their truth.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

FIRST, LAST = date(2013, 1, 1), date(2020, 12, 31)
FIRST_DAY, LAST_DAY = (int(np.datetime64(day, "D").astype(int)) for day in (FIRST, LAST))
DAYS = LAST_DAY - FIRST_DAY + 1
PPM_PER_QUARTER = 250_000
# The first four are sickness-related, and any of them may be paid beside any other.
BENEFITS = (
    *("sickness_benefit", "rehabilitation_benefit", "preventive_sickness_benefit"),
    *("work_injury_benefit", "sick_pay", "disability_pension"),
)
SICKNESS_RELATED, PENSION = 4, 5
SHARE_OF_BENEFIT = (0.86, 0.07, 0.04, 0.02, 0.01)
REASONS = ("death", "emigration", "old_age_pension")
STEPS_FROM_FULL, ROWS_OF_ABSENCE = (0.76, 0.05, 0.14, 0.05), (0.48, 0.26, 0.16, 0.1)

Numbers = NDArray[np.int64]
Random = np.random.Generator


@dataclass(frozen=True)
class Rows:
    """Register rows as columns; a person is a number from 0, a benefit its place in BENEFITS."""

    person: Numbers
    start: Numbers
    end: Numbers
    extent_ppm: Numbers
    benefit: Numbers

    def keep(self, wanted: NDArray[np.bool_] | Numbers | slice) -> "Rows":
        """Some of the rows, or the rows in another order."""
        return Rows(*(column[wanted] for column in vars(self).values()))

    def add(self, *others: "Rows") -> "Rows":
        """These rows and then those of others."""
        parts = [vars(each).values() for each in (self, *others)]
        return Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


@dataclass(frozen=True)
class Censoring:
    """Of each person the last day under observation, far away for most, and the reason's number."""

    day: Numbers
    reason: Numbers  # -1 is none


def draw_rows(random: Random, persons: int) -> Rows:
    """All rows of so many persons, about ten a person, sorted by person and start."""
    absences = draw_absences(random, persons)
    pensions = draw_pensions(random, persons)
    full_from = np.full(persons, LAST_DAY + 1)
    full = pensions.extent_ppm == 4 * PPM_PER_QUARTER
    np.minimum.at(full_from, pensions.person[full], pensions.start[full])
    absences = absences.keep(absences.start < full_from[absences.person])
    together = absences.add(draw_second_benefits(random, absences, persons), pensions)
    together = together.keep((together.start <= LAST_DAY) & (together.end >= FIRST_DAY))
    return together.keep(np.lexsort((together.start, together.person)))


def draw_absences(random: Random, persons: int) -> Rows:
    """Absences of each person, none of which overlap; some begin before the extract does."""
    count = 1 + random.negative_binomial(3, 0.4, persons)
    count[random.random(persons) < 0.02] = 0
    person = np.repeat(np.arange(persons), count)
    rows = 1 + random.choice(4, person.size, p=ROWS_OF_ABSENCE)
    absence = np.repeat(np.arange(person.size), rows)
    step = np.arange(absence.size) - np.repeat(np.cumsum(rows) - rows, rows)
    length = np.clip(random.lognormal(2.9, 1.05, absence.size).astype(int) + 1, 1, 900)

    gap = _draw_gaps(random, person, np.bincount(person[absence], length, persons))
    before = np.where(step == 0, gap[absence], 0)
    end = np.cumsum(before + length)
    person = person[absence]
    first = np.searchsorted(person, np.arange(persons))
    passed = np.concatenate([[0], end])[first]  # by all the persons before this one
    end = end - passed[person] + FIRST_DAY - 30
    return Rows(
        person,
        end - length,
        end - 1,
        _draw_extents(random, absence, step),
        _draw_benefits(random, absence),
    )


def _draw_gaps(random: Random, person: Numbers, absent_days: NDArray[np.float64]) -> Numbers:
    """Free days before each absence, so that the last one ends about when the extract does."""
    share = random.exponential(1, person.size)
    total = np.bincount(person, share, absent_days.size) + random.exponential(1, absent_days.size)
    free = np.maximum(DAYS - absent_days, DAYS // 4)
    gap = (share / total[person] * free[person]).astype(int) + 1
    is_short = (random.random(person.size) < 0.1) & (np.diff(person, prepend=-1) == 0)
    return np.where(is_short, random.integers(1, 8, person.size), gap)


def _draw_extents(random: Random, absence: Numbers, step: Numbers) -> Numbers:
    """Stepping down within an absence; a few rows have an extent of their own."""
    level = random.choice(4, absence[-1] + 1, p=STEPS_FROM_FULL)[absence] + step
    quarters = 4 - np.minimum(level, 3)
    quarters = np.where(random.random(step.size) < 0.06, random.integers(1, 5, step.size), quarters)
    odd = random.choice((333_000, 667_000, 800_000), step.size)
    return np.where(random.random(step.size) < 0.005, odd, quarters * PPM_PER_QUARTER)


def _draw_benefits(random: Random, absence: Numbers) -> Numbers:
    return random.choice(5, absence[-1] + 1, p=SHARE_OF_BENEFIT)[absence]


def draw_second_benefits(random: Random, absences: Rows, persons: int) -> Rows:
    """Rows of another benefit that begin on a day of the first, for a few percent of the persons."""
    has_two = random.random(persons) < 0.04
    first = absences.keep(has_two[absences.person] & (random.random(absences.start.size) < 0.4))
    size = first.start.size
    start = first.start + (random.random(size) * (first.end - first.start + 1)).astype(int)
    end = start + random.geometric(1 / 30, size) - 1
    end = np.where(random.random(size) < 0.3, first.end, end)
    extent = random.choice((1, 2, 2, 3, 4), size) * PPM_PER_QUARTER
    benefit = (first.benefit + random.integers(1, 4, size)) % SICKNESS_RELATED
    return Rows(first.person, start, end, extent, benefit)


def draw_pensions(random: Random, persons: int) -> Rows:
    """Disability pensions of three percent of the persons, half of them partial."""
    person = np.flatnonzero(random.random(persons) < 0.03)
    size = person.size
    start = FIRST_DAY + random.integers(-200, DAYS, size)
    quarters = random.choice((1, 2, 3, 4), size, p=(0.15, 0.25, 0.1, 0.5))
    until_the_end = random.random(size) < 0.8
    end = np.where(until_the_end, LAST_DAY + 365, start + random.integers(30, 900, size))
    rows = Rows(person, start, end, quarters * PPM_PER_QUARTER, np.full(size, PENSION))
    # Some change their extent from one day to the next, others get a pension again after a while.
    later = rows.keep(~until_the_end & (random.random(size) < 0.5))
    pause = random.choice((0, 0, 1, 90), later.start.size)
    start = later.end + 1 + pause
    extent = random.integers(1, 5, start.size) * PPM_PER_QUARTER
    later = Rows(later.person, start, np.full(start.size, LAST_DAY + 365), extent, later.benefit)
    return rows.add(later)


def draw_censoring(random: Random, persons: int) -> Censoring:
    """Eight percent leave: they die, move abroad, or get an old-age pension; some after the end."""
    leaves = random.random(persons) < 0.08
    day = np.where(
        leaves, FIRST_DAY + 60 + random.integers(0, DAYS + 200, persons), LAST_DAY + 9999
    )
    reason = random.choice(4, persons, p=(0.35, 0.4, 0.2, 0.05))
    return Censoring(day, np.where(leaves & (reason < 3), reason, -1))


def draw_index_dates(
    random: Random, rows: Rows, persons: int, leaves: Censoring, count: int
) -> tuple[Numbers, Numbers]:
    """Persons and index dates: most on a day with absence, the rest on any; no pair stands twice.

    Four persons of five have an index date, and some of them two or more. A person without rows
    may have one too. Fewer than `count` come out when there are not so many pairs to be had.
    """
    once = random.permutation(persons)[: persons * 4 // 5]
    person = np.concatenate([once, random.choice(once, count)])
    first, last = (np.searchsorted(rows.person, person, side) for side in ("left", "right"))
    draw = first + (random.random(person.size) * (last - first)).astype(int)
    row = rows.keep(np.minimum(draw, rows.start.size - 1))
    into = np.minimum(random.geometric(1 / 20, person.size) - 1, row.end - row.start)
    is_absent = (last > first) & (random.random(person.size) < 0.6)
    any_day = FIRST_DAY + random.integers(0, DAYS, person.size)
    day = np.where(is_absent, row.start + into, any_day)
    day = np.minimum(day, LAST_DAY - random.integers(0, 60, person.size))
    is_used = (day >= FIRST_DAY) & (day <= leaves.day[person])
    pairs = np.unique(np.stack([person[is_used], day[is_used]]), axis=1)
    person, day = random.permutation(pairs, axis=1)[:, :count]
    return person, day
