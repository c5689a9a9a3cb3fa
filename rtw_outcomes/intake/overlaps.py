"""Repeats and overlaps among register rows that stand in the order of persons.

A register holds millions of rows, and a window over all of them takes longer than the outcomes. In
order, a look at the row before is enough.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, agree
from rtw_outcomes.intake.database import Database
from rtw_outcomes.planning.tables import spells_metadata

PERSON, START = pl.col("person_id"), pl.col("start_date")
DAYS_APART = 1 << 24  # wider than any two dates of a calendar lie apart

SUM, LARGEST, ASK = "sum", "largest", "ask"
MEANINGS = {
    SUM: "their extents add up, to at most full time",
    LARGEST: "on each day the largest extent counts",
    ASK: "the register says that it has no such rows",
}

# Rows that overlap, also through others, are one group. A group is cut at every start and end in it, and
# neighbouring pieces of one extent become one row again. Rows without overlap go through as they are.
LARGEST_EXTENTS = """
WITH numbered AS (
    SELECT *, end_date + 1 AS day_after, row_number() OVER (
        PARTITION BY person_id, benefit ORDER BY start_date, end_date) AS place
    FROM {spells}
), placed AS (
    SELECT *, max(end_date) OVER (PARTITION BY person_id, benefit ORDER BY place
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
    FROM numbered
), grouped AS (
    SELECT *, sum(CASE WHEN start_date <= reach THEN 0 ELSE 1 END) OVER (
        PARTITION BY person_id, benefit ORDER BY place ROWS UNBOUNDED PRECEDING) AS number
    FROM placed
), counted AS (
    SELECT *, count(*) OVER (PARTITION BY person_id, benefit, number) AS members FROM grouped
), overlapping AS (
    SELECT * FROM counted WHERE members > 1
), cuts AS (
    SELECT person_id, benefit, number, start_date AS day FROM overlapping
    UNION SELECT person_id, benefit, number, day_after FROM overlapping
), pieces AS (
    SELECT *, lead(day) OVER (PARTITION BY person_id, benefit, number ORDER BY day) AS next_day
    FROM cuts
), largest AS (
    SELECT p.person_id, p.benefit, p.number, p.day, p.next_day, max(o.extent_ppm) AS extent_ppm
    FROM pieces AS p JOIN overlapping AS o USING (person_id, benefit, number)
    WHERE o.start_date <= p.day AND o.day_after > p.day
    GROUP BY ALL
), marked AS (
    SELECT *, CASE WHEN extent_ppm = lag(extent_ppm) OVER (
        PARTITION BY person_id, benefit, number ORDER BY day) THEN 0 ELSE 1 END AS begins
    FROM largest
), runs AS (
    SELECT *, sum(begins) OVER (PARTITION BY person_id, benefit, number ORDER BY day) AS run
    FROM marked
)
SELECT person_id, min(day) AS start_date, max(next_day) - 1 AS end_date, extent_ppm, benefit
FROM runs GROUP BY person_id, benefit, number, run, extent_ppm
UNION ALL
SELECT person_id, start_date, end_date, extent_ppm, benefit FROM counted WHERE members = 1
ORDER BY person_id, start_date
"""


def has_place(person: pl.DataType) -> pl.Expr:
    """Whether a row has a place in the order of persons, whose ids are of this type, and first days."""
    return PERSON.cast(person, strict=False).is_not_null() & START.is_not_null()


def list_possible_repeats(validated: pl.LazyFrame, person: pl.DataType) -> pl.DataFrame:
    """source_file and source_row of rows that share person and first day with another one, or have none.

    Args:
        validated: the rows; those that have a place in the order of persons stand in it.
        person: the type of the ids.
    """
    place = ("source_file", "source_row")
    before = (PERSON.shift(1) == PERSON) & (START.shift(1) == START)
    after = (PERSON.shift(-1) == PERSON) & (START.shift(-1) == START)
    placed = validated.filter(has_place(person)).filter(before | after).select(place)
    others = validated.filter(~has_place(person)).select(place)
    return pl.concat(pl.collect_all([placed, others], engine="streaming"))


@dataclass(frozen=True)
class Overlaps:
    """How many rows stand how to the earlier rows of the same person and benefit.

    Attributes:
        rows: those that begin before an earlier one ends, or on its last day.
        on_last_day: those of them that begin on the last day of the earlier ones.
        day_after: rows that begin on the day after it.
    """

    rows: int = 0
    on_last_day: int = 0
    day_after: int = 0

    def __add__(self, other: "Overlaps") -> "Overlaps":
        return Overlaps(
            self.rows + other.rows,
            self.on_last_day + other.on_last_day,
            self.day_after + other.day_after,
        )

    def __sub__(self, other: "Overlaps") -> "Overlaps":
        return Overlaps(
            self.rows - other.rows,
            self.on_last_day - other.on_last_day,
            self.day_after - other.day_after,
        )


def count_overlaps(spells: pl.LazyFrame) -> Overlaps:
    """The rows that overlap an earlier row of the same person and benefit, or adjoin it."""
    benefits = spells.select(pl.col("benefit").unique()).collect(engine="streaming")["benefit"]
    of_each = (_count_overlaps_of(spells.filter(pl.col("benefit") == each)) for each in benefits)
    return sum(of_each, Overlaps())


def _count_overlaps_of(rows: pl.LazyFrame) -> Overlaps:
    """Persons are numbered, and days of different ones set apart, so that reach does not carry over."""
    number = (PERSON.shift(1) != PERSON).fill_null(True).cast(pl.Int64).cum_sum() * DAYS_APART
    start, end = (pl.col(name).to_physical() for name in ("start_date", "end_date"))
    placed = rows.select(start=number + start, end=number + end)
    reach = pl.col("end").cum_max().shift(1)
    counts = placed.select(
        rows=(pl.col("start") <= reach).sum(),
        on_last_day=(pl.col("start") == reach).sum(),
        day_after=(pl.col("start") == reach + 1).sum(),
    )
    return Overlaps(*counts.collect(engine="streaming").row(0))


def keep_largest_extents(database: Database, spells: Path, person: str) -> Path:
    """Write the spells such that no rows of one person and benefit overlap: the largest extent counts.

    Args:
        database: knows the file by its name.
        spells: the used rows, with the columns of `Tables.spells`.
        person: the type of person_id, in SQL.
    """
    query = LARGEST_EXTENTS.format(spells=spells.stem)
    return database.write(f"{spells.stem}_largest", query, spells_metadata(person))


def note_overlaps(overlaps: Overlaps, meaning: str, of: str = "an earlier row") -> Iterator[Note]:
    """A note on the rows that overlap others, and on what the program makes of them."""
    rows, shared = overlaps.rows, overlaps.on_last_day
    if rows:
        one, several = "row that overlaps", "rows that overlap"
        what = f"{of} of the same person and benefit"
        by_one_day = f", {shared} of them by exactly one day" if shared else ""
        yield Note(
            "overlapping_rows",
            f"{agree(rows, one, several)} {what}{by_one_day}; {MEANINGS[meaning]}",
            rows,
            f"{several} {what}; {MEANINGS[meaning]}",
        )


def check_overlaps(overlaps: Overlaps, meaning: str, place: str, key: str) -> None:
    """A register that has no overlaps has none, or the study says what they mean.

    Raises:
        ContractError: there are some, and nobody says it.
    """
    rows = overlaps.rows
    if rows and meaning == ASK:
        raise refuse(
            place,
            f"{rows} {agree(rows, 'row overlaps', 'rows overlap')} an earlier row of the same person and "
            "benefit, which the register says it never has",
            hint="Is a file there twice, or a corrected one beside the old one? If not, say what they mean "
            f"in {key}: `sum` adds the extents up, `largest` takes the largest of each day",
        )
