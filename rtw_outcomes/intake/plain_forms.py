"""What form the cells of a column have, where the usual form does not read them.

A form is plain when it reads every cell that any form reads. Then the column is read in it, and the
analyst is told. Cells that no form reads stay unreadable. Where no form is plain, nothing is
guessed: the cells are faulty, and the message says which forms there are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from rtw_outcomes.intake.account import Note
from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    MIXED,
    CanonicalColumn,
    quoted,
    read_cells,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.format import USUAL_MISSING, Format
from rtw_outcomes.intake.forms import DATE_FORMS_OF_TEXT, NUMBER_FORMS, first_that_reads
from rtw_outcomes.intake.validation import (
    FILE,
    TIME_OF_DAY,
    UNREADABLE,
    NamedRule,
    build_validation,
)

IN_DOUBT = "in_doubt"
IN_WORDS = {",": "decimal comma", ".": "decimal point"}
KEYS = {"date": "dates", "number": "decimal"}


@dataclass(frozen=True)
class FormCounts:
    """How many cells of a column each form reads.

    Attributes:
        any_form: the number of cells that some form reads.
        forms: the number of them that each form reads.
        files: the same of each file, where there are several.
    """

    any_form: int
    forms: Mapping[str, int]
    files: "tuple[FormCounts, ...]" = ()

    @property
    def plain(self) -> str | None:
        """The form that reads all that any form reads."""
        fitting = (form for form, count in self.forms.items() if count == self.any_form)
        return next(fitting, None) if self.any_form else None

    @property
    def plain_by_file(self) -> tuple[str, ...]:
        """The forms that are plain each in files of their own; none where the cells of a file have several."""
        plain = [each.plain for each in self.files if each.any_form]
        return tuple(dict.fromkeys(form for form in plain if form)) if all(plain) else ()

    @property
    def found(self) -> dict[str, int]:
        """The forms that there are; of `iso` and `datetime`, which reads the former too, one."""
        iso, datetime = (self.forms.get(form) for form in ("iso", "datetime"))
        other = "datetime" if iso == datetime else "iso"
        return {form: count for form, count in self.forms.items() if count and form != other}

    def describe(self) -> str:
        """The forms that there are, the most frequent first, in words."""
        found = sorted((-count, form) for form, count in self.found.items())
        return ", ".join(f"{-count} like {IN_WORDS.get(form, form)}" for count, form in found)


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
        missing=USUAL_MISSING if form.missing is None else form.missing,
    )


def _list_said_dates(form: Format, kind: str | None) -> tuple[str, ...]:
    dates = form.dates or ("iso",)
    # In files that have dates they are dates, whatever form the study says for texts and numbers.
    return tuple(dict.fromkeys((*dates, "datetime"))) if kind == MIXED and form.dates else dates


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
        readings = cell.readings(forms)
        counts += [exp.func("COUNT", each) for each in (first_that_reads(readings), *readings)]
    query = exp.select(*(each.as_(f"c{n}") for n, each in enumerate(counts))).from_(
        read_cells("delivered", [cell for cell, _ in asked.values()], values=False)
    )
    forms_of = {name: forms for name, (_, forms) in asked.items()}
    by_file = database.measure(source, query.group_by(quoted(FILE)))
    files = [_name_counts(numbers, forms_of) for numbers in by_file]
    whole = _name_counts(map(sum, zip(*by_file, strict=True)), forms_of)
    return {
        name: replace(each, files=tuple(file[name] for file in files))
        for name, each in whole.items()
    }


def _name_counts(
    numbers: Iterable[int], forms_of: Mapping[str, Sequence[str]]
) -> dict[str, FormCounts]:
    rest = iter(numbers)
    return {
        name: FormCounts(next(rest), {form: next(rest) for form in forms})
        for name, forms in forms_of.items()
    }


def recognise(
    cells: Sequence[CanonicalColumn], counts: Mapping[str, FormCounts], source: DeliveredTable
) -> list[CanonicalColumn]:
    """The columns, with those in their plain form that the study says nothing about."""
    return [
        _with_form(cell, counts[cell.name])
        if cell.name in counts and getattr(source.format, KEYS[cell.role]) is None
        else cell
        for cell in cells
    ]


def note_forms(before: Sequence[CanonicalColumn], after: Sequence[CanonicalColumn]) -> list[Note]:
    """A note on the columns that are read in another form than the usual one."""
    forms: dict[str, list[str]] = {}
    for old, new in zip(before, after, strict=True):
        if old != new:
            form = " and ".join(new.dates) if new.role == "date" else IN_WORDS[new.decimal]
            forms.setdefault(form, []).append(f"`{new.called}`")
    ways = [f"{', '.join(columns)} as {form}" for form, columns in forms.items()]
    return [Note("read_as", f"read {'; '.join(ways)}", 0)] if ways else []


def _with_form(cell: CanonicalColumn, counts: FormCounts) -> CanonicalColumn:
    if cell.role == "date":
        # No text is a date in two of the forms, except that `datetime` reads dates too.
        dates = (counts.plain,) if counts.plain else counts.plain_by_file
        return replace(cell, dates=dates or cell.dates)
    return replace(cell, decimal=counts.plain or cell.decimal)


def _list_forms(cell: CanonicalColumn) -> tuple[str, ...]:
    """The forms that can be seen in a column of this role and type."""
    if cell.role == "date":
        typed = () if cell.type in DATE_TYPES else ("yyyymmdd",)
        return DATE_FORMS_OF_TEXT if cell.is_text else typed
    return tuple(NUMBER_FORMS) if cell.role == "number" and cell.is_text else ()
