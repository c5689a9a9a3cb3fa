"""The register rows of a delivery, through the eyes of their register's profile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from sqlglot import exp

from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.contract import list_key_columns, list_row_rules, spells_schema
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.deduplication import (
    POSITION,
    Delivered,
    check_types,
    count_rows,
    deduplicate_equal_rows,
    list_rejected,
    note_cut,
    place_of,
)
from rtw_outcomes.intake.delivered_table import DeliveredTable, check_columns, refuse
from rtw_outcomes.intake.overlaps import count_overlaps, list_possible_repeats
from rtw_outcomes.intake.person_ids import PERSON_TYPES, ids_are_whole, person_type
from rtw_outcomes.intake.profile import LeaveOutRule, Profile
from rtw_outcomes.intake.study import LoadedStudy
from rtw_outcomes.intake.validation import (
    CanonicalColumn,
    NamedRule,
    all_zero,
    build_validation,
    from_contract,
    missing_or_unreadable,
    quoted,
)
from rtw_outcomes.language.vocabulary import BENEFITS, PPM_PER_PERCENT
from rtw_outcomes.planning.tables import is_in_order, spells_metadata

ROLES = {
    "person_id": "id",
    "start_date": "date",
    "end_date": "date",
    "extent": "number",
    "benefit": "text",
}
PERCENT_PER = {"percent": 1.0, "fraction": 100.0}
DUPLICATE = NamedRule("duplicate_row", "", "an equal row stands before it", exp.false())


def read_spells(
    database: Database, source: DeliveredTable, loaded: LoadedStudy, cohort_ids_are_whole: bool
) -> tuple[Delivered, Path, str]:
    """Validate the register rows into the table `deduplicated_spells`; the good ones become a file.

    The file has the columns of `Tables.spells`, in the order of persons and start dates. The third
    that is given is the type of its person_id, in SQL.

    Raises:
        ContractError: the file breaks a rule that stops the run.
    """
    profile, types = loaded.profile, database.describe(source)
    names = {name: getattr(profile.columns, name) for name in ROLES}
    names |= {name: own for name, own in loaded.study.columns.spells.items() if name in ROLES}
    check_columns(source, tuple(types), names)
    cells = [
        CanonicalColumn(name, names[name], role, types[names[name]], _factor(name, profile))
        for name, role in ROLES.items()
    ]
    check_types(source, cells, list(ROLES))
    rules = list(_build_rules(cells, types, loaded))
    beside = sorted(set(_columns_beside(profile)) & set(types))
    database.create_validated(source, build_validation(cells, rules, beside))
    _check_benefits(database, source, names["benefit"], loaded)
    same = list(_list_same(profile, types))
    person = person_type(cohort_ids_are_whole and ids_are_whole(database, "validated_spells"))
    possible_repeats = list_possible_repeats(_put_in_order(database, person))
    deduplicate_equal_rows(database, possible_repeats, same, duplicate=len(rules) - 1)
    account = count_rows(database, source, rules)
    path = _write_spells(database, person, read_codes(loaded))
    notes = (
        *note_cut(source),
        *_note_overlaps(path),
        *_note_totals(database, profile, types, same),
        *_note_diagnoses(database, profile, types),
        *_note_rules_not_run(profile, types),
    )
    rejected = list_rejected(database, source, rules)
    return Delivered(replace(account, notes=notes), rejected), path, person


def _list_same(profile: Profile, types: Mapping[str, str | None]) -> Iterator[str]:
    """The validated columns in which equal rows are equal, also where the study renames them."""
    roles = {getattr(profile.columns, role): role for role in ROLES}
    for name in profile.same_row:
        if name in roles or name in types:
            yield roles.get(name, f"d_{name}")


def _put_in_order(database: Database, person: str) -> Path:
    """The validated rows in the order of persons and start dates; written again only where they are not.

    Whole numbers and texts are in different orders: 10 comes before 9 among texts.
    """
    path = database.file("validated_spells")
    good = pl.scan_parquet(path, glob=False).filter(pl.col("rule").is_null())
    if is_in_order(good.with_columns(pl.col("person_id").cast(PERSON_TYPES[person]))):
        return path
    return database.replace(
        "validated_spells",
        f"SELECT * FROM validated_spells ORDER BY TRY_CAST(person_id AS {person}), start_date, "
        "source_file, source_row",
    )


def _write_spells(database: Database, person: str, codes: Mapping[str, str]) -> Path:
    """Write the used rows, and sort them only where they are not in order.

    The join that leaves out equal rows may change the order of the others.
    """
    meaning = exp.case(exp.column("benefit"))
    for code, benefit in codes.items():  # no join, which would let rows change places
        meaning = meaning.when(exp.Literal.string(code), exp.Literal.string(benefit))
    spells = (
        f"SELECT CAST(person_id AS {person}) AS person_id, start_date, end_date, "
        # Any extent is absence, so none is rounded to nothing.
        f"greatest(1, CAST(round(extent * {PPM_PER_PERCENT}) AS INTEGER)) AS extent_ppm, "
        f"{meaning.sql(dialect='duckdb')} AS benefit FROM deduplicated_spells WHERE rule IS NULL"
    )
    path = database.write("spells", spells, spells_metadata(person))
    if is_in_order(pl.scan_parquet(path, glob=False)):
        return path
    return database.replace(
        "spells", "SELECT * FROM spells ORDER BY person_id, start_date", spells_metadata(person)
    )


def _factor(name: str, profile: Profile) -> float:
    return PERCENT_PER[profile.extent_unit] if name == "extent" else 1.0


def _build_rules(
    cells: Sequence[CanonicalColumn], types: Mapping[str, str | None], loaded: LoadedStudy
) -> Iterator[NamedRule]:
    """The rules in the order in which they are told: cells, what the profile leaves out, the contract."""
    observed = loaded.study.observed
    contract = spells_schema(observed.from_, observed.to)
    yield from missing_or_unreadable(cells, list_key_columns(contract))
    for each in loaded.profile.leave_out:
        if _applies(each, types):
            yield NamedRule(each.rule, each.zero[0], each.why, all_zero(each.zero, each.above_zero))
    yield from from_contract(list_row_rules(contract), cells)
    yield DUPLICATE


def _applies(left_out: LeaveOutRule, types: Mapping[str, str | None]) -> bool:
    return set(left_out.columns) <= set(types)


def _columns_beside(profile: Profile) -> Iterator[str]:
    """Delivered columns that are needed beside the canonical ones."""
    yield from profile.same_row
    if profile.totals:
        yield from (*profile.totals.of, profile.totals.parts, profile.totals.whole)
    if profile.columns.diagnosis:
        yield profile.columns.diagnosis


def read_codes(loaded: LoadedStudy) -> dict[str, str]:
    """The benefit that each code of the delivery stands for."""
    codes = {name: name for name in BENEFITS}
    return codes | loaded.profile.benefit_codes | loaded.study.benefit_codes


def _check_benefits(
    database: Database, source: DeliveredTable, column: str, loaded: LoadedStudy
) -> None:
    """A code that nobody named stops the run."""
    database.put("benefits", pl.DataFrame({"code": list(read_codes(loaded))}))
    ((rows, kinds, first),) = database.rows(
        f"SELECT count(*), count(DISTINCT benefit), min({POSITION}) FROM validated_spells "
        "WHERE benefit IS NOT NULL AND benefit NOT IN (SELECT code FROM benefits)"
    )
    if rows:
        raise refuse(
            source.name,
            f"the column `{column}` holds codes that name no benefit",
            expected="a benefit of the vocabulary, or a code that the profile or the study names",
            found=f"{count_words(kinds, 'unknown code')} on {count_words(rows, 'row')}, "
            f"the first at {place_of(source, first)}",
            hint=f"Name each code of your delivery in {loaded.name_key('benefit_codes')}",
        )


def _note_overlaps(path: Path) -> Iterator[Note]:
    overlaps = count_overlaps(pl.scan_parquet(path, glob=False))
    if overlaps:
        yield Note(
            "overlapping_rows",
            f"{agree(overlaps, 'row that overlaps', 'rows that overlap')} an earlier row of the same "
            "person and benefit; "
            "their extents add up, to at most full time",
            overlaps,
        )


def _note_totals(
    database: Database, profile: Profile, types: Mapping[str, str | None], same: Sequence[str]
) -> Iterator[Note]:
    """Repeated rows count once here too, also those that are left out for other reasons."""
    totals = profile.totals
    if not totals or not {*totals.of, totals.parts, totals.whole} <= set(types):
        return
    number = exp.DataType.build("double")
    parts, whole = (
        exp.TryCast(this=_kept(name, profile), to=number) for name in (totals.parts, totals.whole)
    )
    of = [_kept(name, profile) for name in totals.of]
    columns = {column.sql(): column for column in (*of, *(quoted(name) for name in same))}
    rows = exp.select(*columns.values(), parts.as_("parts"), whole.as_("whole"))
    sums = (
        exp.select("SUM(parts) AS parts", "MAX(whole) AS whole")
        .from_(rows.from_("deduplicated_spells").distinct().subquery("r"))
        .group_by(*of)
    )
    differing = exp.select("COUNT(*)").from_(sums.subquery("s")).where("parts <> whole")
    ((count,),) = database.rows(differing)
    if count:
        spells, used = agree(count, "spell", "spells"), agree(count, "it is", "they are")
        what = f"{spells} whose {totals.parts} do not add up to {totals.whole}; used as {used}"
        yield Note("totals_differ", what, count)


def _note_diagnoses(
    database: Database, profile: Profile, types: Mapping[str, str | None]
) -> Iterator[Note]:
    column = profile.columns.diagnosis
    if not column or column not in types:
        return
    diagnosis = exp.func("TRIM", exp.cast(_kept(column, profile), "text"))
    none = diagnosis.isin(*(exp.Literal.string(code) for code in ("", *profile.no_diagnosis)))
    query = (
        exp.select(exp.func("COUNT", exp.Star()))
        .from_("deduplicated_spells")
        .where(exp.column("rule").is_(exp.null()), none.or_(diagnosis.copy().is_(exp.null())))
    )
    ((count,),) = database.rows(query)
    if count:
        yield Note("no_diagnosis", f"used {agree(count, 'row', 'rows')} without a diagnosis", count)


def _note_rules_not_run(profile: Profile, types: Mapping[str, str | None]) -> Iterator[Note]:
    for each in profile.leave_out:
        if not _applies(each, types):
            missing = ", ".join(sorted(set(each.columns) - set(types)))
            what = f"`{each.rule}` was not looked for: the delivery has no column {missing}"
            yield Note("rule_not_run", what, 0)


def _kept(delivered: str, profile: Profile) -> exp.Column:
    """A delivered column as it stands in the deduplicated table."""
    return quoted("person_id" if delivered == profile.columns.person_id else f"d_{delivered}")
