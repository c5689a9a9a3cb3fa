"""The flow of index dates: how many each group has, and for each outcome how many are analysed, and why not."""

from collections.abc import Iterator, Mapping, Sequence

from rtw_outcomes.report.overview import Main
from rtw_outcomes.report.reading import ReportAnalysis, ReportNumber
from rtw_outcomes.report.summaries import EVENTS, OF_GROUPS, TIMES, name_group
from rtw_outcomes.report.tables import MANY_GROUPS, PageTable
from rtw_outcomes.report.wording import Wording

ANALYSED = "analysed"
CLUSTERS = "clusters"
# From all index dates to those that are analysed, and how observation ended for some of them.
BEFORE = ("not_at_risk", "missing", "observed", "fully_observed", "partly_observed")
AFTER = ("censored", "unconfirmable")
CENSORED = "censored_"
# For each stage the number of each group.
Counts = Mapping[str, ReportNumber]


def make_flow_table(
    about_persons: Sequence[ReportAnalysis],
    by_outcome: Mapping[str, Sequence[ReportAnalysis]],
    wording: Wording,
) -> PageTable | None:
    """The index dates of each group at each stage, and its clusters where all outcomes tell the same."""
    stages: dict[str, dict[str, ReportNumber]] = {}
    for each in about_persons:
        if each.context == "flow" and (count := _find_count(each.statistics)):
            stages.setdefault(_name_stage(each, wording), {})[each.group] = count
    clusters = [found for own in by_outcome.values() if (found := _count_clusters(own))]
    if clusters and all(_tell(each) == _tell(clusters[0]) for each in clusters):
        stages[wording.word(CLUSTERS)] = clusters[0]
    if not stages:
        return None
    return _lay_out(wording("caption.flow"), stages, list(next(iter(stages.values()))), wording)


def make_outcome_flow(
    main: Main, analyses: Sequence[ReportAnalysis], order: Sequence[str], wording: Wording
) -> PageTable | None:
    """What became of the index dates of one outcome; none where it is told by day or period only.

    Args:
        main: the outcome.
        analyses: those of the outcome.
        order: that of the groups in the flow of the study.
        wording: the texts.
    """
    stages: dict[str, dict[str, ReportNumber]] = {}
    for name, group, number in (*_list_counts(analyses, BEFORE), *_list_analysed(analyses)):
        stages.setdefault(wording.word(name), {})[group] = number
    reasons = dict.fromkeys(
        name for each in analyses for name in each.statistics if name.startswith(CENSORED)
    )
    for name, group, number in _list_counts(analyses, (AFTER[0], *reasons, *AFTER[1:])):
        stages.setdefault(wording.word(name), {})[group] = number
    if not stages:
        return None
    found = dict.fromkeys(group for counts in stages.values() for group in counts)
    groups = [
        *(each for each in order if each in found),
        *(each for each in found if each not in order),
    ]
    title = wording("overview.primary", title=main.title) if main.is_primary else main.title
    return _lay_out(wording("caption.outcome_flow", title=title), stages, groups, wording)


def _lay_out(
    caption: str, stages: Mapping[str, Counts], groups: Sequence[str], wording: Wording
) -> PageTable:
    columns = [wording.show([counts.get(group) for counts in stages.values()]) for group in groups]
    rows = tuple(zip(stages, *columns, strict=True))
    head = (wording("head.stage"), *(name_group(each, wording) for each in groups))
    table = PageTable(caption, head, rows)
    return table.turned(wording("head.group")) if len(groups) > MANY_GROUPS else table


def _find_count(statistics: Mapping[str, ReportNumber]) -> ReportNumber | None:
    return statistics.get("n") or next(iter(statistics.values()), None)


def _name_stage(each: ReportAnalysis, wording: Wording) -> str:
    level = wording.word(each.level) if each.level else ""
    return ": ".join(filter(None, (wording.word(each.variable), level)))


def _count_clusters(analyses: Sequence[ReportAnalysis]) -> dict[str, ReportNumber]:
    return {
        each.group: each.statistics["n_clusters"]
        for each in analyses
        if each.context == CLUSTERS and each.group and "n_clusters" in each.statistics
    }


def _tell(counts: Counts) -> dict[str, float | None]:
    return {group: number.value for group, number in counts.items()}


def _list_counts(
    analyses: Sequence[ReportAnalysis], names: Sequence[str]
) -> Iterator[tuple[str, str, ReportNumber]]:
    """The counts of the summary as a whole, in the order of the names."""
    whole = [each for each in analyses if each.context == "summary" and not each.variable]
    for name in names:
        for each in whole:
            if name in each.statistics:
                yield name, each.group, each.statistics[name]


def _list_analysed(
    analyses: Sequence[ReportAnalysis],
) -> Iterator[tuple[str, str, ReportNumber]]:
    """For each group the index dates behind its first estimate."""
    told: set[str] = set()
    for each in analyses:
        is_own = each.context in (*OF_GROUPS, *TIMES) and each.variable in (*EVENTS, "state")
        if is_own and each.group not in told and "n" in each.numbers:
            told.add(each.group)
            count = int(each.numbers["n"])
            yield ANALYSED, each.group, ReportNumber(float(count), str(count), "", "", False)
