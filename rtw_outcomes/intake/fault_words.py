"""Faulty rows in words: how many, what is in their cells, where the first stands, and which key reads them."""

import json
from collections.abc import Iterable, Iterator, Sequence

from rtw_outcomes.intake.account import RuleCount, count_words
from rtw_outcomes.intake.canonical_column import CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.forms import DATE_FORMS_OF_NUMBERS, DAY_OR_MONTH_FIRST
from rtw_outcomes.intake.plain_forms import FormCounts, Validated
from rtw_outcomes.intake.unread_cells import UnreadCells, count_unread, list_usual_marks
from rtw_outcomes.intake.validation import TIME_OF_DAY, UNREADABLE


def describe_fault(rule: RuleCount, validated: Validated, of: int | None = None) -> str:
    """A rule with its rows, of so many, the forms that its cells have, and where the first one stands."""
    counts = validated.counts.get(_name_of(rule))
    forms = f" ({counts.describe()})" if counts and counts.any_form else ""
    rows = count_words(rule.rows, "row")
    if of is not None:
        rows = f"{rule.rows} of {count_words(of, 'row')}"
    return f"{rows} under `{rule.rule}` in the column `{rule.column}`: {rule.reason}{forms}, the first at {rule.first}"


def suggest_ways_out(database: Database, rules: Iterable[RuleCount], validated: Validated) -> str:
    """The keys that may read the cells, and what else can be done, in sentences."""
    names = [_name_of(rule) for rule in rules if rule.rule.startswith((UNREADABLE, TIME_OF_DAY))]
    return suggest_forms(database, names, validated)


def suggest_forms(database: Database, names: Sequence[str], validated: Validated) -> str:
    """The keys that may read the unread cells of these canonical columns, in sentences."""
    unread = count_unread(database, validated, names)
    cells = [cell for cell in validated.cells if cell.name in unread]
    said = validated.source.format.missing
    has_marks = any(each.marks for each in unread.values())
    usual = said or ("", *(list_usual_marks(database, validated) if has_marks else ()))
    ways = [
        way
        for cell in cells
        for way in _list_ways_out(cell, unread[cell.name], validated, list(usual))
    ]
    return ". ".join(dict.fromkeys(ways))


def _list_ways_out(
    cell: CanonicalColumn, unread: UnreadCells, validated: Validated, usual: list[str]
) -> Iterator[str]:
    if unread.with_time:
        yield (
            f"Give the dates in `{cell.called}` without a time of day or a time zone, such as 2019-03-31"
        )
    if not unread.cells:
        return
    if unread.marks:
        yield _say_marks(cell, unread.marks, validated, usual)
    elif unread.are_few_words and cell.is_text:
        yield (
            f"If a text in `{cell.called}` stands for an empty cell, name it: "
            f'`format: {{missing: ["", "..."]{_say_open_end(cell, validated)}}}`'
        )
    if not unread.are_marks:
        counts = validated.counts.get(cell.name)
        yield from (
            _list_ways_of_numbers(cell, unread, counts)
            if cell.role == "number"
            else _list_ways_of_dates(cell, unread, counts)
        )


def _say_marks(
    cell: CanonicalColumn, marks: Sequence[str], validated: Validated, usual: list[str]
) -> str:
    words = ", ".join(f"`{mark}`" for mark in marks)
    if not cell.is_text:
        return f"If {words} in `{cell.called}` stands for an empty cell, export an empty cell in its place"
    missing = ", ".join(json.dumps(mark) for mark in dict.fromkeys((*usual, *marks)))
    key = f"`format: {{missing: [{missing}]{_say_open_end(cell, validated)}}}`"
    stands = "stands" if len(marks) == 1 else "stand"
    return f"If {words} {stands} for an empty cell, in each column of the file, say {key}"


def _say_open_end(cell: CanonicalColumn, validated: Validated) -> str:
    asks = cell.is_end and validated.source.format.open_end is None
    return ", open_end: ongoing" if asks else ""


def _list_ways_of_numbers(
    cell: CanonicalColumn, unread: UnreadCells, counts: FormCounts | None
) -> Iterator[str]:
    found = {form[0] for form in counts.found} if counts else set()
    for decimal, name in ((",", "comma"), (".", "point")):
        if decimal in found - {cell.decimal}:
            yield f'`format: {{decimal: "{decimal}"}}` reads a decimal {name}'
    if unread.with_percent_sign:
        yield f"Give the numbers in `{cell.called}` without percent signs"


def _list_ways_of_dates(
    cell: CanonicalColumn, unread: UnreadCells, counts: FormCounts | None
) -> Iterator[str]:
    found = list(counts.found) if counts else []
    tried = {*cell.dates, *(("iso",) if "datetime" in cell.dates else ())}
    if {*found} - tried:
        said = [form for form in cell.dates if form in DATE_FORMS_OF_NUMBERS]
        ways = [f"`format: {{dates: {_say_list([*said, *forms])}}}`" for forms in _choose(found)]
        if len(ways) > 1:
            yield f"Say whether the day or the month comes first: {' or '.join(ways)}"
        else:
            yield f"{ways[0]} reads dates of {'several forms' if found[1:] else 'this form'}"
    elif unread.number_forms:
        keys = " or ".join(f"`format: {{dates: {form}}}`" for form in unread.number_forms)
        yield f"Say what the numbers in `{cell.called}` count: {keys}"
    else:
        yield f"Dates with a year of four digits, such as 2019-03-31, are needed in `{cell.called}`"


def _choose(found: list[str]) -> list[list[str]]:
    """The forms without those that read cells of each other: one list for each choice."""
    for pair in DAY_OR_MONTH_FIRST:
        if {*pair} <= {*found}:
            return [
                choice
                for other in pair
                for choice in _choose([form for form in found if form != other])
            ][::-1]
    return [found]


def _say_list(forms: list[str]) -> str:
    return forms[0] if len(forms) == 1 else f"[{', '.join(forms)}]"


def _name_of(rule: RuleCount) -> str:
    return rule.rule.removeprefix(UNREADABLE).removeprefix(TIME_OF_DAY)
