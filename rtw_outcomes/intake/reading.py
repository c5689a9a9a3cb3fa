"""Read a study's delivery into canonical tables; the one page of the intake."""

from dataclasses import dataclass, replace

import polars as pl
from sqlglot import exp

from rtw_outcomes.faults import Fault, suggest
from rtw_outcomes.intake.account import Note, TableAccount
from rtw_outcomes.intake.cohort import check_header, find_carried, read_cohort
from rtw_outcomes.intake.database import Database, open_database
from rtw_outcomes.intake.judging import quoted
from rtw_outcomes.intake.sources import Source, find_source
from rtw_outcomes.intake.spells import read_spells
from rtw_outcomes.study import LoadedStudy
from rtw_outcomes.tables import Tables
from rtw_outcomes.vocabulary import PPM_PER_PERCENT

NESTED_TYPES = ("STRUCT", "MAP", "UNION", "LIST")
INTEGER_ID = "0|-?[1-9][0-9]{0,17}"


@dataclass(frozen=True)
class Intake:
    """A delivery that was read.

    Attributes:
        tables: what the engines work on.
        keys: person_id, index_date and the carried columns of each cohort row that is used; the
            first columns of the results.
        rejected: table, file, source_row, rule and reason of each row that is not used.
        accounts: the account of each table.
    """

    tables: Tables
    keys: pl.DataFrame
    rejected: pl.DataFrame
    accounts: tuple[TableAccount, ...]


def read_delivery(loaded: LoadedStudy) -> Intake:
    """Read and judge both tables of a study.

    Raises:
        ContractError: the data break a rule that stops the run.
        DefinitionError: the study names a column that the cohort does not have.
    """
    spells_source = find_source("spells", loaded.study.spells, loaded.folder)
    cohort_source = find_source("cohort", loaded.study.cohort, loaded.folder)
    with open_database() as database:
        _check_groups(database, cohort_source, loaded)
        cohort = read_cohort(database, cohort_source, loaded.study)
        spells = read_spells(database, spells_source, loaded)
        tables, keys = _make_tables(database, cohort_source, loaded)
    return Intake(
        tables=tables,
        keys=keys,
        rejected=pl.concat([spells.rejected, cohort.rejected]),
        accounts=(_note_strangers(spells.account, tables), cohort.account),
    )


def _check_groups(database: Database, source: Source, loaded: LoadedStudy) -> None:
    """The columns to group by are there; asked before any row is read."""
    types = check_header(database, source, loaded.study)
    columns = tuple(types)
    faults = [
        Fault(("by", place), f"the cohort has no column `{name}`", hint=suggest(name, columns))
        for place, name in enumerate(loaded.study.by)
        if name not in columns
    ]
    faults += [
        Fault(("by", place), f"the column `{name}` holds lists, which make no groups")
        for place, name in enumerate(loaded.study.by)
        if (types.get(name) or "").startswith(NESTED_TYPES) or (types.get(name) or "").endswith("]")
    ]
    loaded.file.raise_for(faults)


def _make_tables(
    database: Database, source: Source, loaded: LoadedStudy
) -> tuple[Tables, pl.DataFrame]:
    """Ids are whole numbers when all of them are, so that `7` in text meets 7 in a typed file."""
    cohort_is_whole, spells_is_whole = (_ids_are_whole(database, t) for t in ("cohort", "spells"))
    kind = "BIGINT" if cohort_is_whole and spells_is_whole else "VARCHAR"
    person = f"CAST(person_id AS {kind})"
    spells = database.frame(
        f"SELECT {person} AS person_id, start_date, end_date, "
        # Any extent is absence, so none is rounded to nothing.
        f"greatest(1, CAST(round(extent * {PPM_PER_PERCENT}) AS INTEGER)) AS extent_ppm, "
        "meaning AS benefit "
        "FROM settled_spells JOIN benefits ON benefit = code WHERE rule IS NULL"
    )
    known = set(database.describe_table("settled_cohort"))
    optional = ", ".join(
        f"CAST({name if name in known else 'NULL'} AS {kind}) AS {name}"
        for name, kind in (("censor_date", "DATE"), ("censor_reason", "VARCHAR"))
    )
    ordered = "FROM settled_cohort WHERE rule IS NULL ORDER BY source_file, source_row"
    cohort = database.frame(f"SELECT {person} AS person_id, index_date, {optional} {ordered}")
    keys = exp.select(
        exp.cast(exp.column("person_id"), "bigint").as_("person_id")
        if cohort_is_whole
        else "person_id",
        "index_date",
        *(
            quoted(f"d_{name}").as_(name, quoted=True)
            for name in find_carried(database.describe(source), loaded.study)
        ),
    )
    keys = keys.from_("settled_cohort").where("rule IS NULL").order_by("source_file", "source_row")
    observed = loaded.study.observed
    return Tables(spells, cohort, observed.from_, observed.to), database.frame(keys)


def _ids_are_whole(database: Database, table: str) -> bool:
    ((others,),) = database.rows(
        f"SELECT count(*) FROM settled_{table} WHERE rule IS NULL "
        f"AND NOT regexp_full_match(CAST(person_id AS VARCHAR), '{INTEGER_ID}')"
    )
    return not others


def _note_strangers(account: TableAccount, tables: Tables) -> TableAccount:
    """Rows about people outside the cohort are good rows that no outcome needs."""
    people = tables.cohort.select("person_id").unique()
    spells = tables.scan_spells().collect()
    rows = spells.join(people, on="person_id", how="anti").height
    if not rows:
        return account
    what = "used rows about persons who are not in the cohort"
    if rows == spells.height:
        what += ": nobody in the cohort has a row. Are the ids written alike in both files"
    note = Note("not_in_cohort", what, rows)
    return replace(account, notes=(*account.notes, note))
