"""How much the effect on an outcome hangs on choices: the same estimate under other ones, in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.report.comparisons import name_groups, name_whole, show_estimates
from rtw_outcomes.report.overview import DIFFERENCES, RATIOS, Main, choose_estimates
from rtw_outcomes.report.reading import ReportAnalysis
from rtw_outcomes.report.summaries import EVENTS, tell_level
from rtw_outcomes.report.tables import PageTable
from rtw_outcomes.report.wording import Wording


@dataclass(frozen=True)
class _Choice:
    """The estimates of one pair of groups under one choice."""

    choice: str
    difference: ReportAnalysis | None
    ratio: ReportAnalysis | None

    @property
    def estimates(self) -> list[ReportAnalysis]:
        return [each for each in (self.difference, self.ratio) if each]


def make_sensitivity_tables(
    mains: Sequence[Main],
    by_outcome: Mapping[str, Sequence[ReportAnalysis]],
    varied: Sequence[ReportAnalysis],
    measures: Mapping[str, str],
    wording: Wording,
) -> list[PageTable]:
    """A table for each primary outcome; for each outcome where none is primary.

    Args:
        mains: what stands for each outcome in the overview.
        by_outcome: the analyses of each outcome, those of other choices not among them.
        varied: the estimates under other choices.
        measures: the measure of each outcome.
        wording: the texts.
    """
    chosen = [each for each in mains if each.is_primary] or mains
    made = [
        _make_table(
            main,
            by_outcome.get(main.outcome, ()),
            [each for each in varied if each.outcome == main.outcome],
            {
                other.title: by_outcome.get(other.outcome, ())
                for other in mains
                if other is not main and measures.get(other.outcome) == measures.get(main.outcome)
            },
            wording,
        )
        for main in chosen
    ]
    return [table for table in made if table]


def list_measures(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The name of the measure of each outcome in the record; an outcome without one has its own name."""
    definitions = {each["outcome"]: each.get("definition") or {} for each in manifest["outcomes"]}
    return {
        name: next(iter(definition.get("measure") or ()), name)
        for name, definition in definitions.items()
    }


def _make_table(
    main: Main,
    analyses: Sequence[ReportAnalysis],
    varied: Sequence[ReportAnalysis],
    others: Mapping[str, Sequence[ReportAnalysis]],
    wording: Wording,
) -> PageTable | None:
    difference = _choose_context(DIFFERENCES, main.differences, analyses, varied)
    ratio = _choose_context(RATIOS, main.ratios, analyses, varied)
    plain = [_choose((context,), analyses, is_adjusted=False) for context in (difference, ratio)]
    rows = _pair(wording("sensitivity.plain"), *plain)
    own = len(rows)
    adjusted = [_choose((context,), analyses, is_adjusted=True) for context in (difference, ratio)]
    columns = next((each.covariates for found in adjusted for each in found.values()), "")
    rows += _pair(wording("sensitivity.adjusted", columns=columns), *adjusted)
    last = len(rows)
    for choice in dict.fromkeys(each.level for each in varied):
        found = [
            {
                each.group: each
                for each in varied
                if each.level == choice and each.context == context and _is_of_whole(base)
            }
            for context, base in zip((difference, ratio), plain, strict=True)
        ]
        name = wording.tell(choice)
        rows += _pair(f"{name[:1].upper()}{name[1:]}", *found)
    for title, of_other in others.items():
        found = [
            _keep_alike(_choose((context,), of_other, is_adjusted=False), base)
            for context, base in zip((difference, ratio), plain, strict=True)
        ]
        rows += _pair(wording("sensitivity.otherwise", title=title), *found)
    return _lay_out(main, rows, plain, wording) if own and len(rows) > last else None


def _choose(
    contexts: Sequence[str], analyses: Sequence[ReportAnalysis], is_adjusted: bool
) -> dict[str, ReportAnalysis]:
    found = choose_estimates(
        contexts, [each for each in analyses if bool(each.covariates) is is_adjusted]
    )
    return found if is_adjusted or found else choose_estimates(contexts, analyses)


def _choose_context(
    possible: Sequence[str],
    of_main: Mapping[str, ReportAnalysis],
    analyses: Sequence[ReportAnalysis],
    varied: Sequence[ReportAnalysis],
) -> str:
    """The kind of estimate that other choices are told of; that of the overview where it is one of them."""
    told = {each.context for each in varied}
    own = next((each.context for each in of_main.values()), "")
    if own in told:
        return own
    both = (each for each in possible if each in told)
    return next((each for each in both if _is_of_whole(choose_estimates((each,), analyses))), own)


def _is_of_whole(base: Mapping[str, ReportAnalysis]) -> bool:
    """Whether estimates are of the outcome as a whole: only then do those of other choices say what they are of."""
    return bool(base) and all(each.variable in EVENTS for each in base.values())


def _keep_alike(
    found: Mapping[str, ReportAnalysis], base: Mapping[str, ReportAnalysis]
) -> dict[str, ReportAnalysis]:
    """The estimates of another outcome that are of the same kind, and by the same day."""
    return {
        group: each
        for group, each in found.items()
        if group in base
        and (each.texts["unit"], each.level) == (base[group].texts["unit"], base[group].level)
    }


def _pair(
    choice: str,
    differences: Mapping[str, ReportAnalysis],
    ratios: Mapping[str, ReportAnalysis],
) -> list[_Choice]:
    return [
        _Choice(choice, differences.get(group), ratios.get(group))
        for group in {**differences, **ratios}
    ]


def _lay_out(
    main: Main,
    rows: Sequence[_Choice],
    plain: Sequence[Mapping[str, ReportAnalysis]],
    wording: Wording,
) -> PageTable:
    told = [each for row in rows for each in row.estimates]
    texts = dict(zip(map(id, told), show_estimates(told, wording), strict=True))
    level = tell_level(told, wording)
    groups = [name_groups(row.estimates[0], wording) for row in rows]
    compared = list(dict.fromkeys(groups))
    columns = {
        wording("head.choice"): [row.choice for row in rows],
        wording("head.groups"): groups,
        wording("head.difference", level=level): [
            texts[id(row.difference)] if row.difference else "" for row in rows
        ],
        wording("head.ratio", level=level): [
            texts[id(row.ratio)] if row.ratio else "" for row in rows
        ],
        wording("head.n"): [_count(row, wording) for row in rows],
    }
    words = 2
    if len(compared) == 1:
        del columns[wording("head.groups")]
        words = 1
    columns = {head: cells for head, cells in columns.items() if any(cells)}
    caption = ": ".join((main.title, *(compared if len(compared) == 1 else ())))
    notes = [
        wording(f"sensitivity.{scale}", name=name_whole(next(iter(found.values())), wording))
        for scale, found in zip(("difference", "ratio"), plain, strict=True)
        if found
    ]
    return PageTable(
        caption, tuple(columns), tuple(zip(*columns.values(), strict=True)), words, tuple(notes)
    )


def _count(row: _Choice, wording: Wording) -> str:
    counts = (each.numbers["n"] for each in row.estimates if "n" in each.numbers)
    count = next(counts, None)
    return "" if count is None else wording.count(int(count))
