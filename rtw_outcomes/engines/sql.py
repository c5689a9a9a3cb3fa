"""The plan as one SQL query, built as a syntax tree and printed in any dialect.

The query reads three tables: `spells`, `cohort` (with `row_id`, its order) and `observed` (one row
with observed_from, observed_to). Each step of the plan is one or a few CTEs. Steps with one row per
index date have a row for every `row_id`, so that joins between them lose and null nothing; nulls
from missing intervals are settled in the step where they arise.

Only constructs that mean the same in all dialects are used: date differences and additions as
nodes, CASE instead of FILTER, explicit columns, and window orders that leave no ties.
"""

from collections.abc import Iterable, Sequence
from functools import singledispatch

from sqlglot import exp
from sqlglot.expressions import Expr, Query, Select

from rtw_outcomes.errors import UnsupportedError
from rtw_outcomes.lengths import Length
from rtw_outcomes.plan import (
    Absent,
    Exit,
    Extents,
    FirstEvent,
    Incomplete,
    Node,
    ObservedDays,
    Onset,
    Plan,
    Return,
    Rows,
    SickDaysIn,
    SpellCount,
    Spells,
    StateOn,
    Unconfirmable,
)
from rtw_outcomes.vocabulary import DEATH, EMIGRATION, FULL_TIME_PPM

Names = dict[Node, str]
Step = tuple[str, Query]

NEVER = 1_000_000  # days; later than any date, and still far from any integer's end


def to_sql(plan: Plan) -> Select:
    """The query that computes all columns of the plan, ordered as the cohort."""
    query = exp.Select().from_(_table("index_dates", "i"))
    names = _name_steps(plan.steps())
    for alias, node in _nodes_of_columns(plan).items():
        query = _join(query, names[node], alias)
    aliases = {node: alias for alias, node in _nodes_of_columns(plan).items()}
    columns = [
        _col(column.field, aliases[column.node]).as_(column.name, quoted=True)
        for column in plan.columns
    ]
    query = query.select(_col("row_id", "i"), *columns).order_by(_col("row_id", "i"))
    # Added last and without copies: the builder copies all that is there at each call.
    for name, select in [("index_dates", _index_dates()), *_lower_all(plan.steps(), names)]:
        query.with_(exp.to_identifier(name), as_=select, copy=False)
    return query


def render_sql(plan: Plan, dialect: str) -> str:
    """The query as text, one clause a line."""
    return to_sql(plan).sql(dialect=dialect, pretty=True)


def _name_steps(steps: Sequence[Node]) -> Names:
    names: Names = {}
    for step in steps:
        kind = "".join("_" + c.lower() if c.isupper() else c for c in type(step).__name__)[1:]
        count = sum(type(other) is type(step) for other in names) + 1
        names[step] = f"{kind}_{count}"
    return names


def _lower_all(steps: Sequence[Node], names: Names) -> Iterable[Step]:
    for step in steps:
        yield from lower(step, names)


def _nodes_of_columns(plan: Plan) -> dict[str, Node]:
    nodes = dict.fromkeys(column.node for column in plan.columns)
    return {f"s{number}": node for number, node in enumerate(nodes, start=1)}


# ---- one function per kind of step -------------------------------------------------------------


def _index_dates() -> Select:
    """Each index date with the days that are observed around it."""
    last_date = exp.func(
        "LEAST",
        exp.func("COALESCE", _col("censor_date", "c"), _col("observed_to", "o")),
        _col("observed_to", "o"),
    )
    seen_exit = exp.case().when(
        _col("censor_date", "c") <= _col("observed_to", "o"),
        _days_between(_col("index_date", "c"), _col("censor_date", "c")),
    )
    return (
        exp.select(
            _col("row_id", "c"),
            _col("person_id", "c"),
            _col("index_date", "c"),
            _col("censor_date", "c"),
            _col("censor_reason", "c"),
            _days_between(_col("index_date", "c"), _col("observed_from", "o")).as_("first_day"),
            (_days_between(_col("index_date", "c"), last_date) + 1).as_("observed_days"),
            seen_exit.as_("exit_day"),
        )
        .from_(_table("cohort", "c"))
        .join(_table("observed", "o"), join_type="cross")
    )


@singledispatch
def lower(node: Node, names: Names) -> list[Step]:
    """The CTEs of one step; the last one bears the step's name."""
    raise UnsupportedError(
        f"SQL has no step {type(node).__name__} ({len(names)} steps in the plan)"
    )


