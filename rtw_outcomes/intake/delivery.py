"""Read a study's delivery into canonical tables; the one page of the intake."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import ContractError, Problem, refuse, suggest
from rtw_outcomes.intake.account import Note, TableAccount, agree
from rtw_outcomes.intake.canonical_column import quoted
from rtw_outcomes.intake.cohort import (
    AskedNumbers,
    check_header,
    check_numbers,
    list_asked_numbers,
    list_carried,
    read_cohort,
)
from rtw_outcomes.intake.column_names import match_columns
from rtw_outcomes.intake.database import Database, open_database
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.delivered_table import DeliveredTable, find_delivered_table
from rtw_outcomes.intake.faulty_rows import (
    EXIT_IN_DOUBT,
    find_affected,
    is_affected,
    list_excess,
    note_affected,
)
from rtw_outcomes.intake.person_ids import ids_are_whole
from rtw_outcomes.intake.plain_forms import IN_DOUBT
from rtw_outcomes.intake.spells import read_spells
from rtw_outcomes.intake.study import LoadedSource, LoadedStudy
from rtw_outcomes.language.vocabulary import KEY_COLUMNS
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

    def choose(self, table: pl.DataFrame, loaded: LoadedStudy) -> pl.DataFrame:
        """The rows of the results that the summary is made of."""
        if loaded.study.affected == "keep":
            return table
        return table.filter(~is_affected(self.marks))


class FaultyRowsError(ContractError):
    """More rows are faulty than the study tolerates.

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


@contextmanager
def open_workspace() -> Iterator[Path]:
    """A folder for what a run keeps in files; gone when the run ends, however it ends."""
    with TemporaryDirectory(prefix="rtw-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def read_delivery(loaded: LoadedStudy, folder: Path, memory_limit: int | None = None) -> Intake:
    """Read and validate both tables of a study.

    Args:
        loaded: the study.
        folder: where files are left that the run works on, until it ends.
        memory_limit: in bytes; what does not fit goes to the folder.

    Raises:
        ContractError: the data break a rule that stops the run.
        DefinitionError: the study names a column that the cohort does not have.
    """
    with open_database(folder, memory_limit) as database:
        spells_sources = [_find_source(database, source, folder) for source in loaded.spells]
        cohort_source = _find_source(database, loaded.cohort, folder)
        _check_groups(database, cohort_source, loaded)
        asked = list_asked_numbers(database, cohort_source, loaded)
        cohort = read_cohort(database, cohort_source, loaded.study, asked)
        cohort_source = cohort.validated.source
        check_numbers(database, cohort_source, asked)
        cohort_is_whole = ids_are_whole(database, "deduplicated_cohort")
        spells = read_spells(
            database,
            list(zip(spells_sources, loaded.profiles, strict=True)),
            loaded,
            cohort_is_whole,
        )
        index_dates = _read_index_dates(database, spells.person, asked)
        keys = _read_keys(database, cohort_source, cohort_is_whole)
        affected = find_affected(database, spells, index_dates)
        deliveries = (*spells.deliveries, cohort)
        excess = list_excess(deliveries, keys, affected, loaded)
    observed = loaded.study.observed
    tables = Tables(spells.path, index_dates.drop(IN_DOUBT), observed.from_, observed.to)
    about_cohort = _count_rows_about(tables)
    accounts = [each.account for each in deliveries]
    accounts[0] = _note_strangers(accounts[0], accounts[:-1], about_cohort)
    accounts[-1] = replace(
        accounts[-1], notes=(*accounts[-1].notes, *note_affected(keys, affected, loaded.study))
    )
    intake = Intake(
        tables=tables,
        keys=keys,
        marks=affected if affected[EXIT_IN_DOUBT].any() else affected.drop(EXIT_IN_DOUBT),
        rejected=pl.concat([each.rejected for each in deliveries]),
        accounts=tuple(accounts),
        rows_about_cohort=about_cohort,
        deliveries=deliveries,
    )
    if excess:
        raise FaultyRowsError(excess, intake)
    return intake


def _find_source(database: Database, source: LoadedSource, folder: Path) -> DeliveredTable:
    """A source of the study, with its columns under the names that the program knows them by."""
    found = find_delivered_table(source, folder)
    described = replace(found, columns=tuple(database.describe(found)))
    return match_columns(described, source.known, source.renamed)


def _check_groups(database: Database, source: DeliveredTable, loaded: LoadedStudy) -> None:
    """The columns to group by are there, and all can be carried; asked before any row is read."""
    types = check_header(database, source)
    lengths = [name for name in list_carried(types) if types[name] == "INTERVAL"]
    if lengths:
        what = f"the column `{lengths[0]}` holds lengths of time, which results cannot have"
        raise refuse(source.name, what, hint="Make it a number of days, or leave it out")
    columns = tuple(types)
    problems = [
        Problem(("by", place), f"the cohort has no column `{name}`", hint=suggest(name, columns))
        for place, name in enumerate(loaded.study.by)
        if name not in columns
    ]
    keys = {source.names[name] for name in KEY_COLUMNS}
    problems += [
        Problem(("by", place), f"`{name}` tells persons apart, and a summary may not")
        for place, name in enumerate(loaded.study.by)
        if source.names.get(name) in keys
    ]
    problems += [
        Problem(("by", place), f"the column `{name}` holds lists, which make no groups")
        for place, name in enumerate(loaded.study.by)
        if (types.get(name) or "").startswith(NESTED_TYPES) or (types.get(name) or "").endswith("]")
    ]
    loaded.file.raise_for(problems)


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


def _read_keys(database: Database, source: DeliveredTable, cohort_is_whole: bool) -> pl.DataFrame:
    keys = exp.select(
        exp.cast(exp.column("person_id"), "bigint").as_("person_id")
        if cohort_is_whole
        else "person_id",
        "index_date",
        *(
            quoted(f"d_{name}").as_(name, quoted=True)
            for name in list_carried(database.describe(source))
        ),
    )
    keys = (
        keys.from_("deduplicated_cohort")
        .where("rule IS NULL")
        .order_by("source_file", "source_row")
    )
    return database.frame(keys)


def _note_strangers(
    account: TableAccount, accounts: Sequence[TableAccount], about_cohort: int
) -> TableAccount:
    """Rows about people outside the cohort are good rows that no outcome needs."""
    used = sum(each.used for each in accounts)
    rows = used - about_cohort
    if not rows:
        return account
    what = agree(
        rows,
        "used row about a person who is not in the cohort",
        "used rows about persons who are not in the cohort",
    )
    if rows == used:
        what += ": nobody in the cohort has a row. Are the ids written alike in both files"
    note = Note("not_in_cohort", what, rows)
    return replace(account, notes=(*account.notes, note))


def _count_rows_about(tables: Tables) -> int:
    people = tables.cohort.lazy().select("person_id").unique()
    about = tables.scan_spells().select("person_id").join(people, on="person_id", how="semi")
    return int(about.select(pl.len()).collect(engine="streaming").item())
