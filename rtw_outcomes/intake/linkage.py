"""Whether cohort and register know the same persons: who has no row, and whose id is written otherwise."""

from collections.abc import Iterator

import polars as pl

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.exits import MOVES, ExitsRead
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.persons_by_group import count_persons
from rtw_outcomes.planning.tables import Tables

PERSON = "person_id"
# What programs add to an id, or take from it: zeros in front, `.0` behind; blanks, hyphens, quotation marks.
ADDED = r"^[0\s'\"-]+|\.0+['\"]*$|[\s'\"-]"
ALL = 100
PERSONS_TO_STOP = 5  # of fewer, all may be healthy
ALIKE = "but for zeros, blanks, hyphens, quotation marks or `.0`"
WRITE_ALIKE = (
    "Write the ids alike in all files. A program that reads an id as a number takes its zeros away"
)


def note_linkage(tables: Tables, keys: pl.DataFrame, loaded: LoadedStudy) -> Iterator[Note]:
    """A note on the persons of the cohort without a register row, by group.

    Raises:
        ContractError: more of them than is tolerated have the id of somebody in the register who is not in
            the cohort, but for zeros and the like; or nobody in the cohort has a row.
    """
    study, cohort = loaded.study, tables.cohort[PERSON]
    persons = tables.scan_spells().select(PERSON).unique().collect(engine="streaming")[PERSON]
    without = ~cohort.is_in(persons.implode())
    missing, groups = count_persons(keys, without, study)
    if not missing:
        return
    in_cohort = cohort.n_unique()
    without_rows = "of the cohort without a register row"
    what = f"{agree(missing, 'person', 'persons')} {without_rows}{groups}"
    leaving = f"persons {without_rows}"
    others = persons.filter(~persons.is_in(cohort.unique().implode()))
    alike = _count_alike(cohort.filter(without).unique(), others) if _is_text(cohort) else 0
    told = f"of them {alike} {agree(alike, 'has', 'have')} an id that stands in the register too, "
    told += ALIKE
    if 100 * alike > study.tolerated * in_cohort:
        raise refuse(
            study.cohort.name,
            f"{missing} of {count_words(in_cohort, 'person')} of the cohort have no register row, and {told}",
            hint=WRITE_ALIKE,
        )
    if missing == in_cohort >= PERSONS_TO_STOP and study.tolerated < ALL:
        raise refuse(
            study.cohort.name,
            f"none of {count_words(in_cohort, 'person')} of the cohort has a register row, so all would be "
            "healthy",
            hint="Are the ids written alike in both files? If nobody has a row indeed, say `tolerate: 100 percent`",
        )
    if alike:
        what += f"; {told}"
        leaving += f"; some have an id that stands in the register too, {ALIKE}"
    if missing == in_cohort:
        what += ". Are the ids written alike in both files?"
    yield Note("without_rows", what, missing, leaving)


def note_exit_linkage(
    database: Database, register: Delivered, loaded: LoadedStudy
) -> tuple[Note, ...]:
    """A note on the rows of a register of exits about persons outside the cohort, or on its having no rows.

    Raises:
        ContractError: of the persons who are in the register and in the cohort, more than is tolerated have
            ids that are alike but for zeros and the like.
    """
    account = register.account
    if not account.used:
        return (Note("no_exits", "no row of the register is used, so nobody leaves by it", 0),)
    rows = database.frame(
        f"SELECT CAST(person_id AS VARCHAR) AS person_id, count(*) AS rows FROM deduplicated_{account.table} "
        "WHERE rule IS NULL GROUP BY ALL"
    )
    cohort = database.frame(
        "SELECT DISTINCT CAST(person_id AS VARCHAR) AS person_id FROM deduplicated_cohort "
        "WHERE person_id IS NOT NULL"
    )[PERSON]
    known = rows[PERSON].is_in(cohort.implode())
    others = cohort.filter(~cohort.is_in(rows[PERSON].implode()))
    alike = _count_alike(rows[PERSON].filter(~known), others)
    if 100 * alike > loaded.study.tolerated * (alike + int(known.sum())):
        raise refuse(
            account.source,
            f"{count_words(alike, 'person')} of the register {agree(alike, 'has', 'have')} an id that stands in "
            f"the cohort too, {ALIKE}",
            hint=WRITE_ALIKE,
        )
    strangers = int(rows["rows"].filter(~known).sum())
    notes = tuple(note_strangers(strangers, 0))
    if not known.any():
        question = (
            "no row is about a person of the cohort. Are the ids written alike in both files?"
        )
        notes += (Note("nobody_leaves", question, 0),)
    return notes


def check_residents(database: Database, exits: ExitsRead) -> None:
    """Somebody in the cohort has a period of residence, where registers say who is resident.

    Raises:
        ContractError: nobody has, so nobody would be observed.
    """
    if not exits.of_periods:
        return
    ((persons, residents),) = database.rows(
        "SELECT count(DISTINCT person_id), count(DISTINCT person_id) FILTER ("
        f"CAST(person_id AS VARCHAR) IN (SELECT person_id FROM {MOVES})) FROM validated_cohort"
    )
    if persons and not residents:
        raise refuse(
            exits.of_periods[0],
            f"none of {count_words(persons, 'person')} of the cohort has a period of residence, so nobody would be "
            "observed",
            hint="Are the ids written alike in both files?",
        )


def note_strangers(used: int, about_cohort: int) -> Iterator[Note]:
    """A note on rows about persons outside the cohort: good rows that no outcome needs."""
    rows = used - about_cohort
    if rows:
        one, several = "row about a person who is", "rows about persons who are"
        what = f"used {agree(rows, one, several)} not in the cohort"
        yield Note("not_in_cohort", what, rows, f"used {several} not in the cohort")


def _is_text(ids: pl.Series) -> bool:
    return ids.dtype == pl.String


def _count_alike(missing: pl.Series, persons: pl.Series) -> int:
    """How many ids stand in the register in another way of writing."""
    return int(_strip(missing).is_in(_strip(persons).implode()).sum())


def _strip(ids: pl.Series) -> pl.Series:
    return ids.str.normalize("NFC").str.replace_all(ADDED, "").str.to_lowercase()
