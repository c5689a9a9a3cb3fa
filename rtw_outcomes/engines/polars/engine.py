"""The Polars engine: runs the plan as lazy queries, on as many persons at a time as memory allows."""

from collections.abc import Iterator

import polars as pl

from rtw_outcomes.engines.polars.expressions import DAYS_APART, EPOCH, Calendar, invert
from rtw_outcomes.engines.polars.query import Frames
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import Tables, is_in_order

# Larger parts gain nothing, because then every step is longer than its overhead: 5 million rows took as long as
# 20 million and 40 percent less memory. Of rows in no order each part reads the whole file.
ROWS_A_PART = 5_000_000
ROWS_A_PART_IN_NO_ORDER = 25_000_000
# Measured: what a part needs at its peak, by register row that is read. The rest of the limit is
# for the index dates and the results, which all parts share.
BYTES_A_ROW = 100
SHARE_OF_A_PART = 0.4


def run(plan: Plan, tables: Tables, memory_limit: int | None = None) -> pl.DataFrame:
    """Compute the plan's columns, one row per cohort row, in the cohort's order.

    Args:
        plan: what to compute.
        tables: what to compute it from.
        memory_limit: in bytes; register rows that do not fit are read in ranges of persons.
    """
    spells = tables.scan_spells()
    calendar, in_order = Calendar(tables.observed_from, tables.observed_to), is_in_order(spells)
    parts = []
    room = ROWS_A_PART if in_order else ROWS_A_PART_IN_NO_ORDER
    if memory_limit is not None:
        room = min(room, int(memory_limit * SHARE_OF_A_PART / BYTES_A_ROW))
    for dates, rows in _split(_number_dates(tables, plan), spells, room):
        parts.append((dates["row_id"], Frames(plan, dates, rows, calendar, in_order).compute()))
    if len(parts) == 1:
        return parts[0][1]
    order = pl.concat([row_ids for row_ids, _ in parts])
    # One chunk, or each row would be looked for in all of them.
    return pl.concat([results for _, results in parts], rechunk=True)[invert(order)]


def _number_dates(tables: Tables, plan: Plan) -> pl.DataFrame:
    """The index dates in the cohort's order, with the days that are observed around each.

    And with the numbers that the plan asks for. Their `zero` tells where they stand in the order of persons.
    """
    first, last = ((day - EPOCH).days for day in (tables.observed_from, tables.observed_to))
    index, entered, censored = (
        pl.col(name).to_physical() for name in ("index_date", "entry_date", "censor_date")
    )
    first_days = pl.max_horizontal(entered.fill_null(first), pl.lit(first, pl.Int32))
    last_days = pl.min_horizontal(censored.fill_null(last), pl.lit(last, pl.Int32))
    cohort = tables.cohort.rechunk()
    places = invert(cohort["person_id"].arg_sort()).cast(pl.Int64)
    return (
        cohort.lazy()
        .with_row_index("row_id")
        .select(
            "row_id",
            "person_id",
            (pl.lit(places) * DAYS_APART).alias("zero"),
            index.alias("index"),
            (first_days - index).alias("first_day"),
            (last_days - index + 1).alias("observed_days"),
            pl.when(censored <= last).then(censored - index).alias("exit_day"),
            (censored - index).alias("left_day"),
            "censor_reason",
            *(pl.col(number.name) for number in plan.cohort_numbers()),
        )
        .collect()
    )


def _split(
    dates: pl.DataFrame, spells: pl.LazyFrame, room: int
) -> Iterator[tuple[pl.DataFrame, pl.LazyFrame]]:
    """The index dates in parts by ranges of persons, each with the rows of its persons, about `room`."""
    rows = spells.select(pl.len()).collect().item()
    parts = -(-rows // max(room, 1))
    if parts <= 1:
        yield dates, spells
        return
    height = max(-(-dates.height // parts), 1)
    for place in range(0, dates.height, height):
        part = dates.filter(pl.col("zero").is_between(*_span(place, height)))
        first, last = part["person_id"].min(), part["person_id"].max()
        theirs = pl.col("person_id").is_between(pl.lit(first), pl.lit(last))
        yield part, spells.filter(theirs)


def _span(place: int, height: int) -> tuple[int, int]:
    """The first and the last `zero` of so many index dates from a place on."""
    return place * DAYS_APART, (place + height - 1) * DAYS_APART
