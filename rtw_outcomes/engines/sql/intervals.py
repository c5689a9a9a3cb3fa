"""The steps that make intervals: register rows, extents, absent days.

What absence is made of, the `paid` rows and the `absent` days, also knows for each row how far the
rows before it `reach`, and by that where a spell begins. So all gaps and runs share one window.
"""

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.engines.sql.pieces import (
    Scope,
    Step,
    aliased,
    all_columns,
    col,
    days_between,
    is_null,
    literal,
    max_of,
    over,
    paren,
    sum_of,
    text,
    when,
)
from rtw_outcomes.plan import Absent, ChainedSpells, Extents, Paid, Rows, Spells
from rtw_outcomes.vocabulary import FULL_TIME_PPM


def lower_rows(node: Rows, scope: Scope) -> list[Step]:
    """Join the rows that meet the days needed, and cut them to the observed ones.

    Compared are dates as they are delivered: days are reckoned only for rows that are kept.
    """
    start = days_between(col("index_date", "i"), col("start_date", "r"))
    end = days_between(col("index_date", "i"), col("end_date", "r")) + 1
    rows = (
        exp.select(
            *all_columns(("row_id", *scope.carried), "i"),
            exp.func("GREATEST", start, col("first_day", "i")).as_("lo"),
            exp.func("LEAST", end, col("observed_days", "i")).as_("hi"),
            col("extent_ppm", "r").as_("extent"),
            col("benefit", "r"),
        )
        .from_(aliased("spells", "r"))
        .join(aliased("index_dates", "i"), on=col("person_id", "r").eq(col("person_id", "i")))
        .where(
            col("end_date", "r") >= col("needed_from", "i"),
            col("start_date", "r") <= col("needed_to", "i"),
        )
    )
    return [(scope.names[node], rows)]


def lower_paid(node: Paid, scope: Scope) -> list[Step]:
    """Keep the rows of some benefits, and look at the rows before and after each."""
    chosen = (
        exp.select(
            *all_columns((*scope.interval, "extent")),
            over(max_of(col("hi")), "lo", "hi", frame="PRECEDING").as_("reach"),
            over(exp.Lead(this=col("lo")), "lo", "hi").as_("next_lo"),
        )
        .from_(exp.to_table(scope.names[node.rows]))
        .where(col("benefit").isin(*[text(benefit) for benefit in node.benefits]))
    )
    return [(scope.names[node], chosen)]


def lower_extents(node: Extents, scope: Scope) -> list[Step]:
    """Rows that overlap no other are right as they are; the others are added up day by day.

    Between two changes of the sum the level stands still.
    """
    name, paid = scope.names[node], exp.to_table(scope.names[node.paid])
    overlaps = (col("reach") > col("lo")).or_(col("next_lo") < col("hi"))
    alone = exp.select(*all_columns((*scope.interval, "extent"))).from_(paid.copy())
    rows = exp.select(*all_columns(("row_id", *scope.carried))).from_(paid).where(overlaps)
    starts = rows.select(col("lo").as_("day"), col("extent").as_("change"))
    ends = rows.select(col("hi").as_("day"), (-col("extent")).as_("change"))
    changes = (
        exp.select(
            *all_columns(("row_id", *scope.carried, "day")), sum_of(col("change")).as_("change")
        )
        .from_(exp.to_table(f"{name}_edges"))
        .group_by(*all_columns(("row_id", *scope.carried, "day")))
    )
    levels = exp.select(
        *all_columns(("row_id", *scope.carried)),
        col("day").as_("lo"),
        over(exp.Lead(this=col("day")), "day").as_("hi"),
        over(sum_of(col("change")), "day", frame="CURRENT ROW").as_("level"),
    ).from_(exp.to_table(f"{name}_changes"))
    together = (
        exp.select(
            *all_columns(scope.interval),
            exp.func("LEAST", col("level"), literal(FULL_TIME_PPM)).as_("extent"),
        )
        .from_(exp.to_table(f"{name}_levels"))
        .where(col("level") > 0)
    )
    # A row without neighbours compares to null, which is neither true nor false.
    no_overlap = exp.func("COALESCE", overlaps.copy(), exp.false()).eq(exp.false())
    return [
        (f"{name}_edges", exp.union(starts, ends, distinct=False)),
        (f"{name}_changes", changes),
        (f"{name}_levels", levels),
        (name, exp.union(alone.where(no_overlap), together, distinct=False)),
    ]


