"""The steps that make intervals: register rows, extents, absent days and spells."""

from sqlglot import exp

from rtw_outcomes.engines.sql.pieces import (
    Names,
    Step,
    aliased,
    col,
    days_between,
    literal,
    min_of,
    over,
    paren,
    sum_of,
)
from rtw_outcomes.plan import Absent, Extents, Rows, Spells
from rtw_outcomes.vocabulary import FULL_TIME_PPM


def lower_rows(node: Rows, names: Names) -> list[Step]:
    """Cut each row to the observed days; a row with none of them is gone."""
    start = days_between(col("index_date", "i"), col("start_date", "r"))
    end = days_between(col("index_date", "i"), col("end_date", "r")) + 1
    lo = exp.func("GREATEST", start, col("first_day", "i"))
    hi = exp.func("LEAST", end, col("observed_days", "i"))
    rows = (
        exp.select(
            col("row_id", "i"),
            lo.as_("lo"),
            hi.as_("hi"),
            col("extent_ppm", "r").as_("extent"),
            col("benefit", "r"),
        )
        .from_(aliased("spells", "r"))
        .join(aliased("index_dates", "i"), on=col("person_id", "r").eq(col("person_id", "i")))
        .where(paren(lo.copy()) < hi.copy())
    )
    return [(names[node], rows)]


def lower_extents(node: Extents, names: Names) -> list[Step]:
    """Add up the changes of extent day by day; between two changes the level stands still."""
    name = names[node]
    rows = (
        exp.select("row_id")
        .from_(exp.to_table(names[node.rows]))
        .where(col("benefit").isin(*[exp.Literal.string(benefit) for benefit in node.benefits]))
    )
    starts = rows.select(col("lo").as_("day"), col("extent").as_("change"))
    ends = rows.select(col("hi").as_("day"), (-col("extent")).as_("change"))
    edges = exp.union(starts, ends, distinct=False)
    changes = (
        exp.select(col("row_id"), col("day"), sum_of(col("change")).as_("change"))
        .from_(exp.to_table(f"{name}_edges"))
        .group_by(col("row_id"), col("day"))
    )
    levels = exp.select(
        col("row_id"),
        col("day").as_("lo"),
        over(exp.Lead(this=col("day")), "day").as_("hi"),
        over(sum_of(col("change")), "day", running=True).as_("level"),
    ).from_(exp.to_table(f"{name}_changes"))
    extents = (
        exp.select(
            col("row_id"),
            col("lo"),
            col("hi"),
            exp.func("LEAST", col("level"), literal(FULL_TIME_PPM)).as_("extent"),
        )
        .from_(exp.to_table(f"{name}_levels"))
        .where(col("level") > 0)
    )
    return [
        (f"{name}_edges", edges),
        (f"{name}_changes", changes),
        (f"{name}_levels", levels),
        (name, extents),
    ]


def lower_absent(node: Absent, names: Names) -> list[Step]:
    """Keep the intervals with enough extent."""
    absent = (
        exp.select(col("row_id"), col("lo"), col("hi"))
        .from_(exp.to_table(names[node.extents]))
        .where(col("extent") >= node.at_least_ppm)
    )
    return [(names[node], absent)]


def lower_spells(node: Spells, names: Names) -> list[Step]:
    """Number the runs anew after each gap that is too long to join, and span each number."""
    name = names[node]
    before = over(exp.Lag(this=col("hi")), "lo")
    joins = (paren(col("lo") - before)) <= node.join_gap_days
    gaps = exp.select(
        col("row_id"),
        col("lo"),
        col("hi"),
        exp.case().when(joins, literal(0)).else_(literal(1)).as_("begins"),
    ).from_(exp.to_table(names[node.absent]))
    numbered = exp.select(
        col("row_id"),
        col("lo"),
        col("hi"),
        over(sum_of(col("begins")), "lo", running=True).as_("spell"),
    ).from_(exp.to_table(f"{name}_gaps"))
    spells = (
        exp.select(col("row_id"), min_of(col("lo")).as_("lo"), exp.Max(this=col("hi")).as_("hi"))
        .from_(exp.to_table(f"{name}_runs"))
        .group_by(col("row_id"), col("spell"))
    )
    return [(f"{name}_gaps", gaps), (f"{name}_runs", numbered), (name, spells)]
