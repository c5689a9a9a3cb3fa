"""The figures of the page as data: which points, lines and labels, before anything draws them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rtw_outcomes.report.comparisons import name_groups, show_estimates
from rtw_outcomes.report.overview import Main
from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber, list_groups
from rtw_outcomes.report.summaries import (
    EVENTS,
    TIMES,
    ByLevel,
    list_compared,
    list_names,
    name_cause,
    name_group,
    split_levels,
)
from rtw_outcomes.report.tables import MANY_GROUPS, name_limits
from rtw_outcomes.report.times import sort_causes
from rtw_outcomes.report.wording import LENGTH, Wording

DAYS_OF = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
# From work to absence to those who are gone: the place of each state in that order, and of its colour.
STATES = {
    "full_work": 0,
    "part_time_work": 1,
    "part_work": 1,
    "part_absence": 2,
    "other": 3,
    "sickness_absence": 4,
    "full_absence": 4,
    "on_disability_pension": 5,
    "disability_pension": 5,
    "not_observed": 6,
    "emigrated": 6,
    "dead": 7,
}
UNKNOWN_STATE = 3
LOW_CURVES = 50.0  # percent
ONE_PERCENT = 1.0  # a state that never has so much is in the table only
INDENT = "\N{NO-BREAK SPACE}" * 4
SEVERAL = 2  # days or periods that make a course over time


@dataclass(frozen=True)
class Course:
    """A line of a figure: points in order, with the limits of their intervals where known.

    Attributes:
        label: what the line is, written at its end.
        group, cause: numbers that choose its dashes and its colour.
        x, y: the points.
        low, high: the limits, as many as points; empty where there are none.
    """

    label: str
    group: int
    cause: int
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class CurvesFigure:
    """Cumulative incidence: steps in percent up to `top`, and counts at fixed days under the axis."""

    title: str
    about: str
    x_label: str
    y_label: str
    courses: tuple[Course, ...]
    top: float = 100.0
    days: tuple[float, ...] = ()
    counts: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class PeriodsFigure:
    """The means of periods: one line for each group."""

    title: str
    about: str
    x_label: str
    y_label: str
    courses: tuple[Course, ...]
    ticks: tuple[str, ...]
    decimal: str


@dataclass(frozen=True)
class StatesFigure:
    """Shares of states on several days, one panel for each group."""

    title: str
    about: str
    y_label: str
    groups: tuple[str, ...]
    states: tuple[str, ...]
    days: tuple[str, ...]
    # For each group and state the percent of each day; None where hidden.
    shares: tuple[tuple[tuple[float | None, ...], ...], ...]
    # For each state the place of its colour, from work to absence; in their own order where it is empty.
    places: tuple[int, ...] = ()
    rest: str = ""  # what fills the bars up to the whole


@dataclass(frozen=True)
class ForestRow:
    """An estimate of a forest, with its limits where known and its text; without a value a heading."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class ForestPanel:
    """The estimates of one unit, on one scale."""

    x_label: str
    is_ratio: bool
    rows: tuple[ForestRow, ...]


@dataclass(frozen=True)
class ForestFigure:
    """Estimates of all outcomes, in one panel for each unit."""

    title: str
    about: str
    decimal: str
    panels: tuple[ForestPanel, ...] = field(default=())


FigureData = CurvesFigure | PeriodsFigure | StatesFigure | ForestFigure


def make_figures(
    title: str, analyses: Sequence[ReportAnalysis], wording: Wording
) -> list[FigureData]:
    """The figures of an outcome; none where the table has no course over time, or too many groups."""
    described = list_groups(each for each in analyses if each.context == "summary")
    drawn = list_groups(each for each in analyses if each.context in ("curve", *TIMES))
    compared = list_compared(analyses)
    is_many = not described or len(described) > MANY_GROUPS
    groups = compared if is_many else described
    made = (
        _make_curves(title, analyses, drawn, wording) if len(drawn) <= MANY_GROUPS else None,
        _make_periods(title, analyses, groups, wording) if len(groups) <= MANY_GROUPS else None,
        _make_states(title, analyses, groups, wording) if len(groups) <= MANY_GROUPS else None,
    )
    return [each for each in made if each]


def make_forest(mains: Sequence[Main], wording: Wording) -> list[FigureData]:
    """The forest of the overview, with a panel for each unit in order of appearance, ratios last."""
    panels: dict[tuple[bool, str], list[tuple[Main, ReportAnalysis]]] = {}
    for main in mains:
        for each in (*main.differences.values(), *main.ratios.values()):
            if each.value("estimate") is not None:
                panels.setdefault((each.is_ratio, each.texts["unit"]), []).append((main, each))
    if not panels:
        return []
    made = tuple(
        _make_panel(unit, is_ratio, panels[is_ratio, unit], wording)
        for is_ratio, unit in sorted(panels, key=lambda kind: kind[0])
    )
    compared = {name_groups(each, wording) for found in panels.values() for _, each in found}
    about = [wording("figure.forest_about")]
    if len(compared) == 1:
        about.append(wording("figure.compared", groups=compared.pop()))
    decimal = wording("number.decimal")
    return [ForestFigure(wording("figure.forest"), " ".join(about), decimal, made)]


