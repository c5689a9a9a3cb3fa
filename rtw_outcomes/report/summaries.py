"""Tables of what each group did: the summary of an outcome, and its course over time."""

from collections.abc import Iterable, Mapping, Sequence

from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber
from rtw_outcomes.report.tables import MANY_GROUPS, PageTable, TableLine, list_lines, show_lines
from rtw_outcomes.report.wording import Wording

# An outcome by period, day or state: for each level, for each group its statistics.
ByLevel = dict[str, dict[str, dict[str, ReportNumber]]]
TIMES = ("competing_cif", "survival_survfit")
AT_RISK = ("n.risk", "n.event", "n.censor")
STATE = "state"
CAPTIONS = ("period", "day", STATE)


def name_group(group: str, wording: Wording) -> str:
    """A group for reading; a run without groups has one of all."""
    return group or wording("group.all")


def make_summary_tables(
    analyses: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> list[PageTable]:
    """The tables of an outcome's summary: one of the whole, and one for periods, days and states each."""
    tables: list[PageTable] = []
    for variable, levels in split_levels(analyses).items():
        names = list_names(levels)
        if variable and "mean" in names and len(names) > 1 and len(groups) <= MANY_GROUPS:
            tables.append(_make_means(variable, levels, groups, wording))
        tables.append(_make_table(variable, levels, groups, wording))
    return tables


def split_levels(analyses: Iterable[ReportAnalysis]) -> dict[str, ByLevel]:
    """The summary by what it is split on, such as `period`, and by level; "" is the whole.

    A state may be a level with a count and a share. It is then told as statistics, as in
    `full_work` and `full_work_percent`.
    """
    split: dict[str, ByLevel] = {}
    for each in analyses:
        if each.context != "summary":
            continue
        variable, level, statistics = each.variable, each.level, each.statistics
        if variable.endswith(STATE) and set(statistics) <= {"n", "p"}:
            variable = variable.removesuffix(STATE).rstrip(", ")
            level, _, state = level.rpartition(", ")
            names = {"n": state, "p": name_percent(state)}
            statistics = {names[name]: number for name, number in statistics.items()}
        cells = split.setdefault(variable, {}).setdefault(level, {}).setdefault(each.group, {})
        cells.update(statistics)
    return split


def name_percent(statistic: str) -> str:
    """The name of the share in percent that stands beside a count."""
    return f"{statistic}_percent"


def list_names(levels: ByLevel) -> list[str]:
    """The names of the statistics of some levels, in order of appearance."""
    cells = (cells for by_group in levels.values() for cells in by_group.values())
    return list(dict.fromkeys(name for each in cells for name in each))


def _make_table(
    variable: str, levels: ByLevel, groups: Sequence[str], wording: Wording
) -> PageTable:
    """Rows are levels where each has one line, and otherwise the lines of each level."""
    lines = list_lines(list_names(levels), wording)
    if not variable:
        return _make_whole(lines, levels, groups, wording)
    caption = _caption(variable, wording)
    level_head = wording.word(variable)
    if len(groups) > MANY_GROUPS:
        return _make_long(lines, levels, groups, level_head, caption, wording)
    keys = [(level, line) for level in levels for line in lines]
    columns = [_show_column(group, lines, levels, wording) for group in groups]
    labels = [(wording.word(level), line.label) for level, line in keys]
    rows = [
        (*label, *(column[key[0], key[1].label] for column in columns))
        for label, key in zip(labels, keys, strict=True)
    ]
    rows = [row for row in rows if any(row[2:])]
    head = (level_head, wording("head.statistic"), *(name_group(each, wording) for each in groups))
    if len(lines) == 1:
        caption = f"{caption}: {lines[0].label}"
        head, rows = (head[0], *head[2:]), [(row[0], *row[2:]) for row in rows]
        return PageTable(caption, head, tuple(rows))
    return PageTable(caption, head, tuple(rows), words=2)


def _make_means(
    variable: str, levels: ByLevel, groups: Sequence[str], wording: Wording
) -> PageTable:
    """Rows are levels; each group has a column of means and one of the numbers behind them."""
    names = list_names(levels)
    mean = next(line for line in list_lines(names, wording) if "mean" in line.names)
    head, columns = [wording.word(variable)], [list(map(wording.word, levels))]
    for group in groups:
        column = [by_group.get(group, {}) for by_group in levels.values()]
        name = name_group(group, wording)
        head.append(wording("head.of_group", group=name, what=mean.label))
        columns.append(show_lines(mean, column, wording))
        if "n" in names:
            head.append(wording("head.of_group", group=name, what=wording.word("n")))
            columns.append(wording.show([cells.get("n") for cells in column]))
    rows = tuple(zip(*columns, strict=True))
    return PageTable(f"{_caption(variable, wording)}: {mean.label}", tuple(head), rows)


def _caption(variable: str, wording: Wording) -> str:
    key = f"split.{variable}" if variable in CAPTIONS else "split.other"
    return wording("caption.by", split=wording(key))


def _show_column(
    group: str, lines: Sequence[TableLine], levels: ByLevel, wording: Wording
) -> dict[tuple[str, str], str]:
    """The cells of one group by level and line; those of a line have the same decimals."""
    column = [by_group.get(group, {}) for by_group in levels.values()]
    return {
        (level, line.label): cell
        for line in lines
        for level, cell in zip(levels, show_lines(line, column, wording), strict=True)
    }


def _make_whole(
    lines: Sequence[TableLine], levels: ByLevel, groups: Sequence[str], wording: Wording
) -> PageTable:
    by_group: Mapping[str, dict[str, ReportNumber]] = next(iter(levels.values()))
    column = [by_group.get(group, {}) for group in groups]
    rows = tuple((line.label, *show_lines(line, column, wording)) for line in lines)
    head = (wording("head.statistic"), *(name_group(each, wording) for each in groups))
    table = PageTable(wording("caption.summary"), head, rows)
    return table.turned(wording("head.group")) if len(groups) > MANY_GROUPS else table


def _make_long(
    lines: Sequence[TableLine],
    levels: ByLevel,
    groups: Sequence[str],
    level_head: str,
    caption: str,
    wording: Wording,
) -> PageTable:
    """A row for each level and group, a column for each line."""
    keys = [(level, group) for level in levels for group in groups]
    column = [levels[level].get(group, {}) for level, group in keys]
    cells = [show_lines(line, column, wording) for line in lines]
    rows = tuple(
        (wording.word(level), name_group(group, wording), *(line[place] for line in cells))
        for place, (level, group) in enumerate(keys)
    )
    head = (level_head, wording("head.group"), *(line.label for line in lines))
    return PageTable(caption, head, rows, words=2)


def make_times_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The cumulative incidence at fixed days: a row for each day and group, a column for each cause."""
    fixed = [each for each in analyses if each.context in TIMES]
    if not fixed:
        return None
    causes = list(dict.fromkeys(each.variable for each in fixed))
    groups = list(dict.fromkeys(each.group for each in fixed))
    told = {(each.level, each.group) for each in fixed}
    days = dict.fromkeys(each.level for each in fixed)
    keys = [(day, group) for day in days for group in groups if (day, group) in told]
    found = {(each.level, each.group, each.variable): each.statistics for each in fixed}
    counted = [_find_at_risk(key, causes, found) for key in keys]
    names = [name for name in AT_RISK if any(name in cells for cells in counted)]
    columns = [wording.show([cells.get(name) for cells in counted]) for name in names]
    estimate = TableLine("", ("estimate", "conf.low", "conf.high"), wording.form("interval"))
    for cause in causes:
        column = [found.get((*key, cause), {}) for key in keys]
        columns.append(show_lines(estimate, column, wording))
    rows = tuple(
        (wording.word(level), name_group(group, wording), *(column[place] for column in columns))
        for place, (level, group) in enumerate(keys)
    )
    head = (
        *(wording("head.day"), wording("head.group")),
        *(wording.word(name) for name in names),
        *(wording("head.percent_with", cause=name_cause(each, wording)) for each in causes),
    )
    return PageTable(
        wording("caption.times", level=tell_level(fixed, wording)), head, rows, words=2
    )


def _find_at_risk(
    key: tuple[str, str],
    causes: Sequence[str],
    found: Mapping[tuple[str, str, str], Mapping[str, ReportNumber]],
) -> dict[str, ReportNumber]:
    """The persons at risk, those with the event and the censored ones, told beside the first cause that has them."""
    cells: dict[str, ReportNumber] = {}
    for cause in causes:
        for name, number in found.get((*key, cause), {}).items():
            cells.setdefault(name, number)
    return cells


def name_cause(cause: str, wording: Wording) -> str:
    """A cause for reading; `time` is the one event of a curve without competing exits."""
    return wording.word("event") if cause in ("", "time") else wording.word(cause)


def tell_level(analyses: Iterable[ReportAnalysis], wording: Wording) -> str:
    """The level of the intervals, in percent; that of most studies where the table is silent."""
    levels = {each.numbers["conf_level"] for each in analyses if "conf_level" in each.numbers}
    if len(levels) != 1:
        return wording("interval.any")
    level = levels.pop()
    level = level * 100 if level <= 1 else level
    return wording("interval.level", level=wording.number(f"{level:g}"))
