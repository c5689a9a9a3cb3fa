"""The row rules as SQL: each delivered row gets its canonical values and the first rule it breaks.

Built from the pandera contracts, so that a rule is declared once. A cell is missing when it is
empty, unreadable when it is not of its type; such rows break `missing_...` or `unreadable_...`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp
from sqlglot.expressions import Expr, Select

from rtw_outcomes.intake.contract import RowRule

INTEGER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
NUMBER_TYPES = (*INTEGER_TYPES, "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
DATE_TYPES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
TEXT_TYPES = ("VARCHAR", "ENUM")

# For each role of a column, the types that a typed file may have in it.
ALLOWED_TYPES = {
    "id": (*INTEGER_TYPES, "UBIGINT", "HUGEINT", *TEXT_TYPES),
    "date": DATE_TYPES,
    "number": NUMBER_TYPES,
    "text": (*TEXT_TYPES, *INTEGER_TYPES),
}

TYPES_IN_WORDS = {
    "id": "whole numbers or text",
    "date": "dates",
    "number": "numbers",
    "text": "text or whole numbers",
}
NO_VALUES = "NULL"  # the type of a column that holds nothing; an optional one may

# The file and the number of a row. No delivery has columns of these names.
FILE, ROW = "rtw::file", "rtw::row"

COMPARISONS = {"<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


@dataclass(frozen=True)
class CanonicalColumn:
    """A canonical column: its name in the delivery, its role, its type there (None for text)."""

    name: str
    delivered: str
    role: str
    type: str | None
    factor: float = 1.0

    @property
    def raw(self) -> Expr:
        """The cell as delivered; a text cell without its blanks, null when nothing is left."""
        column = quoted(self.delivered)
        if self.type is None or self.type in TEXT_TYPES:
            text = exp.cast(column, "text")
            return exp.func("NULLIF", exp.func("TRIM", text), exp.Literal.string(""))
        return column

    @property
    def value(self) -> Expr:
        """The cell in its canonical type; null when it is missing or unreadable."""
        is_text = self.type is None or self.type in TEXT_TYPES
        if self.role == "date":
            return self._date(is_text)
        if self.role == "number":
            return self._number(is_text)
        if self.role == "id" and not is_text:
            return self.raw
        return exp.cast(self.raw, "text")

    def _date(self, is_text: bool) -> Expr:
        read = exp.TryCast(this=self.raw, to=exp.DataType.build("date"))
        # Years that Python and Polars know too; typed files may hold others, and infinity.
        known = exp.Between(this=read, low=_literal(date.min), high=_literal(date.max))
        if is_text:
            whole = _matches(self.raw, "[0-9]{4}-[0-9]{2}-[0-9]{2}")
        else:  # a timestamp is read as its date when it is midnight
            whole = exp.cast(read, "timestamp").eq(exp.cast(self.raw, "timestamp"))
        return exp.case().when(known.and_(whole), read)

    def _number(self, is_text: bool) -> Expr:
        number = exp.TryCast(this=self.raw, to=exp.DataType.build("double"))
        good: Expr = exp.func("ISFINITE", number)
        if is_text:
            good = _matches(self.raw, r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
        percent = exp.Mul(this=exp.Paren(this=number), expression=_literal(self.factor))
        return exp.case().when(good, percent)


@dataclass(frozen=True)
class NamedRule:
    """A rule as the account shows it, with the SQL condition that a row breaks."""

    name: str
    column: str
    reason: str
    broken: Expr


def missing_or_unreadable(
    cells: Sequence[CanonicalColumn], keys: Sequence[str]
) -> Iterable[NamedRule]:
    """The rules on single cells, from the contract's key columns and types."""
    for cell in cells:
        if cell.name in keys:
            is_missing = cell.raw.is_(exp.null())
            yield NamedRule(f"missing_{cell.name}", cell.delivered, "the cell is empty", is_missing)
        if cell.role in ("date", "number"):
            unread = cell.raw.is_(exp.null()).not_().and_(cell.value.is_(exp.null()))
            reason = (
                "the cell holds no calendar date, YYYY-MM-DD"
                if cell.role == "date"
                else "the cell holds no number"
            )
            yield NamedRule(f"unreadable_{cell.name}", cell.delivered, reason, unread)


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
        right = by_name[rule.other].value if isinstance(rule.other, str) else _literal(rule.other)
        holds = COMPARISONS[rule.comparison](this=left, expression=right)
        # Null, for a cell that is missing, is not `broken`.
        yield NamedRule(
            rule.name,
            by_name[rule.column].delivered,
            rule.reason,
            exp.Not(this=exp.Paren(this=holds)),
        )


def build_validation(
    cells: Sequence[CanonicalColumn], rules: Sequence[NamedRule], extra: Sequence[str]
) -> Select:
    """One row per delivered row: where it stood, its values, and the number of the first rule broken.

    Args:
        cells: the canonical columns.
        rules: in the order in which a row is blamed.
        extra: delivered columns to keep beside, under their own names with `d_` before.
    """
    blame = exp.case()
    for number, rule in enumerate(rules):
        blame = blame.when(rule.broken, exp.Literal.number(number))
    kept = [quoted(name).as_(f"d_{name}", quoted=True) for name in extra]
    return exp.select(
        quoted(FILE).as_("source_file"),
        quoted(ROW).as_("source_row"),
        *(cell.value.as_(cell.name) for cell in cells),
        *kept,
        blame.as_("rule") if rules else exp.null().as_("rule"),
    ).from_(exp.to_table("delivered"))


def all_zero(zero: Sequence[str], above_zero: Sequence[str]) -> Expr:
    """The condition under which a profile leaves a row out."""
    number = [_as_number(name) for name in zero]
    amounts = [_as_number(name) for name in above_zero]
    return exp.and_(*(n.eq(0) for n in number), *(a > 0 for a in amounts))


def quoted(name: str) -> exp.Column:
    """A column by its name, whatever characters that has."""
    return exp.column(name, quoted=True)


def _as_number(name: str) -> Expr:
    column = quoted(name)
    return exp.TryCast(this=column, to=exp.DataType.build("double"))


def _matches(text: Expr, pattern: str) -> Expr:
    return exp.Anonymous(this="regexp_full_match", expressions=[text, exp.Literal.string(pattern)])


def _literal(value: str | float | date) -> Expr:
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    return exp.Literal.number(value)