def _make_panel(
    unit: str, is_ratio: bool, found: Sequence[tuple[Main, ReportAnalysis]], wording: Wording
) -> ForestPanel:
    """Rows are outcomes; of several groups each has a row under the title of the outcome."""
    texts = show_estimates([each for _, each in found], wording)
    groups = {each.group for _, each in found}
    rows: list[ForestRow] = []
    told = ""
    for (main, each), text in zip(found, texts, strict=True):
        title = wording("overview.primary", title=main.title) if main.is_primary else main.title
        if len(groups) > 1 and main.outcome != told:
            rows.append(ForestRow(title, None, None, None, ""))
        told = main.outcome
        label = f"{INDENT}{each.group}" if len(groups) > 1 else title
        value, low, high = (each.value(name) for name in ("estimate", "conf.low", "conf.high"))
        rows.append(ForestRow(label, value, low, high, text))
    scale = wording("figure.difference", unit=wording.word(unit))
    x_label = wording("figure.ratio_scale") if is_ratio else scale
    return ForestPanel(x_label, is_ratio, tuple(rows))


def _make_curves(
    title: str, analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> CurvesFigure | None:
    lines: dict[tuple[str, str], list[ReportAnalysis]] = {}
    for each in analyses:
        if each.context == "curve" and each.value("estimate") is not None:
            lines.setdefault((each.variable, each.group), []).append(each)
    if not lines:
        return None
    causes = sort_causes(cause for cause, _ in lines)
    fixed = [each for each in analyses if each.context in TIMES and each.variable in EVENTS]
    days = sorted({find_day(each.level) for each in fixed})
    places = {line: find_day(points[-1].level) for line, points in lines.items()}
    end = max([*days, *places.values()])
    courses = tuple(
        _make_course(
            _label_course(cause, group, causes, wording),
            groups.index(group),
            # Where nothing competes, colours are free to tell the groups.
            causes.index(cause) if len(causes) > 1 else groups.index(group),
            _draw_out([(find_day(each.level), each) for each in points], end),
        )
        for (cause, group), points in lines.items()
    )
    about = "curves_about" if len(causes) == 1 else "curves_competing"
    return CurvesFigure(
        wording("figure.curves", title=title),
        wording(f"figure.{about}"),
        wording("figure.days"),
        wording("figure.percent"),
        courses,
        _choose_top(courses),
        *_list_counts(fixed, days, groups, wording),
    )


def _draw_out(
    points: Sequence[tuple[float, ReportAnalysis]], end: float
) -> list[tuple[float, ReportAnalysis]]:
    """The points of a step curve; its last step goes on to the end of the figure."""
    points = sorted(points, key=lambda point: point[0])
    return [*points, (end, points[-1][1])] if points[-1][0] < end else points


def _choose_top(courses: Sequence[Course]) -> float:
    """The top of the axis: the whole, or where curves stay low so much that they can be told apart."""
    highest = max(max((*each.y, *each.high)) for each in courses)
    return 100.0 if highest > LOW_CURVES else max(10.0, math.ceil(highest * 1.3 / 10) * 10.0)


def _label_course(cause: str, group: str, causes: Sequence[str], wording: Wording) -> str:
    name, of_group = name_cause(cause, wording), name_group(group, wording)
    if len(causes) == 1:
        return of_group
    return wording("figure.cause_group", cause=name, group=of_group)


def _make_course(
    label: str,
    group: int,
    cause: int,
    points: Sequence[tuple[float, ReportAnalysis]],
) -> Course:
    values = [each.value("estimate") for _, each in points]
    low, high = ([each.value(limit) for _, each in points] for limit in ("conf.low", "conf.high"))
    return Course(
        label,
        group,
        cause,
        tuple(day for day, _ in points),
        tuple(value for value in values if value is not None),
        _all_or_none(low),
        _all_or_none(high),
    )


def _all_or_none(values: Sequence[float | None]) -> tuple[float, ...]:
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) else ()


