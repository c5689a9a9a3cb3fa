"""The steps that find a day: the onset of a spell, an exit, the first event after a return."""

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
    with_competing,
)
from rtw_outcomes.plan import Exit, FirstEvent, Onset, Unconfirmable


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
