"""Section: exits from observation, by reason and year."""

from collections.abc import Iterator, Mapping

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.language.vocabulary import DEATH, EXITS
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    tabulate,
)

OTHER, NO_REASON = "other reason", "no reason"
REASONS = (*EXITS, OTHER, NO_REASON)
AFTER = "after"
ENOUGH_EXITS = 20


def inspect_exits(inspection: Inspection) -> Section:
    """The exits that the cohort names, by reason and year."""
    counts = _count(inspection)
    reasons = [reason for reason in REASONS if any(of == reason for of, _ in counts)]
    statistics = [
        SectionNumber("persons", persons, item=reason, year=year)
        for reason in reasons
        for year, persons in hide(
            {year: counts.get((reason, year), Cell(0, 0)) for year in _list_years(inspection)},
            inspection.below,
        ).items()
    ]
    limits = inspection.limits
    return Section(
        name="exits",
        title="Exits",
        question="Why and when does observation of persons end, and do deaths fit the register?",
        how="Persons of the cohort with a `censor_date`, by reason and year; one after the extract is `after`. "
        "A reason that no definition knows is not shown by its name. Such exits are judged by `unknown_exits` "
        f"({limits.unknown_exits.words} percent), and the dead with a used row that begins after their death by "
        f"`rows_after_death` ({limits.rows_after_death.words} percent of the dead), from {ENOUGH_EXITS} persons on.",
        findings=find_or_fine(
            _judge(inspection, counts),
            "Exits have reasons that definitions know, and the dead have no later rows"
            if counts
            else "The cohort names no exits",
        ),
        statistics=tuple(statistics),
        tables=(tabulate(statistics, "Persons by exit", {"item": "reason"}, "year"),)
        if statistics
        else (),
    )


def _list_years(inspection: Inspection) -> list[str]:
    years = range(inspection.first_day.year, inspection.last_day.year + 1)
    return [*map(str, years), AFTER]


def _count(inspection: Inspection) -> Mapping[tuple[str, str], Cell]:
    """Exits by reason and year; a person with several index dates counts once in each."""
    day, given = pl.col("censor_date"), pl.col("censor_reason")
    reason = (
        pl.when(given.is_null())
        .then(pl.lit(NO_REASON))
        .when(given.is_in(EXITS))
        .then(given)
        .otherwise(pl.lit(OTHER))
    )
    year = (
        pl.when(day > inspection.last_day)
        .then(pl.lit(AFTER))
        .otherwise(day.dt.year().cast(pl.String))
    )
    exits = inspection.intake.tables.cohort.filter(day.is_not_null())
    counts = exits.group_by(reason.alias("reason"), year.alias("year")).agg(
        pl.col("person_id").n_unique()
    )
    return {(reason, year): Cell(persons, persons) for reason, year, persons in counts.iter_rows()}


def _judge(inspection: Inspection, counts: Mapping[tuple[str, str], Cell]) -> Iterator[Finding]:
    limits = inspection.limits
    exits = sum(cell.persons for cell in counts.values())
    unknown = sum(cell.persons for (reason, _), cell in counts.items() if reason == OTHER)
    if exits >= ENOUGH_EXITS:
        judgement = limits.unknown_exits.judge(share(unknown, exits))
        yield Finding(
            judgement,
            f"{limits.unknown_exits.tell(judgement)} percent of the exits have a reason that no definition "
            f"knows; known are {', '.join(EXITS)}",
        )
    dead = (
        inspection.intake.tables.cohort.filter(pl.col("censor_reason") == DEATH)
        .group_by("person_id")
        .agg(pl.col("censor_date").min())
        .drop_nulls()
    )
    if dead.height >= ENOUGH_EXITS:
        later = (
            inspection.intake.tables.scan_spells()
            .join(dead.lazy(), on="person_id")
            .filter(pl.col("start_date") > pl.col("censor_date"))
            .select(pl.col("person_id").n_unique())
            .collect(engine="streaming")
            .item()
        )
        judgement = limits.rows_after_death.judge(share(later, dead.height))
        yield Finding(
            judgement,
            f"{limits.rows_after_death.tell(judgement)} percent of the dead have a row that begins after death",
        )
