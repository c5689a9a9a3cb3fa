"""The figures of the page as data: which points, lines and labels, before anything draws them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from rtw_outcomes.report.comparisons import show_estimates
from rtw_outcomes.report.overview import FULL_WORK, Main
from rtw_outcomes.report.reading import ReportAnalysis, list_groups
from rtw_outcomes.report.summaries import (
    TIMES,
    ByLevel,
    list_names,
    name_cause,
    name_group,
    split_levels,
)
from rtw_outcomes.report.tables import MANY_GROUPS
from rtw_outcomes.report.wording import LENGTH, Wording

DAYS_OF = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
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
    """Cumulative incidence: steps in percent, and counts at fixed days under the axis."""

    title: str
    about: str
    x_label: str
    y_label: str
    courses: tuple[Course, ...]
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
    groups = list_groups(each for each in analyses if each.context in ("summary", "curve", *TIMES))
    if len(groups) > MANY_GROUPS:
        return []
    made = (
        _make_curves(title, analyses, groups, wording),
        _make_periods(title, analyses, groups, wording),
        _make_states(title, analyses, groups, wording),
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
    decimal = wording("number.decimal")
    return [ForestFigure(wording("figure.forest"), wording("figure.forest_about"), decimal, made)]


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
    scale = wording("figure.no_difference_days", unit=wording.word(unit))
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
    causes = list(dict.fromkeys(cause for cause, _ in lines))
    courses = tuple(
        _make_course(
            _label_course(cause, group, causes, wording),
            groups.index(group),
            causes.index(cause),
            [(find_day(each.level), each) for each in points],
        )
        for (cause, group), points in lines.items()
    )
    fixed = [
        each
        for each in analyses
        if each.context in TIMES and each.variable in (causes[0], "", "time")
    ]
    days = sorted({find_day(each.level) for each in fixed})
    return CurvesFigure(
        wording("figure.curves", title=title),
        wording("figure.curves_about"),
        wording("figure.days"),
        wording("figure.percent"),
        courses,
        tuple(days),
        _list_counts(fixed, days, groups, wording),
    )


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
    name: str = "estimate",
) -> Course:
    points = sorted(points, key=lambda point: point[0])
    values = [each.value(name) for _, each in points]
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
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The rows under the axis: for each count the groups, at the fixed days."""
    rows: list[tuple[str, tuple[str, ...]]] = []
    found = {(each.group, find_day(each.level)): each.statistics for each in fixed}
    for name, key in {"n.risk": "at_risk", "n.event": "events", "n.censor": "censored"}.items():
        if not any(name in statistics for statistics in found.values()):
            continue
        rows.append((wording(f"figure.{key}"), ("",) * len(days)))
        for group in groups:
            cells = [found.get((group, day), {}).get(name) for day in days]
            rows.append((name_group(group, wording), tuple(wording.show(cells))))
    return tuple(rows)


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
    levels = list(periods)
    points: dict[str, list[tuple[float, ReportAnalysis]]] = {}
    for each in analyses:
        is_period = each.context == "summary" and each.variable == "period"
        if is_period and each.value("mean") is not None:
            place = float(levels.index(each.level) + 1)
            points.setdefault(each.group, []).append((place, each))
    if not points:
        return None
    courses = tuple(
        _make_course(
            name_group(group, wording), groups.index(group), groups.index(group), found, "mean"
        )
        for group, found in points.items()
    )
    unit = next((each.texts["unit"] for found in points.values() for _, each in found), "")
    return PeriodsFigure(
        wording("figure.periods", title=title),
        wording("figure.periods_about"),
        wording("figure.period"),
        wording.word(unit) if unit else wording.word("mean"),
        courses,
        tuple(map(wording.word, levels)),
        wording("number.decimal"),
    )


def _make_states(
    title: str, analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> StatesFigure | None:
    """Full work at the bottom; a state that is rare on every day is in the table only."""
    split = split_levels(analyses)
    for variable in ("day", "period"):
        levels = split.get(variable, {})
        states = _list_states(levels)
        if len(levels) >= SEVERAL and len(states) >= SEVERAL:
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
    return sorted(often, key=lambda name: name != FULL_WORK)


def _list_shares(levels: ByLevel, group: str, state: str) -> tuple[float | None, ...]:
    cells = (by_group.get(group, {}).get(f"{state}_percent") for by_group in levels.values())
    return tuple(number.value if number else None for number in cells)
