"""The parts of a source as one table: columns that are written, typed or left out in another way in some.

Types differ by year, for who exports a table chooses them anew each time. A column of several kinds of types
becomes text, in which the cells of each part look as they would in a text file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp

from rtw_outcomes.errors import ContractError, Problem
from rtw_outcomes.intake.account import Note, count_words
from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    INTEGER_TYPES,
    MIXED,
    NO_VALUES,
    NUMBER_TYPES,
    TEXT_TYPES,
    quoted,
    read_code,
    read_midnight,
)
from rtw_outcomes.intake.delivered_table import DeliveredTable, Part

Types = Mapping[str, str | None]


def unite_columns(parts: Sequence[Types]) -> dict[str, str | None]:
    """The columns of the whole table with their types, from those of its parts.

    A name is written as in the first part that has it. Names that differ in capitals only are the same.
    """
    names: dict[str, str] = {}
    kinds: dict[str, list[str | None]] = {}
    for types in parts:
        for name, kind in types.items():
            names.setdefault(name.casefold(), name)
            kinds.setdefault(name.casefold(), []).append(kind)
    return {name: _unite_types(kinds[same]) for same, name in names.items()}


def read_in_part(name: str, kind: str | None, types: Types) -> exp.Expr:
    """A column of the whole table as an expression in one of its parts; null where the part lacks it.

    Args:
        name: its name in the whole table.
        kind: its type there.
        types: the columns of the part.
    """
    own = find_in_part(name, types)
    if own is None:
        return exp.null()
    column, own_kind = quoted(own), types[own]
    if kind == own_kind:
        return column
    if kind == MIXED:
        return _write_as_text(column, own_kind)
    return exp.cast(column, kind if kind in TYPES_OF_SEVERAL else "text")


def find_in_part(name: str, types: Types) -> str | None:
    """The name that a column of the whole table has in one of its parts; None where the part lacks it."""
    same = name.casefold()
    return next((own for own in types if own.casefold() == same), None)


def find_lacking(source: DeliveredTable, parts: Sequence[Types]) -> dict[str, tuple[Part, ...]]:
    """The columns that some parts lack, each with these parts."""
    lacking = {
        name: tuple(
            part
            for part, types in zip(source.parts, parts, strict=False)  # a frame has no files
            if find_in_part(name, types) is None
        )
        for name in unite_columns(parts)
    }
    return {name: those for name, those in lacking.items() if those}


def check_lacking(source: DeliveredTable, needed: Iterable[str]) -> None:
    """Every part has the columns that are read for something.

    Args:
        source: with its columns under the names that they are known by.
        needed: the names of the columns that no part may lack.

    Raises:
        ContractError: a part lacks one, and another part has it.
    """
    needed = {*needed}
    what = "" if source.table == "cohort" else ". Files that differ can be a list of sources"
    problems = [
        Problem(
            source.name_part(part),
            f"the file has no column `{delivered}`, which other files of the source have",
            hint=f"Give it the column, with empty cells where nothing is known{what}",
        )
        for name, delivered in source.names.items()
        if name in needed
        for part in source.lacking.get(delivered, ())
    ]
    if problems:
        raise ContractError(problems)


def note_lacking(source: DeliveredTable) -> Iterator[Note]:
    """A note on the columns that some parts lack."""
    columns = [
        f"`{name}` in {count_words(len(parts), 'file')}" for name, parts in source.lacking.items()
    ]
    if columns:
        what = f"columns that some files do not have count as empty there: {', '.join(columns)}"
        yield Note("columns_lacking", what, 0)


# The types that columns of several types of one kind become.
TYPES_OF_SEVERAL = ("BIGINT", "HUGEINT", "DOUBLE", "TIMESTAMP", "VARCHAR")


def _unite_types(kinds: Sequence[str | None]) -> str | None:
    several = list(dict.fromkeys(kind for kind in kinds if kind != NO_VALUES)) or [NO_VALUES]
    if len(several) == 1:
        return several[0]
    for together, known in (
        ("BIGINT", INTEGER_TYPES),
        ("HUGEINT", (*INTEGER_TYPES, "UBIGINT", "HUGEINT")),
        ("DOUBLE", NUMBER_TYPES),
        ("TIMESTAMP", DATE_TYPES),
        ("VARCHAR", TEXT_TYPES),
        (MIXED, (*NUMBER_TYPES, *DATE_TYPES, *TEXT_TYPES)),
    ):
        if {*several} <= {*known}:
            return together
    # A type that no column may have which is read: it is told as in a file of its own.
    return next(kind for kind in several if kind not in (*NUMBER_TYPES, *DATE_TYPES, *TEXT_TYPES))


def _write_as_text(column: exp.Expr, kind: str | None) -> exp.Expr:
    if kind not in DATE_TYPES:
        return read_code(column, kind)
    texts = (exp.cast(each, "text") for each in (read_midnight(column), column.copy()))
    return exp.func("COALESCE", *texts)
