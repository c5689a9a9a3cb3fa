"""Faulty rows in words: how many, what is in their cells, where the first stands, and which key reads them."""

import json
from collections.abc import Iterable, Iterator, Sequence

from rtw_outcomes.intake.account import RuleCount, count_words
from rtw_outcomes.intake.canonical_column import CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.form_counts import FormCounts
from rtw_outcomes.intake.forms import DATE_FORMS_OF_NUMBERS, READS_ALSO
from rtw_outcomes.intake.plain_forms import (
    OF_FILES,
    Validated,
    list_forms_of_dates,
    say_forms,
    say_split,
)
from rtw_outcomes.intake.unread_cells import UnreadCells, count_unread, list_usual_marks
from rtw_outcomes.intake.validation import TIME_OF_DAY, UNREADABLE

# The rules of index dates on which the person is not observed. Nothing is wrong with how the rows are written.
NOT_OBSERVED = ("not_observed_on_index", "censored_after_index", "entered_by_index")
LEAVE_OUT = (
    "On these index dates the person has died, has left, or has not yet come, so there is no follow-up. Take another "
    "index date, leave these rows out of the cohort, or say what share of them you accept: `tolerate: 5 percent`"
)
AND_OPEN_END = ", open_end: ongoing"
COLUMNS = "<columns>"  # their place in a sentence that may hold for several


def describe_fault(rule: RuleCount, validated: Validated, of: int | None = None) -> str:
    """A rule with its rows, of so many, the forms that its cells have, and where the first one stands."""
    counts = validated.counts.get(_name_of(rule))
    forms = f" ({counts.describe()})" if counts and counts.any_form else ""
    rows = count_words(rule.rows, "row")
    if of is not None:
        rows = f"{rule.rows} of {count_words(of, 'row')}"
    return f"{rows} under `{rule.rule}` in the column `{rule.column}`: {rule.reason}{forms}, the first at {rule.first}"


def suggest_ways_out(
    database: Database, rules: Iterable[RuleCount], validated: Validated, mend: str = ""
) -> str:
    """The keys that may read cells, and what else can be done, in sentences.

    The keys are about all columns, because a row is blamed for one of its cells only.

    Args:
        database: where the rows were read.
        rules: the rules that rows break.
        validated: how the rows were read.
        mend: what can be done about rows that say what cannot be true.
    """
    names = [rule.rule for rule in rules]
    ways = []
    if any(name.startswith((UNREADABLE, TIME_OF_DAY)) for name in names):
        ways.append(suggest_forms(database, [cell.name for cell in validated.cells], validated))
    if {*names} - {*NOT_OBSERVED}:
        ways.append(mend)
    if {*names} & {*NOT_OBSERVED}:
        ways.append(LEAVE_OUT)
    return ". ".join(filter(None, ways))


def suggest_forms(database: Database, names: Sequence[str], validated: Validated) -> str:
    """The keys that may read the unread cells of these canonical columns, in sentences."""
    unread = count_unread(database, validated, names)
    cells = [cell for cell in validated.cells if cell.name in unread]
    ways: dict[str, list[str]] = {}
    for cell in cells:
        for way in _list_ways_out(cell, unread[cell.name], validated):
            ways.setdefault(way, []).append(f"`{cell.called}`")
    said = [way.replace(COLUMNS, ", ".join(columns)) for way, columns in ways.items()]
    marked = [cell for cell in cells if cell.is_text and unread[cell.name].marks]
    if marked:
        marks = [mark for cell in marked for mark in unread[cell.name].marks]
        said.insert(0, _say_marks(database, validated, list(dict.fromkeys(marks)), marked))
    return ". ".join(said)


def _say_marks(
    database: Database, validated: Validated, marks: list[str], cells: Sequence[CanonicalColumn]
) -> str:
    usual = validated.source.format.missing or ("", *list_usual_marks(database, validated))
    missing = ", ".join(json.dumps(mark) for mark in dict.fromkeys((*usual, *marks)))
    ends = any(_asks_open_end(cell, validated) for cell in cells)
    key = f"`format: {{missing: [{missing}]{AND_OPEN_END if ends else ''}}}`"
    words = ", ".join(f"`{mark}`" for mark in marks)
    stands = "stands" if len(marks) == 1 else "stand"
    return f"If {words} {stands} for an empty cell in all columns of the file, say {key}"