@lower.register
def _(node: Rows, names: Names) -> list[Step]:
    start = _days_between(_col("index_date", "i"), _col("start_date", "r"))
    end = _days_between(_col("index_date", "i"), _col("end_date", "r")) + 1
    lo = exp.func("GREATEST", start, _col("first_day", "i"))
    hi = exp.func("LEAST", end, _col("observed_days", "i"))
    rows = (
        exp.select(
            _col("row_id", "i"),
            lo.as_("lo"),
            hi.as_("hi"),
            _col("extent_ppm", "r").as_("extent"),
            _col("benefit", "r"),
        )
        .from_(_table("spells", "r"))
        .join(_table("index_dates", "i"), on=_col("person_id", "r").eq(_col("person_id", "i")))
        .where(_paren(lo.copy()) < hi.copy())
    )
    return [(names[node], rows)]


@lower.register
def _(node: Extents, names: Names) -> list[Step]:
    """Add up the changes of extent day by day; between two changes the level stands still."""
    name = names[node]
    rows = (
        exp.select("row_id")
        .from_(exp.to_table(names[node.rows]))
        .where(_col("benefit").isin(*[exp.Literal.string(benefit) for benefit in node.benefits]))
    )
    starts = rows.select(_col("lo").as_("day"), _col("extent").as_("change"))
    ends = rows.select(_col("hi").as_("day"), (-_col("extent")).as_("change"))
    edges = exp.union(starts, ends, distinct=False)
    changes = (
        exp.select(_col("row_id"), _col("day"), _sum(_col("change")).as_("change"))
        .from_(exp.to_table(f"{name}_edges"))
        .group_by(_col("row_id"), _col("day"))
    )
    levels = exp.select(
        _col("row_id"),
        _col("day").as_("lo"),
        _over(exp.Lead(this=_col("day")), "day").as_("hi"),
        _over(_sum(_col("change")), "day", running=True).as_("level"),
    ).from_(exp.to_table(f"{name}_changes"))
    extents = (
        exp.select(
            _col("row_id"),
            _col("lo"),
            _col("hi"),
            exp.func("LEAST", _col("level"), _number(FULL_TIME_PPM)).as_("extent"),
        )
        .from_(exp.to_table(f"{name}_levels"))
        .where(_col("level") > 0)
    )
    return [
        (f"{name}_edges", edges),
        (f"{name}_changes", changes),
        (f"{name}_levels", levels),
        (name, extents),
    ]


@lower.register
def _(node: Absent, names: Names) -> list[Step]:
    absent = (
        exp.select(_col("row_id"), _col("lo"), _col("hi"))
        .from_(exp.to_table(names[node.extents]))
        .where(_col("extent") >= node.at_least_ppm)
    )
    return [(names[node], absent)]


@lower.register
def _(node: Spells, names: Names) -> list[Step]:
    """Number the runs anew after each gap that is too long to join, and span each number."""
    name = names[node]
    before = _over(exp.Lag(this=_col("hi")), "lo")
    joins = (_paren(_col("lo") - before)) <= node.join_gap_days
    gaps = exp.select(
        _col("row_id"),
        _col("lo"),
        _col("hi"),
        exp.case().when(joins, _number(0)).else_(_number(1)).as_("begins"),
    ).from_(exp.to_table(names[node.absent]))
    numbered = exp.select(
        _col("row_id"),
        _col("lo"),
        _col("hi"),
        _over(_sum(_col("begins")), "lo", running=True).as_("spell"),
    ).from_(exp.to_table(f"{name}_gaps"))
    spells = (
        exp.select(_col("row_id"), _min(_col("lo")).as_("lo"), exp.Max(this=_col("hi")).as_("hi"))
        .from_(exp.to_table(f"{name}_runs"))
        .group_by(_col("row_id"), _col("spell"))
    )
    return [(f"{name}_gaps", gaps), (f"{name}_runs", numbered), (name, spells)]


