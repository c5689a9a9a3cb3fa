"""The overview: one row for each outcome, with what each group did and how far the groups lie apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rtw_outcomes.report.comparisons import OVER_TIME, name_groups, name_whole, show_estimates
from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber
from rtw_outcomes.report.summaries import (
    EVENTS,
    TIMES,
    ByLevel,
    list_names,
    name_cause,
    name_group,
    split_levels,
    tell_level,
)
from rtw_outcomes.report.tables import PageTable, TableLine, show_lines
from rtw_outcomes.report.wording import Wording

# The first of these that an outcome has stands for it.
DIFFERENCES = (
    *("mean_difference", "proportion_difference", "rmst_difference", "rmst", "rate_difference"),
    "gee",
)
RATIOS = ("risk_ratio", "proportion_ratio", "rate_ratio", "mean_ratio", "rmst_ratio", "coxph")
RATES = {"rate_difference", "rate_ratio"}
FULL_WORK = "full_work"
UNIT_IN_NAME = ("word.rate", "line.events")


@dataclass(frozen=True)
class Main:
    """What stands for an outcome in the overview.

    Attributes:
        outcome: its id.
        title: its title.
        is_primary: whether the study names it as a primary outcome.
        differences, ratios: for each group the estimate against its reference.
    """

    outcome: str
    title: str
    is_primary: bool
    differences: Mapping[str, ReportAnalysis]
    ratios: Mapping[str, ReportAnalysis]


def choose_main(
    outcome: str, title: str, is_primary: bool, analyses: Sequence[ReportAnalysis]
) -> Main:
    """The unadjusted estimates for everybody that stand for an outcome; adjusted ones where there are no others."""
    return Main(
        outcome,
        title,
        is_primary,
        choose_estimates(DIFFERENCES, analyses),
        choose_estimates(RATIOS, analyses),
    )


def choose_estimates(
    contexts: Sequence[str], analyses: Sequence[ReportAnalysis]
) -> dict[str, ReportAnalysis]:
    """For each group the estimate of the first of some kinds that there is, of the last of several days."""
    possible = [each for each in analyses if each.is_comparison and _stands_for_all(each)]
    for context in contexts:
        found = [each for each in possible if each.context == context]
        if not found:
            continue
        unadjusted = [each for each in found if not each.covariates] or found
        last = unadjusted[-1].level  # the latest of several days
        chosen: dict[str, ReportAnalysis] = {}
        for each in unadjusted:
            if each.level == last:
                chosen.setdefault(each.group, each)
        return chosen
    return {}


def _stands_for_all(each: ReportAnalysis) -> bool:
    """Whether an estimate is about the outcome as a whole: the event, full work, or all periods."""
    if each.variable in EVENTS:
        return True
    if each.context == "gee":
        return not each.level
    return each.variable in OVER_TIME and each.level.rpartition(": ")[2] == FULL_WORK


def make_overview_table(
    mains: Sequence[Main],
    by_outcome: Mapping[str, Sequence[ReportAnalysis]],
    groups: Sequence[str],
    wording: Wording,
) -> PageTable | None:
    """Two groups stand side by side; more of them go down, each against its reference."""
    if not mains:
        return None
    estimates = [
        each for main in mains for each in (*main.differences.values(), *main.ratios.values())
    ]
    level = tell_level(estimates, wording)
    make = _list_side_by_side if len(groups) <= len(("one", "other")) else _list_down
    head, rows = make(mains, by_outcome, groups, wording)
    head += [wording("head.difference", level=level), wording("head.ratio", level=level)]
    used = [place for place in range(len(head)) if place == 0 or any(row[place] for row in rows)]
    words = 1 + (make is _list_down)
    compared = {name_groups(each, wording) for each in estimates}
    once = compared if len(compared) == 1 else set()
    return PageTable(
        ": ".join((wording("caption.overview"), *once)),
        tuple(head[place] for place in used),
        tuple(tuple(row[place] for place in used) for row in rows),
        words,
    )


def _list_side_by_side(
    mains: Sequence[Main],
    by_outcome: Mapping[str, Sequence[ReportAnalysis]],
    groups: Sequence[str],
    wording: Wording,
) -> tuple[list[str], list[list[str]]]:
    head = [wording("head.outcome"), *(name_group(each, wording) for each in groups)]
    rows = []
    for main in mains:
        analyses = by_outcome.get(main.outcome, ())
        label, cells = summarise_groups(main, analyses, groups, wording)
        other = next(iter({**main.differences, **main.ratios}), "")
        estimates = _show_pair(main, other, wording)
        rows.append([_name_row(main, label, wording), *cells, *estimates])
    return head, rows


def _list_down(
    mains: Sequence[Main],
    by_outcome: Mapping[str, Sequence[ReportAnalysis]],
    groups: Sequence[str],
    wording: Wording,
) -> tuple[list[str], list[list[str]]]:
    head = [wording("head.outcome"), wording("head.group"), wording("head.value")]
    rows = []
    for main in mains:
        analyses = by_outcome.get(main.outcome, ())
        label, cells = summarise_groups(main, analyses, groups, wording)
        for group, cell in zip(groups, cells, strict=True):
            name = _name_row(main, label, wording)
            estimates = _show_pair(main, group, wording)
            if cell or any(estimates):
                rows.append([name, name_group(group, wording), cell, *estimates])
    return head, rows


def _name_row(main: Main, label: str, wording: Wording) -> str:
    name = wording("overview.primary", title=main.title) if main.is_primary else main.title
    return f"{name}\n{label}" if label else name


def _show_pair(main: Main, group: str, wording: Wording) -> tuple[str, str]:
    """The difference and the ratio of a group, each with what it is."""
    texts = []
    for each in (main.differences.get(group), main.ratios.get(group)):
        shown = show_estimates([each], wording)[0] if each else ""
        texts.append(f"{shown}\n{name_whole(each, wording)}" if each and shown else "")
    return texts[0], texts[1]


def summarise_groups(
    main: Main, analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> tuple[str, list[str]]:
    """One number of an outcome for each group, and what it is; a hint where no one number says it.

    It is of the same kind as the effect: a difference of rates stands beside rates.
    """
    fixed = [each for each in analyses if each.context in TIMES and each.variable in EVENTS]
    split = split_levels(analyses)
    whole = split.get("", {}).get("", {})
    if fixed:
        last = fixed[-1].level
        at = {each.group: each.statistics for each in fixed if each.level == last}
        label = wording("overview.at", cause=name_cause("event", wording), day=wording.word(last))
        found = [at.get(group, {}) for group in groups]
        return label, _show_percent(found, "estimate", wording)
    column = [whole.get(group, {}) for group in groups]
    rate = (("rate",), "word.rate")
    effects = {each.context for each in (*main.differences.values(), *main.ratios.values())}
    for names, key in (
        *([rate] if effects & RATES else []),
        (("mean", "sd"), "line.mean"),
        (("mean",), "word.mean"),
        (("event_percent",), "word.event"),
        (("event",), "line.events"),
        (("yes_percent",), "word.yes"),
        ((f"{FULL_WORK}_percent",), f"word.{FULL_WORK}"),
        rate,
    ):
        if not all(any(name in cells for cells in column) for name in names):
            continue
        label = wording(key)
        if names[0].endswith("_percent"):
            return label, _show_percent(column, names[0], wording)
        unit = next((cells[names[0]].unit for cells in column if names[0] in cells), "")
        unit = "" if key in UNIT_IN_NAME else unit
        label = f"{label}, {wording.word(unit)}" if unit else label
        return label, show_lines(TableLine(label, names, "{} ({})"), column, wording)
    on_days = split.get("day", {})
    name = f"{FULL_WORK}_percent"
    if name in list_names(on_days):
        last = list(on_days)[-1]
        column = [on_days[last].get(group, {}) for group in groups]
        label = wording("estimate.at", name=wording.word(FULL_WORK), day=wording.word(last))
        return label, _show_percent(column, name, wording)
    periods = split.get("period", {})
    if len(periods) > 1 and "mean" in list_names(periods):
        return _show_first_and_last(periods, groups, wording)
    return wording("overview.see"), [""] * len(groups)


def _show_first_and_last(
    periods: ByLevel, groups: Sequence[str], wording: Wording
) -> tuple[str, list[str]]:
    """The means of the first and the last period, which tell where the course of a group begins and ends."""
    first, *_, last = periods
    means = [
        periods[level].get(group, {}).get("mean") for level in (first, last) for group in groups
    ]
    unit = next((each.unit for each in means if each and each.unit), "")
    name = ", ".join(filter(None, (wording("word.mean"), wording.word(unit) if unit else "")))
    label = wording(
        "overview.first_and_last",
        name=name,
        split=wording("split.period"),
        first=wording.word(first),
        last=wording.word(last),
    )
    shown = wording.show(means)
    pairs = zip(shown[: len(groups)], shown[len(groups) :], strict=True)
    return label, ["; ".join(filter(None, pair)) for pair in pairs]


def _show_percent(
    column: Sequence[Mapping[str, ReportNumber]], name: str, wording: Wording
) -> list[str]:
    shown = wording.show([cells.get(name) for cells in column])
    return [
        wording.form("percent").format(text) if text and text[-1].isdigit() else text
        for text in shown
    ]
