"""The steps that make intervals: register rows, extents, absent days, spells, chains and states."""

from collections.abc import Sequence

import polars as pl

from rtw_outcomes.engines.polars.expressions import (
    Calendar,
    Order,
    earlier,
    hi,
    hold,
    join_dates,
    later,
    lo,
    zero,
)
from rtw_outcomes.language.vocabulary import BENEFITS, FULL_TIME_PPM
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    FirstDays,
    Paid,
    RegisterRows,
    Spells,
)
from rtw_outcomes.planning.nodes.node import list_months

BENEFIT_CODES = pl.Enum(BENEFITS)
INTERVAL = ("zero", "index", "lo", "hi")
extent = pl.col("extent")


def to_rows(
    node: RegisterRows, dates: pl.DataFrame, order: Order, spells: pl.LazyFrame, in_order: bool
) -> pl.LazyFrame:
    """Join the register rows to their index dates and cut them to the observed days.

    Args:
        node: which days are needed.
        dates: the index dates.
        order: where they stand in the order of persons.
        spells: the register rows.
        in_order: whether the register rows stand in the order of persons and start dates; then the
            two are merged, and nothing is hashed or sorted.
    """
    narrow = dates.select("zero", "person_id", "index", "first_day", "observed_days")
    rows = spells.select(
        "person_id",
        pl.col("start_date").to_physical(),
        pl.col("end_date").to_physical(),
        pl.col("extent_ppm").alias("extent"),
        pl.col("benefit").cast(BENEFIT_CODES).to_physical(),
    )
    if in_order:
        joined = (
            order.sort(narrow)
            .set_sorted("person_id")
            .join(rows.set_sorted("person_id"), on="person_id", maintain_order="left_right")
        )
    else:
        joined = rows.join(narrow.lazy(), on="person_id")
    start, end = pl.col("start_date") - pl.col("index"), pl.col("end_date") - pl.col("index") + 1
    cut = joined.select(
        "zero",
        "index",
        (zero + later(start, pl.col("first_day"))).alias("lo"),
        (zero + earlier(end, pl.col("observed_days"))).alias("hi"),
        "extent",
        "benefit",
    ).filter(lo < hi)
    if node.first_day is not None:
        cut = cut.filter(hi >= zero + node.first_day)
    if node.last_day is not None:
        cut = cut.filter(lo <= zero + (node.last_day + 1))
    return cut if in_order else cut.sort("lo")


