"""Spells as the register has them: rows of a person and a benefit without a free day between them.

A definition has a gap of its own; here nothing is bridged, so that the page shows what was delivered.
The rows stand in the order of persons and first days, so a look at the rows before is enough.
"""

import polars as pl

PERSON, START = pl.col("person_id"), pl.col("start_date")
DAYS_APART = 1 << 24  # wider than any two dates of a calendar lie apart
LONGEST_GAP = 30  # days; a longer one is counted as one of 31


def find_spells(rows: pl.LazyFrame) -> pl.DataFrame:
    """The spells of one benefit: person (a number), start_date, end_date; in order."""
    reached = _reach(rows)
    first = pl.col("start") > pl.col("reach") + 1
    begins = reached.select("person", "start", "reach", first.fill_null(True).alias("is_first"))
    starts = (
        begins.filter("is_first").select("person", "start", "reach").collect(engine="streaming")
    )
    last = reached.select(pl.max_horizontal(pl.col("end").max(), pl.col("reach").max()))
    # A spell ends where the rows had reached before the next one began.
    end = pl.col("reach").shift(-1).fill_null(last.collect(engine="streaming").item())
    apart = pl.col("person").cast(pl.Int64) * DAYS_APART
    return starts.select(
        "person",
        (pl.col("start") - apart).cast(pl.Int32).cast(pl.Date).alias("start_date"),
        (end - apart).cast(pl.Int32).cast(pl.Date).alias("end_date"),
    )


def count_steps(rows: pl.LazyFrame) -> pl.DataFrame:
    """The steps from rows of one benefit to a person's next one: days, rows, persons.

    `days` is the number of free days between them: 0 where one follows on the other, below 0 where they
    overlap by so many days. Below -1 it is -2, and above 30 it is 31.
    """
    free = (pl.col("start") - pl.col("reach") - 1).clip(-2, LONGEST_GAP + 1)
    steps = _reach(rows).filter(pl.col("person") == pl.col("person_before"))
    return (
        steps.group_by(free.cast(pl.Int32).alias("days"))
        .agg(pl.len().alias("rows"), pl.col("person").n_unique().alias("persons"))
        .sort("days")
        .collect(engine="streaming")
    )


def _reach(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each row with the last day that earlier rows reach.

    Persons are numbered, and days of different ones set apart, so that reach does not carry over.
    """
    person = (PERSON.shift(1) != PERSON).fill_null(True).cast(pl.Int64).cum_sum()
    apart = person * DAYS_APART
    start, end = (pl.col(name).to_physical().cast(pl.Int64) for name in ("start_date", "end_date"))
    placed = rows.select(person=person.cast(pl.Int32), start=apart + start, end=apart + end)
    return placed.with_columns(
        reach=pl.col("end").cum_max().shift(1), person_before=pl.col("person").shift(1)
    )
