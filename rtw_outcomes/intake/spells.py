"""The register rows of a delivery, through the eyes of their register's profile."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import Attempts, ContractError, Problem, refuse
from rtw_outcomes.intake.account import agree, count_words
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
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.overlaps import (
    ASK,
    LARGEST,
    SUM,
    Overlaps,
    check_overlaps,
    count_overlaps,
    has_place,
    keep_largest_extents,
    list_possible_repeats,
    note_overlaps,
)
from rtw_outcomes.intake.person_ids import (
    PERSON_TYPES,
    ids_are_whole,
    person_type,
    with_whole_ids,
)
from rtw_outcomes.intake.plain_forms import Validated, validate_in_plain_forms
from rtw_outcomes.intake.plausibility import check_last_days, check_open_ends, check_units
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.intake.profile_rules import (
    check_rules_can_run,
    list_columns_beside,
    list_left_out,
    list_no_absence,
    list_outside_period,
    list_same,
    note_diagnoses,
    note_rules_not_run,
    note_totals,
)
from rtw_outcomes.intake.spells_columns import check_spells_columns, read_spells_columns
from rtw_outcomes.intake.validation import NamedRule, from_contract, missing_or_unreadable
from rtw_outcomes.intake.versions import SUPERSEDED, list_version_rules, mark_versions
from rtw_outcomes.language.vocabulary import BENEFITS, PPM_PER_PERCENT
from rtw_outcomes.planning.tables import is_in_order, spells_metadata

DUPLICATE = NamedRule(
    "duplicate_row", "", "an equal row stands before it", exp.false(), is_design=True
)


@dataclass(frozen=True)
class SpellsRead:
    """The register rows of all sources, read.

    Attributes:
        deliveries: the account and the rejected rows of each source.
        path: the used rows, with the columns of `Tables.spells`, in the order of persons and start dates.
            Where the largest extent of a day counts, rows that overlap are cut into others.
        used: the used rows of each source, one for one.
        person: the type of its person_id, in SQL.
        problems: what could mean two things, and stops the run once all is read.
    """

    deliveries: tuple[Delivered, ...]
    path: Path
    used: tuple[Path, ...]
    person: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ValidatedSpells:
    """A source whose rows are validated, with the profile that it is read by."""

    validated: Validated
    profile: Profile
    types: Mapping[str, str | None]


def read_spells(
    database: Database,
    validated: Sequence[ValidatedSpells],
    loaded: LoadedStudy,
    cohort_ids_are_whole: bool,
) -> SpellsRead:
    """The good rows of all sources, once these are validated, as one file.

    Raises:
        ContractError: no row of a source is left to use.
    """
    attempt = Attempts()
    whole = cohort_ids_are_whole and all(
        ids_are_whole(database, f"validated_{each.validated.source.key}") for each in validated
    )
    person = person_type(whole)
    deliveries, used, paths = [], [], []
    for each in validated:
        read = attempt(partial(_deduplicate, database, each, loaded, person, attempt))
        if not read:
            continue
        delivered, path = read
        deliveries.append(delivered)
        used.append(path)
        of_profile = loaded.study.overlap is None and each.profile.overlap == LARGEST
        paths.append(keep_largest_extents(database, path, person) if of_profile else path)
    if len(paths) < len(validated):
        raise ContractError(attempt.problems)
    path = paths[0]
    if len(paths) > 1:
        attempt(partial(_check_equal_rows, database, used, loaded))
        path = _put_together(database, paths, person)
        deliveries[0] = _note_sources_overlap(deliveries[0], path, paths, loaded, attempt)
    if loaded.study.overlap == LARGEST:
        path = keep_largest_extents(database, path, person)
    return SpellsRead(tuple(deliveries), path, tuple(used), person, tuple(attempt.problems))


def validate_spells(
    database: Database, source: DeliveredTable, profile: Profile, loaded: LoadedStudy
) -> ValidatedSpells:
    """Validate the register rows of a source into the table `validated_<key>`.

    Raises:
        ContractError: a file breaks a rule that stops the run.
    """
    types = check_spells_header(database, source, profile, loaded)
    cells = with_whole_ids(database, source, read_spells_columns(source, profile, types))
    parts = [part for cell in cells for part in cell.joined]
    check_types(source, [*cells, *parts], [cell.name for cell in cells])
    read = validate_in_plain_forms(
        database,
        source,
        cells,
        build_rules=lambda cells: list(_build_rules(source, profile, cells, types, loaded)),
        beside=list_columns_beside(profile, types, _list_roles(cells)),
    )
    mark_versions(database, read, profile, types, _list_same(read, profile, types, loaded))
    _check_benefits(database, read, profile, loaded)
    check_units(database, read.source, read.cells, loaded.study.tolerated)
    check_open_ends(database, read.source, read.rules)
    return ValidatedSpells(read, profile, types)


def check_spells_header(
    database: Database, source: DeliveredTable, profile: Profile, loaded: LoadedStudy
) -> Mapping[str, str | None]:
    """The columns of a source with their types, once those that the profile needs are among them.

    Raises:
        ContractError: a column is missing.
    """
    check_spells_columns(source, profile)
    types = database.describe(source)
    check_rules_can_run(source, profile, types, loaded.study.without)
    return types


def _deduplicate(
    database: Database,
    read: ValidatedSpells,
    loaded: LoadedStudy,
    person: str,
    attempt: Attempts,
) -> tuple[Delivered, Path]:
    profile, types, validated = read.profile, read.types, read.validated
    source = validated.source
    key, decimal = source.key, _decimal_of(validated.cells)
    same = _list_same(validated, profile, types, loaded)
    superseded = [n for n, rule in enumerate(validated.rules) if rule.name in SUPERSEDED]
    in_order = _put_in_order(database, key, person)
    possible_repeats = list_possible_repeats(in_order, PERSON_TYPES[person])
    deduplicate_equal_rows(
        database, key, possible_repeats, same, duplicate=len(validated.rules) - 1
    )
    account = count_rows(database, validated)
    path = _write_spells(database, key, person, read_codes(profile, loaded))
    overlaps = count_overlaps(pl.scan_parquet(path, glob=False))
    meaning = loaded.study.overlap or profile.overlap
    attempt(partial(check_last_days, source, overlaps))
    attempt(partial(check_overlaps, overlaps, meaning, source.name, loaded.name_key("overlap")))
    notes = (
        *note_reading(validated),
        *note_overlaps(overlaps, meaning),
        *note_totals(database, key, profile, types, same, decimal, superseded, possible_repeats),
        *note_diagnoses(database, key, profile, types),
        *note_rules_not_run(source, profile, types, loaded.study.without),
    )
    rejected = list_rejected(database, validated)
    rows = scan_rows(database, key)
    return Delivered(replace(account, notes=notes), rejected, validated, rows), path


def _list_same(
    read: Validated, profile: Profile, types: Mapping[str, str | None], loaded: LoadedStudy
) -> list[str]:
    return list_same(profile, types, _list_roles(read.cells), loaded.study.without)


def _list_roles(cells: Sequence[CanonicalColumn]) -> dict[str, str]:
    """The canonical column that each column of the profile is read into."""
    return {cell.delivered: cell.name for cell in cells}


def _decimal_of(cells: Sequence[CanonicalColumn]) -> str:
    """The decimal separator of the extents, which other numbers of the source have too."""
    return next(cell.decimal for cell in cells if cell.name == "extent")


def _check_equal_rows(database: Database, used: Sequence[Path], loaded: LoadedStudy) -> None:
    """No row stands in two sources of one register, or the study says what rows that overlap mean.

    Raises:
        ContractError: some do, and it does not.
    """
    if loaded.study.overlap is not None:
        return
    registers = [loaded.profiles.index(each) for each in loaded.profiles]
    rows = " UNION ALL ".join(
        f"SELECT *, {register} AS register, {number} AS source FROM {path.stem}"
        for number, (register, path) in enumerate(zip(registers, used, strict=True))
    )
    ((equal,),) = database.rows(
        "SELECT count(*) FROM (SELECT person_id FROM "
        f"({rows}) GROUP BY register, person_id, start_date, end_date, extent_ppm, benefit "
        "HAVING count(DISTINCT source) > 1)"
    )
    if equal:
        raise refuse(
            loaded.study.spells[0].name,
            f"{count_words(equal, 'row')} {agree(equal, 'stands', 'stand')} in several sources of one register",
            hint="Is a file named twice? Of files that belong together, named as one source with a pattern or "
            "a folder, equal rows count once. Or say what they mean in "
            f"{loaded.name_key('overlap')}: `largest` counts them once, `sum` adds them up",
        )


def _put_together(database: Database, paths: Sequence[Path], person: str) -> Path:
    """The rows of all sources as one file, in the order of persons and start dates."""
    rows = " UNION ALL ".join(f"FROM {path.stem}" for path in paths)
    query = f"SELECT * FROM ({rows}) ORDER BY person_id, start_date"
    return database.write("spells_of_all", query, spells_metadata(person))


def _put_in_order(database: Database, key: str, person: str) -> pl.LazyFrame:
    """The validated rows in the order of persons and start dates; written again only where they are not.

    Whole numbers and texts are in different orders: 10 comes before 9 among texts.
    """
    name, kind = f"validated_{key}", PERSON_TYPES[person]
    placed = database.scan(name).filter(has_place(kind))
    if not is_in_order(placed.with_columns(pl.col("person_id").cast(kind))):
        database.replace(
            name,
            f"SELECT * FROM {name} ORDER BY TRY_CAST(person_id AS {person}), start_date, "
            "source_file, source_row",
        )
    return database.scan(name)


def _note_sources_overlap(
    first: Delivered,
    together: Path,
    paths: Sequence[Path],
    loaded: LoadedStudy,
    attempt: Attempts,
) -> Delivered:
    """The account of the first source, with a note on rows that overlap those of other sources."""
    within = sum((count_overlaps(pl.scan_parquet(path, glob=False)) for path in paths), Overlaps())
    overlaps = count_overlaps(pl.scan_parquet(together, glob=False)) - within
    asks = any(profile.overlap == ASK for profile in loaded.profiles)
    meaning = loaded.study.overlap or (ASK if asks else SUM)
    place, key = first.account.source, loaded.name_key("overlap")
    attempt(partial(check_overlaps, overlaps, meaning, place, key))
    notes = note_overlaps(overlaps, meaning, of="a row of another source")
    return replace(first, account=replace(first.account, notes=(*first.account.notes, *notes)))


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
    # First, because a row that is no absence needs no extent.
    yield from list_no_absence(cells, _codes_of_no_absence(profile, loaded))
    keys = (*list_key_columns(contract), *profile.list_period())
    yield from missing_or_unreadable(cells, keys)
    yield from list_outside_period(cells)
    yield from list_left_out(source, profile, types, without, _decimal_of(cells))
    yield from from_contract(list_row_rules(contract), cells)
    yield from list_version_rules(source, profile, without)
    yield DUPLICATE


def read_codes(profile: Profile, loaded: LoadedStudy) -> dict[str, str]:
    """The benefit that each code of a source stands for."""
    codes = {name: name for name in BENEFITS}
    return codes | profile.benefit_codes | loaded.study.benefit_codes


def _codes_of_no_absence(profile: Profile, loaded: LoadedStudy) -> list[str]:
    return [code for code in profile.no_absence if code not in loaded.study.benefit_codes]


def _check_benefits(
    database: Database, read: Validated, profile: Profile, loaded: LoadedStudy
) -> None:
    """A code that nobody named stops the run, and so do codes that cannot be told apart when joined."""
    source = read.source
    _check_joined(database, read)
    known = [*read_codes(profile, loaded), *profile.no_absence]
    database.put("benefits", pl.DataFrame({"code": known}))
    ((rows, kinds, first),) = database.rows(
        f"SELECT count(*), count(DISTINCT benefit), min({POSITION}) FROM validated_{source.key} "
        "WHERE benefit IS NOT NULL AND benefit NOT IN (SELECT code FROM benefits)"
    )
    if rows:
        column = next(cell.called for cell in read.cells if cell.name == "benefit")
        raise refuse(
            source.name,
            f"the column `{column}` holds codes that name no benefit",
            expected="a benefit of the vocabulary, or a code that the profile or the study names",
            found=f"{count_words(kinds, 'unknown code')} on {count_words(rows, 'row')}, "
            f"the first at {place_of(source, first)}",
            hint=f"Name each code of your delivery in {loaded.name_key('benefit_codes')}",
        )


def _check_joined(database: Database, read: Validated) -> None:
    cell = next(cell for cell in read.cells if cell.name == "benefit")
    if not cell.joined:
        return
    pieces = exp.func(
        "LEN", exp.func("STRING_SPLIT", cell.name, exp.Literal.string(cell.separator))
    )
    query = exp.select("count(*)").from_(f"validated_{read.source.key}")
    ((rows,),) = database.rows(query.where(pieces.neq(len(cell.joined))))
    if rows:
        raise refuse(
            read.source.name,
            f"a code in the columns {cell.called} holds the separator `{cell.separator}` itself",
            found=f"{count_words(rows, 'such row')}",
            hint="Take another `code_separator` in the profile",
        )
