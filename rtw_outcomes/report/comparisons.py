"""Tables of comparisons: estimates with their intervals, tests, subgroups and clusters of one outcome."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.reading import INTERACTION, ReportAnalysis, ReportNumber
from rtw_outcomes.report.summaries import (
    EVENTS,
    MEAN_TIME,
    OF_GROUPS,
    TIMES,
    name_cause,
    name_group,
    tell_level,
)
from rtw_outcomes.report.tables import PageTable, TableLine, list_lines, show_lines
from rtw_outcomes.report.withheld import tell_withheld
from rtw_outcomes.report.wording import Wording

# What has a table of its own.
NOT_ESTIMATES = (
    *TIMES,
    *OF_GROUPS,
    MEAN_TIME,
    "summary",
    "curve",
    "clusters",
    "pitfall",
    "flow",
    "categorical",
    "continuous",
)
OVER_TIME = ("period", "day", "state")
BY_DAY = ("proportion_difference", "risk_ratio", "proportion_ratio")  # the others are up to a day
WITH_ANY = "with any"  # how the table names a difference of shares of numbers above 0
ADJUSTED = re.compile(", adjusted for [^;]*")

# Without covariates and with them: the heads of the estimates and of their p values.
SIDES = {
    "plain": ("head.plain", "head.p_plain"),
    "adjusted": ("head.adjusted", "head.p_adjusted"),
}
LEAST_P = 0.001  # a smaller one is told as below it


@dataclass(frozen=True)
class _Row:
    """A row of a table: the same comparison, without covariates and with them."""

    part: str
    name: str
    groups: str
    plain: ReportAnalysis | None = None
    adjusted: ReportAnalysis | None = None

    @property
    def analyses(self) -> list[ReportAnalysis]:
        return [each for each in (self.plain, self.adjusted) if each]

    @property
    def is_test(self) -> bool:
        return any(each.is_test or each.is_interaction for each in self.analyses)


def is_estimate(each: ReportAnalysis) -> bool:
    """Whether an analysis is told in a table of estimates: it compares groups, or is a test or a rate."""
    if each.context == MEAN_TIME:
        return each.is_comparison
    return each.context not in NOT_ESTIMATES


def make_comparison_tables(analyses: Sequence[ReportAnalysis], wording: Wording) -> list[PageTable]:
    """The tables of estimates: of the event, of what competes, by period or day, and by subgroup."""
    kinds: dict[str, list[ReportAnalysis]] = {
        "comparisons": [],
        "competing": [],
        "over_time": [],
        "subgroups": [],
    }
    last_days = {
        each.context: each.level
        for each in analyses
        if each.variable in EVENTS and each.level and each.is_comparison
    }
    for each in analyses:
        if is_estimate(each):
            # Effects in subgroups are by the last of the days.
            day = last_days.get(each.context, "") if each.subgroup and each.level else ""
            kinds[_choose_kind(each)].append(replace(each, last_day=day))
    return [_make_table(kind, found, wording) for kind, found in kinds.items() if found]


def _choose_kind(each: ReportAnalysis) -> str:
    if each.variable in OVER_TIME:
        return "over_time"
    if each.subgroup:
        return "subgroups"
    return "comparisons" if each.variable in EVENTS else "competing"


def name_estimate(each: ReportAnalysis, wording: Wording) -> str:
    """The kind of an estimate, with its unit and the day that it is about."""
    key = f"{each.context}_any" if WITH_ANY in each.label else each.context
    name = wording.texts.get(f"context.{key}", each.context.replace("_", " "))
    unit = each.texts["unit"]
    if unit and unit != "ratio" and not each.is_test:
        name = f"{name}, {wording.word(unit)}"
    is_day = each.level and each.variable not in OVER_TIME and not each.subgroup
    day = each.level if is_day else each.last_day
    if day:
        key = "estimate.by" if each.context in BY_DAY else "estimate.up_to"
        name = wording(key, name=name, day=wording.word(day))
    return name


def name_groups(each: ReportAnalysis, wording: Wording) -> str:
    """Which group an estimate compares with which one; all of them for a test."""
    if not each.reference:
        return name_group(each.group, wording)
    return wording("estimate.groups", group=each.group, reference=each.reference)


def show_estimates(analyses: Sequence[ReportAnalysis], wording: Wording) -> list[str]:
    """The estimates with their intervals; those of one kind and unit have the same decimals."""
    line = TableLine("", ("estimate", "conf.low", "conf.high"), wording.form("interval"))
    cells = [""] * len(analyses)
    kinds = [(each.context, each.texts["unit"]) for each in analyses]
    for kind in dict.fromkeys(kinds):
        places = [place for place, other in enumerate(kinds) if other == kind]
        column = [_list_main(analyses[place]) for place in places]
        for place, cell in zip(places, show_lines(line, column, wording), strict=True):
            cells[place] = cell
    return [
        _show_test(each, wording) if each.is_test and not cell else cell
        for each, cell in zip(analyses, cells, strict=True)
    ]


def _list_main(each: ReportAnalysis) -> dict[str, ReportNumber]:
    """The statistics of an analysis; what a rate tells stands where an estimate would."""
    found = dict(each.statistics)
    if "estimate" not in found and "rate" in found:
        found["estimate"] = found["rate"]
    return found


def _show_test(each: ReportAnalysis, wording: Wording) -> str:
    """The statistic of a test, with what it is."""
    found = each.statistics.get("statistic")
    shown = wording.show([found])[0]
    is_told = found is not None and found.value is not None
    return f"{wording.word(each.texts['unit'])} {shown}".strip() if is_told else shown


def _make_table(kind: str, analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable:
    rows, withheld = _split_rows(kind, analyses, wording)
    told = [each for row in rows for each in row.analyses]
    part = _name_head(kind, analyses)
    texts: dict[str, Callable[[_Row], str]] = {
        part: lambda row: row.part,
        "head.comparison": lambda row: row.name,
        "head.groups": lambda row: row.groups,
    }
    columns = {wording(key): [tell(row) for row in rows] for key, tell in texts.items()}
    compared = {name_groups(each, wording) for each in analyses if each.is_comparison}
    if len(compared) == 1:
        del columns[wording("head.groups")]
    # A column that says the same everywhere is said once, in the caption.
    always = {wording("head.comparison" if kind in ("comparisons", "competing") else part)}
    said_once = [
        *(compared if len(compared) == 1 else ()),
        *(
            cells[0]
            for head, cells in columns.items()
            if head not in always and len(set(cells)) == 1
        ),
    ]
    shown = {
        head: cells for head, cells in columns.items() if head in always or len(set(cells)) > 1
    }
    words = len(shown)
    shown |= _show_numbers(kind, rows, wording)
    caption = ": ".join(
        filter(None, [_name_caption(kind, analyses, wording), ", ".join(filter(None, said_once))])
    )
    methods = [_clean_method(each.texts["method"]) for each in told]
    return PageTable(
        caption,
        tuple(shown),
        tuple(zip(*shown.values(), strict=True)),
        words,
        (*_list_notes(told, wording), *tell_withheld(withheld, wording)),
        tuple(dict.fromkeys(filter(None, methods))),
    )


def _name_caption(kind: str, analyses: Sequence[ReportAnalysis], wording: Wording) -> str:
    if kind != "over_time":
        return wording(f"caption.{kind}")
    variables = dict.fromkeys(each.variable for each in analyses)
    split = ", ".join(wording(f"split.{variable}") for variable in variables)
    return wording("caption.over_time", split=split)


def _name_head(kind: str, analyses: Sequence[ReportAnalysis]) -> str:
    variables = {each.variable for each in analyses}
    if kind == "competing":
        return "head.exit"
    return f"word.{variables.pop()}" if kind == "over_time" and len(variables) == 1 else "head.part"


def _split_rows(
    kind: str, analyses: Sequence[ReportAnalysis], wording: Wording
) -> tuple[list[_Row], list[tuple[str, ReportAnalysis]]]:
    """The rows of a table, and what is told in a sentence because all of its part is hidden."""
    by_part: dict[str, list[ReportAnalysis]] = {}
    for each in analyses:
        by_part.setdefault(_name_block(kind, each, wording), []).append(each)
    rows: dict[tuple[str, ...], _Row] = {}
    withheld: list[tuple[str, ReportAnalysis]] = []
    for block, found in by_part.items():
        if _tells_nothing(kind, found):
            withheld += [(block, each) for each in found]
            continue
        for each in found:
            part, name = _name_part(each, wording), name_estimate(each, wording)
            groups = name_groups(each, wording) if each.is_comparison else ""
            side = "adjusted" if each.covariates else "plain"
            key: tuple[str, ...] = (part, name, each.group, each.reference)
            old = rows.get(key, _Row(part, name, groups))
            if getattr(old, side):  # with other covariates
                key, old = (*key, each.covariates), _Row(part, name, groups)
            rows[key] = _Row(
                part,
                name,
                groups,
                each if side == "plain" else old.plain,
                each if side == "adjusted" else old.adjusted,
            )
    return _sort_rows(kind, list(rows.values())), withheld


def _tells_nothing(kind: str, found: Sequence[ReportAnalysis]) -> bool:
    """Whether all numbers of a part are hidden, or 0 because nobody has had what it is about."""
    told = {number.value for each in found for number in each.statistics.values()} - {None}
    if not told:
        return any(each.is_withheld for each in found)
    return told == {0.0} and kind != "comparisons"


def _sort_rows(kind: str, rows: Sequence[_Row]) -> list[_Row]:
    """Tests after the estimates of the same part; in subgroups, the levels of an estimate together."""
    if kind == "over_time":
        return list(rows)
    by_part: dict[str, list[_Row]] = {}
    for row in rows:
        by_part.setdefault(row.analyses[0].context if kind == "subgroups" else row.part, []).append(
            row
        )
    ordered: list[_Row] = []
    for found in by_part.values():
        of_all = found[0].name.partition(", ")[0]
        ordered += [row for row in found if not row.is_test]
        # A test of subgroups is about the estimate that stands above it.
        ordered += [
            replace(row, name=of_all) if kind == "subgroups" else row
            for row in found
            if row.is_test
        ]
    return ordered


def _name_block(kind: str, each: ReportAnalysis, wording: Wording) -> str:
    """What is hidden or told together: a cause, a period or a state; a comparison where there are none."""
    if kind == "comparisons":
        return name_estimate(each, wording)
    part = _name_part(each, wording)
    return f"{part}, {name_estimate(each, wording)}" if kind == "subgroups" else part


def _show_numbers(kind: str, rows: Sequence[_Row], wording: Wording) -> dict[str, list[str]]:
    """The columns of numbers: estimates and p values without covariates and with them, and n."""
    told = [each for row in rows for each in row.analyses]
    level = tell_level(
        [each for each in told if each.is_comparison and not each.is_interaction], wording
    )
    shown: dict[str, list[str]] = {}
    sides = [side for side in SIDES if any(getattr(row, side) for row in rows)]
    texts = dict(zip(map(id, told), show_estimates(told, wording), strict=True))
    for side in sides:
        found = [getattr(row, side) for row in rows]
        key = SIDES[side][0] if "adjusted" in sides else "head.estimate"
        shown[wording(key, level=level)] = [texts[id(each)] if each else "" for each in found]
        values = _show_p(found, kind == "subgroups", wording)
        if any(value not in ("", HIDDEN) for value in values):
            shown[wording("head.p" if len(sides) == 1 else SIDES[side][1])] = values
    counts = [
        next((each.numbers["n"] for each in row.analyses if "n" in each.numbers), None)
        for row in rows
    ]
    if any(count is not None for count in counts):
        shown[wording("head.n")] = ["" if n is None else wording.count(int(n)) for n in counts]
    return shown


def _name_part(each: ReportAnalysis, wording: Wording) -> str:
    """The subgroup, period, day or exit of an estimate; a test of subgroups is about all of them."""
    if each.subgroup:
        is_test = each.is_interaction or not each.level
        return (
            wording("estimate.interaction", column=each.subgroup)
            if is_test
            else f"{each.subgroup}: {each.level}"
        )
    if each.variable in OVER_TIME:
        return wording.word(each.level) if each.level else wording("estimate.all_periods")
    return "" if each.variable in EVENTS else name_cause(each.variable, wording)


def _show_p(
    analyses: Sequence[ReportAnalysis | None], only_interaction: bool, wording: Wording
) -> list[str]:
    """The p values. In subgroups only the test of interaction has one: the others mislead."""
    found = [_find_p(each, only_interaction) for each in analyses]
    least = wording.number(f"<{LEAST_P}")
    return [
        least if each and each.value is not None and each.value < LEAST_P else cell
        for each, cell in zip(found, wording.show(found), strict=True)
    ]


def _find_p(each: ReportAnalysis | None, only_interaction: bool) -> ReportNumber | None:
    if each is None:
        return None
    if each.is_interaction:
        return each.statistics.get(INTERACTION) or each.statistics.get("p.value")
    return None if only_interaction else each.statistics.get("p.value")


def _clean_method(method: str) -> str:
    """A method without its covariates, which the table tells, and without its stop."""
    return ADJUSTED.sub("", method).rstrip(".")


def _list_notes(analyses: Sequence[ReportAnalysis], wording: Wording) -> tuple[str, ...]:
    """What there is to know about the estimates: what they are adjusted for, warnings, what is not there."""
    covariates = dict.fromkeys(each.covariates for each in analyses if each.covariates)
    notes = [
        wording("note.adjusted", columns=columns)
        if len(covariates) == 1
        else wording(
            "note.adjusted_of", columns=columns, estimates=_join_names(analyses, columns, wording)
        )
        for columns in covariates
    ]
    for key in ("warning", "error"):
        told: dict[str, list[ReportAnalysis]] = {}
        for each in analyses:
            for text in filter(None, each.texts[key].splitlines()):
                told.setdefault(text, []).append(each)
        notes += [
            wording(
                f"note.{key}",
                text=wording.tell(text),
                estimates="; ".join(dict.fromkeys(name_whole(each, wording) for each in found)),
            )
            for text, found in told.items()
        ]
    return tuple(notes)


def _join_names(analyses: Sequence[ReportAnalysis], columns: str, wording: Wording) -> str:
    return "; ".join(
        dict.fromkeys(name_whole(each, wording) for each in analyses if each.covariates == columns)
    )


def name_whole(each: ReportAnalysis, wording: Wording) -> str:
    """The kind of an estimate, and the part that it is about."""
    return ", ".join(filter(None, (name_estimate(each, wording), _name_part(each, wording))))


def make_clusters_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The number and the sizes of the clusters; a note tells how alike the persons of one are."""
    clusters = [each for each in analyses if each.context == "clusters"]
    if not clusters:
        return None
    of_groups = [each for each in clusters if each.group] or clusters
    others = [each for each in clusters if each not in of_groups]
    names = list(dict.fromkeys(name for each in of_groups for name in each.statistics))
    column: list[Mapping[str, ReportNumber]] = [each.statistics for each in of_groups]
    rows = tuple(
        (line.label, *show_lines(line, column, wording)) for line in list_lines(names, wording)
    )
    groups = tuple(name_group(each.group, wording) for each in of_groups)
    notes = tuple(
        wording("note.of_all", name=wording.word(name), value=wording.show([number])[0])
        for each in others
        for name, number in each.statistics.items()
    )
    head = (wording("head.statistic"), *groups)
    return PageTable(wording("caption.clusters"), head, rows, notes=notes)
