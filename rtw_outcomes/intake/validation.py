"""The row rules as SQL: each delivered row gets its canonical values and the first rule it breaks.

Built from the pandera contracts, so that a rule is declared once. A cell is missing when it is
empty, unreadable when it is not of its type; such rows break `missing_...` or `unreadable_...`. A date with
a time of day breaks `time_of_day_in_...`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import Expr, Select

from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    FILE,
    INTEGER_TYPES,
    NUMBER_TYPES,
    ROW,
    TEXT_TYPES,
    CanonicalColumn,
    literal,
    quoted,
    read_cells,
)
from rtw_outcomes.intake.contract import RowRule

# For each role of a column, the types that a typed file may have in it.
ALLOWED_TYPES = {
    "id": (*INTEGER_TYPES, "UBIGINT", "HUGEINT", *TEXT_TYPES),
    "date": (*DATE_TYPES, *NUMBER_TYPES, *TEXT_TYPES),
    "number": (*NUMBER_TYPES, *TEXT_TYPES),
    "text": (*TEXT_TYPES, *NUMBER_TYPES),
}

TYPES_IN_WORDS = {
    "id": "whole numbers or text",
    "date": "dates, or texts or numbers that stand for dates",
    "number": "numbers, or texts that are numbers",
    "text": "text or numbers",
}
ZONED_TYPES = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS WITH TIME ZONE")

# The rules of cells with something in them that cannot be read; the name of the column follows.
TIME_OF_DAY, UNREADABLE = "time_of_day_in_", "unreadable_"

COMPARISONS = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(frozen=True)
class NamedRule:
    """A rule as the account shows it, with the SQL condition that a row breaks.

    Attributes:
        name: its name.
        column: the column that it looks at, as the delivery calls it.
        reason: what is wrong with the rows, or why they are left out.
        broken: the condition under which a row is not used.
        is_design: whether such rows are left out by design: they are good rows that are no absence, or
            count already, or lie outside the extract. Other rows that are not used are faulty.
    """

    name: str
    column: str
    reason: str
    broken: Expr
    is_design: bool = False


def missing_or_unreadable(
    cells: Sequence[CanonicalColumn], keys: Sequence[str]
) -> Iterable[NamedRule]:
    """The rules on single cells, from the contract's key columns and types."""
    for cell in cells:
        if cell.name in keys:
            yield NamedRule(
                f"missing_{cell.name}", cell.called, "the cell is empty", cell.is_missing
            )
        if cell.role == "date":
            name, reason = f"{TIME_OF_DAY}{cell.name}", "the cell has a time of day"
            yield NamedRule(name, cell.called, reason, cell.has_time_of_day)
        if cell.role in ("date", "number"):
            reason = "the cell holds no date" if cell.role == "date" else "the cell holds no number"
            yield NamedRule(f"{UNREADABLE}{cell.name}", cell.called, reason, cell.is_unreadable)


def from_contract(
    rules: Sequence[RowRule], cells: Sequence[CanonicalColumn]
) -> Iterable[NamedRule]:
    """The comparisons that the pandera schema declares."""
    by_name = {cell.name: cell for cell in cells}
    for rule in rules:
        if rule.column not in by_name or (
            isinstance(rule.other, str) and rule.other not in by_name
        ):
            continue  # an optional column that this delivery does not have
        left = by_name[rule.column].value
        right = by_name[rule.other].value if isinstance(rule.other, str) else literal(rule.other)
        holds = COMPARISONS[rule.comparison](this=left, expression=right)
        # Null, for a cell that is missing, is not `broken`.
        yield NamedRule(
            rule.name,
            by_name[rule.column].called,
            rule.reason,
            exp.Not(this=exp.Paren(this=holds)),
            is_design=rule.is_design,
        )


def build_validation(
    cells: Sequence[CanonicalColumn],
    rules: Sequence[NamedRule],
    extra: Sequence[str],
    marks: Mapping[str, Expr] = {},
) -> Select:
    """One row per delivered row: where it stood, its values, and the number of the first rule broken.

    Args:
        cells: the canonical columns.
        rules: in the order in which a row is blamed.
        extra: delivered columns to keep beside, under their own names with `d_` before.
        marks: other columns to keep beside, under these names.
    """
    blame = exp.case()
    for number, rule in enumerate(rules):
        blame = blame.when(rule.broken, exp.Literal.number(number))
    kept = [quoted(name).as_(f"d_{name}", quoted=True) for name in extra]
    return exp.select(
        quoted(FILE).as_("source_file"),
        quoted(ROW).as_("source_row"),
        *(cell.value.as_(cell.name, quoted=True) for cell in cells),
        *kept,
        *(mark.as_(name) for name, mark in marks.items()),
        blame.as_("rule") if rules else exp.null().as_("rule"),
    ).from_(read_cells("delivered", cells))
