"""The Polars engine: runs the plan as lazy queries, on as many persons at a time as memory allows."""

from collections.abc import Iterable, Iterator

import polars as pl

from rtw_outcomes.engines.polars.expressions import DAYS_APART, EPOCH, Calendar, invert
from rtw_outcomes.engines.polars.query import Frames
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import Tables, is_in_order

# Larger parts gain nothing, because then every step is longer than its overhead: 5 million rows took as long as
# 20 million and 40 percent less memory. Of rows in no order each part reads the whole file.
ROWS_A_PART = 5_000_000
ROWS_A_PART_IN_NO_ORDER = 25_000_000
# Measured: what a part needs at its peak, by register row of an index date, and for each outcome besides. The rest
# of the limit is for the index dates and the results, which all parts share.
BYTES_A_ROW, BYTES_AN_OUTCOME = 50, 17
# With a limit, so many outcomes at once: the steps of the whole library need as much as its results.
OUTCOMES_AT_ONCE = 24
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
    room = ROWS_A_PART if in_order else ROWS_A_PART_IN_NO_ORDER
    plans = [plan] if memory_limit is None else list(plan.split(OUTCOMES_AT_ONCE))
    dates = _number_dates(tables, plan)
    if memory_limit is None:
        spans = _list_equal_spans(dates, spells, room)
    else:
        bytes_a_row = BYTES_A_ROW + BYTES_AN_OUTCOME * len(plans[0].outcomes)
        room = min(room, int(memory_limit * SHARE_OF_A_PART / bytes_a_row))
        spans = _list_spans(dates, spells, room)
    row_ids: list[pl.Series] = []
    parts: list[pl.DataFrame] = []
    for part, rows in _split(dates, spells, spans):
        results = [Frames(each, part, rows, calendar, in_order).compute() for each in plans]
        row_ids.append(part["row_id"])
        parts.append(pl.concat(results, how="horizontal"))
    return parts[0] if len(parts) == 1 else _put_in_order(parts, pl.concat(row_ids))


def _put_in_order(parts: list[pl.DataFrame], row_ids: pl.Series) -> pl.DataFrame:
    """All parts as one frame in the cohort's order, column by column: memory holds the results once."""
    order = invert(row_ids)
    return pl.DataFrame(
        [
            # One chunk, or each row would be looked for in all of them.
            pl.concat([part.drop_in_place(name) for part in parts], rechunk=True)[order]
            for name in parts[0].columns
        ]
    )


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


def _list_equal_spans(
    dates: pl.DataFrame, spells: pl.LazyFrame, room: int
) -> Iterator[tuple[int, int]]:
    """Places and numbers of index dates, in the order of persons, with about `room` register rows each."""
    rows = spells.select(pl.len()).collect().item()
    height = max(-(-dates.height // max(-(-rows // max(room, 1)), 1)), 1)
    for place in range(0, max(dates.height, 1), height):
        yield place, height


def _list_spans(dates: pl.DataFrame, spells: pl.LazyFrame, room: int) -> Iterator[tuple[int, int]]:
    """The same, where the rows of a person count once for each index date: some persons have many of both."""
    own = spells.group_by("person_id").agg(rows=pl.len()).collect(engine="streaming")
    loads = dates.select("zero", "person_id").join(own, on="person_id", how="left").sort("zero")
    number = (loads["rows"].fill_null(0) + 1).cum_sum() // max(room, 1)
    place = 0
    for height in number.rle().struct.field("len").to_list() or [1]:
        yield place, height
        place += height


def _split(
    dates: pl.DataFrame, spells: pl.LazyFrame, spans: Iterable[tuple[int, int]]
) -> Iterator[tuple[pl.DataFrame, pl.LazyFrame]]:
    """The index dates in parts by ranges of persons, each with the rows of its persons."""
    for place, height in spans:
        if height >= dates.height:
            yield dates, spells
            return
        part = dates.filter(pl.col("zero").is_between(*_span(place, height)))
        first, last = part["person_id"].min(), part["person_id"].max()
        theirs = pl.col("person_id").is_between(pl.lit(first), pl.lit(last))
        yield part, spells.filter(theirs)


def _span(place: int, height: int) -> tuple[int, int]:
    """The first and the last `zero` of so many index dates from a place on."""
    return place * DAYS_APART, (place + height - 1) * DAYS_APART
