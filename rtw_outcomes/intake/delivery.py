"""Read a study's delivery into canonical tables; the one page of the intake."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import Attempts, ContractError, Problem, suggest, telling_all
from rtw_outcomes.intake.account import Note, TableAccount, list_spells
from rtw_outcomes.intake.carried import CarriedColumn, note_marks, read_carried
from rtw_outcomes.intake.cohort import (
    AskedNumbers,
    check_header,
    check_numbers,
    list_asked_numbers,
    list_carried,
    read_cohort,
    validate_cohort,
)
from rtw_outcomes.intake.column_names import match_columns
from rtw_outcomes.intake.database import Database, open_database
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.delivered_table import DeliveredTable, find_delivered_table
from rtw_outcomes.intake.exits import ExitsRead, check_exits_header, read_exits
from rtw_outcomes.intake.faulty_rows import (
    EXIT_IN_DOUBT,
    REJECTED_ROWS,
    find_affected,
    is_affected,
    list_excess,
    list_faulty_files,
    note_affected,
)
from rtw_outcomes.intake.groups import note_groups
from rtw_outcomes.intake.linkage import (
    check_residents,
    note_exit_linkage,
    note_linkage,
    note_strangers,
)
from rtw_outcomes.intake.loaded_study import LoadedSource, LoadedStudy
from rtw_outcomes.intake.parts import check_lacking, find_lacking, unite_columns
from rtw_outcomes.intake.person_ids import ids_are_whole
from rtw_outcomes.intake.plain_forms import IN_DOUBT, Validated
from rtw_outcomes.intake.plausibility import note_deaths, note_period
from rtw_outcomes.intake.spells import check_spells_header, read_spells, validate_spells
from rtw_outcomes.intake.study import Study
from rtw_outcomes.intake.study_rules import tells_persons_apart
from rtw_outcomes.language.vocabulary import KEY_COLUMNS
from rtw_outcomes.planning.optimizer import days_range
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import Tables

OPTIONAL_TYPES = {"entry_date": "DATE", "censor_date": "DATE", "censor_reason": "VARCHAR"}
NESTED_TYPES = ("STRUCT", "MAP", "UNION", "LIST")


@dataclass(frozen=True)
class Intake:
    """A delivery that was read.

    Attributes:
        tables: what the engines work on.
        keys: person_id, index_date and the carried columns of each cohort row that is used; the
            first columns of the results.
        rejected: table, file, source_row, rule and reason of each row that is not used.
        accounts: the account of each table.
        rows_about_cohort: how many of the used register rows are about persons in the cohort.
        marks: for each row of `keys`, the number of the person's faulty register rows, and whether the
            exit is in doubt, where it is for anybody; the last columns of the results.
        deliveries: what was read of each source, in the order of the accounts.
    """

    tables: Tables
    keys: pl.DataFrame
    rejected: pl.LazyFrame
    accounts: tuple[TableAccount, ...]
    rows_about_cohort: int
    marks: pl.DataFrame
    deliveries: tuple[Delivered, ...]

    def choose(self, loaded: LoadedStudy) -> pl.Series:
        """Whether the summary counts each row of the results."""
        if loaded.study.affected == "keep":
            return pl.repeat(True, self.keys.height, eager=True)
        return ~is_affected(self.marks)


class DeliveryError(ContractError):
    """The delivery was read, and results from it would mean nothing.

    Attributes:
        intake: what was read.
    """

    def __init__(self, problems: Sequence[Problem], intake: Intake) -> None:
        super().__init__(problems)
        self.intake = intake

    @property
    def accounts(self) -> tuple[TableAccount, ...]:
        """The account of each source."""
        return self.intake.accounts


def read_delivery(
    loaded: LoadedStudy, plan: Plan, folder: Path, memory_limit: int | None = None
) -> Intake:
    """Read and validate all tables of a study: files, then headers, then rows; then look at them together.

    All that is wrong at one of these steps is told at once.

    Args:
        loaded: the study.
        plan: the results that it will have, whose names no carried column may have.
        folder: where files are left that the run works on, until it ends.
        memory_limit: in bytes; what does not fit goes to the folder.

    Raises:
        ContractError: the data break a rule that stops the run.
        DefinitionError: the study names a column that the cohort does not have.
    """
    with open_database(folder, memory_limit) as database:
        find = partial(_find_source, database, folder)
        with telling_all() as attempt:
            of_spells = [attempt(partial(find, source)) for source in loaded.spells]
            of_exits = [attempt(partial(find, source)) for source in loaded.exits]
            cohort_source = attempt(partial(find, loaded.cohort))
        with_profiles = list(zip(of_spells, loaded.profiles, strict=True))
        with telling_all() as attempt:  # before any row is read
            for source, said in zip(of_exits, loaded.study.exits, strict=True):
                attempt(partial(check_exits_header, source, said))
            for source, profile in with_profiles:
                attempt(partial(check_spells_header, database, source, profile, loaded))
            asked = attempt(partial(_check_cohort, database, cohort_source, loaded, plan))
        with telling_all() as attempt:
            validated_cohort = attempt(
                partial(validate_cohort, database, cohort_source, loaded.study)
            )
            exits = attempt(partial(read_exits, database, of_exits, loaded.study.exits))
            validated_spells = [
                attempt(partial(validate_spells, database, source, profile, loaded))
                for source, profile in with_profiles
            ]
        with telling_all() as attempt:
            cohort = attempt(
                partial(_read_cohort, database, validated_cohort, loaded.study, asked, exits)
            )
            cohort_is_whole = bool(cohort) and ids_are_whole(database, "deduplicated_cohort")
            spells = attempt(
                partial(read_spells, database, validated_spells, loaded, cohort_is_whole)
            )
            if attempt.problems:
                of_spells_read = spells.deliveries if spells else ()
                read = filter(None, (*of_spells_read, *exits.deliveries, cohort))
                attempt.problems += list_faulty_files(database, tuple(read), loaded)
                attempt.problems += spells.problems if spells else ()
        cohort_source = cohort.validated.source
        index_dates = _read_index_dates(database, spells.person, asked)
        types = database.describe(cohort_source)
        carried = read_carried(
            database, cohort_source, {name: types[name] for name in list_carried(types)}
        )
        keys = _read_keys(database, carried, cohort_is_whole)
        affected = find_affected(database, spells, index_dates)
        deliveries = (*spells.deliveries, *exits.deliveries, cohort)
        attempt = Attempts(
            (*list_excess(database, deliveries, keys, affected, loaded), *spells.problems)
        )
        noted = [
            attempt(partial(note_exit_linkage, database, each, loaded)) or ()
            for each in exits.deliveries
        ]
    observed = loaded.study.observed
    tables = Tables(spells.path, index_dates.drop(IN_DOUBT), observed.from_, observed.to)
    about_cohort = sum(_count_rows_about(tables, path) for path in spells.used)
    accounts = [each.account for each in deliveries]
    used = sum(each.used for each in list_spells(accounts))
    first = loaded.study.spells[0].name
    of_period = attempt(lambda: tuple(note_period(tables, first, days_range(plan.steps())))) or ()
    of_linkage = attempt(lambda: tuple(note_linkage(tables, keys, loaded))) or ()
    of_groups = attempt(lambda: tuple(note_groups(keys, loaded))) or ()
    of_persons = (
        *note_marks(carried),
        *of_groups,
        *note_affected(keys, affected, loaded.study),
        *of_linkage,
        *note_deaths(tables),
    )
    accounts[0] = _add_notes(accounts[0], (*note_strangers(used, about_cohort), *of_period))
    accounts[-1] = _add_notes(accounts[-1], of_persons)
    for place, notes in enumerate(noted, start=len(spells.deliveries)):
        accounts[place] = _add_notes(accounts[place], notes)
    intake = Intake(
        tables=tables,
        keys=keys,
        marks=affected if affected[EXIT_IN_DOUBT].any() else affected.drop(EXIT_IN_DOUBT),
        rejected=pl.concat([each.rejected for each in deliveries]),
        accounts=tuple(accounts),
        rows_about_cohort=about_cohort,
        deliveries=deliveries,
    )
    if attempt.problems:
        raise DeliveryError(attempt.problems, intake)
    return intake


def _find_source(database: Database, folder: Path, source: LoadedSource) -> DeliveredTable:
    """A source of the study, with its columns under the names that the program knows them by."""
    found = find_delivered_table(source, folder)
    parts = database.describe_parts(found)
    described = replace(
        found, columns=tuple(unite_columns(parts)), lacking=find_lacking(found, parts)
    )
    matched = match_columns(described, source.known, source.renamed)
    check_lacking(matched, needed={*source.known} - {*source.optional})
    return matched


def _check_carried(database: Database, source: DeliveredTable, plan: Plan) -> None:
    """Results can have every carried column; asked before any row is read."""
    types = check_header(database, source)
    results = {REJECTED_ROWS, EXIT_IN_DOUBT, *(column.name for column in plan.columns)}
    # DuckDB and SAS take names that differ in capitals only for the same.
    results = {name.lower() for name in results}
    problems = []
    for name in list_carried(types):
        kind = types[name] or ""
        if name.lower() in results:
            what = f"the column `{name}` has the name of a result"
            problems.append(Problem(source.name, what, hint="Rename it in the cohort"))
        elif kind == "INTERVAL":
            what = f"the column `{name}` holds lengths of time, which results cannot have"
            hint = "Make it a number of days, or leave it out"
            problems.append(Problem(source.name, what, hint=hint))
        elif kind.startswith(NESTED_TYPES) or kind.endswith("]"):
            what = f"the column `{name}` holds several values in a cell, which results cannot have"
            hint = "Make a column of each, or leave it out"
            problems.append(Problem(source.name, what, hint=hint))
    if problems:
        raise ContractError(problems)


def _check_cohort(
    database: Database, source: DeliveredTable, loaded: LoadedStudy, plan: Plan
) -> tuple[AskedNumbers, ...]:
    """The numbers that outcomes take from the cohort, once all columns are there."""
    _check_carried(database, source, plan)
    _check_groups(database, source, loaded)
    return list_asked_numbers(database, source, loaded)


def _check_groups(database: Database, source: DeliveredTable, loaded: LoadedStudy) -> None:
    """The columns that make groups or describe them are there; asked before any row is read."""
    types = check_header(database, source)
    columns = tuple(types)
    problems = [
        Problem(place, f"the cohort has no column `{name}`", hint=suggest(name, columns))
        for place, name in loaded.study.list_columns()
        if name not in columns
    ]
    keys = {source.names[name] for name in KEY_COLUMNS}
    problems += [
        tells_persons_apart(place, name)
        for place, name in loaded.study.list_columns()
        if source.names.get(name) in keys
    ]
    loaded.file.raise_for(problems)


def _read_cohort(
    database: Database,
    validated: Validated,
    study: Study,
    asked: Sequence[AskedNumbers],
    exits: ExitsRead,
) -> Delivered:
    check_residents(database, exits)
    cohort = read_cohort(database, validated, study, asked, exits)
    check_numbers(database, cohort.validated.source, asked)
    return cohort


def _read_index_dates(
    database: Database, person: str, asked: Sequence[AskedNumbers]
) -> pl.DataFrame:
    known = database.describe_table("deduplicated_cohort")
    optional = [
        f"CAST({name if name in known else 'NULL'} AS {kind}) AS {name}"
        for name, kind in OPTIONAL_TYPES.items()
    ]
    dates = exp.select(
        f"CAST(person_id AS {person}) AS person_id", "index_date", *optional, IN_DOUBT
    )
    cells = dict.fromkeys(each.cell for each in asked)
    dates = dates.select(*(cell.value.as_(cell.name, quoted=True) for cell in cells))
    return database.frame(
        dates.from_("deduplicated_cohort")
        .where("rule IS NULL")
        .order_by("source_file", "source_row")
    )


def _read_keys(
    database: Database, carried: Sequence[CarriedColumn], cohort_is_whole: bool
) -> pl.DataFrame:
    keys = exp.select(
        exp.cast(exp.column("person_id"), "bigint").as_("person_id")
        if cohort_is_whole
        else "person_id",
        "index_date",
        *(column.value.as_(column.name, quoted=True) for column in carried),
    )
    keys = (
        keys.from_("deduplicated_cohort")
        .where("rule IS NULL")
        .order_by("source_file", "source_row")
    )
    return database.frame(keys)


def _add_notes(account: TableAccount, notes: Sequence[Note]) -> TableAccount:
    return replace(account, notes=(*account.notes, *notes))


def _count_rows_about(tables: Tables, used: Path) -> int:
    people = tables.cohort.lazy().select("person_id").unique()
    about = (
        pl.scan_parquet(used, glob=False)
        .select("person_id")
        .join(people, on="person_id", how="semi")
    )
    return int(about.select(pl.len()).collect(engine="streaming").item())
