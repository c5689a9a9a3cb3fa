"""The part of the page about one outcome, and the account of the rows: what stands in them, in order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rtw_outcomes.report.comparisons import (
    is_estimate,
    make_clusters_table,
    make_comparison_tables,
)
from rtw_outcomes.report.drawing import Picture
from rtw_outcomes.report.numbers import HIDDEN
from rtw_outcomes.report.reading import ReportAnalysis, list_groups
from rtw_outcomes.report.summaries import OF_GROUPS, list_compared, make_summary_tables
from rtw_outcomes.report.tables import PageTable
from rtw_outcomes.report.times import make_mean_times_table, make_times_table
from rtw_outcomes.report.wording import Wording

ABOUT_ABSENCE = ("A person is absent", "Absences with")
LONG = 30  # rows; a longer table of a summary is folded away


@dataclass(frozen=True)
class PageSentence:
    """A sentence of the page that the record of the run has, too.

    Attributes:
        text: as the page says it.
        told: as the record says it.
        is_recorded: whether the page says it in the language of the record.
    """

    text: str
    told: str
    is_recorded: bool


@dataclass(frozen=True)
class OutcomePart:
    """One outcome on the page.

    Attributes:
        outcome: its id.
        title: its title.
        is_primary: whether the study names it as a primary outcome.
        lead: the question that it asks; the sentence of the definition that says most where the record has none.
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
    pitfalls: tuple[PageSentence, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[PageTable, ...]
    folded: tuple[PageTable, ...]
    about: Mapping[str, Any]


def make_part(
    about: Mapping[str, Any],
    is_primary: bool,
    analyses: Sequence[ReportAnalysis],
    pitfalls: Sequence[PageSentence],
    pictures: Sequence[Picture],
    wording: Wording,
) -> OutcomePart:
    """The part of an outcome, from its entry in the record and from its analyses."""
    made = [
        make_times_table(analyses, wording),
        make_mean_times_table(analyses, wording),
        *_make_summaries(analyses, wording),
        *make_comparison_tables(analyses, wording),
    ]
    tables = [table for table in made if table]
    clusters = make_clusters_table(analyses, wording)
    folded = [table for table in tables if len(table.rows) > LONG] + (
        [clusters] if clusters else []
    )
    in_words = about.get("in_words") or ""
    # A warning that a table has beside its number is not said twice.
    beside = {text for each in analyses for text in _list_warnings(each)}
    return OutcomePart(
        outcome=about["outcome"],
        title=about.get("title") or about["outcome"],
        is_primary=is_primary,
        lead=about.get("question") or choose_lead(in_words),
        paragraphs=tuple(filter(None, in_words.split("\n\n"))),
        pitfalls=tuple(each for each in pitfalls if each.told not in beside),
        pictures=tuple(pictures),
        tables=tuple(table for table in tables if table not in folded),
        folded=tuple(folded),
        about=about,
    )


def _make_summaries(analyses: Sequence[ReportAnalysis], wording: Wording) -> list[PageTable]:
    """The summary by its own groups, and by those that are compared where they are others."""
    described = [each for each in analyses if each.context == "summary"]
    groups, compared = list_groups(described), list_compared(analyses)
    if not groups or not set(compared) - set(groups):
        return make_summary_tables(analyses, groups or compared, wording)
    others = [each for each in analyses if each.context in OF_GROUPS]
    return [
        *make_summary_tables(described, groups, wording),
        *make_summary_tables(others, compared, wording, is_compared=True),
    ]


def _list_warnings(each: ReportAnalysis) -> list[str]:
    return each.texts["warning"].splitlines() if is_estimate(each) else []


def choose_lead(in_words: str) -> str:
    """The first sentence of a definition in words that is not about absence, with which most begin.

    >>> choose_lead("A person is absent on a day with benefit. Return is the first day after. It counts.")
    'Return is the first day after.'
    """
    sentences = re.split(r"(?<=\.) ", in_words.partition("\n\n")[0])
    others = [each for each in sentences if not each.startswith(ABOUT_ABSENCE)]
    return (others or sentences)[0]


def list_pitfalls(
    manifest: Mapping[str, Any],
    analyses: Sequence[ReportAnalysis],
    outcome: str,
    wording: Wording,
) -> list[PageSentence]:
    """What readers should look out for: from the record, or from the table where the record has none."""
    if "pitfalls" in manifest:
        entries = [each for each in manifest["pitfalls"] if (each.get("outcome") or "") == outcome]
        return [
            _tell_pitfall(
                str(each.get("name") or ""),
                str(each["text"]),
                HIDDEN if each.get("is_hidden") else _show_count(each.get("count"), wording),
                wording,
            )
            for each in entries
        ]
    found = [each for each in analyses if each.context == "pitfall" and each.outcome == outcome]
    return [
        _tell_pitfall(
            each.variable,
            each.texts["warning"] or wording.word(each.variable),
            _show_first(each, wording),
            wording,
        )
        for each in found
    ]


def _tell_pitfall(name: str, text: str, count: str, wording: Wording) -> PageSentence:
    """A pitfall in few words where the page has them, and in those of the record otherwise."""
    short = wording.texts.get(f"pitfall.{name}")
    words = short or wording.tell(text) + "."
    if count == HIDDEN:
        words = wording("outcome.pitfall_hidden", text=words)
    elif count:
        words = wording("outcome.pitfall_count", text=words, count=count)
    return PageSentence(words, text, is_recorded=not short and not wording.knows(text))


def _show_count(count: object, wording: Wording) -> str:
    return "" if count is None else wording.number(str(count))


def _show_first(each: ReportAnalysis, wording: Wording) -> str:
    """The count of a pitfall in the table: hidden, or empty where none applies."""
    first = next(iter(each.statistics.values()))
    is_there = first.is_hidden or first.value is not None
    return wording.show([first])[0] if is_there else ""


def make_rows_tables(manifest: Mapping[str, Any], wording: Wording) -> list[PageTable]:
    """What became of the rows of each delivered table; as it may be told, where the record says that."""
    accounts = manifest.get("told_account") or manifest.get("rows") or {}
    return [_make_account(each, wording) for each in accounts.values()]


def _make_account(account: Mapping[str, Any], wording: Wording) -> PageTable:
    rows = [(wording("rows.delivered"), account.get("rows"))]
    for rule in account.get("rules", ()):
        key = "rows.left_out" if rule.get("is_design") else "rows.faulty"
        column = f" ({rule['column']})" if rule.get("column") else ""
        name = wording(key, rule=f"{wording.tell(rule.get('reason') or rule['rule'])}{column}")
        rows.append((name, rule.get("rows")))
    rows.append((wording("rows.used"), account.get("used")))
    notes = [
        f"{wording.told_count(note['count'])} {note['explanation']}"
        if "count" in note
        else wording.put_count(note["explanation"])
        for note in account.get("notes", ())
    ]
    caption = wording("caption.rows", table=account["table"], source=account.get("source", ""))
    head = (wording("head.stage"), wording("head.rows"))
    shown = tuple((name, wording.told_count(count)) for name, count in rows)
    return PageTable(caption, head, shown, notes=tuple(notes))
