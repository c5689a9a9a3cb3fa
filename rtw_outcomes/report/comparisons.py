"""Tables of comparisons: estimates with their intervals, tests, subgroups and clusters of one outcome."""

from collections.abc import Callable, Sequence

from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber
from rtw_outcomes.report.summaries import TIMES, name_group, tell_level
from rtw_outcomes.report.tables import PageTable, TableLine, list_lines, show_lines
from rtw_outcomes.report.wording import Wording

# What has a table of its own.
NOT_ESTIMATES = (
    *TIMES,
    "summary",
    "curve",
    "clusters",
    "pitfall",
    "flow",
    "categorical",
    "continuous",
)
OVER_TIME = ("period", "day", "state")

LEAST_P = 0.001  # a smaller one is told as below it


def is_estimate(each: ReportAnalysis) -> bool:
    """Whether an analysis is told in a table of estimates: it compares groups, or is a test or a rate."""
    return each.context not in NOT_ESTIMATES


def make_comparison_tables(analyses: Sequence[ReportAnalysis], wording: Wording) -> list[PageTable]:
    """The tables of estimates: those for everybody, by period or day, and by subgroup."""
    estimates = [each for each in analyses if is_estimate(each)]
    over_time = [each for each in estimates if each.variable in OVER_TIME]
    subgroups = [each for each in estimates if each.subgroup]
    whole = [each for each in estimates if each not in over_time and each not in subgroups]
    tables = [
        _make_table("comparisons", whole, wording),
        _make_table("over_time", over_time, wording),
        _make_table("subgroups", subgroups, wording),
    ]
    return [table for table in tables if table]


def name_estimate(each: ReportAnalysis, wording: Wording) -> str:
    """The kind of an estimate, with its unit and the day that it is about."""
    name = wording.texts.get(f"context.{each.context}", each.context.replace("_", " "))
    unit = each.texts["unit"]
    if unit and unit != "ratio":
        name = f"{name}, {wording.word(unit)}"
    if each.level and each.variable not in OVER_TIME and not each.subgroup:
        name = wording("estimate.at", name=name, day=wording.word(each.level))
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
    return cells


def _list_main(each: ReportAnalysis) -> dict[str, ReportNumber]:
    """The statistics of an analysis; what a test or a rate tells stands where an estimate would."""
    found = dict(each.statistics)
    if "estimate" not in found and "rate" in found:
        found["estimate"] = found["rate"]
    return found


def _make_table(
    kind: str, analyses: Sequence[ReportAnalysis], wording: Wording
) -> PageTable | None:
    if not analyses:
        return None
    variables = {each.variable for each in analyses}
    is_one = len(variables) == 1 and variables <= set(OVER_TIME)
    part = f"word.{variables.pop()}" if is_one else "head.part"
    texts: dict[str, Callable[[ReportAnalysis], str]] = {
        part: lambda each: _name_part(each, wording),
        "head.comparison": lambda each: name_estimate(each, wording),
        "head.groups": lambda each: name_groups(each, wording),
        "head.adjusted": lambda each: each.covariates or wording("estimate.unadjusted"),
    }
    columns = {wording(key): [tell(each) for each in analyses] for key, tell in texts.items()}
    # A column that says the same everywhere is said once, in the caption.
    always = {wording("head.comparison")} if kind == "comparisons" else {wording(part)}
    said_once = [
        cells[0] for head, cells in columns.items() if head not in always and len(set(cells)) == 1
    ]
    shown = {
        head: cells for head, cells in columns.items() if head in always or len(set(cells)) > 1
    }
    words = len(shown)
    level = tell_level(analyses, wording)
    shown[wording("head.estimate", level=level)] = show_estimates(analyses, wording)
    for name, key in {"p.value": "head.p", "n": "head.n"}.items():
        cells = _show_one(name, analyses, wording)
        if any(cells):
            shown[wording(key)] = cells
    once = [each for each in said_once if each and each != wording("estimate.unadjusted")]
    caption = ": ".join(filter(None, [wording(f"caption.{kind}"), ", ".join(once)]))
    rows = tuple(zip(*shown.values(), strict=True))
    return PageTable(caption, tuple(shown), rows, words, _list_notes(analyses, wording))


def _name_part(each: ReportAnalysis, wording: Wording) -> str:
    """The subgroup, period or day of an estimate; a test of subgroups is about all of them."""
    if each.subgroup:
        return f"{each.subgroup}: {each.level}" if each.level else each.subgroup
    return wording.word(each.level) if each.variable in OVER_TIME else ""


def _show_one(name: str, analyses: Sequence[ReportAnalysis], wording: Wording) -> list[str]:
    """One statistic of each analysis; n is told by the table beside the estimate."""
    found = [each.statistics.get(name) for each in analyses]
    cells = wording.show(found)
    if name != "n":
        least = wording.number(f"<{LEAST_P}")
        return [
            least if each and each.value is not None and each.value < LEAST_P else cell
            for each, cell in zip(found, cells, strict=True)
        ]
    known = [each.numbers.get("n") for each in analyses]
    return [
        cell or (wording.count(int(n)) if n is not None else "")
        for cell, n in zip(cells, known, strict=True)
    ]


def _list_notes(analyses: Sequence[ReportAnalysis], wording: Wording) -> tuple[str, ...]:
    """What there is to know about the estimates: how they were made, warnings, and what is not there."""
    methods = list(dict.fromkeys(each.texts["method"] for each in analyses if each.texts["method"]))
    notes = [wording("note.method", text="; ".join(methods))] if methods else []
    for key in ("warning", "error"):
        told: dict[str, list[str]] = {}
        for each in analyses:
            if each.texts[key]:
                told.setdefault(each.texts[key], []).append(name_estimate(each, wording))
        notes += [
            wording(f"note.{key}", estimates=", ".join(dict.fromkeys(names)), text=text)
            for text, names in told.items()
        ]
    return tuple(notes)


def make_clusters_table(analyses: Sequence[ReportAnalysis], wording: Wording) -> PageTable | None:
    """The number and the sizes of the clusters, and how alike the persons of one are."""
    clusters = [each for each in analyses if each.context == "clusters"]
    if not clusters:
        return None
    names = list(dict.fromkeys(name for each in clusters for name in each.statistics))
    column = [each.statistics for each in clusters]
    rows = tuple(
        (line.label, *show_lines(line, column, wording)) for line in list_lines(names, wording)
    )
    groups = tuple(name_group(each.group, wording) for each in clusters)
    return PageTable(wording("caption.clusters"), (wording("head.statistic"), *groups), rows)
