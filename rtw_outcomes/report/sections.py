"""The part of the page about one outcome, and the account of the rows: what stands in them, in order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.report.comparisons import make_clusters_table, make_comparison_tables
from rtw_outcomes.report.drawing import Picture
from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.reading import ReportAnalysis, list_groups
from rtw_outcomes.report.summaries import make_summary_tables, make_times_table
from rtw_outcomes.report.tables import PageTable
from rtw_outcomes.report.wording import Wording

ABOUT_ABSENCE = ("A person is absent", "Absences with")
LONG = 30  # rows; a longer table of a summary is folded away


@dataclass(frozen=True)
class OutcomePart:
    """One outcome on the page.

    Attributes:
        outcome: its id.
        title: its title.
        is_primary: whether the study names it as a primary outcome.
        lead: what it asks: who is at risk, what the event or the number is, and what ends it.
        paragraphs: the whole definition in words.
        pitfalls: warnings about it, with their counts.
        pictures: its figures.
        tables: its tables; each figure has its numbers in one of them.
        folded: long tables, that a reader opens.
        about: its entry in the record of the run.
    """

    outcome: str
    title: str
    is_primary: bool
    lead: str
    paragraphs: tuple[str, ...]
    pitfalls: tuple[str, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[PageTable, ...]
    folded: tuple[PageTable, ...]
    about: Mapping[str, Any]


def make_part(
    about: Mapping[str, Any],
    is_primary: bool,
    analyses: Sequence[ReportAnalysis],
    pitfalls: Sequence[str],
    pictures: Sequence[Picture],
    wording: Wording,
) -> OutcomePart:
    """The part of an outcome, from its entry in the record and from its analyses."""
    groups = list_groups(each for each in analyses if each.context == "summary")
    summaries = make_summary_tables(analyses, groups, wording)
    folded = [table for table in summaries if len(table.rows) > LONG]
    tables = [
        make_times_table(analyses, wording),
        *(table for table in summaries if table not in folded),
        *make_comparison_tables(analyses, wording),
        make_clusters_table(analyses, wording),
    ]
    in_words = about.get("in_words") or ""
    return OutcomePart(
        outcome=about["outcome"],
        title=about.get("title") or about["outcome"],
        is_primary=is_primary,
        lead=" ".join(about.get("in_short") or ()) or choose_lead(in_words),
        paragraphs=tuple(filter(None, in_words.split("\n\n"))),
        pitfalls=(*list_pitfalls(analyses, wording), *pitfalls),
        pictures=tuple(pictures),
        tables=tuple(table for table in tables if table),
        folded=tuple(folded),
        about=about,
    )


def choose_lead(in_words: str) -> str:
    """The first sentence of a definition in words that is not about absence, with which most begin.

    >>> choose_lead("A person is absent on a day with benefit. Return is the first day after. It counts.")
    'Return is the first day after.'
    """
    sentences = re.split(r"(?<=\.) ", in_words.partition("\n\n")[0])
    others = [each for each in sentences if not each.startswith(ABOUT_ABSENCE)]
    return (others or sentences)[0]


def list_pitfalls(analyses: Sequence[ReportAnalysis], wording: Wording) -> list[str]:
    """The warnings of the table, each with its count by group where the table tells one."""
    told: dict[str, list[str]] = {}
    for each in analyses:
        if each.context != "pitfall":
            continue
        shown = wording.show(list(each.statistics.values())[:1])
        named = f"{each.group} {shown[0]}" if each.group else shown[0]
        told.setdefault(each.texts["warning"] or wording.word(each.variable), []).append(named)
    return [
        wording("outcome.pitfall_count", text=text, count=", ".join(counts))
        for text, counts in told.items()
    ]


def list_told_pitfalls(pitfalls: Any, outcome: str, wording: Wording) -> list[str]:
    """The warnings that the record of the run holds: sentences, or entries with `outcome`, `text` and `count`."""
    if isinstance(pitfalls, Mapping):
        pitfalls = [
            {"outcome": name, "text": text} if isinstance(text, str) else {"outcome": name, **text}
            for name, texts in pitfalls.items()
            for text in (texts if isinstance(texts, list | tuple) else [texts])
        ]
    found: list[str] = []
    for each in pitfalls or ():
        entry = {"text": each} if isinstance(each, str) else each
        if (entry.get("outcome") or "") != outcome:
            continue
        text = str(entry.get("text") or entry.get("warning") or "")
        if "count" not in entry:
            found.append(text)
            continue
        count = entry["count"]
        shown = HIDDEN if count is None else wording.number(str(count))
        found.append(wording("outcome.pitfall_count", text=text, count=shown))
    return found


def make_rows_tables(manifest: Mapping[str, Any], wording: Wording) -> list[PageTable]:
    """What became of the rows of each delivered table; as it may be told, where the record says that."""
    accounts = manifest.get("told_account") or manifest.get("rows") or {}
    return [_make_account(each, wording) for each in accounts.values()]


def _make_account(account: Mapping[str, Any], wording: Wording) -> PageTable:
    rows = [(wording("rows.delivered"), account.get("rows"))]
    for rule in account.get("rules", ()):
        key = "rows.left_out" if rule.get("is_design") else "rows.faulty"
        column = f" ({rule['column']})" if rule.get("column") else ""
        name = wording(key, rule=f"{rule.get('reason') or rule['rule']}{column}")
        rows.append((name, rule.get("rows")))
    rows.append((wording("rows.used"), account.get("used")))
    notes = [
        f"{_show(note['count'], wording)} {note['explanation']}"
        if "count" in note
        else note["explanation"]
        for note in account.get("notes", ())
    ]
    caption = wording("caption.rows", table=account["table"], source=account.get("source", ""))
    head = (wording("head.stage"), wording("head.rows"))
    shown = tuple((name, _show(count, wording)) for name, count in rows)
    return PageTable(caption, head, shown, notes=tuple(notes))


def _show(count: object, wording: Wording) -> str:
    """A count of the record; a text such as `fewer than 5` is told as it is."""
    return HIDDEN if count is None else wording.number(str(count))