def _list_counts(
    fixed: Sequence[ReportAnalysis], days: Sequence[float], groups: Sequence[str], wording: Wording
) -> tuple[tuple[float, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """The days and the rows under the axis: for each count the groups.

    On the day of the start all are at risk; it has no other count.
    """
    rows: list[tuple[str, tuple[str, ...]]] = []
    found = {(each.group, find_day(each.level)): each for each in fixed}
    starts = {each.group: each.numbers["n"] for each in fixed if "n" in each.numbers}
    has_start = bool(starts) and 0.0 not in days
    for name, key in {"n.risk": "at_risk", "n.event": "events", "n.censor": "censored"}.items():
        if not any(name in each.statistics for each in found.values()):
            continue
        rows.append((wording(f"figure.{key}"), ("",) * (len(days) + has_start)))
        for group in groups:
            at = [found.get((group, day)) for day in days]
            cells = wording.show([each.statistics.get(name) if each else None for each in at])
            start = starts.get(group) if name == "n.risk" else None
            first = [wording.count(int(start)) if start is not None else ""] if has_start else []
            rows.append((name_group(group, wording), (*first, *cells)))
    return (0.0, *days) if has_start else tuple(days), tuple(rows)


def find_day(level: str) -> float:
    """The place of a day on the axis: a number, or a length as it is written, a month being 30.4 days.

    >>> find_day("90"), find_day("90 days"), find_day("2 weeks")
    (90.0, 90.0, 14.0)
    """
    found = LENGTH.fullmatch(level)
    if found:
        return int(found[1]) * DAYS_OF[found[2]]
    try:
        number = float(level)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _make_periods(
    title: str, analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> PeriodsFigure | None:
    periods = split_levels(analyses).get("period", {})
    if len(periods) < SEVERAL or "mean" not in list_names(periods):
        return None
    courses = tuple(
        course
        for place, group in enumerate(groups)
        if (course := _make_means(group, place, periods, wording))
    )
    if not courses:
        return None
    means = [
        cells["mean"]
        for by_group in periods.values()
        for cells in by_group.values()
        if "mean" in cells
    ]
    unit = means[0].unit
    has_limits = any(course.low for course in courses)
    return PeriodsFigure(
        wording("figure.periods", title=title),
        wording("figure.periods_about" if has_limits else "figure.periods_plain"),
        wording("figure.period"),
        wording.word(unit) if unit else wording.word("mean"),
        courses,
        tuple(map(wording.word, periods)),
        wording("number.decimal"),
    )


def _make_means(group: str, place: int, periods: ByLevel, wording: Wording) -> Course | None:
    """The line of a group; a period whose mean is hidden has no point."""
    low, high = name_limits("mean")
    at = {
        float(period): cells
        for period, cells in enumerate((each.get(group, {}) for each in periods.values()), 1)
        if _value(cells, "mean") is not None
    }
    if not at:
        return None
    return Course(
        name_group(group, wording),
        place,
        place,
        tuple(at),
        _all_or_none([_value(cells, "mean") for cells in at.values()]),
        _all_or_none([_value(cells, low) for cells in at.values()]),
        _all_or_none([_value(cells, high) for cells in at.values()]),
    )


def _value(cells: Mapping[str, ReportNumber], name: str) -> float | None:
    return cells[name].value if name in cells else None


def _make_states(
    title: str, analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> StatesFigure | None:
    """Full work at the bottom; a state that is rare on every day is in the table only."""
    split = split_levels(analyses)
    for variable in ("day", "period"):
        levels = split.get(variable, {})
        states = _list_states(levels)
        if groups and len(levels) >= SEVERAL and len(states) >= SEVERAL:
            return StatesFigure(
                wording("figure.states", title=title),
                wording("figure.states_about"),
                wording("figure.percent"),
                tuple(name_group(group, wording) for group in groups),
                tuple(wording.word(state) for state in states),
                tuple(map(wording.word, levels)),
                tuple(
                    tuple(_list_shares(levels, group, state) for state in states)
                    for group in groups
                ),
                _list_places(states),
                wording("figure.rest"),
            )
    return None


def _list_states(levels: ByLevel) -> list[str]:
    names = [
        name.removesuffix("_percent") for name in list_names(levels) if name.endswith("_percent")
    ]
    often = [
        name
        for name in names
        if any(
            (number := cells.get(f"{name}_percent")) and (number.value or 0) >= ONE_PERCENT
            for by_group in levels.values()
            for cells in by_group.values()
        )
    ]
    return sorted(often, key=lambda name: STATES.get(name, UNKNOWN_STATE))


def _list_places(states: Sequence[str]) -> tuple[int, ...]:
    """The colours of states; none where two states would have the same one."""
    places = tuple(STATES.get(state, UNKNOWN_STATE) for state in states)
    return places if len(set(places)) == len(places) else ()


def _list_shares(levels: ByLevel, group: str, state: str) -> tuple[float | None, ...]:
    cells = (by_group.get(group, {}).get(f"{state}_percent") for by_group in levels.values())
    return tuple(number.value if number else None for number in cells)
