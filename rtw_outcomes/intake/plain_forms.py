"""What form the cells of a column have, where the usual form does not read them.

A form is plain when it reads every cell that any form reads. Then the column is read in it, and the
analyst is told. Cells that no form reads stay unreadable. Where no form is plain, nothing is
guessed: the cells are faulty, and the message says which forms there are.

Day first and month first read the same cells. One of them is plain only when a day above 12 shows it.
Where no cell shows which, the run stops and asks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note
from rtw_outcomes.intake.canonical_column import DATE_TYPES, CanonicalColumn, read_cells
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.format import USUAL_MISSING
from rtw_outcomes.intake.forms import (
    DATE_FORMS_OF_TEXT,
    DAY_OR_MONTH_FIRST,
    NUMBER_FORMS,
    PERCENT_SIGN,
    READS_ALSO,
    first_that_reads,
)
from rtw_outcomes.intake.validation import TIME_OF_DAY, UNREADABLE, NamedRule, build_validation

IN_DOUBT = "in_doubt"
IN_WORDS = {
    ",": "decimal comma",
    ".": "decimal point",
    ",%": "decimal comma and percent sign",
    ".%": "percent sign",
}


@dataclass(frozen=True)
class FormCounts:
    """How many cells of a column each form reads.

    Attributes:
        any_form: the number of cells that some form reads.
        forms: the number of them that each form reads.
        alone: for each form that reads cells of another one, the number of cells that only it reads.
    """

    any_form: int
    forms: Mapping[str, int]
    alone: Mapping[str, int]

    @property
    def plain(self) -> tuple[str, ...]:
        """The forms that read all that any form reads; they mean the same."""
        in_doubt = {form for pair in self.list_in_doubt() for form in pair}
        return tuple(
            form
            for form, count in self.forms.items()
            if count == self.any_form > 0 and form not in in_doubt
        )

    @property
    def found(self) -> tuple[str, ...]:
        """The forms that there are; of two that read the same cells, the one that the cells show."""
        return tuple(
            form for form, count in self.forms.items() if count and not self._is_within(form)
        )

    def _is_within(self, form: str) -> bool:
        """Whether another form reads all of its cells, with the same meaning or as cells show."""
        other = READS_ALSO.get(form, "")
        if other not in self.forms or self.alone[form]:
            return False
        if self.alone[other]:
            return True
        is_second = list(self.forms).index(form) > list(self.forms).index(other)
        return is_second and not any(form in pair for pair in DAY_OR_MONTH_FIRST)

    def list_in_doubt(self) -> list[tuple[str, str]]:
        """Day first and month first, where both read some cells and no cell shows which of them it is."""
        return [
            pair
            for pair in DAY_OR_MONTH_FIRST
            if {*pair} <= {*self.found} and not any(self.alone[form] for form in pair)
        ]

    def describe(self) -> str:
        """The forms that there are, the most frequent first, in words."""
        found: dict[str, int] = {}
        for form in self.found:
            other = READS_ALSO.get(form, "")
            words = IN_WORDS.get(form, form)
            if other not in self.found:
                found[words] = self.forms[form]
                continue
            found[words] = self.alone[form]
            both = sorted((form, other), key=list(self.forms).index)
            either = " or ".join(IN_WORDS.get(each, each) for each in both)
            found[either] = self.forms[form] - self.alone[form]
        ordered = sorted((-count, words) for words, count in found.items() if count)
        return ", ".join(f"{-count} like {words}" for count, words in ordered)


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
    dates = form.dates or ("iso",)
    if "datetime" in dates:  # SAS writes 01JAN2020:00:00:00
        dates = (*dates, "ddmonyyyy")
    return CanonicalColumn(
        name,
        delivered,
        role,
        kind,
        called=source.call(delivered),
        dates=dates,
        decimal=form.decimal or ".",
        missing=USUAL_MISSING if form.missing is None else form.missing,
    )


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


def count_forms(
    database: Database, source: DeliveredTable, cells: Sequence[CanonicalColumn]
) -> dict[str, FormCounts]:
    """The forms of these columns, from all their cells."""
    asked = {cell.name: (cell, _list_forms(cell)) for cell in cells if _list_forms(cell)}
    if not asked:
        return {}
    counts: list[exp.Expr] = []
    for cell, forms in asked.values():
        readings = dict(zip(forms, cell.readings(forms), strict=True))
        alone = [
            exp.case().when(readings[READS_ALSO[form]].is_(exp.null()), readings[form])
            for form in _list_alike(forms)
        ]
        every = first_that_reads(list(readings.values()))
        counts += [exp.func("COUNT", each) for each in (every, *readings.values(), *alone)]
    query = exp.select(*(each.as_(f"c{n}") for n, each in enumerate(counts))).from_(
        read_cells("delivered", [cell for cell, _ in asked.values()], values=False)
    )
    numbers = iter(database.measure(source, query))
    return {
        name: FormCounts(
            next(numbers),
            {form: next(numbers) for form in forms},
            {form: next(numbers) for form in _list_alike(forms)},
        )
        for name, (_, forms) in asked.items()
    }


def _list_alike(forms: Sequence[str]) -> list[str]:
    """The forms that read cells of another one among them."""
    return [form for form in forms if READS_ALSO.get(form) in forms]


def list_forms_of_dates(
    cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts]
) -> list[str]:
    """The forms of all columns of dates; of a column in doubt only where no other one shows which.

    They stand together, because a study says the forms of dates for all columns of a source.
    """
    columns = [counts[cell.name] for cell in cells if cell.role == "date" and cell.name in counts]
    in_doubt = [{form for pair in each.list_in_doubt() for form in pair} for each in columns]
    shown = {
        form
        for each, doubts in zip(columns, in_doubt, strict=True)
        for form in {*each.found} - doubts
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


def _check_order_of_day_and_month(
    source: DeliveredTable, cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts]
) -> None:
    if source.format.dates is not None:
        return
    for cell in cells:
        if cell.role != "date" or cell.name not in counts:
            continue
        for pair in counts[cell.name].list_in_doubt():
            if {*counts[cell.name].found} == {*pair}:
                keys = say_forms(list_forms_of_dates(cells, counts))
                anew = "" if keys[1:] else ", or write these dates in another form"
                raise refuse(
                    source.name,
                    f"the dates in the column `{cell.called}` could be read with the day first and with the "
                    "month first",
                    found=f"{counts[cell.name].describe()}, and no number above 12 that shows the day",
                    hint=f"Say which: {' or '.join(keys)}{anew}",
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
        return replace(cell, dates=plain[:1]) if plain and not source.format.dates else cell
    for form in plain:  # a percent sign is recognised also where the separator is said
        decimal = form.removesuffix(PERCENT_SIGN)
        if source.format.decimal in (None, decimal):
            full_time = replace(cell.full_time, decimal=decimal) if cell.full_time else None
            has_sign = form != decimal
            return replace(cell, decimal=decimal, has_percent_sign=has_sign, full_time=full_time)
    return cell


def note_forms(before: Sequence[CanonicalColumn], after: Sequence[CanonicalColumn]) -> list[Note]:
    """A note on the columns that are read in another form than the usual one."""
    forms: dict[str, list[str]] = {}
    for old, new in zip(before, after, strict=True):
        if old != new:
            form = new.dates[0] if new.role == "date" else IN_WORDS[new.number_form]
            forms.setdefault(form, []).append(f"`{new.called}`")
    ways = [f"{', '.join(columns)} as {form}" for form, columns in forms.items()]
    return [Note("read_as", f"read {'; '.join(ways)}", 0)] if ways else []


def _list_forms(cell: CanonicalColumn) -> tuple[str, ...]:
    """The forms that can be seen in a column of this role and type."""
    if cell.role == "date":
        typed = () if cell.type in DATE_TYPES else ("yyyymmdd",)
        return DATE_FORMS_OF_TEXT if cell.is_text else typed
    if cell.role != "number" or not cell.is_text:
        return ()
    is_percent = cell.factor == 1 and cell.full_time is None
    return tuple(form for form in NUMBER_FORMS if is_percent or not form.endswith(PERCENT_SIGN))
