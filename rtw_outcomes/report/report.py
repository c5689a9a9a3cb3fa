"""The report of a run: one page that needs no network, made of released numbers alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import polars as pl

from rtw_outcomes.language.control_characters import show_controls
from rtw_outcomes.report.checklist import list_open, list_told
from rtw_outcomes.report.drawing import Picture, can_draw, draw
from rtw_outcomes.report.figures import make_figures, make_forest
from rtw_outcomes.report.flow import make_flow_table, make_outcome_flow
from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.overview import Main, choose_main, make_overview_table
from rtw_outcomes.report.page import render_template
from rtw_outcomes.report.persons import make_persons_table
from rtw_outcomes.report.reading import ReportAnalysis, list_groups, read_analyses
from rtw_outcomes.report.sections import (
    OutcomePart,
    list_pitfalls,
    make_part,
    make_rows_tables,
)
from rtw_outcomes.report.sensitivity import list_measures, make_sensitivity_tables
from rtw_outcomes.report.summaries import list_compared
from rtw_outcomes.report.tables import PageTable
from rtw_outcomes.report.wording import Wording, read_wording

TEMPLATE = "report.html.j2"
FigureFormat = Literal["svg", "png"]


def render_report(
    manifest: Mapping[str, Any],
    table: pl.DataFrame,
    language: str = "en",
    figures: FigureFormat = "svg",
) -> str:
    """The page as text; the same table and record give the same bytes.

    Args:
        manifest: the record of the run.
        table: the released results, one row for each statistic. What it does not have is not on the page.
        language: `en` or `sv`. Definitions and warnings stay in the language of the record.
        figures: `svg`, or `png` where vector graphics may not leave. Without matplotlib there are
            tables only.

    Raises:
        UsageError: there is no report in this language.
    """
    wording = read_wording(language)
    everything = read_analyses(table)
    analyses = [each for each in everything if not each.is_varied]
    by_outcome: dict[str, list[ReportAnalysis]] = {}
    for each in analyses:
        by_outcome.setdefault(each.outcome, []).append(each)
    primary = _list_primary(manifest)
    entries = _list_entries(manifest, by_outcome, primary)
    mains = [
        choose_main(
            each["outcome"],
            _name_outcome(each),
            each["outcome"] in primary,
            by_outcome.get(each["outcome"], []),
        )
        for each in entries
    ]
    forest = make_forest(mains, wording)
    return render_template(
        TEMPLATE,
        room="report",
        t=wording,
        manifest=manifest,
        hidden=HIDDEN,
        format=figures,
        can_draw=can_draw(),
        overview=_make_overview(mains, by_outcome, _is_exact(manifest), wording),
        forest=_draw_all(forest, figures, "overview"),
        narrow=_draw_all(forest, figures, "narrow", is_narrow=True),
        parts=[
            _make_part(each, each["outcome"] in primary, by_outcome, manifest, figures, wording)
            for each in entries
        ],
        flow=_make_flow(mains, by_outcome, wording),
        persons=make_persons_table(by_outcome.get("", []), wording),
        sensitivity=make_sensitivity_tables(
            mains,
            by_outcome,
            [each for each in everything if each.is_varied],
            list_measures(manifest),
            wording,
        ),
        pitfalls=list_pitfalls(manifest, by_outcome.get("", []), "", wording),
        rows=make_rows_tables(manifest, wording),
        disclosure=manifest.get("disclosure") or _count_hidden(manifest, table),
        told=list_told(manifest),
        open_items=list_open(manifest),
        versions=_make_versions(manifest, wording),
    )


def _list_primary(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    primary = manifest.get("primary") or manifest["study"].get("primary") or ()
    return (primary,) if isinstance(primary, str) else tuple(primary)


def _list_entries(
    manifest: Mapping[str, Any], by_outcome: Mapping[str, object], primary: Sequence[str]
) -> list[Mapping[str, Any]]:
    """The entries of the outcomes in the record, primary ones first; one that only the table has is bare."""
    entries = {each["outcome"]: each for each in manifest["outcomes"]}
    for name in by_outcome:
        if name:
            entries.setdefault(name, {"outcome": name})
    return sorted(
        entries.values(),
        key=lambda each: (
            primary.index(each["outcome"]) if each["outcome"] in primary else len(primary)
        ),
    )


def _name_outcome(about: Mapping[str, Any]) -> str:
    return show_controls(about.get("title") or about["outcome"])


def _is_exact(manifest: Mapping[str, Any]) -> bool:
    """Whether groups of every size are shown, and numbers as they are."""
    below = (manifest.get("disclosure") or {}).get("below") or manifest["study"].get(
        "suppress_below"
    )
    return below is not None and below <= 1


def _make_overview(
    mains: Sequence[Main],
    by_outcome: Mapping[str, list[ReportAnalysis]],
    is_exact: bool,
    wording: Wording,
) -> PageTable | None:
    found = [each for name, own in by_outcome.items() if name for each in own]
    described = list_groups(each for each in found if each.context == "summary")
    compared = list_compared(found)
    groups = compared if set(compared) - set(described) else described
    made = make_overview_table(mains, by_outcome, groups, wording)
    return made if made is None or is_exact else replace(made, notes=(wording("note.rounded"),))


def _make_flow(
    mains: Sequence[Main], by_outcome: Mapping[str, list[ReportAnalysis]], wording: Wording
) -> dict[str, list[PageTable]]:
    """The tables of the flow: those of the study and of primary outcomes, and those that a reader opens."""
    of_outcomes = {name: own for name, own in by_outcome.items() if name}
    whole = make_flow_table(by_outcome.get("", []), of_outcomes, wording)
    shown, folded = [whole], list[PageTable | None]()
    order = list(dict.fromkeys(each.group for each in by_outcome.get("", [])))
    for main in mains:
        table = make_outcome_flow(main, by_outcome.get(main.outcome, []), order, wording)
        (shown if main.is_primary else folded).append(table)
    return {
        "shown": [table for table in shown if table],
        "folded": [table for table in folded if table],
    }


def _make_part(
    about: Mapping[str, Any],
    is_primary: bool,
    by_outcome: Mapping[str, list[ReportAnalysis]],
    manifest: Mapping[str, Any],
    figures: FigureFormat,
    wording: Wording,
) -> OutcomePart:
    outcome = about["outcome"]
    analyses = by_outcome.get(outcome, [])
    title = _name_outcome(about)
    pictures = _draw_all(make_figures(title, analyses, wording), figures, outcome)
    pitfalls = list_pitfalls(manifest, analyses, outcome, wording)
    return make_part(about, is_primary, analyses, pitfalls, pictures, wording)


def _draw_all(
    data: Sequence[Any], figures: FigureFormat, name: str, is_narrow: bool = False
) -> list[Picture]:
    if not can_draw():
        return []
    return [draw(each, figures, f"{name}-{place}", is_narrow) for place, each in enumerate(data)]


def _count_hidden(manifest: Mapping[str, Any], table: pl.DataFrame) -> dict[str, Any]:
    """What the table tells about its hidden numbers, where the record does not."""
    hidden = [row for row in table.iter_rows(named=True) if row.get("suppressed")]
    reasons = Counter(row.get("suppressed_why") or "" for row in hidden)
    return {
        "below": manifest["study"].get("suppress_below"),
        "hidden": len(hidden),
        "reasons": {reason: count for reason, count in sorted(reasons.items()) if reason},
    }


def _make_versions(manifest: Mapping[str, Any], wording: Wording) -> list[PageTable]:
    versions = tuple((str(name), str(text)) for name, text in manifest.get("versions", {}).items())
    prints = tuple(
        (each["outcome"], each["fingerprint"])
        for each in manifest["outcomes"]
        if each.get("fingerprint")
    )
    tables = [
        PageTable(
            wording("caption.versions"),
            (wording("head.name"), wording("head.version")),
            versions,
            2,
        ),
        PageTable(
            wording("caption.fingerprints"),
            (wording("head.outcome"), wording("head.fingerprint")),
            prints,
            words=2,
        ),
    ]
    return [table for table in tables if table.rows]
