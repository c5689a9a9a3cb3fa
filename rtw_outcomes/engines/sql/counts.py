"""The steps that count days and spells, and the one that looks at a single day."""

from sqlglot import exp
from sqlglot.expressions import Expr, Select

from rtw_outcomes.engines.sql.pieces import (
    Names,
    Step,
    aliased,
    col,
    day_after,
    days_between,
    join,
    join_origin,
    left_intervals,
    literal,
    min_of,
    origin_day,
    paren,
    sum_of,
)
from rtw_outcomes.lengths import Length
from rtw_outcomes.plan import Extents, Incomplete, ObservedDays, SickDaysIn, SpellCount, StateOn
from rtw_outcomes.vocabulary import DEATH, EMIGRATION, FULL_TIME_PPM


def lower_spell_count(node: SpellCount, names: Names) -> list[Step]:
    """Count the spells that begin in the window; null where there is no origin."""
    origin = origin_day(node.origin)
    start, end = day_after(node.start, origin), day_after(node.end, origin)
    begins = col("lo", "s") > start if node.origin else col("lo", "s") >= start
    counted = begins.and_(col("lo", "s") < end).and_(
        paren(col("hi", "s") - col("lo", "s")) >= node.at_least_days
    )
    spells_begun = sum_of(exp.case().when(counted, literal(1)).else_(literal(0)))
    value = exp.case().when(min_of(origin.copy()).is_(exp.null()).not_(), spells_begun)
    spells = left_intervals(node.spells, node.origin, names)
    return [
        (
            names[node],
            spells.select(col("row_id", "i"), value.as_("value")).group_by(col("row_id", "i")),
        )
    ]


def lower_sick_days_in(node: SickDaysIn, names: Names) -> list[Step]:
    """Add up the parts of the intervals that lie in the window."""
    start, end = day_after(node.start, literal(0)), day_after(node.end, literal(0))
    lo, hi = exp.func("GREATEST", col("lo", "s"), start), exp.func("LEAST", col("hi", "s"), end)
    weight = col("extent", "s") if node.net else literal(1)
    # Compared column by column: LEAST would pass over the null of a person without intervals.
    meets = (col("lo", "s") < end).and_(col("hi", "s") > start)
    inside = exp.case().when(meets, paren(hi - lo) * weight).else_(literal(0))
    total: Expr = sum_of(inside)
    if node.net:
        # One division, of a whole number that a double holds exactly: rounded once, everywhere.
        total = exp.cast(total, "double") / exp.cast(literal(FULL_TIME_PPM), "double")
    days = left_intervals(node.extents, None, names)
    return [
        (
            names[node],
            days.select(col("row_id", "i"), total.as_("value")).group_by(col("row_id", "i")),
        )
    ]


def lower_observed_days(node: ObservedDays, names: Names) -> list[Step]:
    """The overlap of the window with the observed days."""
    origin = origin_day(node.origin)
    lo = exp.func("GREATEST", day_after(node.start, origin), col("first_day", "i"))
    hi = exp.func("LEAST", day_after(node.end, origin), col("observed_days", "i"))
    known = origin.copy().is_(exp.null()).not_()
    value = exp.case().when(known, exp.func("GREATEST", hi - lo, literal(0)))
    dates = exp.select(col("row_id", "i"), value.as_("value")).from_(aliased("index_dates", "i"))
    return [(names[node], join_origin(dates, node.origin, names))]


def lower_incomplete(node: Incomplete, names: Names) -> list[Step]:
    """Compare the observed days with the length of the window."""
    origin = origin_day(node.observed.origin)
    days = day_after(node.observed.end, origin) - day_after(node.observed.start, origin)
    value = (
        exp.case()
        .when(col("value", "v").is_(exp.null()), exp.null())
        .when(col("value", "v") < paren(days), literal(1))
        .else_(literal(0))
    )
    dates = exp.select(col("row_id", "i"), value.as_("value")).from_(aliased("index_dates", "i"))
    dates = join(dates, names[node.observed], "v")
    return [(names[node], join_origin(dates, node.observed.origin, names))]


def lower_state_on(node: StateOn, names: Names) -> list[Step]:
    """The first state that holds; work and absence by the extent on the day."""
    name = names[node]
    day = day_after(node.at, literal(0))
    left = paren(days_between(col("index_date", "i"), col("censor_date", "i"))) <= day
    reason = col("censor_reason", "i")
    holds: dict[str, Expr] = {
        "dead": reason.eq(exp.Literal.string(DEATH)).and_(left),
        "emigrated": reason.copy().eq(exp.Literal.string(EMIGRATION)).and_(left.copy()),
        "not_observed": day.copy() >= col("observed_days", "i"),
        "disability_pension": col("extent", "p").eq(FULL_TIME_PPM),
    }
    state = exp.case()
    for prior in node.precedence:
        state = state.when(holds[prior], exp.Literal.string(prior))
    state = (
        state.when(col("extent", "w").eq(0), exp.Literal.string("full_work"))
        .when(col("extent", "w") < FULL_TIME_PPM, exp.Literal.string("part_work"))
        .else_(exp.Literal.string("full_absence"))
    )
    states = exp.select(col("row_id", "i"), state.as_("value")).from_(aliased("index_dates", "i"))
    states = join(join(states, f"{name}_pension", "p"), f"{name}_out_of_work", "w")
    return [
        (f"{name}_pension", _extent_on(node.pension, node.at, names)),
        (f"{name}_out_of_work", _extent_on(node.out_of_work, node.at, names)),
        (name, states),
    ]


def _extent_on(extents: Extents, at: Length, names: Names) -> Select:
    """The extent on the day that lies `at` after the index date; 0 when there is none."""
    day = day_after(at, literal(0))
    covers = (col("lo", "s") <= day).and_(day.copy() < col("hi", "s"))
    extent = exp.Max(this=exp.case().when(covers, col("extent", "s")).else_(literal(0)))
    return (
        left_intervals(extents, None, names)
        .select(col("row_id", "i"), extent.as_("extent"))
        .group_by(col("row_id", "i"))
    )