def lower_absent(node: Absent, scope: Scope) -> list[Step]:
    """Keep the intervals with enough extent, and look at the row before each."""
    name, extents = scope.names[node], exp.to_table(scope.names[node.extents])
    before: list[Step] = []
    at_least: Expr = literal(node.at_least_ppm or 0)
    if node.at_least_ppm is None:
        covers_day_0 = (col("lo") <= 0).and_(col("hi") > 0)
        on_day_0 = over(max_of(when(covers_day_0, col("extent"))))
        columns = (*scope.interval, "extent")
        known = exp.select(*all_columns(columns), on_day_0.as_("on_day_0")).from_(extents)
        before = [(f"{name}_extents", known)]
        extents, at_least = exp.to_table(f"{name}_extents"), col("on_day_0")
    absent = (
        exp.select(
            *all_columns(scope.interval),
            over(exp.Lag(this=col("hi")), "lo").as_("reach"),
        )
        .from_(extents)
        .where(col("extent") >= at_least)
    )
    return [*before, (name, absent)]


def lower_spells(node: Spells, scope: Scope) -> list[Step]:
    """A spell ends where the rows before the next one reach to, or with the last row of all."""
    name, absent = scope.names[node], exp.to_table(scope.names[node.absent])
    last = (
        exp.select(col("row_id"), max_of(col("hi")).as_("last_hi"))
        .from_(absent.copy())
        .group_by(col("row_id"))
    )
    first_rows = (
        exp.select(
            *all_columns(scope.interval[:-1]),
            over(exp.Lead(this=col("reach")), "lo").as_("next_reach"),
        )
        .from_(absent)
        .where(begins_spell(node))
    )
    spells = (
        exp.select(
            *all_columns(scope.interval[:-1], "f"),
            exp.func("COALESCE", col("next_reach", "f"), col("last_hi", "l")).as_("hi"),
        )
        .from_(aliased(f"{name}_first_rows", "f"))
        .join(aliased(f"{name}_last", "l"), on=col("row_id", "f").eq(col("row_id", "l")))
    )
    return [(f"{name}_last", last), (f"{name}_first_rows", first_rows), (name, spells)]


def lower_chained_spells(node: ChainedSpells, scope: Scope) -> list[Step]:
    """All days in spells before each, less those that there were when its chain began."""
    name = scope.names[node]
    days = sum_of(col("hi") - col("lo"))
    before = over(days, "lo", frame="PRECEDING")
    counted = exp.select(
        *all_columns(scope.interval),
        over(exp.Lag(this=col("hi")), "lo").as_("reach"),
        exp.func("COALESCE", before, literal(0)).as_("days_before"),
    ).from_(exp.to_table(scope.names[node.spells]))
    begins = is_null(col("reach")).or_(paren(col("lo") - col("reach")) > node.link_gap_days)
    # The number of days before only grows, so the largest is that of the last chain to begin.
    chain_began = over(max_of(when(begins, col("days_before"))), "lo", frame="CURRENT ROW")
    chained = exp.select(
        *all_columns(scope.interval), (col("days_before") - chain_began).as_("earlier_days")
    ).from_(exp.to_table(f"{name}_counted"))
    return [(f"{name}_counted", counted), (name, chained)]


def begins_spell(node: Spells) -> Expr:
    """Whether a row is the first of a spell: the gap to all that was before is too long to join."""
    gap = paren(col("lo") - col("reach"))
    return paren(is_null(col("reach")).or_(gap > node.join_gap_days))