def _asks_open_end(cell: CanonicalColumn, validated: Validated) -> bool:
    return cell.is_end and validated.source.format.open_end is None


def _list_ways_out(
    cell: CanonicalColumn, unread: UnreadCells, validated: Validated
) -> Iterator[str]:
    if unread.with_time:
        yield (
            f"Give the dates in {COLUMNS} without a time of day or a time zone, such as 2019-03-31"
        )
    if unread.marks and not cell.is_text:
        words = ", ".join(f"`{mark}`" for mark in unread.marks)
        yield f"If {words} in {COLUMNS} stands for an empty cell, export an empty cell in its place"
    elif unread.are_few_words and not unread.marks:
        end = AND_OPEN_END if _asks_open_end(cell, validated) else ""
        yield (
            f"If a text in {COLUMNS} stands for an empty cell, name it: "
            f'`format: {{missing: ["", "..."]{end}}}`'
        )
    if unread.cells and not unread.are_marks:
        list_ways = _list_ways_of_numbers if cell.role == "number" else _list_ways_of_dates
        yield from list_ways(cell, unread, validated)


def _list_ways_of_numbers(
    cell: CanonicalColumn, unread: UnreadCells, validated: Validated
) -> Iterator[str]:
    counts = validated.counts.get(cell.name)
    found = {form[0] for form in counts.found} if counts else set()
    if counts and _are_split_by_decimal(counts):
        yield f"Numbers have a decimal comma in some files, and a decimal point in others: {OF_FILES}"
        return
    others = [
        f'`format: {{decimal: "{decimal}"}}` reads a decimal {name}'
        for decimal, name in ((",", "comma"), (".", "point"))
        if decimal in found - {cell.decimal}
    ]
    yield from others
    if unread.with_percent_sign and cell.factor != 1:
        yield "`format: {extent_unit: percent}` reads percent signs"
    elif unread.with_percent_sign:
        yield f"Give the numbers in {COLUMNS} without percent signs"
    elif not others:
        yield f"Numbers such as 50 or 62.5 are needed in {COLUMNS}"


def _are_split_by_decimal(counts: FormCounts) -> bool:
    """Whether some files have a decimal comma and others a decimal point, and each of them one of the two."""
    decimals = [{form[0] for form in plain} for plain in counts.plain_by_file.values()]
    return {","} in decimals and {"."} in decimals


def _list_ways_of_dates(
    cell: CanonicalColumn, unread: UnreadCells, validated: Validated
) -> Iterator[str]:
    counts = validated.counts.get(cell.name)
    found = {*counts.found} if counts else set()
    tried = {*cell.dates, *(("iso",) if "datetime" in cell.dates else ())}
    split = say_split(validated.source, validated.counts)
    # Where the study says which comes first, day or month, it is not asked again.
    if found - tried and split:
        yield split
    elif found - tried - {READS_ALSO.get(form) for form in found & tried}:
        forms = list_forms_of_dates(validated.cells, validated.counts)
        said = [form for form in cell.dates if form in DATE_FORMS_OF_NUMBERS]
        keys = say_forms([*said, *forms])
        if keys[1:]:
            yield f"Say whether the day or the month comes first: {' or '.join(keys)}"
        else:
            yield f"{keys[0]} reads dates of {'several forms' if [*said, *forms][1:] else 'this form'}"
    elif unread.number_forms:
        keys = [say_forms([form])[0] for form in unread.number_forms]
        yield f"Say what the numbers in {COLUMNS} count: {' or '.join(keys)}"
    else:
        yield (
            f"Dates that exist, with a year of four digits, such as 2019-03-31, are needed in {COLUMNS}"
        )


def _name_of(rule: RuleCount) -> str:
    return rule.rule.removeprefix(UNREADABLE).removeprefix(TIME_OF_DAY)
