"""Section: the rows that are not used, by rule and year."""

from collections.abc import Iterator, Mapping

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.expectations import Judgement
from rtw_outcomes.quality.account import hide_account
from rtw_outcomes.quality.inspection import Inspection, count_persons
from rtw_outcomes.quality.section import (
    BAD,
    Finding,
    Section,
    SectionNumber,
    Table,
    find_or_fine,
    hide,
    tabulate,
)

BEFORE, AFTER, NO_DATE = "before", "after", "no date"
ENOUGH_A_YEAR = 100  # rows; of fewer, one faulty row is one percent


def inspect_faults(inspection: Inspection) -> Section:
    """The rows that are not used, by the rule that they break and their year."""
    statistics, tables, findings = list[SectionNumber](), list[Table](), list[Finding]()
    for delivered in inspection.intake.deliveries:
        counts = _count_by_year(inspection, delivered)
        of_source = list(_list_statistics(inspection, delivered, counts))
        if of_source:
            tables.append(
                tabulate(of_source, delivered.account.table, {"item": "rule"}, across="year")
            )
        statistics += of_source
        if delivered is not inspection.cohort:  # of the cohort only rejected rows are there
            findings += _judge_years(inspection, delivered, counts)
    limit = inspection.limits.faulty_rows_of_year
    return Section(
        name="faults",
        title="Rows that are not used, by rule and year",
        question="Do faults lie in some years, as after a change of layout?",
        how="The year is that of the first day, or of the last day where the first cannot be read; of the "
        "cohort that of the index date. `before` and `after` are all years outside the extract. The faulty rows of a year are "
        f"judged by `faulty_rows_of_year` ({limit.words} percent), where a year has {ENOUGH_A_YEAR} rows.",
        findings=find_or_fine(findings, "No year has many faulty rows"),
        statistics=tuple(statistics),
        tables=tuple(tables),
    )


def _count_by_year(
    inspection: Inspection, delivered: Delivered
) -> Mapping[tuple[int | None, str], Cell]:
    """Rows and persons by the number of the rule, None for used rows, and the year."""
    known = delivered.rows.collect_schema().names()
    day = pl.coalesce(name for name in ("start_date", "end_date") if name in known)
    year = (
        pl.when(day.is_null())
        .then(pl.lit(NO_DATE))
        .when(day < inspection.first_day)
        .then(pl.lit(BEFORE))
        .when(day > inspection.last_day)
        .then(pl.lit(AFTER))
        .otherwise(day.dt.year().cast(pl.String))
    )
    counts = (
        delivered.rows.group_by(pl.col("rule").cast(pl.Int32), year.alias("year"))
        .agg(pl.len(), count_persons())
        .collect(engine="streaming")
    )
    return {(rule, year): Cell(rows, persons) for rule, year, rows, persons in counts.iter_rows()}


def _list_years(inspection: Inspection) -> list[str]:
    years = range(inspection.first_day.year, inspection.last_day.year + 1)
    return [BEFORE, *map(str, years), AFTER, NO_DATE]


def _list_statistics(
    inspection: Inspection, delivered: Delivered, counts: Mapping[tuple[int | None, str], Cell]
) -> Iterator[SectionNumber]:
    _, totals = hide_account(inspection, delivered)
    years = _list_years(inspection)
    for number, rule in enumerate(delivered.validated.rules):
        cells = {year: counts.get((number, year), Cell(0, 0)) for year in years}
        if not any(cell.rows for cell in cells.values()):
            continue
        shown = hide(cells, inspection.below)
        if totals[rule.name] is None:  # all years together would tell it
            shown = dict.fromkeys(shown)
        for year, rows in shown.items():
            yield SectionNumber(
                "rows", rows, source=delivered.account.table, item=rule.name, year=year
            )


def _judge_years(
    inspection: Inspection, delivered: Delivered, counts: Mapping[tuple[int | None, str], Cell]
) -> Iterator[Finding]:
    limit = inspection.limits.faulty_rows_of_year
    rules = delivered.validated.rules
    years: dict[Judgement, list[str]] = {}
    for year in _list_years(inspection):
        cells = [(rule, cell) for (rule, of), cell in counts.items() if of == year]
        rows = sum(cell.rows for _, cell in cells)
        faulty = sum(
            cell.rows for rule, cell in cells if rule is not None and not rules[rule].is_design
        )
        if rows >= ENOUGH_A_YEAR and year != NO_DATE:
            years.setdefault(limit.judge(share(faulty, rows)), []).append(year)
    for judgement in BAD:
        if judgement in years:
            yield Finding(
                judgement,
                f"{delivered.account.table}: {limit.tell(judgement)} percent of the rows of "
                f"{', '.join(years[judgement])} are faulty",
            )
