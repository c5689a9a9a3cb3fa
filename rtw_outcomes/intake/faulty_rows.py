"""Faulty rows: the persons whom they are about, and how many of them a study tolerates.

A row that cannot be read says nothing about its person's health. Left out in silence it would make the
person healthy, so the person is marked, and a delivery with many such rows stops the run.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from rtw_outcomes.errors import Problem
from rtw_outcomes.intake.account import (
    Note,
    RuleCount,
    count_words,
    share,
    share_words,
)
from rtw_outcomes.intake.cohort import OPTIONAL
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.fault_words import describe_fault, suggest_forms, suggest_ways_out
from rtw_outcomes.intake.loaded_study import LoadedStudy
from rtw_outcomes.intake.person_ids import PERSON_TYPES
from rtw_outcomes.intake.persons_by_group import count_persons
from rtw_outcomes.intake.plain_forms import IN_DOUBT
from rtw_outcomes.intake.spells import SpellsRead
from rtw_outcomes.intake.study import Study

MEND = "Mend the rows, or say what share of them you accept: `tolerate: 5 percent`"
DOUBTS_TO_STOP = 5  # fewer are slips, and no form of a column
REJECTED_ROWS, EXIT_IN_DOUBT = "rejected_rows", "exit_in_doubt"


def find_affected(
    database: Database, spells: SpellsRead, index_dates: pl.DataFrame
) -> pl.DataFrame:
    """For each index date the number of the person's faulty register rows, and whether the exit is in doubt."""
    faulty = [
        f"SELECT TRY_CAST(person_id AS {spells.person}) AS person_id FROM "
        f"deduplicated_{each.account.table} WHERE rule IN ({', '.join(numbers)})"
        for each in spells.deliveries
        if (numbers := _list_faulty(each))
    ]
    counts = pl.DataFrame(
        schema={"person_id": PERSON_TYPES[spells.person], REJECTED_ROWS: pl.Int64()}
    )
    if faulty:
        counts = database.frame(
            f"SELECT person_id, count(*) AS {REJECTED_ROWS} FROM ({' UNION ALL '.join(faulty)}) "
            "WHERE person_id IS NOT NULL GROUP BY person_id"
        )
    marked = index_dates.select("person_id", IN_DOUBT).join(
        counts, on="person_id", how="left", maintain_order="left"
    )
    return marked.select(
        pl.col(REJECTED_ROWS).fill_null(0).cast(pl.Int32), pl.col(IN_DOUBT).alias(EXIT_IN_DOUBT)
    )


def is_affected(marks: pl.DataFrame) -> pl.Series:
    """Whether the person of each index date has faulty register rows, or an exit that cannot be read."""
    has_rows = marks[REJECTED_ROWS] > 0
    return has_rows | marks[EXIT_IN_DOUBT] if EXIT_IN_DOUBT in marks.columns else has_rows


def note_affected(keys: pl.DataFrame, affected: pl.DataFrame, study: Study) -> Iterator[Note]:
    """The persons of the cohort with faulty rows, by group; small numbers are not told."""
    persons, groups = count_persons(keys, is_affected(affected), study)
    if persons:
        summary = (
            "the summary leaves them out"
            if study.affected == "leave_out"
            else "the summary keeps them (`affected: keep`)"
        )
        of = "person" if persons == 1 else "persons"
        what = f"of the cohort with faulty rows; {summary}"
        yield Note("affected_persons", f"{of} {what}{groups}", persons, f"persons {what}")


def list_faulty_files(
    database: Database, deliveries: Sequence[Delivered], loaded: LoadedStudy
) -> list[Problem]:
    """The problems of files with more faulty rows than is tolerated."""
    return [
        Problem(
            each.validated.source.name,
            f"{each.account.faulty} of {count_words(each.account.rows, 'row')} "
            f"({_say_share(each.account.faulty, each.account.rows)}) cannot be used, and {_say_tolerated(loaded)}",
            found="; ".join(
                describe_fault(rule, each.validated) for rule in _list_faulty_rules(each)
            ),
            hint=suggest_ways_out(database, _list_faulty_rules(each), each.validated, MEND),
        )
        for each in deliveries
        if 100 * each.account.faulty > loaded.study.tolerated * each.account.rows
    ]


def list_excess(
    database: Database,
    deliveries: Sequence[Delivered],
    keys: pl.DataFrame,
    affected: pl.DataFrame,
    loaded: LoadedStudy,
) -> tuple[Problem, ...]:
    """The problems of files with more faulty rows, and of a cohort with more affected persons, than is tolerated."""
    tolerated, allowed = loaded.study.tolerated, _say_tolerated(loaded)
    problems = list_faulty_files(database, deliveries, loaded)
    marked = is_affected(affected.drop(EXIT_IN_DOUBT))
    persons, groups = count_persons(keys, marked, loaded.study)
    in_cohort = keys["person_id"].n_unique()
    if not problems and 100 * persons > tolerated * in_cohort:
        problems.append(
            Problem(
                loaded.study.cohort.name,
                f"{persons} of {count_words(in_cohort, 'person')} of the cohort "
                f"({_say_share(persons, in_cohort)}) have faulty rows, and {allowed}{groups}",
                hint="`rtw validate` shows the rules that the rows break. Mend the rows, or raise `tolerate`",
            )
        )
    # A few exits in doubt are told and marked; of many the form of the column was not read.
    persons, groups = count_persons(keys, affected[EXIT_IN_DOUBT], loaded.study)
    if persons >= DOUBTS_TO_STOP and 100 * persons > tolerated * in_cohort:
        problems.append(
            Problem(
                loaded.study.cohort.name,
                f"{persons} of {count_words(in_cohort, 'person')} of the cohort "
                f"({_say_share(persons, in_cohort)}) have an entry or exit that cannot be read, and "
                f"{allowed}{groups}",
                hint=". ".join(
                    filter(
                        None,
                        (
                            suggest_forms(database, OPTIONAL, deliveries[-1].validated),
                            "Registers under `exits` may have partial dates",
                        ),
                    )
                ),
            )
        )
    return tuple(problems)


def _list_faulty(delivered: Delivered) -> list[str]:
    return [
        str(number) for number, rule in enumerate(delivered.validated.rules) if not rule.is_design
    ]


def _list_faulty_rules(delivered: Delivered) -> list[RuleCount]:
    return [rule for rule in delivered.account.rules if not rule.is_design]


def _say_tolerated(loaded: LoadedStudy) -> str:
    return f"`tolerate` allows {loaded.study.tolerated:g} percent"


def _say_share(part: int, whole: int) -> str:
    return share_words(share(part, whole))
