"""Tables of times to an event: how many have had it by fixed days, and how long it lasts on the mean."""

from collections.abc import Iterable, Sequence

from rtw_outcomes.report.reading import ReportAnalysis
from rtw_outcomes.report.summaries import (
    EVENTS,
    MEAN_TIME,
    TIMES,
    name_cause,
    name_group,
    tell_level,
)
from rtw_outcomes.report.tables import PageTable, TableLine, show_lines
from rtw_outcomes.report.withheld import tell_withheld
from rtw_outcomes.report.wording import Wording

AT_RISK = ("n.risk", "n.event", "n.censor")
BEFORE = "before"  # how the table names the mean time without the event, where nothing competes


def make_times_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The cumulative incidence at fixed days: a row for each day and group, a column for each cause.

    A cause of which everything is hidden has no column; a note names it.
    """
    fixed = [each for each in analyses if each.context in TIMES]
    if not fixed:
        return None
    groups = list(dict.fromkeys(each.group for each in fixed))
    told = {(each.level, each.group) for each in fixed}
    days = dict.fromkeys(each.level for each in fixed)
    keys = [(day, group) for day in days for group in groups if (day, group) in told]
    causes = sort_causes(each.variable for each in fixed)
    found = {(each.level, each.group, each.variable): each for each in fixed}
    shown: list[str] = []
    withheld: list[str] = []
    for cause in causes:
        own = [each for each in fixed if each.variable == cause]
        is_event = cause in EVENTS
        is_shown = is_event or any(each.value("estimate") for each in own)
        (shown if is_shown else withheld).append(cause)
    counted = [
        found[*key, causes[0]].statistics if (*key, causes[0]) in found else {} for key in keys
    ]
    names = [name for name in AT_RISK if any(name in cells for cells in counted)]
    columns = [wording.show([cells.get(name) for cells in counted]) for name in names]
    estimate = TableLine("", ("estimate", "conf.low", "conf.high"), wording.form("interval"))
    for cause in shown:
        column = [found[*key, cause].statistics if (*key, cause) in found else {} for key in keys]
        columns.append(show_lines(estimate, column, wording))
    rows = tuple(
        (wording.word(level), name_group(group, wording), *(column[place] for column in columns))
        for place, (level, group) in enumerate(keys)
    )
    head = (
        *(wording("head.day"), wording("head.group")),
        *(wording.word(name) for name in names),
        *(wording("head.percent_with", cause=name_cause(each, wording)) for each in shown),
    )
    notes = tell_withheld(
        [
            (name_cause(cause, wording), each)
            for cause in withheld
            for each in fixed
            if each.variable == cause
        ],
        wording,
    )
    if "n.censor" in names:
        notes = (wording("note.censored"), *notes)
    caption = wording("caption.times", level=tell_level(fixed, wording))
    return PageTable(caption, head, rows, words=2, notes=notes)


def make_mean_times_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The mean days with and without the event up to a day: a row for each cause, a column for each group."""
    means = [each for each in analyses if each.context == MEAN_TIME and not each.is_comparison]
    causes = [
        cause
        for cause in sort_causes(each.variable for each in means)
        if any(each.value("estimate") for each in means if each.variable == cause)
    ]
    if not causes:
        return None
    groups = list(dict.fromkeys(each.group for each in means))
    found = {(each.variable, each.group): each.statistics for each in means}
    line = TableLine("", ("estimate", "conf.low", "conf.high"), wording.form("interval"))
    cells = [(cause, group) for cause in causes for group in groups]
    texts = show_lines(line, [found.get(cell, {}) for cell in cells], wording)
    labels = {each.variable: _name_mean(each, wording) for each in reversed(means)}
    rows = tuple(
        (labels[cause], *texts[place * len(groups) : (place + 1) * len(groups)])
        for place, cause in enumerate(causes)
    )
    head = (wording("head.statistic"), *(name_group(each, wording) for each in groups))
    level = wording.word(means[0].level)
    caption = wording("caption.mean_times", day=level, level=tell_level(means, wording))
    return PageTable(caption, head, rows)


def _name_mean(each: ReportAnalysis, wording: Wording) -> str:
    key = "line.days_before" if f" {BEFORE} " in each.label else "line.days_after"
    return wording(key, cause=name_cause(each.variable, wording))


def sort_causes(causes: Iterable[str]) -> list[str]:
    """The causes, with the event first and what competes with it after it."""
    return sorted(dict.fromkeys(causes), key=lambda cause: cause not in EVENTS)