@lower.register
def _(node: Return, names: Names) -> list[Step]:
    """A return can only be on the day after a spell, or on day 0 itself."""
    name = names[node]
    ahead = (
        exp.select(
            _col("row_id"),
            _col("lo"),
            _col("hi"),
            _over(exp.Lead(this=_col("lo")), "lo").as_("next_lo"),
        )
        .from_(exp.to_table(names[node.spells]))
        .where(_col("hi") > 0)
    )
    stays_free = (
        _col("next_lo", "a")
        .is_(exp.null())
        .or_(_col("next_lo", "a") >= _day_after(node.sustained, _col("hi", "a")))
    )
    free = (
        exp.select(
            _col("row_id", "a"),
            _min(_col("lo", "a")).as_("first_lo"),
            _min(exp.case().when(stays_free, _col("hi", "a"))).as_("day"),
        )
        .from_(_table(f"{name}_ahead", "a"))
        .group_by(_col("row_id", "a"))
    )
    free = _join(free, "index_dates", "i", left="a")
    day = exp.case().when(_col("first_lo", "f") <= 0, _col("day", "f"))
    if node.day_0_may_count:
        free_at_once = (
            _col("first_lo", "f")
            .is_(exp.null())
            .or_(_col("first_lo", "f") >= _day_after(node.sustained, _number(0)))
        )
        day = exp.case().when(free_at_once, _number(0)).else_(_col("day", "f"))
    candidates = _with_competing(
        exp.select(
            _col("row_id", "i"),
            _col("index_date", "i"),
            _col("observed_days", "i"),
            _day_after(node.follow_up, _number(0)).as_("follow_up"),
            day.as_("day"),
        ).from_(_table("index_dates", "i")),
        node.competing,
        names,
    )
    candidates = _join(candidates, f"{name}_free", "f", outer=True)
    runs = exp.select(
        *(
            _col(c, "i")
            for c in ("row_id", "observed_days", "follow_up", "day", "other_day", "other_status")
        ),
        _day_after(node.sustained, _col("day", "i")).as_("run_end"),
    ).from_(_table(f"{name}_candidates", "i"))
    at_risk = _col("day").is_(exp.null()).not_()
    comes_first = at_risk.and_(_col("other_day") < _col("run_end"))
    days = (
        exp.case()
        .when(comes_first, exp.func("LEAST", _col("other_day"), _col("follow_up")))
        .when(at_risk, exp.func("LEAST", _col("day"), _col("follow_up")))
    )
    status = (
        exp.case()
        .when(comes_first.copy().and_(_col("other_day") < _col("follow_up")), _col("other_status"))
        .when(comes_first.copy(), _number(0))
        .when(
            (_col("day") < _col("follow_up")).and_(_col("run_end") <= _col("observed_days")),
            _number(1),
        )
        .when(at_risk.copy(), _number(0))
    )
    result = exp.select(
        _col("row_id"),
        _col("follow_up"),
        days.as_("days"),
        status.as_("status"),
        exp.case().when(status.copy().eq(1), _col("day")).as_("origin"),
    ).from_(exp.to_table(f"{name}_runs"))
    return [
        (f"{name}_ahead", ahead),
        (f"{name}_free", free),
        (f"{name}_candidates", candidates),
        (f"{name}_runs", runs),
        (name, result),
    ]


@lower.register
def _(node: Onset, names: Names) -> list[Step]:
    """The comparison with the origin is false when there is none, so its day stays null."""
    begins = _left_intervals(node.spells, node.origin, names)
    after = _col("lo", "s") > _origin(node.origin)
    day = _min(exp.case().when(after, _col("lo", "s")))
    return [
        (
            names[node],
            begins.select(_col("row_id", "i"), day.as_("day")).group_by(_col("row_id", "i")),
        )
    ]


@lower.register
def _(node: Exit, names: Names) -> list[Step]:
    reason = _col("censor_reason").eq(exp.Literal.string(node.reason))
    day = exp.case().when(reason, _col("exit_day"))
    return [
        (names[node], exp.select(_col("row_id"), day.as_("day")).from_(exp.to_table("index_dates")))
    ]


@lower.register
def _(node: FirstEvent, names: Names) -> list[Step]:
    name = names[node]
    clock = _with_competing(
        exp.select(
            _col("row_id", "i"),
            _col("observed_days", "i"),
            _col("origin", "o"),
            _day_after(node.follow_up, _col("origin", "o")).as_("follow_up_end"),
            exp.func("COALESCE", _col("day", "e"), _number(NEVER)).as_("event_day"),
        ).from_(_table("index_dates", "i")),
        node.competing,
        names,
    )
    clock = _join(_join(clock, names[node.origin], "o"), names[node.event], "e")
    end = exp.func("LEAST", _col("follow_up_end"), _col("observed_days"))
    at_risk = _col("origin").is_(exp.null()).not_()
    first = exp.func("LEAST", _col("event_day"), _col("other_day"), end)
    days = exp.case().when(at_risk, first - _col("origin"))
    status = (
        exp.case()
        .when(at_risk.copy().not_(), exp.null())
        .when(
            (_col("event_day") < end.copy()).and_(_col("event_day") <= _col("other_day")),
            _number(1),
        )
        .when(_col("other_day") < end.copy(), _col("other_status"))
        .else_(_number(0))
    )
    result = exp.select(_col("row_id"), days.as_("days"), status.as_("status")).from_(
        exp.to_table(f"{name}_clock")
    )
    return [(f"{name}_clock", clock), (name, result)]


