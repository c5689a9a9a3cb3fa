"""Table 1: who the persons are, in each group."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber
from rtw_outcomes.report.summaries import name_group
from rtw_outcomes.report.tables import MANY_GROUPS, PageTable, list_lines, show_lines
from rtw_outcomes.report.wording import Wording

COLUMNS = ("categorical", "continuous")


def make_persons_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The columns of the cohort in each group, and how far the groups lie apart."""
    about = [each for each in analyses if each.context in COLUMNS and not each.outcome]
    if not about:
        return None
    described = [each for each in about if _is_description(each)]
    groups = list(dict.fromkeys(each.group for each in described))
    apart = _show_apart(about, groups, wording)
    rows: list[tuple[str, ...]] = []
    for key in _list_keys(about):
        cells = {each.group: each for each in described if (each.variable, each.level) == key}
        label = f"{key[0]}: {wording.word(key[1])}" if key[1] else key[0]
        column = [_shorten(cells[group].statistics) if group in cells else {} for group in groups]
        # A number of four digits may be a year.
        is_counted = all(each.context == "categorical" for each in cells.values())
        own = wording if is_counted else replace(wording, grouped_from=5)
        lines = list_lines(_list_names(list(cells.values())), wording)
        told = apart.get(key, "")
        if not lines:  # only how far the groups lie apart is told of the column as a whole
            rows.append((label, *[""] * len(groups), told))
        for line in lines:
            name = wording("line.of_column", column=label, line=line.label)
            name = wording("line.count", label=label) if line.names[0] == "n" else name
            rows.append((name, *show_lines(line, column, own), told))
            told = ""
    names = [name_group(each, wording) for each in groups]
    head = (wording("head.column"), *names, wording("head.std_diff"))
    if not apart:
        head, rows = head[:-1], [row[:-1] for row in rows]
    table = PageTable(wording("caption.persons"), head, tuple(rows))
    return _put_down(table, wording) if len(groups) > MANY_GROUPS else table


def _shorten(statistics: Mapping[str, ReportNumber]) -> dict[str, ReportNumber]:
    """The statistics with shares of one decimal, which is as much as a reader of a table of persons compares."""
    share = statistics.get("p")
    if share is None or share.value is None:
        return dict(statistics)
    return {**statistics, "p": replace(share, text=f"{share.value:.1f}")}


def _put_down(table: PageTable, wording: Wording) -> PageTable:
    """A row for each row and group of a table; how far groups lie apart has rows of its own."""
    places = range(1, len(table.head))
    rows = tuple(
        (row[0], table.head[place], row[place])
        for row in table.rows
        for place in places
        if row[place]
    )
    head = (table.head[0], wording("head.group"), wording("head.value"))
    return PageTable(table.caption, head, rows, words=2)


def _is_description(each: ReportAnalysis) -> bool:
    return bool(set(each.statistics) - {"std_diff"})


def _list_keys(about: Sequence[ReportAnalysis]) -> list[tuple[str, str]]:
    """Columns in order of appearance; what is about a column as a whole stands before its levels."""
    keys = dict.fromkeys((each.variable, each.level) for each in about)
    columns = list(dict.fromkeys(column for column, _ in keys))
    return sorted(keys, key=lambda key: (columns.index(key[0]), bool(key[1])))


def _list_names(described: Sequence[ReportAnalysis]) -> list[str]:
    names = (name for each in described for name in each.statistics)
    return [name for name in dict.fromkeys(names) if name != "std_diff"]


def _show_apart(
    about: Sequence[ReportAnalysis], groups: Sequence[str], wording: Wording
) -> dict[tuple[str, str], str]:
    """The standardised differences by column and level; where there are several groups they are named."""
    apart = [each for each in about if "std_diff" in each.statistics]
    shown = wording.show([each.statistics["std_diff"] for each in apart])
    told: dict[tuple[str, str], list[str]] = {}
    is_named = len(groups) > len(("reference", "other"))
    for each, text in zip(apart, shown, strict=True):
        named = f"{each.group}: {text}" if each.group and is_named else text
        told.setdefault((each.variable, each.level), []).append(named)
    return {key: "; ".join(texts) for key, texts in told.items()}
