"""The register rows of a delivery, through the eyes of their register's profile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.canonical_column import CanonicalColumn
from rtw_outcomes.intake.contract import list_key_columns, list_row_rules, spells_schema
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.deduplication import (
    POSITION,
    Delivered,
    check_types,
    count_rows,
    deduplicate_equal_rows,
    list_rejected,
    note_reading,
    place_of,
    scan_rows,
)
from rtw_outcomes.intake.delivered_table import DeliveredTable, check_columns
from rtw_outcomes.intake.format import HoursOf
from rtw_outcomes.intake.overlaps import count_overlaps, list_possible_repeats
from rtw_outcomes.intake.person_ids import (
    PERSON_TYPES,
    ids_are_whole,
    person_type,
    with_whole_ids,
)
from rtw_outcomes.intake.plain_forms import Validated, expect_column, validate_in_plain_forms
from rtw_outcomes.intake.plausibility import check_open_ends, check_units
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.intake.profile_rules import (
    check_rules_can_run,
    list_columns_beside,
    list_left_out,
    list_same,
    note_diagnoses,
    note_rules_not_run,
    note_totals,
)
from rtw_outcomes.intake.study import LoadedStudy
from rtw_outcomes.intake.validation import NamedRule, from_contract, missing_or_unreadable
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
DAY_AFTER = "first_day_after"
DUPLICATE = NamedRule(
    "duplicate_row", "", "an equal row stands before it", exp.false(), is_design=True
)


@dataclass(frozen=True)
class SpellsRead:
    """The register rows of all sources, read.

    Attributes:
        deliveries: the account and the rejected rows of each source.
        path: the used rows, with the columns of `Tables.spells`, in the order of persons and start dates.
        person: the type of its person_id, in SQL.
    """

    deliveries: tuple[Delivered, ...]
    path: Path
    person: str


@dataclass(frozen=True)
class _ReadSource:
    """A source whose rows are validated, with the profile that it is read by."""

    validated: Validated
    profile: Profile
    types: Mapping[str, str | None]


def read_spells(
    database: Database,
    sources: Sequence[tuple[DeliveredTable, Profile]],
    loaded: LoadedStudy,
    cohort_ids_are_whole: bool,
) -> SpellsRead:
    """Validate the register rows of each source into a table; the good ones become one file.

    Raises:
        ContractError: a file breaks a rule that stops the run.
    """
    validated = [_validate(database, source, profile, loaded) for source, profile in sources]
    whole = cohort_ids_are_whole and all(
        ids_are_whole(database, f"validated_{each.validated.source.key}") for each in validated
    )
    person = person_type(whole)
    deliveries, paths = [], []
    for each in validated:
        delivered, path = _deduplicate(database, each, loaded, person)
        deliveries.append(delivered)
        paths.append(path)
    path = paths[0] if len(paths) == 1 else _put_together(database, paths, person)
    return SpellsRead(tuple(deliveries), path, person)


def _validate(
    database: Database, source: DeliveredTable, profile: Profile, loaded: LoadedStudy
) -> _ReadSource:
    types = database.describe(source)
    names = {role: getattr(profile.columns, role) for role in ROLES}
    check_columns(source, names)
    check_rules_can_run(source, profile, types, loaded.study.without)
    cells = with_whole_ids(
        database,
        source,
        [_read_column(source, profile, types, role, name) for role, name in names.items()],
    )
    check_types(source, cells, list(ROLES))
    read = validate_in_plain_forms(
        database,
        source,
        cells,
        build_rules=lambda cells: list(_build_rules(source, profile, cells, types, loaded)),
        beside=list_columns_beside(profile, types),
    )
    _check_benefits(database, read.source, profile, loaded)
    check_units(database, read.source, read.cells)
    check_open_ends(database, read.source, read.rules)
    return _ReadSource(read, profile, types)


def _read_column(
    source: DeliveredTable,
    profile: Profile,
    types: Mapping[str, str | None],
    role: str,
    name: str,
) -> CanonicalColumn:
    form = source.format
    unit = form.extent_unit or profile.extent_unit
    cell = expect_column(source, role, name, ROLES[role], types[name])
    if role == "benefit":  # a code may be written like a usual mark of a missing value
        return replace(cell, missing=form.missing or ())
    if role == "end_date":
        return replace(
            cell, is_end=True, open_end=form.open_end, day_after=form.end_is == DAY_AFTER
        )
    if role != "extent":
        return cell
    if isinstance(unit, HoursOf):
        hours = unit.hours_of
        if hours not in types:
            hint = "It is named under `extent_unit: {hours_of: ...}`"
            raise refuse(source.name, f"the column `{hours}` is missing", hint=hint)
        return replace(
            cell, full_time=replace(cell, name="full_time", delivered=hours, type=types[hours])
        )
    return replace(cell, factor=PERCENT_PER[unit])


def _deduplicate(
    database: Database, read: _ReadSource, loaded: LoadedStudy, person: str
) -> tuple[Delivered, Path]:
    profile, types, validated = read.profile, read.types, read.validated
    source = validated.source
    key, decimal = source.key, _decimal_of(validated.cells)
    roles = {cell.delivered: cell.name for cell in validated.cells}
    same = list_same(profile, types, roles, loaded.study.without)
    possible_repeats = list_possible_repeats(_put_in_order(database, key, person))
    deduplicate_equal_rows(
        database, key, possible_repeats, same, duplicate=len(validated.rules) - 1
    )
    account = count_rows(database, validated)
    path = _write_spells(database, key, person, read_codes(profile, loaded))
    notes = (
        *note_reading(validated),
        *_note_overlaps(path),
        *note_totals(database, key, profile, types, same, decimal),
        *note_diagnoses(database, key, profile, types),
        *note_rules_not_run(source, profile, types, loaded.study.without),
    )
    rejected = list_rejected(database, validated)
    rows = scan_rows(database, key)
    return Delivered(replace(account, notes=notes), rejected, validated, rows), path


def _decimal_of(cells: Sequence[CanonicalColumn]) -> str:
    """The decimal separator of the extents, which other numbers of the source have too."""
    return next(cell.decimal for cell in cells if cell.name == "extent")


def _put_together(database: Database, paths: Sequence[Path], person: str) -> Path:
    """The rows of all sources as one file, in the order of persons and start dates."""
    rows = " UNION ALL ".join(f"FROM {path.stem}" for path in paths)
    query = f"SELECT * FROM ({rows}) ORDER BY person_id, start_date"
    return database.write("spells_of_all", query, spells_metadata(person))


def _put_in_order(database: Database, key: str, person: str) -> Path:
    """The validated rows in the order of persons and start dates; written again only where they are not.

    Whole numbers and texts are in different orders: 10 comes before 9 among texts.
    """
    name = f"validated_{key}"
    path = database.file(name)
    good = pl.scan_parquet(path, glob=False).filter(pl.col("rule").is_null())
    if is_in_order(good.with_columns(pl.col("person_id").cast(PERSON_TYPES[person]))):
        return path
    return database.replace(
        name,
        f"SELECT * FROM {name} ORDER BY TRY_CAST(person_id AS {person}), start_date, "
        "source_file, source_row",
    )


def _write_spells(database: Database, key: str, person: str, codes: Mapping[str, str]) -> Path:
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
        f"{meaning.sql(dialect='duckdb')} AS benefit FROM deduplicated_{key} "
        "WHERE rule IS NULL"
    )
    path = database.write(key, spells, spells_metadata(person))
    if is_in_order(pl.scan_parquet(path, glob=False)):
        return path
    return database.replace(
        key, f"SELECT * FROM {key} ORDER BY person_id, start_date", spells_metadata(person)
    )


def _build_rules(
    source: DeliveredTable,
    profile: Profile,
    cells: Sequence[CanonicalColumn],
    types: Mapping[str, str | None],
    loaded: LoadedStudy,
) -> Iterator[NamedRule]:
    """The rules in the order in which they are told: cells, what the profile leaves out, the contract."""
    observed, without = loaded.study.observed, loaded.study.without
    contract = spells_schema(observed.from_, observed.to)
    yield from missing_or_unreadable(cells, list_key_columns(contract))
    yield from list_left_out(source, profile, types, without, _decimal_of(cells))
    yield from from_contract(list_row_rules(contract), cells)
    yield DUPLICATE


def read_codes(profile: Profile, loaded: LoadedStudy) -> dict[str, str]:
    """The benefit that each code of a source stands for."""
    codes = {name: name for name in BENEFITS}
    return codes | profile.benefit_codes | loaded.study.benefit_codes


def _check_benefits(
    database: Database, source: DeliveredTable, profile: Profile, loaded: LoadedStudy
) -> None:
    """A code that nobody named stops the run."""
    column = source.call(profile.columns.benefit)
    database.put("benefits", pl.DataFrame({"code": list(read_codes(profile, loaded))}))
    ((rows, kinds, first),) = database.rows(
        f"SELECT count(*), count(DISTINCT benefit), min({POSITION}) FROM validated_{source.key} "
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
