"""Section: the delivered codes of benefits, with their first and last month."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.quality.inspection import Inspection, count_persons, month_of, name_month
from rtw_outcomes.quality.section import Finding, Section, SectionNumber, Table, find_or_fine, hide

ENOUGH_ROWS = 100  # of fewer, chance alone leaves long times without one


@dataclass(frozen=True)
class Code:
    """A delivered code.

    Attributes:
        code: the code.
        benefit: what it stands for.
        cell: its used rows and their persons.
        months: the months of the extract in which rows with it begin.
        told: those of them with enough persons.
    """

    code: str
    benefit: str
    cell: Cell
    months: tuple[int, ...]
    told: tuple[int, ...]


def inspect_codes(inspection: Inspection) -> Section:
    """The codes of benefits that used rows have."""
    statistics, tables, findings = list[SectionNumber](), list[Table](), list[Finding]()
    for delivered, profile in inspection.sources:
        codes = _find_codes(inspection, delivered, profile)
        shown = hide({each.code: each.cell for each in codes}, inspection.below)
        source = delivered.account.table
        rows = list[tuple[str | float | None, ...]]()
        for each in codes:
            first, last = (
                (name_month(each.told[0]), name_month(each.told[-1]))
                if each.told
                else ("(–)", "(–)")
            )
            rows.append((each.code, each.benefit, shown[each.code], first, last))
            where = {"source": source, "benefit": each.benefit, "item": each.code}
            statistics.append(SectionNumber("rows", shown[each.code], **where))
            if each.told:
                statistics.append(SectionNumber("first_month", None, month=first, **where))
                statistics.append(SectionNumber("last_month", None, month=last, **where))
        header = ("code", "benefit", "rows", "first month", "last month")
        tables.append(Table(source, header, tuple(rows)))
        findings += _judge(inspection, codes)
    limit = inspection.limits.absent_code
    return Section(
        name="codes",
        title="Codes of benefits",
        question="Is each code used all the time, or did codes change?",
        how="The delivered codes of used rows. The first and last month are those in which at least "
        f"{inspection.below} persons have a row that begins. Codes that are not there at one end of the extract "
        f"are judged by `absent_code` ({limit.words} months), from {ENOUGH_ROWS} rows on. A code that is named but "
        "on no used row is worth a look.",
        findings=find_or_fine(
            findings, "Each code is used from one end of the extract to the other"
        ),
        statistics=tuple(statistics),
        tables=tuple(tables),
    )


def list_hidden_benefits(
    inspection: Inspection, delivered: Delivered, profile: Profile
) -> set[str]:
    """The benefits of codes whose rows are hidden, so that no other section may tell how many they are."""
    shown = hide(inspection.cells_by_code[delivered.account.table], inspection.below)
    meaning = inspection.meaning_of(profile)
    return {meaning[code] for code, rows in shown.items() if rows is None}


def _find_codes(inspection: Inspection, delivered: Delivered, profile: Profile) -> list[Code]:
    used = delivered.rows.filter(pl.col("rule").is_null())
    by_month = (
        used.filter(pl.col("start_date").is_between(inspection.first_day, inspection.last_day))
        .group_by("code", month_of("start_date").alias("month"))
        .agg(count_persons())
        .sort("month")
        .collect(engine="streaming")
    )
    months, told = (
        dict(rows.group_by("code", maintain_order=True).agg("month").iter_rows())
        for rows in (by_month, by_month.filter(pl.col("persons") >= inspection.below))
    )
    meaning = inspection.meaning_of(profile)
    named = {*profile.benefit_codes, *inspection.loaded.study.benefit_codes}
    elsewhere = {code for cells in inspection.cells_by_code.values() for code in cells}
    cells = dict.fromkeys(named - elsewhere, Cell(0, 0))
    cells |= inspection.cells_by_code[delivered.account.table]
    return [
        Code(code, meaning[code], cell, tuple(months.get(code, ())), tuple(told.get(code, ())))
        for code, cell in sorted(cells.items())
    ]


def _judge(inspection: Inspection, codes: list[Code]) -> Iterator[Finding]:
    limit = inspection.limits.absent_code
    for each in codes:
        if not each.cell.rows:
            yield Finding("look", f"The code `{each.code}` is named, and no used row has it")
        elif each.months and each.cell.rows >= ENOUGH_ROWS:
            late = each.months[0] - inspection.first_month
            early = inspection.months[-1] - each.months[-1]
            if (judgement := limit.judge(max(late, early))) != "fine":
                which = "first" if late >= early else "last"
                yield Finding(
                    judgement,
                    f"The code `{each.code}` is on no row that begins in the {which} {limit.tell(judgement)} months",
                )
