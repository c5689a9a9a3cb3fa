"""The rules of a profile: which rows are no absence, which are equal, and what is only counted.

A rule needs columns that a delivery may lack. One that decides which rows count then stops the run, for
its rows would be counted as absence; the study can say that it goes without it.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from sqlglot import exp
from sqlglot.expressions import Expr, Query

from rtw_outcomes.errors import ContractError, Problem
from rtw_outcomes.intake.account import Note, agree
from rtw_outcomes.intake.canonical_column import (
    CanonicalColumn,
    is_text_type,
    literal,
    quoted,
    read_code,
    read_number,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.parts import Types
from rtw_outcomes.intake.profile import (
    NO_ABSENCE,
    SAME_ROW,
    ColumnComparison,
    LeaveOutRule,
    Profile,
)
from rtw_outcomes.intake.validation import COMPARISONS, NamedRule


def check_rules_can_run(
    source: DeliveredTable, profile: Profile, types: Types, without: Sequence[str]
) -> None:
    """Every rule that decides which rows count has its columns, unless the study goes without it.

    Raises:
        ContractError: a column is missing.
    """
    problems = []
    for rule, columns in profile.list_deciding_rules().items():
        missing = [source.call(name) for name in columns if name not in types]
        if missing and rule not in without:
            problems.append(
                Problem(
                    source.name,
                    f"the rule `{rule}` of the register `{profile.register_}` cannot run",
                    found=f"no column {', '.join(missing)}",
                    hint=f"Name the columns in {source.renamed_by}, or say `without: [{rule}]`; "
                    "then rows count that the rule would leave out",
                )
            )
    if problems:
        raise ContractError(problems)


def note_rules_not_run(
    source: DeliveredTable, profile: Profile, types: Types, without: Sequence[str]
) -> Iterator[Note]:
    """A note on every rule that did not run."""
    rules = profile.list_deciding_rules() | profile.list_counting_rules()
    for rule, columns in rules.items():
        missing = [source.call(name) for name in columns if name not in types]
        if missing:
            what = f"the rule `{rule}` was not run: the delivery has no column {', '.join(missing)}"
            yield Note("rule_not_run", what, 0)
        elif rule in without:
            what = f"the rule `{rule}` was not run, for the study goes without it"
            yield Note("rule_not_run", what, 0)


def list_left_out(
    source: DeliveredTable,
    profile: Profile,
    types: Types,
    without: Sequence[str],
    decimal: str,
) -> Iterator[NamedRule]:
    """The rules under which rows are no absence."""
    for rule in profile.leave_out:
        if rule.rule not in without:
            broken = exp.and_(*_list_conditions(rule, types, decimal))
            column = source.call(rule.columns[0])
            yield NamedRule(rule.rule, column, rule.why, broken, is_design=True)


def list_no_absence(cells: Sequence[CanonicalColumn], codes: Sequence[str]) -> Iterator[NamedRule]:
    """The rule under which rows with these codes are no absence; none where there are no codes."""
    benefit = next(cell for cell in cells if cell.name == "benefit")
    if codes:
        broken = benefit.value.isin(*(exp.Literal.string(code) for code in codes))
        why = "the code of the benefit stands for no absence"
        yield NamedRule(NO_ABSENCE, benefit.called, why, broken, is_design=True)


def list_outside_period(cells: Sequence[CanonicalColumn]) -> Iterator[NamedRule]:
    """The rule that a row has a day in its period; none where rows have no period."""
    start, end = (
        next(cell for cell in cells if cell.name == name) for name in ("start_date", "end_date")
    )
    if start.limit and end.limit:
        # A row that ends before it starts has a rule of its own.
        broken = exp.and_(start.value > end.value, start.uncut <= end.uncut)
        why = "the row and its period have no day in common"
        yield NamedRule("outside_period", start.limit.called, why, broken)


def list_same(
    profile: Profile, types: Types, roles: Mapping[str, str], without: Sequence[str]
) -> list[str]:
    """The validated columns in which equal rows are equal; none where the study goes without the rule.

    Args:
        profile: the profile.
        types: the delivered columns.
        roles: the canonical column that each column of the profile is read into.
        without: the rules that do not run.
    """
    if SAME_ROW in without:
        return []
    return [roles.get(name, f"d_{name}") for name in profile.same_row if name in types]


def note_totals(
    database: Database,
    key: str,
    profile: Profile,
    types: Types,
    same: Sequence[str],
    decimal: str,
    superseded: Sequence[int],
    possible_repeats: pl.DataFrame,
) -> Iterator[Note]:
    """Parts that do not add up to their whole. Repeated rows count once here too.

    Rows under the rules with the numbers `superseded` are not counted: others took their place. Only
    `possible_repeats` may be equal to other rows, whatever their rule.
    """
    totals = profile.totals
    if not totals or not {*totals.of, totals.parts, totals.whole} <= set(types):
        return
    parts, whole = (
        _number(name, types, decimal, _kept(name, profile)) for name in (totals.parts, totals.whole)
    )
    of = [quoted(_kept(name, profile)) for name in totals.of]
    columns = {column.sql(): column for column in (*of, *map(quoted, same))}
    rows = exp.select(*columns.values(), parts.as_("parts"), whole.as_("whole"))
    rows = rows.from_(f"deduplicated_{key}")
    if superseded:
        counts = exp.column("rule").isin(*map(exp.Literal.number, superseded)).not_()
        rows = rows.where(exp.column("rule").is_(exp.null()).or_(counts))
    counted: Query = rows
    if not possible_repeats.is_empty():
        database.put("possible_repeats", possible_repeats)
        once, equal = (
            rows.copy().join(
                "possible_repeats", using=["source_file", "source_row"], join_type=join
            )
            for join in ("anti", "semi")
        )
        counted = exp.union(once, equal.distinct(), distinct=False)
    sums = (
        exp.select("SUM(parts) AS parts", "MAX(whole) AS whole")
        .from_(counted.subquery("r"))
        .group_by(*of)
    )
    differing = exp.select("COUNT(*)").from_(sums.subquery("s")).where("parts <> whole")
    ((count,),) = database.rows(differing)
    if count:
        spells, used = agree(count, "spell", "spells"), agree(count, "it is", "they are")
        what = f"whose {totals.parts} do not add up to {totals.whole}; used as"
        told = f"spells {what} they are"
        yield Note("totals_differ", f"{spells} {what} {used}", count, told)


def note_diagnoses(database: Database, key: str, profile: Profile, types: Types) -> Iterator[Note]:
    """The used rows without a diagnosis."""
    column = profile.columns.diagnosis
    if not column or column not in types:
        return
    diagnosis = read_code(quoted(_kept(column, profile)), types[column])
    none = diagnosis.isin(*(exp.Literal.string(code) for code in ("", *profile.no_diagnosis)))
    query = (
        exp.select(exp.func("COUNT", exp.Star()))
        .from_(f"deduplicated_{key}")
        .where(exp.column("rule").is_(exp.null()), none.or_(diagnosis.copy().is_(exp.null())))
    )
    ((count,),) = database.rows(query)
    if count:
        what = f"used {agree(count, 'row', 'rows')} without a diagnosis"
        yield Note("no_diagnosis", what, count, "used rows without a diagnosis")


def list_columns_beside(profile: Profile, types: Types, roles: Mapping[str, str]) -> list[str]:
    """Delivered columns that the rules need beside the canonical ones, after the rows are validated.

    Args:
        profile: the profile.
        types: the delivered columns.
        roles: the canonical column that each column of the profile is read into.
    """
    names = {*profile.same_row} - {*roles} | {profile.columns.diagnosis or ""}
    if profile.versions:
        names |= {*profile.versions.columns}
    if profile.totals:
        names |= {*profile.totals.of, profile.totals.parts, profile.totals.whole}
    return sorted(name for name in names if name in types and name != profile.columns.person_id)


def _list_conditions(rule: LeaveOutRule, types: Types, decimal: str) -> Iterator[Expr]:
    for name in rule.zero:
        yield _number(name, types, decimal).eq(0)
    for name in rule.above_zero:
        yield _number(name, types, decimal) > 0
    for each in rule.where:
        yield _compare(each, types, decimal)


def _compare(comparison: ColumnComparison, types: Types, decimal: str) -> Expr:
    column, value = comparison.column, comparison.value
    cell = read_code(quoted(column), types[column])
    if isinstance(value, tuple):
        return cell.isin(*(exp.Literal.string(each) for each in value))
    if isinstance(value, str):
        return COMPARISONS[comparison.is_](this=cell, expression=exp.Literal.string(value))
    cell = _number(column, types, decimal)
    return COMPARISONS[comparison.is_](this=cell, expression=literal(value))


def _number(name: str, types: Types, decimal: str, kept: str = "") -> Expr:
    """A delivered column as a number; null where it holds none."""
    is_text = is_text_type(types[name])
    cell: Expr = quoted(kept or name)
    return read_number(exp.func("TRIM", cell) if is_text else cell, is_text, decimal)


def _kept(delivered: str, profile: Profile) -> str:
    """A delivered column as it is called in the deduplicated table."""
    return "person_id" if delivered == profile.columns.person_id else f"d_{delivered}"
