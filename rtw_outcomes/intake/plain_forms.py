"""What form the cells of a column have, where the usual form does not read them.

A form is plain when it reads every cell that any form reads. Then the column is read in it, and the
analyst is told. Cells that no form reads stay unreadable. Where no form is plain, nothing is
guessed: the cells are faulty, and the message says which forms there are.

Day first and month first read the same cells. One of them is plain only when a day above 12 shows it.
Where no cell shows which, the run stops and asks.

Each file of a source is looked at alone: files may have different plain forms of dates, and the cells of a
file show nothing about another one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, count_words
from rtw_outcomes.intake.canonical_column import MIXED, CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.form_counts import IN_WORDS, FormCounts, count_forms
from rtw_outcomes.intake.format import Format
from rtw_outcomes.intake.forms import (
    DATE_FORMS_OF_TEXT,
    DAY_OR_MONTH_FIRST,
    PERCENT_SIGN,
    READS_ALSO,
)
from rtw_outcomes.intake.validation import TIME_OF_DAY, UNREADABLE, NamedRule, build_validation

IN_DOUBT = "in_doubt"
OF_FILES = "name the files as a list of sources, each with its own `format`"


@dataclass(frozen=True)
class Validated:
    """A source that was validated into the table `validated_<key>`.

    Attributes:
        source: the source; text files may have been written anew.
        cells: the canonical columns, in the forms in which they were read.
        rules: the rules, by the numbers that the table has for them.
        notes: how columns were read, where that is not the usual way.
        counts: the forms in the columns, where some cells could not be read at first.
    """

    source: DeliveredTable
    cells: Sequence[CanonicalColumn]
    rules: Sequence[NamedRule]
    notes: Sequence[Note] = ()
    counts: Mapping[str, FormCounts] = field(default_factory=dict)


def expect_column(
    source: DeliveredTable, name: str, delivered: str, role: str, kind: str | None
) -> CanonicalColumn:
    """A canonical column in the forms that the study says, or else in the usual ones.

    Args:
        source: where it stands.
        name: its canonical name.
        delivered: the name that it is known by.
        role: what it holds.
        kind: its type there.
    """
    form = source.format
    return CanonicalColumn(
        name,
        delivered,
        role,
        kind,
        called=source.call(delivered),
        dates=_list_said_dates(form, kind),
        decimal=form.decimal or ".",
        missing=form.marks,
    )


def _list_said_dates(form: Format, kind: str | None) -> tuple[str, ...]:
    if not form.dates:
        return ("iso",)
    # SAS writes 01JAN2020:00:00:00.
    besides = ["ddmonyyyy"] if "datetime" in form.dates else []
    # In files that have dates they are dates, whatever form the study says for texts and numbers.
    besides += ["datetime"] if kind == MIXED else []
    return tuple(dict.fromkeys((*form.dates, *besides)))


def validate_in_plain_forms(
    database: Database,
    source: DeliveredTable,
    cells: Sequence[CanonicalColumn],
    build_rules: Callable[[Sequence[CanonicalColumn]], list[NamedRule]],
    beside: Sequence[str],
    optional: Sequence[str] = (),
) -> Validated:
    """Validate a source; once more, in plain forms, where the usual ones do not read all cells.

    Args:
        database: where the table is made.
        source: the source.
        cells: its canonical columns, in the usual forms or those that the study says.
        build_rules: makes the rules for the columns.
        beside: delivered columns to keep.
        optional: canonical columns whose cells cost no row where they cannot be read; such a row has
            the mark `in_doubt`.

    Raises:
        ContractError: the dates of a column could be read day first and month first.
    """

    def validate(source: DeliveredTable, cells: Sequence[CanonicalColumn]) -> Validated:
        rules = build_rules(cells)
        unread = [cell.is_unreadable for cell in cells if cell.name in optional]
        marks = {IN_DOUBT: exp.or_(*unread) if unread else exp.false()} if optional else {}
        validation = build_validation(cells, rules, beside, marks)
        return Validated(database.create_validated(source, validation), cells, rules)

    first = validate(source, cells)
    if not _has_unreadable(database, first, bool(optional)):
        return first
    counts = count_forms(database, first.source, cells)
    _check_order_of_day_and_month(first.source, cells, counts)
    plain = recognise(cells, counts, first.source)
    last = validate(first.source, plain) if plain != list(cells) else first
    return replace(last, notes=note_forms(cells, plain), counts=counts)


def _has_unreadable(database: Database, validated: Validated, has_marks: bool) -> bool:
    unreadable = [
        str(number)
        for number, rule in enumerate(validated.rules)
        if rule.name.startswith((TIME_OF_DAY, UNREADABLE))
    ]
    marked = f" OR {IN_DOUBT}" if has_marks else ""
    ((rows,),) = database.rows(
        f"SELECT count(*) FROM validated_{validated.source.key} "
        f"WHERE rule IN ({', '.join(unreadable)}){marked}"
    )
    return bool(rows)


def list_forms_of_dates(
    cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts]
) -> list[str]:
    """The forms of all columns of dates; of cells in doubt only where no other ones show which.

    They stand together, because a study says the forms of dates for all columns of a source.
    """
    columns = [counts[cell.name] for cell in cells if cell.role == "date" and cell.name in counts]
    in_doubt = [{form for pair in each.list_in_doubt() for form in pair} for each in columns]
    shown = {
        form
        for each, doubts in zip(columns, in_doubt, strict=True)
        for form in each.found
        if form not in doubts or each.alone[form]
    }
    either = {form for doubts in in_doubt for form in doubts if READS_ALSO[form] not in shown}
    return [form for form in DATE_FORMS_OF_TEXT if form in shown | either]


def say_forms(forms: Sequence[str]) -> list[str]:
    """The key that names forms of dates; one for each choice between day first and month first."""
    for pair in DAY_OR_MONTH_FIRST:
        if {*pair} <= {*forms}:
            without = [[form for form in forms if form != other] for other in pair[::-1]]
            return [key for each in without for key in say_forms(each)]
    said = forms[0] if len(forms) == 1 else f"[{', '.join(forms)}]"
    return [f"`format: {{dates: {said}}}`"]


def say_split(source: DeliveredTable, counts: Mapping[str, FormCounts]) -> str:
    """What to do where some files show the day first, and others the month first; empty elsewhere."""
    if not any(each.list_split() for each in counts.values()):
        return ""
    anew = OF_FILES if _can_be_several(source) else "write the dates of all files in one form"
    return f"Some files have the day first, and others the month first: {anew}"


def _can_be_several(source: DeliveredTable) -> bool:
    """Whether its files can be a list of sources; a cohort is one source."""
    return len(source.part_names) > 1 and source.table != "cohort"


def _check_order_of_day_and_month(
    source: DeliveredTable, cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts]
) -> None:
    """Each file shows which comes first, if its dates have one of these forms only.

    Raises:
        ContractError: a file does not.
    """
    if source.format.dates is not None:
        return
    for cell in cells:
        if cell.role != "date" or cell.name not in counts:
            continue
        for pair in DAY_OR_MONTH_FIRST:
            files = {
                number: each
                for number, each in counts[cell.name].list_files_in_doubt(pair).items()
                if {*each.found} == {*pair}
            }
            if files:
                where = _say_files(source, list(files))
                raise refuse(
                    source.name,
                    f"the dates in the column `{cell.called}` could be read with the day first and with the "
                    "month first",
                    found=f"{FormCounts.add_up(files).describe()}, and no number above 12 that shows the day"
                    f"{where}",
                    hint=_ask_for_order(source, cells, counts),
                )


def _say_files(source: DeliveredTable, numbers: Sequence[int]) -> str:
    """In which files of several; empty for a source that is one."""
    if len(source.part_names) == 1:
        return ""
    first = source.part_names[numbers[0] - 1]
    others = f" and {count_words(len(numbers) - 1, 'other file')}" if numbers[1:] else ""
    return f", in {first}{others}"


def _ask_for_order(
    source: DeliveredTable, cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts]
) -> str:
    split, keys = say_split(source, counts), say_forms(list_forms_of_dates(cells, counts))
    if split:
        return split
    if _can_be_several(source):
        between = ". Where the files differ, " if keys[1:] else ", or "
        return f"Say which: {' or '.join(keys)}{between}{OF_FILES}"
    return f"Say which: {' or '.join(keys)}" + (
        "" if keys[1:] else ", or write these dates in another form"
    )


def recognise(
    cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts], source: DeliveredTable
) -> list[CanonicalColumn]:
    """The columns, with those in their plain form that the study says nothing about."""
    return [_in_plain_form(cell, counts.get(cell.name), source) for cell in cells]


def _in_plain_form(
    cell: CanonicalColumn, counts: FormCounts | None, source: DeliveredTable
) -> CanonicalColumn:
    plain = counts.plain if counts else ()
    if cell.role == "date":
        return cell if source.format.dates or not counts else _in_forms_of_dates(cell, counts)
    for form in plain:  # a percent sign is recognised also where the separator is said
        decimal = form.removesuffix(PERCENT_SIGN)
        if source.format.decimal in (None, decimal):
            full_time = replace(cell.full_time, decimal=decimal) if cell.full_time else None
            has_sign = form != decimal
            return replace(cell, decimal=decimal, has_percent_sign=has_sign, full_time=full_time)
    return cell


def _in_forms_of_dates(cell: CanonicalColumn, counts: FormCounts) -> CanonicalColumn:
    if counts.plain:
        return replace(cell, dates=counts.plain[:1])
    by_file = {number: plain[0] for number, plain in counts.plain_by_file.items()}
    dates = tuple(dict.fromkeys(by_file.values())) or cell.dates
    return replace(cell, dates=dates, dates_by_file=tuple(by_file.items()))


def note_forms(before: Sequence[CanonicalColumn], after: Sequence[CanonicalColumn]) -> list[Note]:
    """A note on the columns that are read in another form than the usual one."""
    forms: dict[str, list[str]] = {}
    for old, new in zip(before, after, strict=True):
        if old != new:
            form = " and ".join(new.dates) if new.role == "date" else IN_WORDS[new.number_form]
            if new.dates_by_file:
                form += ", each file in its own form"
            forms.setdefault(form, []).append(f"`{new.called}`")
    ways = [f"{', '.join(columns)} as {form}" for form, columns in forms.items()]
    return [Note("read_as", f"read {'; '.join(ways)}", 0)] if ways else []
