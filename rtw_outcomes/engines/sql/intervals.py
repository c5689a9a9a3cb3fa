"""The steps that make intervals: register rows, extents, absent days, spells, chains and states.

What absence is made of, the `paid` rows and the `absent` days, also knows for each row how far the
rows before it `reach`, and by that where a spell begins. So all gaps and runs share one window.
"""

from collections.abc import Iterable

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.engines.sql.expressions import (
    SqlScope,
    Step,
    aliased,
    all_columns,
    col,
    day_from_index,
    days_between,
    is_null,
    literal,
    max_of,
    months_column,
    over,
    paren,
    sum_of,
    text,
    when,
)
from rtw_outcomes.language.thresholds import OwnExtent
from rtw_outcomes.language.vocabulary import FULL_TIME_PPM
from rtw_outcomes.planning.nodes.intervals import (
    Absent,
    ChainedSpells,
    Extents,
    FirstDays,
    Paid,
    RegisterRows,
    Spells,
    StateIntervals,
)
from rtw_outcomes.planning.nodes.node import Node, list_months


def list_compared(steps: Iterable[Node]) -> set[str]:
    """The columns of the index date that tell which day a person's own extent is of."""
    compared = [step for step in steps if isinstance(step, Absent)]
    above = any(isinstance(step.limit, OwnExtent) and step.limit.above for step in compared)
    months = {months_column(number) for number in list_months(compared)}
    return months | ({"first_day"} if above else set())


def lower_rows(node: RegisterRows, scope: SqlScope) -> list[Step]:
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


def lower_paid(node: Paid, scope: SqlScope) -> list[Step]:
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


