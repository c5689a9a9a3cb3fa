"""How many cells of a column each form reads, in each file: what the forms are is decided from these counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    FILE,
    CanonicalColumn,
    quoted,
    read_cells,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.forms import (
    DATE_FORMS_OF_TEXT,
    DAY_OR_MONTH_FIRST,
    NUMBER_FORMS,
    PERCENT_SIGN,
    READS_ALSO,
    first_that_reads,
)

IN_WORDS = {
    ",": "decimal comma",
    ".": "decimal point",
    ",%": "decimal comma and percent sign",
    ".%": "percent sign",
}

CELLS = "cells"  # how many have a text


@dataclass(frozen=True)
class FormCounts:
    """How many cells of a column each form reads, in one file or in all files of a source.

    Attributes:
        any_form: the number of cells that some form reads.
        forms: the number of them that each form reads.
        alone: for each form that reads cells of another one, the number of cells that only it reads.
        files: the same of each file, by its number; empty for one file.
    """

    any_form: int
    forms: Mapping[str, int]
    alone: Mapping[str, int]
    files: "Mapping[int, FormCounts]" = field(default_factory=dict)

    @classmethod
    def add_up(cls, files: "Mapping[int, FormCounts]") -> "FormCounts":
        """The counts of some files together."""
        forms, alone = Counter[str](), Counter[str]()
        for each in files.values():
            forms.update(each.forms)
            alone.update(each.alone)
        return cls(sum(each.any_form for each in files.values()), forms, alone, files)

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
    def plain_by_file(self) -> dict[int, tuple[str, ...]]:
        """The forms that are plain in each file; nothing where the cells of some file have several."""
        plain = {number: each.plain for number, each in self.files.items() if each.any_form}
        return plain if all(plain.values()) else {}

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
        if any(form in pair for pair in self.list_in_doubt()):
            return False
        if self.alone[other]:
            return True
        return list(self.forms).index(form) > list(self.forms).index(other)

    def list_in_doubt(self) -> list[tuple[str, str]]:
        """Day first and month first, where a file has cells that both read and none that shows which it is."""
        files = list(self.files.values()) or [self]
        return [
            pair for pair in DAY_OR_MONTH_FIRST if any(each._is_in_doubt(pair) for each in files)
        ]

    def list_files_in_doubt(self, pair: tuple[str, str]) -> "dict[int, FormCounts]":
        """The files that have cells which these two forms read and none that shows which it is."""
        return {number: each for number, each in self.files.items() if each._is_in_doubt(pair)}

    def list_split(self) -> list[tuple[str, str]]:
        """Day first and month first, where some files show the one, other files the other, and no file both."""
        return [
            pair
            for pair in DAY_OR_MONTH_FIRST
            if all(self.alone.get(form) for form in pair)
            and not any(all(each.alone[form] for form in pair) for each in self.files.values())
        ]

    def _is_in_doubt(self, pair: tuple[str, str]) -> bool:
        return all(self.forms.get(form) for form in pair) and not any(
            self.alone[form] for form in pair
        )

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


def count_forms(
    database: Database, source: DeliveredTable, cells: Sequence[CanonicalColumn]
) -> dict[str, FormCounts]:
    """The forms of these columns, from all their cells.

    Each text is read once in every form, however many cells have it: dates and extents come again and again.
    """
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
        counts += [_add_up(each) for each in (every, *readings.values(), *alone)]
    texts = _count_texts([cell for cell, _ in asked.values()])
    query = exp.select(quoted(FILE), *(each.as_(f"c{n}") for n, each in enumerate(counts)))
    query = query.from_(texts.subquery("texts"))
    by_file = query.group_by(quoted(FILE)).order_by(quoted(FILE))
    forms_of = {name: forms for name, (_, forms) in asked.items()}
    files = {
        number: _name_counts(numbers, forms_of)
        for number, *numbers in database.measure(source, by_file)
    }
    return {
        name: FormCounts.add_up({number: each[name] for number, each in files.items()})
        for name in asked
    }


def _count_texts(cells: Sequence[CanonicalColumn]) -> exp.Select:
    """The different texts of each column in each file, with the number of cells that have it."""
    raw = [cell.raw for cell in cells]
    sets = ", ".join(f"({quoted(FILE)}, {each.sql(dialect='duckdb')})" for each in raw)
    return (
        exp.select(quoted(FILE), *raw, exp.func("COUNT", exp.Star()).as_(CELLS))
        .from_(read_cells("delivered", cells, values=False))
        .group_by(f"GROUPING SETS ({sets})", dialect="duckdb")
    )


def _add_up(reading: exp.Expr) -> exp.Expr:
    """The number of cells that a form reads."""
    is_read = exp.not_(exp.Is(this=reading, expression=exp.null()))
    number = exp.case().when(is_read, exp.column(CELLS)).else_(0)
    return exp.cast(exp.func("SUM", number), "bigint")


def _name_counts(
    numbers: Sequence[int], forms_of: Mapping[str, Sequence[str]]
) -> dict[str, FormCounts]:
    rest = iter(numbers)
    return {
        name: FormCounts(
            next(rest),
            {form: next(rest) for form in forms},
            {form: next(rest) for form in _list_alike(forms)},
        )
        for name, forms in forms_of.items()
    }


def _list_alike(forms: Sequence[str]) -> list[str]:
    """The forms that read cells of another one among them."""
    return [form for form in forms if READS_ALSO.get(form) in forms]


def _list_forms(cell: CanonicalColumn) -> tuple[str, ...]:
    """The forms that can be seen in a column of this role and type."""
    if cell.role == "date":
        typed = () if cell.type in DATE_TYPES else ("yyyymmdd",)
        return DATE_FORMS_OF_TEXT if cell.is_text else typed
    if cell.role != "number" or not cell.is_text:
        return ()
    is_percent = cell.factor == 1 and cell.full_time is None
    return tuple(form for form in NUMBER_FORMS if is_percent or not form.endswith(PERCENT_SIGN))
