"""The steps that find a day: the return, the onset of a spell, an exit, the first event."""

from sqlglot import exp

from rtw_outcomes.engines.sql.pieces import (
    NEVER,
    Names,
    Step,
    aliased,
    col,
    day_after,
    join,
    left_intervals,
    literal,
    min_of,
    origin_day,
    over,
    with_competing,
)
from rtw_outcomes.plan import Exit, FirstEvent, Onset, Return, Unconfirmable


def lower_return(node: Return, names: Names) -> list[Step]:
    """A return can only be on the day after a spell, or on day 0 itself."""
    name = names[node]
    ahead = (
        exp.select(
            col("row_id"),
            col("lo"),
            col("hi"),
            over(exp.Lead(this=col("lo")), "lo").as_("next_lo"),
        )
        .from_(exp.to_table(names[node.spells]))
        .where(col("hi") > 0)
    )
    stays_free = (
        col("next_lo", "a")
        .is_(exp.null())
        .or_(col("next_lo", "a") >= day_after(node.sustained, col("hi", "a")))
    )
    free = (
        exp.select(
            col("row_id", "a"),
            min_of(col("lo", "a")).as_("first_lo"),
            min_of(exp.case().when(stays_free, col("hi", "a"))).as_("day"),
        )
        .from_(aliased(f"{name}_ahead", "a"))
        .group_by(col("row_id", "a"))
    )
    free = join(free, "index_dates", "i", left="a")
    day = exp.case().when(col("first_lo", "f") <= 0, col("day", "f"))
    if node.day_0_may_count:
        free_at_once = (
            col("first_lo", "f")
            .is_(exp.null())
            .or_(col("first_lo", "f") >= day_after(node.sustained, literal(0)))
        )
        day = exp.case().when(free_at_once, literal(0)).else_(col("day", "f"))
    candidates = with_competing(
        exp.select(
            col("row_id", "i"),
            col("index_date", "i"),
            col("observed_days", "i"),
            day_after(node.follow_up, literal(0)).as_("follow_up"),
            day.as_("day"),
        ).from_(aliased("index_dates", "i")),
        node.competing,
        names,
    )
    candidates = join(candidates, f"{name}_free", "f", outer=True)
    runs = exp.select(
        *(
            col(c, "i")
            for c in ("row_id", "observed_days", "follow_up", "day", "other_day", "other_status")
        ),
        day_after(node.sustained, col("day", "i")).as_("run_end"),
    ).from_(aliased(f"{name}_candidates", "i"))
    at_risk = col("day").is_(exp.null()).not_()
    comes_first = at_risk.and_(col("other_day") < col("run_end"))
    days = (
        exp.case()
        .when(comes_first, exp.func("LEAST", col("other_day"), col("follow_up")))
        .when(at_risk, exp.func("LEAST", col("day"), col("follow_up")))
    )
    status = (
        exp.case()
        .when(comes_first.copy().and_(col("other_day") < col("follow_up")), col("other_status"))
        .when(comes_first.copy(), literal(0))
        .when(
            (col("day") < col("follow_up")).and_(col("run_end") <= col("observed_days")),
            literal(1),
        )
        .when(at_risk.copy(), literal(0))
    )
    result = exp.select(
        col("row_id"),
        col("follow_up"),
        days.as_("days"),
        status.as_("status"),
        exp.case().when(status.copy().eq(1), col("day")).as_("origin"),
    ).from_(exp.to_table(f"{name}_runs"))
    return [
        (f"{name}_ahead", ahead),
        (f"{name}_free", free),
        (f"{name}_candidates", candidates),
        (f"{name}_runs", runs),
        (name, result),
    ]


def lower_onset(node: Onset, names: Names) -> list[Step]:
    """The comparison with the origin is false when there is none, so its day stays null."""
    begins = left_intervals(node.spells, node.origin, names)
    after = col("lo", "s") > origin_day(node.origin)
    day = min_of(exp.case().when(after, col("lo", "s")))
    return [
        (
            names[node],
            begins.select(col("row_id", "i"), day.as_("day")).group_by(col("row_id", "i")),
        )
    ]


def lower_exit(node: Exit, names: Names) -> list[Step]:
    """The day of an exit that was seen and had this reason."""
    reason = col("censor_reason").eq(exp.Literal.string(node.reason))
    day = exp.case().when(reason, col("exit_day"))
    return [
        (names[node], exp.select(col("row_id"), day.as_("day")).from_(exp.to_table("index_dates")))
    ]


def lower_first_event(node: FirstEvent, names: Names) -> list[Step]:
    """The least of the event's day, the competing day and the end of the clock."""
    name = names[node]
    clock = with_competing(
        exp.select(
            col("row_id", "i"),
            col("observed_days", "i"),
            col("origin", "o"),
            day_after(node.follow_up, col("origin", "o")).as_("follow_up_end"),
            exp.func("COALESCE", col("day", "e"), literal(NEVER)).as_("event_day"),
        ).from_(aliased("index_dates", "i")),
        node.competing,
        names,
    )
    clock = join(join(clock, names[node.origin], "o"), names[node.event], "e")
    end = exp.func("LEAST", col("follow_up_end"), col("observed_days"))
    at_risk = col("origin").is_(exp.null()).not_()
    first = exp.func("LEAST", col("event_day"), col("other_day"), end)
    days = exp.case().when(at_risk, first - col("origin"))
    status = (
        exp.case()
        .when(at_risk.copy().not_(), exp.null())
        .when(
            (col("event_day") < end.copy()).and_(col("event_day") <= col("other_day")),
            literal(1),
        )
        .when(col("other_day") < end.copy(), col("other_status"))
        .else_(literal(0))
    )
    result = exp.select(col("row_id"), days.as_("days"), status.as_("status")).from_(
        exp.to_table(f"{name}_clock")
    )
    return [(f"{name}_clock", clock), (name, result)]


def lower_unconfirmable(node: Unconfirmable, names: Names) -> list[Step]:
    """Whether observation ends before the last day that could confirm a return."""
    confirmed = day_after(node.returned.sustained, col("follow_up", "r"))
    value = (
        exp.case()
        .when(col("status", "r").is_(exp.null()), exp.null())
        .when(confirmed > col("observed_days", "i"), literal(1))
        .else_(literal(0))
    )
    dates = exp.select(col("row_id", "i"), value.as_("value")).from_(aliased("index_dates", "i"))
    return [(names[node], join(dates, names[node.returned], "r"))]
