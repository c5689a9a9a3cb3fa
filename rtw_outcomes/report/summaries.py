"""Tables of what each group did: the summary of an outcome, and its course over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber, list_groups
from rtw_outcomes.report.tables import (
    MANY_GROUPS,
    PageTable,
    TableLine,
    list_lines,
    name_limits,
    show_lines,
)
from rtw_outcomes.report.wording import Wording

# An outcome by period, day or state: for each level, for each group its statistics.
ByLevel = dict[str, dict[str, dict[str, ReportNumber]]]
TIMES = ("competing_cif", "survival_survfit")
MEAN_TIME = "rmst"
# What is estimated of each group, with an interval: the statistic of the summary that it is, or its name.
OF_GROUPS = {
    "group_mean": "mean",
    "group_share": "share",
    "group_share_any": "share_any_percent",
    "group_rate": "rate",
}
EVENTS = ("event", "", "time")  # the names of the event itself, among those of what competes
STATE = "state"
ESTIMATED = ("estimate", "conf.low", "conf.high")
ANSWERS = ("yes",)
CAPTIONS = ("period", "day", STATE)


def name_group(group: str, wording: Wording) -> str:
    """A group for reading; a run without groups has one of all."""
    return group or wording("group.all")


def make_summary_tables(
    analyses: Sequence[ReportAnalysis],
    groups: Sequence[str],
    wording: Wording,
    is_compared: bool = False,
) -> list[PageTable]:
    """The tables of an outcome's summary: one of the whole, and one for periods, days and states each.

    Args:
        analyses: of the outcome.
        groups: in the order of the columns.
        wording: the texts.
        is_compared: whether it is of the groups that are compared, where a page has two summaries.
    """
    tables: list[PageTable] = []
    level = tell_level((each for each in analyses if each.context in OF_GROUPS), wording)
    for variable, levels in split_levels(analyses).items():
        lines = list_lines(list_names(levels), wording, level)
        mean = next((line for line in lines if "mean" in line.names), None)
        if variable and mean and len(lines) > 1 and len(groups) <= MANY_GROUPS:
            tables.append(_make_means(variable, mean, levels, groups, wording))
        tables.append(_make_table(variable, lines, levels, groups, wording))
    return [
        replace(table, caption=wording("caption.compared", caption=table.caption))
        if is_compared
        else table
        for table in tables
        if table.rows
    ]


def list_compared(analyses: Iterable[ReportAnalysis]) -> tuple[str, ...]:
    """The groups that a comparison tells numbers of; they may be others than those of the summary."""
    contexts = (*OF_GROUPS, *TIMES)
    return list_groups(each for each in analyses if each.context in contexts)


def split_levels(analyses: Iterable[ReportAnalysis]) -> dict[str, ByLevel]:
    """The summary by what it is split on, such as `period`, and by level; "" is the whole.

    A state may be a level with a count and a share. It is then told as statistics, as in
    `full_work` and `full_work_percent`. What is estimated of a group stands for the same number of the
    description, because its limits are rounded with it.
    """
    split: dict[str, ByLevel] = {}
    for each in analyses:
        if each.context != "summary" and each.context not in OF_GROUPS:
            continue
        variable, level, state = _find_place(each)
        cells = split.setdefault(variable, {}).setdefault(level, {}).setdefault(each.group, {})
        if each.context in OF_GROUPS:
            _add_estimate(cells, each, state)
        elif state:
            names = {"n": state, "p": name_percent(state)}
            cells.update((names[name], number) for name, number in each.statistics.items())
        else:
            cells.update(each.statistics)
    return split


def _find_place(each: ReportAnalysis) -> tuple[str, str, str]:
    """What the summary is split on, the level of it, and the state that a number is about."""
    variable, level = each.variable, each.level
    if each.context in OF_GROUPS and ": " in level:  # a state on a day
        level, _, state = level.rpartition(": ")
        return variable, level, state
    is_state = variable.endswith(STATE) and set(each.statistics) <= {"n", "p", *ESTIMATED}
    if not is_state:
        return variable, level, ""
    level, _, state = level.rpartition(", ")
    return variable.removesuffix(STATE).rstrip(", "), level, state


def _add_estimate(cells: dict[str, ReportNumber], each: ReportAnalysis, state: str) -> None:
    name = OF_GROUPS[each.context]
    if name == "share":
        name = name_percent(state or next((own for own in ANSWERS if own in cells), name))
    estimate = each.statistics.get("estimate")
    if estimate is None or (each.value("estimate") is None and name in cells):
        return
    cells[name] = estimate
    for limit, own in zip(("conf.low", "conf.high"), name_limits(name), strict=True):
        if limit in each.statistics:
            cells[own] = each.statistics[limit]


def name_percent(statistic: str) -> str:
    """The name of the share in percent that stands beside a count."""
    return f"{statistic}_percent"


def list_names(levels: ByLevel) -> list[str]:
    """The names of the statistics of some levels, in order of appearance."""
    cells = (cells for by_group in levels.values() for cells in by_group.values())
    return list(dict.fromkeys(name for each in cells for name in each))


def _make_table(
    variable: str,
    lines: Sequence[TableLine],
    levels: ByLevel,
    groups: Sequence[str],
    wording: Wording,
) -> PageTable:
    """Rows are levels where each has one line, and otherwise the lines of each level."""
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
    variable: str, mean: TableLine, levels: ByLevel, groups: Sequence[str], wording: Wording
) -> PageTable:
    """Rows are levels; each group has a column of means and one of the numbers behind them."""
    names = list_names(levels)
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
    told = [(line.label, *show_lines(line, column, wording)) for line in lines]
    rows = tuple(row for row in told if any(row[1:]))
    head = (wording("head.statistic"), *(name_group(each, wording) for each in groups))
    table = PageTable(wording("caption.summary" if any(groups) else "caption.whole"), head, rows)
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


def name_cause(cause: str, wording: Wording) -> str:
    """A cause for reading; `time` is the one event of a curve without competing exits."""
    return wording.word("event") if cause in EVENTS else wording.word(cause)


def tell_level(analyses: Iterable[ReportAnalysis], wording: Wording) -> str:
    """The level of the intervals, in percent; that of most studies where the table is silent."""
    levels = {each.numbers["conf_level"] for each in analyses if "conf_level" in each.numbers}
    if len(levels) != 1:
        return wording("interval.any")
    level = levels.pop()
    level = level * 100 if level <= 1 else level
    return wording("interval.level", level=wording.number(f"{level:g}"))