@lower.register
def _(node: SpellCount, names: Names) -> list[Step]:
    origin = _origin(node.origin)
    start, end = _day_after(node.start, origin), _day_after(node.end, origin)
    begins = _col("lo", "s") > start if node.origin else _col("lo", "s") >= start
    counted = begins.and_(_col("lo", "s") < end).and_(
        _paren(_col("hi", "s") - _col("lo", "s")) >= node.at_least_days
    )
    number = _sum(exp.case().when(counted, _number(1)).else_(_number(0)))
    value = exp.case().when(_min(origin.copy()).is_(exp.null()).not_(), number)
    spells = _left_intervals(node.spells, node.origin, names)
    return [
        (
            names[node],
            spells.select(_col("row_id", "i"), value.as_("value")).group_by(_col("row_id", "i")),
        )
    ]


@lower.register
def _(node: SickDaysIn, names: Names) -> list[Step]:
    start, end = _day_after(node.start, _number(0)), _day_after(node.end, _number(0))
    lo, hi = exp.func("GREATEST", _col("lo", "s"), start), exp.func("LEAST", _col("hi", "s"), end)
    weight = _col("extent", "s") if node.net else _number(1)
    # Compared column by column: LEAST would pass over the null of a person without intervals.
    meets = (_col("lo", "s") < end).and_(_col("hi", "s") > start)
    inside = exp.case().when(meets, _paren(hi - lo) * weight).else_(_number(0))
    total: Expr = _sum(inside)
    if node.net:
        # One division, of a whole number that a double holds exactly: rounded once, everywhere.
        total = exp.cast(total, "double") / exp.cast(_number(FULL_TIME_PPM), "double")
    days = _left_intervals(node.extents, None, names)
    return [
        (
            names[node],
            days.select(_col("row_id", "i"), total.as_("value")).group_by(_col("row_id", "i")),
        )
    ]


@lower.register
def _(node: ObservedDays, names: Names) -> list[Step]:
    origin = _origin(node.origin)
    lo = exp.func("GREATEST", _day_after(node.start, origin), _col("first_day", "i"))
    hi = exp.func("LEAST", _day_after(node.end, origin), _col("observed_days", "i"))
    known = origin.copy().is_(exp.null()).not_()
    value = exp.case().when(known, exp.func("GREATEST", hi - lo, _number(0)))
    dates = exp.select(_col("row_id", "i"), value.as_("value")).from_(_table("index_dates", "i"))
    return [(names[node], _join_origin(dates, node.origin, names))]


@lower.register
def _(node: Incomplete, names: Names) -> list[Step]:
    origin = _origin(node.observed.origin)
    days = _day_after(node.observed.end, origin) - _day_after(node.observed.start, origin)
    value = (
        exp.case()
        .when(_col("value", "v").is_(exp.null()), exp.null())
        .when(_col("value", "v") < _paren(days), _number(1))
        .else_(_number(0))
    )
    dates = exp.select(_col("row_id", "i"), value.as_("value")).from_(_table("index_dates", "i"))
    dates = _join(dates, names[node.observed], "v")
    return [(names[node], _join_origin(dates, node.observed.origin, names))]


@lower.register
def _(node: Unconfirmable, names: Names) -> list[Step]:
    confirmed = _day_after(node.returned.sustained, _col("follow_up", "r"))
    value = (
        exp.case()
        .when(_col("status", "r").is_(exp.null()), exp.null())
        .when(confirmed > _col("observed_days", "i"), _number(1))
        .else_(_number(0))
    )
    dates = exp.select(_col("row_id", "i"), value.as_("value")).from_(_table("index_dates", "i"))
    return [(names[node], _join(dates, names[node.returned], "r"))]


