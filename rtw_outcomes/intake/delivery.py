"""Read a study's delivery into canonical tables; the one page of the intake."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from sqlglot import exp

from rtw_outcomes.errors import Problem, suggest
from rtw_outcomes.intake.account import Note, TableAccount, agree
from rtw_outcomes.intake.cohort import (
    AskedNumbers,
    check_header,
    check_numbers,
    list_asked_numbers,
    list_carried,
    read_cohort,
)
from rtw_outcomes.intake.database import Database, open_database
from rtw_outcomes.intake.delivered_table import DeliveredTable, find_delivered_table, refuse
from rtw_outcomes.intake.person_ids import ids_are_whole
from rtw_outcomes.intake.spells import read_spells
from rtw_outcomes.intake.study import LoadedStudy
from rtw_outcomes.intake.validation import quoted
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
    """

    tables: Tables
    keys: pl.DataFrame
    rejected: pl.LazyFrame
    accounts: tuple[TableAccount, ...]
    rows_about_cohort: int


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
    spells_source = find_delivered_table("spells", loaded)
    cohort_source = find_delivered_table("cohort", loaded)
    with open_database(folder, memory_limit) as database:
        _check_groups(database, cohort_source, loaded)
        asked = list_asked_numbers(database, cohort_source, loaded)
        cohort = read_cohort(database, cohort_source, loaded.study)
        check_numbers(database, cohort_source, asked)
        cohort_is_whole = ids_are_whole(database, "deduplicated_cohort")
        spells, path, person = read_spells(database, spells_source, loaded, cohort_is_whole)
        index_dates = _read_index_dates(database, person, asked)
        keys = _read_keys(database, cohort_source, loaded, cohort_is_whole)
    observed = loaded.study.observed
    tables = Tables(path, index_dates, observed.from_, observed.to)
    about_cohort = _count_rows_about(tables)
    return Intake(
        tables=tables,
        keys=keys,
        rejected=pl.concat([spells.rejected, cohort.rejected]),
        accounts=(_note_strangers(spells.account, about_cohort), cohort.account),
        rows_about_cohort=about_cohort,
    )


def _check_groups(database: Database, source: DeliveredTable, loaded: LoadedStudy) -> None:
    """The columns to group by are there, and all can be carried; asked before any row is read."""
    types = check_header(database, source, loaded.study)
    lengths = [name for name in list_carried(types, loaded.study) if types[name] == "INTERVAL"]
    if lengths:
        what = f"the column `{lengths[0]}` holds lengths of time, which results cannot have"
        raise refuse(source.name, what, hint="Make it a number of days, or leave it out")
    columns = tuple(types)
    problems = [
        Problem(("by", place), f"the cohort has no column `{name}`", hint=suggest(name, columns))
        for place, name in enumerate(loaded.study.by)
        if name not in columns
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
    dates = exp.select(f"CAST(person_id AS {person}) AS person_id", "index_date", *optional)
    cells = dict.fromkeys(each.cell for each in asked)
    dates = dates.select(*(cell.value.as_(cell.name, quoted=True) for cell in cells))
    return database.frame(
        dates.from_("deduplicated_cohort")
        .where("rule IS NULL")
        .order_by("source_file", "source_row")
    )


def _read_keys(
    database: Database, source: DeliveredTable, loaded: LoadedStudy, cohort_is_whole: bool
) -> pl.DataFrame:
    keys = exp.select(
        exp.cast(exp.column("person_id"), "bigint").as_("person_id")
        if cohort_is_whole
        else "person_id",
        "index_date",
        *(
            quoted(f"d_{name}").as_(name, quoted=True)
            for name in list_carried(database.describe(source), loaded.study)
        ),
    )
    keys = (
        keys.from_("deduplicated_cohort")
        .where("rule IS NULL")
        .order_by("source_file", "source_row")
    )
    return database.frame(keys)


def _note_strangers(account: TableAccount, about_cohort: int) -> TableAccount:
    """Rows about people outside the cohort are good rows that no outcome needs."""
    rows = account.used - about_cohort
    if not rows:
        return account
    what = agree(
        rows,
        "used row about a person who is not in the cohort",
        "used rows about persons who are not in the cohort",
    )
    if rows == account.used:
        what += ": nobody in the cohort has a row. Are the ids written alike in both files"
    note = Note("not_in_cohort", what, rows)
    return replace(account, notes=(*account.notes, note))


def _count_rows_about(tables: Tables) -> int:
    people = tables.cohort.lazy().select("person_id").unique()
    about = tables.scan_spells().select("person_id").join(people, on="person_id", how="semi")
    return int(about.select(pl.len()).collect(engine="streaming").item())