def to_paid(node: Paid, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the rows of some benefits."""
    codes = [BENEFITS.index(benefit) for benefit in node.benefits]
    has_benefit = pl.any_horizontal(pl.col("benefit") == code for code in codes)
    return rows.filter(has_benefit).drop("benefit")


def to_extents(paid: pl.LazyFrame) -> pl.LazyFrame:
    """RegisterRows that overlap no other are right as they are; the others are added up day by day."""
    before, after = hi.cum_max().shift(1) > lo, lo.shift(-1) < hi
    marked = paid.with_columns(overlaps=before.fill_null(False) | after.fill_null(False))
    alone = marked.filter(~pl.col("overlaps")).drop("overlaps")
    return alone.merge_sorted(_add_up_extents(marked.filter("overlaps")), key="lo")


def _add_up_extents(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Add up the changes of extent day by day; between two changes the level stands still.

    What starts also ends, so the running sum is back at 0 before the next index date begins.
    """
    change = extent.cast(pl.Int64)
    starts = rows.select("zero", "index", "lo", change.alias("change"))
    ends = rows.select("zero", "index", hi.alias("lo"), (-change).alias("change"))
    edges = pl.concat([starts, ends]).sort("lo")
    level = pl.col("change").cum_sum()
    levels = edges.select("zero", "index", "lo", hi=lo.shift(-1), level=level)
    return levels.filter((pl.col("level") > 0) & (lo < hi)).select(
        "zero",
        "index",
        "lo",
        "hi",
        earlier(pl.lit(FULL_TIME_PPM), pl.col("level")).cast(pl.Int32).alias("extent"),
    )


def to_absent(
    node: Absent, extents: pl.LazyFrame, first_days: pl.LazyFrame, calendar: Calendar
) -> pl.LazyFrame:
    """Keep the intervals with enough extent.

    Args:
        node: what is enough.
        extents: the intervals.
        first_days: the first observed day of each index date, in the order of persons.
        calendar: where the day of a person's own extent is looked up.
    """
    limit = node.limit
    if isinstance(limit, int):
        return extents.filter(extent >= limit).drop("extent")
    months = calendar.columns(list_months([node]))
    extents = hold(extents.with_columns(**months))
    day = calendar.day_after(limit.day, 0)
    covers = (lo <= zero + day) & (hi > zero + day)
    on_that_day = extents.filter(covers).select("zero", own=extent)
    own = pl.col("own")
    if limit.above:
        # Nobody has more than full time, so this leaves out whose own extent is not known.
        not_seen = first_days.with_columns(**months).filter(pl.col("first_day") > day)
        full = not_seen.select("zero", own=pl.lit(FULL_TIME_PPM, pl.Int32))
        own_extents = on_that_day.set_sorted("zero").merge_sorted(full, key="zero")
        known = join_dates(extents, own_extents, how="left")
        return known.filter(extent > own.fill_null(0)).select(INTERVAL)
    known = join_dates(extents, on_that_day)
    return known.filter(extent >= own).select(INTERVAL)


def to_first_days(node: FirstDays, extents: pl.LazyFrame) -> pl.LazyFrame:
    """Cut the intervals to the first days of their spells, whose first day is carried forward."""
    begins = (lo - hi.shift(1) > node.join_gap_days).fill_null(True)
    after_last = pl.when(begins).then(lo).forward_fill() + node.days
    cut = extents.with_columns(hi=earlier(hi, after_last))
    return cut.filter(lo < hi)


def to_spells(node: Spells, absent: pl.LazyFrame) -> pl.LazyFrame:
    """A spell begins where the gap to all that was before is too long to join."""
    reach = pl.col("reach")
    reached = absent.select("zero", "index", "lo", reach=hi.cum_max())
    begins = (lo - reach.shift(1) > node.join_gap_days).fill_null(True)
    ends = (lo.shift(-1) - reach > node.join_gap_days).fill_null(True)
    marked = reached.with_columns(begins=begins, ends=ends)
    first_days = marked.filter("begins").select("zero", "index", "lo")
    last_days = marked.filter("ends").select(hi=reach)
    return pl.concat([first_days, last_days], how="horizontal")


def to_states(held: Sequence[pl.LazyFrame]) -> pl.LazyFrame:
    """On each day the first state that holds; days on which none does are left out.

    A running sum counts which states hold, as it does for extents; each start has its end.
    """
    places, none = range(len(held)), len(held)
    edges = [
        intervals.select(
            "zero",
            "index",
            edge.alias("lo"),
            *(
                pl.lit(change if each == place else 0, pl.Int32).alias(f"held_{each}")
                for each in places
            ),
        )
        for place, intervals in enumerate(held)
        for edge, change in ((lo, 1), (hi, -1))
    ]
    state = pl.coalesce(
        pl.when(pl.col(f"held_{place}").cum_sum() > 0).then(pl.lit(place, pl.Int32))
        for place in places
    )
    level = pl.concat(edges).sort("lo")
    days = level.select("zero", "index", "lo", hi=lo.shift(-1), state=state.fill_null(none))
    before = pl.when(lo == hi.shift(1)).then(pl.col("state").shift(1)).otherwise(none)
    ends = (hi != lo.shift(-1)).fill_null(True)
    held_on = days.filter((lo < hi) & (pl.col("state") < none))
    return held_on.with_columns(before=before, ends=ends)


def to_chained_spells(node: ChainedSpells, spells: pl.LazyFrame) -> pl.LazyFrame:
    """All days in spells so far, less those that there were when the chain began.

    Spells of different index dates lie so far apart that no chain goes on from one to the next.
    """
    before = (hi - lo).cum_sum().shift(1, fill_value=0)
    begins = (lo - hi.shift(1) > node.link_gap_days).fill_null(True)
    chain_began = pl.when(begins).then(before).forward_fill()
    return spells.with_columns(earlier_days=before - chain_began)
