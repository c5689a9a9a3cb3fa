"""Versions of rows: where a row came again because something in it changed, the newest one counts.

The versions of a row are told apart before anything else is said of them, so that a fault in a row that was
corrected since puts nobody in doubt.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp
from sqlglot.expressions import Expr

from rtw_outcomes.intake.canonical_column import (
    DATE_TYPES,
    FLOAT_TYPES,
    is_text_type,
    quoted,
    read_code,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.forms import NUMBER_FORMS, read_date_text
from rtw_outcomes.intake.parts import Types
from rtw_outcomes.intake.plain_forms import Validated
from rtw_outcomes.intake.profile import VERSIONS, Profile
from rtw_outcomes.intake.validation import NamedRule

OLDER, REVERSED, MISSING, TIED = (
    "older_version",
    "reversed",
    "missing_version",
    "tied_versions",
)
SUPERSEDED = (OLDER, REVERSED)


def list_version_rules(
    source: DeliveredTable, profile: Profile, without: Sequence[str]
) -> Iterator[NamedRule]:
    """The rules under which versions of rows do not count; rows break them once versions are marked."""
    versions = profile.versions
    if not versions or VERSIONS in without:
        return
    by, nobody = source.call(versions.latest_by), exp.false()
    yield NamedRule(OLDER, by, "a newer row has the same key", nobody, is_design=True)
    if versions.reversed_by:
        column = source.call(versions.reversed_by.column)
        why = "the newest row of the key takes it back"
        yield NamedRule(REVERSED, column, why, nobody, is_design=True)
    why = "a column of its key is empty, or its version cannot be read"
    yield NamedRule(MISSING, by, why, nobody)
    yield NamedRule(TIED, by, "another row of the same key is as new, and differs", nobody)


def mark_versions(
    database: Database, read: Validated, profile: Profile, types: Types, same: Sequence[str]
) -> None:
    """Give rows of `validated_<key>` that are not the newest version of their key its rule.

    Args:
        database: holds the table.
        read: the validated source.
        profile: says what versions are.
        types: the delivered columns.
        same: the columns in which newest rows must be equal to count as one.
    """
    numbers = {rule.name: number for number, rule in enumerate(read.rules)}
    if not profile.versions or OLDER not in numbers:
        return
    table, reversed_by = f"validated_{read.source.key}", profile.versions.reversed_by
    keys = [_read_key(name, profile, types) for name in profile.versions.key]
    order = _read_order(database, table, profile.versions.latest_by, types)
    takes_back: Expr = exp.false()
    if reversed_by:
        code = read_code(_kept(reversed_by.column), types[reversed_by.column])
        codes = (exp.Literal.string(each) for each in reversed_by.codes)
        takes_back = exp.func("COALESCE", code.isin(*codes), exp.false())
    key = exp.func("ROW", *keys)
    # Without columns to compare, no two rows are equal.
    content = exp.func("HASH", *(map(quoted, same) if same else ("source_file", "source_row")))
    told = exp.select(
        "*",
        key.as_("v_key"),
        exp.or_(*(each.copy().is_(exp.null()) for each in (*keys, order))).as_("v_none"),
        order.as_("v_order"),
        takes_back.as_("v_takes_back"),
        exp.func("HASH", content, takes_back.copy()).as_("v_content"),
    ).from_(table)
    rule = (
        f"CASE WHEN v_none THEN COALESCE(rule, {numbers[MISSING]}) "
        + (f"WHEN v_reversed THEN {numbers[REVERSED]} " if reversed_by else "")
        + f"WHEN v_order < v_newest THEN {numbers[OLDER]} "
        f"WHEN v_differ THEN COALESCE(rule, {numbers[TIED]}) ELSE rule END"
    )
    database.replace(
        table,
        f"WITH told AS ({told.sql(dialect='duckdb')}), "
        "placed AS (SELECT *, max(v_order) OVER (PARTITION BY v_none, v_key) AS v_newest FROM told), "
        "judged AS (SELECT *, bool_and(v_takes_back) FILTER (v_order = v_newest) "
        "OVER (PARTITION BY v_none, v_key) AS v_reversed, "
        "min(v_content) OVER (PARTITION BY v_none, v_key, v_order) <> "
        "max(v_content) OVER (PARTITION BY v_none, v_key, v_order) AS v_differ FROM placed) "
        "SELECT * EXCLUDE (v_key, v_none, v_order, v_takes_back, v_content, v_newest, v_reversed, "
        f"v_differ) REPLACE ({rule} AS rule) FROM judged ORDER BY source_file, source_row",
    )


def _read_key(name: str, profile: Profile, types: Types) -> Expr:
    """A cell of a key; null where it is empty."""
    if name == profile.columns.person_id:
        return exp.cast(exp.column("person_id"), "text")
    return exp.func("NULLIF", read_code(_kept(name), types[name]), exp.Literal.string(""))


def _read_order(database: Database, table: str, name: str, types: Types) -> Expr:
    """A cell that is larger in newer rows; null where it holds nothing that can be compared."""
    cell, kind = _kept(name), types[name]
    if kind in DATE_TYPES:
        return exp.cast(cell, "timestamp")
    if not is_text_type(kind):
        is_number = exp.func("ISFINITE", cell.copy()) if kind in FLOAT_TYPES else exp.true()
        return exp.case().when(is_number, cell)
    text = exp.func("TRIM", exp.cast(cell, "text"))
    moment = exp.func(
        "COALESCE",
        exp.TryCast(this=text.copy(), to=exp.DataType.build("timestamp")),
        *(
            exp.cast(read_date_text(text, form), "timestamp")
            for form in ("dd.mm.yyyy", "ddmonyyyy", "yyyymmdd")
        ),
    )
    # Exact, because two versions may differ in the last of many digits.
    number = exp.case().when(
        exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(f"^({NUMBER_FORMS['.']})$")),
        exp.TryCast(this=text.copy(), to=exp.DataType.build("decimal(38, 6)")),
    )
    counted = exp.select(exp.func("COUNT", number.copy()), exp.func("COUNT", moment.copy()))
    ((numbers, moments),) = database.rows(counted.from_(table))
    return number if numbers >= moments else moment


def _kept(name: str) -> exp.Column:
    return quoted(f"d_{name}")