@lower.register
def _(node: StateOn, names: Names) -> list[Step]:
    name = names[node]
    day = _day_after(node.at, _number(0))
    left = _paren(_days_between(_col("index_date", "i"), _col("censor_date", "i"))) <= day
    reason = _col("censor_reason", "i")
    holds: dict[str, Expr] = {
        "dead": reason.eq(exp.Literal.string(DEATH)).and_(left),
        "emigrated": reason.copy().eq(exp.Literal.string(EMIGRATION)).and_(left.copy()),
        "not_observed": day.copy() >= _col("observed_days", "i"),
        "disability_pension": _col("extent", "p").eq(FULL_TIME_PPM),
    }
    state = exp.case()
    for prior in node.precedence:
        state = state.when(holds[prior], exp.Literal.string(prior))
    state = (
        state.when(_col("extent", "w").eq(0), exp.Literal.string("full_work"))
        .when(_col("extent", "w") < FULL_TIME_PPM, exp.Literal.string("part_work"))
        .else_(exp.Literal.string("full_absence"))
    )
    states = exp.select(_col("row_id", "i"), state.as_("value")).from_(_table("index_dates", "i"))
    states = _join(_join(states, f"{name}_pension", "p"), f"{name}_out_of_work", "w")
    return [
        (f"{name}_pension", _extent_on(node.pension, node.at, names)),
        (f"{name}_out_of_work", _extent_on(node.out_of_work, node.at, names)),
        (name, states),
    ]


def _extent_on(extents: Extents, at: Length, names: Names) -> Select:
    """The extent on the day that lies `at` after the index date; 0 when there is none."""
    day = _day_after(at, _number(0))
    covers = (_col("lo", "s") <= day).and_(day.copy() < _col("hi", "s"))
    extent = exp.Max(this=exp.case().when(covers, _col("extent", "s")).else_(_number(0)))
    return (
        _left_intervals(extents, None, names)
        .select(_col("row_id", "i"), extent.as_("extent"))
        .group_by(_col("row_id", "i"))
    )


# ---- pieces that several steps use -------------------------------------------------------------


def _left_intervals(intervals: Node, origin: Return | None, names: Names) -> Select:
    """Every index date (i) with its intervals (s), and with its origin (o) when there is one."""
    dates = exp.Select().from_(_table("index_dates", "i"))
    return _join(_join_origin(dates, origin, names), names[intervals], "s", outer=True)


def _join_origin(query: Select, origin: Return | None, names: Names) -> Select:
    return _join(query, names[origin], "o") if origin else query


def _origin(origin: Return | None) -> Expr:
    return _col("origin", "o") if origin else _number(0)


def _with_competing(query: Select, events: Sequence[Onset | Exit], names: Names) -> Select:
    """Add the first competing event: other_day and other_status; of a tie, the first named."""
    days = []
    for status, event in enumerate(events, start=2):
        query = _join(query, names[event], f"c{status}")
        days.append(exp.func("COALESCE", _col("day", f"c{status}"), _number(NEVER)))
    first = exp.func("LEAST", *days, _number(NEVER)) if days else _number(NEVER)
    which = exp.case()
    for status, day in enumerate(days, start=2):
        which = which.when(day.copy().eq(first.copy()), _number(status))
    return query.select(
        first.as_("other_day"), (which if days else exp.cast(exp.null(), "int")).as_("other_status")
    )


def _join(query: Select, table: str, alias: str, left: str = "i", outer: bool = False) -> Select:
    same_row = _col("row_id", left).eq(_col("row_id", alias))
    return query.join(_table(table, alias), on=same_row, join_type="left" if outer else "inner")


def _day_after(length: Length, start: Expr) -> Expr:
    """The day that lies a length of time after the day `start`; the index date is i.index_date."""
    if not length.months:
        return _paren(start.copy() + length.days)
    index_date = _col("index_date", "i")
    begin = _date_add(index_date, start.copy(), "DAY")
    return _days_between(index_date.copy(), _date_add(begin, _number(length.months), "MONTH"))


def _date_add(start: Expr, count: Expr, unit: str) -> Expr:
    moved = exp.DateAdd(this=start, expression=count, unit=exp.var(unit))
    return exp.cast(moved, "date")  # some dialects make a timestamp of it


def _days_between(start: Expr, end: Expr) -> Expr:
    return exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY"))


def _over(function: Expr, order: str, running: bool = False) -> exp.Window:
    """A window over the rows of one index date, in the order of days."""
    frame = exp.WindowSpec(
        kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW", end_side=None
    )
    return exp.Window(
        this=function,
        partition_by=[_col("row_id")],
        order=exp.Order(expressions=[exp.Ordered(this=_col(order), nulls_first=True)]),
        spec=frame if running else None,
    )


def _col(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table)


def _table(name: str, alias: str) -> Expr:
    return exp.to_table(name).as_(alias)


def _number(value: int) -> Expr:
    return exp.Literal.number(value)


def _paren(expression: Expr) -> exp.Paren:
    return exp.Paren(this=expression)


def _sum(expression: Expr) -> exp.Sum:
    return exp.Sum(this=expression)


def _min(expression: Expr) -> exp.Min:
    return exp.Min(this=expression)