def lower_extents(node: Extents, scope: SqlScope) -> list[Step]:
    """RegisterRows that overlap no other are right as they are; the others are added up day by day.

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
    # The first and the last row compare to null, which is neither true nor false.
    no_overlap = exp.func("COALESCE", overlaps.copy(), exp.false()).eq(exp.false())
    return [
        (f"{name}_edges", exp.union(starts, ends, distinct=False)),
        (f"{name}_changes", changes),
        (f"{name}_levels", levels),
        (name, exp.union(alone.where(no_overlap), together, distinct=False)),
    ]


def lower_absent(node: Absent, scope: SqlScope) -> list[Step]:
    """Keep the intervals with enough extent, and look at the row before each."""
    name, extents = scope.names[node], exp.to_table(scope.names[node.extents])
    before: list[Step] = []
    limit = node.limit
    if isinstance(limit, int):
        is_enough: Expr = col("extent") >= limit
    else:
        day = day_from_index(limit.day)
        covers = (col("lo") <= day).and_(col("hi") > day.copy())
        own = over(max_of(when(covers, col("extent"))))
        columns = (*scope.interval, "extent")
        known = exp.select(*all_columns(columns), own.as_("own")).from_(extents)
        before = [(f"{name}_extents", known)]
        extents, is_enough = exp.to_table(f"{name}_extents"), col("extent") >= col("own")
        if limit.above:
            is_more = col("extent") > exp.func("COALESCE", col("own"), literal(0))
            is_enough = is_more.and_(day.copy() >= col("first_day"))
    absent = (
        exp.select(
            *all_columns(scope.interval),
            over(exp.Lag(this=col("hi")), "lo").as_("reach"),
        )
        .from_(extents)
        .where(is_enough)
    )
    return [*before, (name, absent)]


def lower_first_days(node: FirstDays, scope: SqlScope) -> list[Step]:
    """Cut the intervals to the first days of their spells.

    The first day of a spell is the last one so far of a row that begins one.
    """
    name, extents = scope.names[node], exp.to_table(scope.names[node.extents])
    columns = (*scope.interval, "extent")
    reached = exp.select(
        *all_columns(columns), over(exp.Lag(this=col("hi")), "lo").as_("reach")
    ).from_(extents)
    first_lo = over(
        max_of(when(begins_spell(node.join_gap_days), col("lo"))), "lo", frame="CURRENT ROW"
    )
    begun = exp.select(*all_columns(columns), first_lo.as_("first_lo")).from_(
        exp.to_table(f"{name}_reached")
    )
    after_last = paren(col("first_lo") + node.days)
    cut = (
        exp.select(
            *all_columns(scope.interval[:-1]),
            exp.func("LEAST", col("hi"), after_last).as_("hi"),
            col("extent"),
        )
        .from_(exp.to_table(f"{name}_begun"))
        .where(col("lo") < after_last.copy())
    )
    return [(f"{name}_reached", reached), (f"{name}_begun", begun), (name, cut)]


def lower_spells(node: Spells, scope: SqlScope) -> list[Step]:
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
        .where(begins_spell(node.join_gap_days))
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


def lower_chained_spells(node: ChainedSpells, scope: SqlScope) -> list[Step]:
    """All days in spells before each, less those that there were when its chain began."""
    name = scope.names[node]
    days = sum_of(col("hi") - col("lo"))
    before = over(days, "lo", frame="PRECEDING")
    counted = exp.select(
        *all_columns(scope.interval),
        over(exp.Lag(this=col("hi")), "lo").as_("reach"),
        exp.func("COALESCE", before, literal(0)).as_("days_before"),
    ).from_(exp.to_table(scope.names[node.spells]))
    begins = begins_spell(node.link_gap_days)
    # The number of days before only grows, so the largest is that of the last chain to begin.
    chain_began = over(max_of(when(begins, col("days_before"))), "lo", frame="CURRENT ROW")
    chained = exp.select(
        *all_columns(scope.interval), (col("days_before") - chain_began).as_("earlier_days")
    ).from_(exp.to_table(f"{name}_counted"))
    return [(f"{name}_counted", counted), (name, chained)]


def begins_spell(gap_days: int) -> Expr:
    """Whether a row is the first of a spell, or of a chain: the gap before it is longer than this."""
    gap = paren(col("lo") - col("reach"))
    return paren(is_null(col("reach")).or_(gap > gap_days))


def lower_states(node: StateIntervals, scope: SqlScope) -> list[Step]:
    """A running sum counts which states hold between two changes, as it does for extents."""
    name, places = scope.names[node], range(len(node.held))
    none, dates = literal(len(node.held)), ("row_id", *scope.carried)
    edges = [
        exp.select(
            *all_columns(dates),
            col(edge).as_("day"),
            *(literal(change if each == place else 0).as_(f"held_{each}") for each in places),
        ).from_(exp.to_table(scope.names[held]))
        for place, held in enumerate(node.held)
        for edge, change in (("lo", 1), ("hi", -1))
    ]
    changes = (
        exp.select(
            *all_columns((*dates, "day")),
            *(sum_of(col(f"held_{place}")).as_(f"held_{place}") for place in places),
        )
        .from_(exp.to_table(f"{name}_edges"))
        .group_by(*all_columns((*dates, "day")))
    )
    state = exp.case()
    for place in places:
        held_now = over(sum_of(col(f"held_{place}")), "day", frame="CURRENT ROW")
        state = state.when(held_now > 0, literal(place))
    levels = exp.select(
        *all_columns(dates),
        col("day").as_("lo"),
        over(exp.Lead(this=col("day")), "day").as_("hi"),
        state.else_(none.copy()).as_("state"),
    ).from_(exp.to_table(f"{name}_changes"))
    last_hi, last_state, next_lo = (
        over(function, "lo")
        for function in (
            exp.Lag(this=col("hi")),
            exp.Lag(this=col("state")),
            exp.Lead(this=col("lo")),
        )
    )
    states = (
        exp.select(
            *all_columns((*scope.interval, "state")),
            when(last_hi.eq(col("lo")), last_state, none.copy()).as_("before"),
            when(next_lo.eq(col("hi")), literal(0), literal(1)).as_("ends"),
        )
        .from_(exp.to_table(f"{name}_levels"))
        .where(col("state") < none)
    )
    return [
        (f"{name}_edges", exp.union(*edges, distinct=False)),
        (f"{name}_changes", changes),
        (f"{name}_levels", levels),
        (name, states),
    ]
