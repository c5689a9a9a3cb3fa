"""The step that finds the return to work, or what came instead."""

from sqlglot import exp
from sqlglot.expressions import Select

from rtw_outcomes.engines.sql.pieces import (
    Names,
    Step,
    aliased,
    col,
    day_after,
    join,
    literal,
    min_of,
    over,
    with_competing,
)
from rtw_outcomes.plan import Return


def lower_return(node: Return, names: Names) -> list[Step]:
    """A return can only be on the day after a spell, or on day 0 itself."""
    name = names[node]
    return [
        (f"{name}_ahead", _spells_ahead(node, names)),
        (f"{name}_free", _first_free_day(node, f"{name}_ahead")),
        (f"{name}_candidates", _candidates(node, names, f"{name}_free")),
        (f"{name}_runs", _runs(node, f"{name}_candidates")),
        (name, _judge_runs(f"{name}_runs")),
    ]


def _spells_ahead(node: Return, names: Names) -> Select:
    """The spells that end after day 0, each with the day on which the next one begins."""
    next_lo = over(exp.Lead(this=col("lo")), "lo").as_("next_lo")
    spells = exp.select(col("row_id"), col("lo"), col("hi"), next_lo)
    return spells.from_(exp.to_table(names[node.spells])).where(col("hi") > 0)


def _first_free_day(node: Return, ahead: str) -> Select:
    """The first day after a spell that begins a long enough run, and when absence begins."""
    run_end = day_after(node.sustained, col("hi", "a"))
    stays_free = col("next_lo", "a").is_(exp.null()).or_(col("next_lo", "a") >= run_end)
    free = exp.select(
        col("row_id", "a"),
        min_of(col("lo", "a")).as_("first_lo"),
        min_of(exp.case().when(stays_free, col("hi", "a"))).as_("day"),
    )
    free = free.from_(aliased(ahead, "a")).group_by(col("row_id", "a"))
    return join(free, "index_dates", "i", left="a")


def _candidates(node: Return, names: Names, free: str) -> Select:
    """The day of the return, not yet confirmed, and the first competing day; null not at risk."""
    first_lo, day = col("first_lo", "f"), col("day", "f")
    if node.day_0_may_count:
        run_end = day_after(node.sustained, literal(0))
        free_at_once = first_lo.is_(exp.null()).or_(first_lo.copy() >= run_end)
        candidate = exp.case().when(free_at_once, literal(0)).else_(day)
    else:
        candidate = exp.case().when(first_lo <= 0, day)
    dates = exp.select(
        col("row_id", "i"),
        col("index_date", "i"),
        col("observed_days", "i"),
        day_after(node.follow_up, literal(0)).as_("follow_up"),
        candidate.as_("day"),
    ).from_(aliased("index_dates", "i"))
    return join(with_competing(dates, node.competing, names), free, "f", outer=True)


def _runs(node: Return, candidates: str) -> Select:
    """Each candidate with the end of the run that would confirm it."""
    kept = ("row_id", "observed_days", "follow_up", "day", "other_day", "other_status")
    run_end = day_after(node.sustained, col("day", "i")).as_("run_end")
    return exp.select(*(col(name, "i") for name in kept), run_end).from_(aliased(candidates, "i"))


def _judge_runs(runs: str) -> Select:
    """What came first: a competing event before the run's end, the return, or an end of sight."""
    at_risk = col("day").is_(exp.null()).not_()
    comes_first = at_risk.and_(col("other_day") < col("run_end"))
    in_time = col("day") < col("follow_up")
    confirmed = in_time.and_(col("run_end") <= col("observed_days"))
    days = (
        exp.case()
        .when(comes_first, exp.func("LEAST", col("other_day"), col("follow_up")))
        .when(at_risk, exp.func("LEAST", col("day"), col("follow_up")))
    )
    status = (
        exp.case()
        .when(comes_first.copy().and_(col("other_day") < col("follow_up")), col("other_status"))
        .when(comes_first.copy(), literal(0))
        .when(confirmed, literal(1))
        .when(at_risk.copy(), literal(0))
    )
    origin = exp.case().when(status.copy().eq(1), col("day"))
    return exp.select(
        col("row_id"),
        col("follow_up"),
        days.as_("days"),
        status.as_("status"),
        origin.as_("origin"),
    ).from_(exp.to_table(runs))
