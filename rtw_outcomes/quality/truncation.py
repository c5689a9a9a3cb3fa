"""Section: how the extract cuts spells at both ends, and whether rows reach them."""

from collections.abc import Iterator, Mapping
from statistics import median

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.quality.inspection import ENOUGH_A_MONTH, Inspection
from rtw_outcomes.quality.months import name_months, split_empty
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    not_judged,
    tabulate,
)

BEGIN, END = "beginning of the extract", "end of the extract"
BEYOND, ON_THE_DAY, INSIDE = "reaches_beyond", "on_that_day", "inside"
LAST_MONTHS = 3


def inspect_truncation(inspection: Inspection) -> Section:
    """Spells at both ends of the extract."""
    statistics = [
        SectionNumber(where, count, benefit=benefit, item=end)
        for end in (BEGIN, END)
        for benefit in inspection.benefits
        # The section on months tells whether spells started before the extract, so they protect no other number.
        for where, count in hide(
            _count(inspection, benefit, end), inspection.below, spare=BEYOND
        ).items()
    ]
    limits = inspection.limits
    return Section(
        name="truncation",
        title="Both ends of the extract",
        question="Does the extract reach as far as the study says, and are spells cut there?",
        how="Spells as above that reach beyond an end of the extract, that begin on its first or end on its last "
        "day, and all others. Many on the very day are rows that were cut there; what was before is not known. "
        f"Months at either end without started spells are judged by `empty_end_months` "
        f"({limits.empty_end_months.words}), and the started spells of the last {LAST_MONTHS} months, in percent "
        f"of the median of the same months of other years, by `thin_end` ({limits.thin_end.words}).",
        findings=find_or_fine(
            _judge(inspection), "Rows reach both ends of the extract, and are not fewer there"
        ),
        statistics=tuple(statistics),
        tables=(
            tabulate(
                statistics,
                "Spells at the ends of the extract",
                {"item": "end", "benefit": "benefit"},
            ),
        ),
    )


def _count(inspection: Inspection, benefit: str, end: str) -> Mapping[str, Cell]:
    spells = inspection.spells[benefit]
    if end == BEGIN:
        beyond = pl.col("start_date") < inspection.first_day
        on_it = pl.col("start_date") == inspection.first_day
    else:
        beyond = pl.col("end_date") > inspection.last_day
        on_it = pl.col("end_date") == inspection.last_day
    chosen = {BEYOND: beyond, ON_THE_DAY: on_it, INSIDE: ~(beyond | on_it)}
    return {
        where: Cell(found.height, found["person"].n_unique())
        for where, condition in chosen.items()
        for found in [spells.filter(condition)]
    }


def _judge(inspection: Inspection) -> Iterator[Finding]:
    if not inspection.is_judged_by_month:
        yield not_judged("Too few spells start in a month to judge the ends")
        return
    limits = inspection.limits
    before, _, after = split_empty(inspection)
    for months, end in ((before, "beginning"), (after, "end")):
        if months:
            yield Finding(
                limits.empty_end_months.judge(len(months)),
                f"Hardly any spell starts in {name_months(months)}, at the {end} of the extract: "
                "`observed` may reach further than the rows",
            )
    if percent := _measure_end(inspection):
        judgement = limits.thin_end.judge(percent)
        yield Finding(
            judgement,
            f"The last {LAST_MONTHS} months have {limits.thin_end.tell(judgement)} percent of the started "
            "spells of the same months of other years: rows may still be missing",
        )


def _measure_end(inspection: Inspection) -> float | None:
    """Started spells of the last months in percent of those of other years; None where too few are known."""
    counts, last = inspection.started_of_all, inspection.months[-1]
    years = [
        sum(counts[month] for month in range(end - LAST_MONTHS + 1, end + 1))
        for end in range(last, inspection.first_month + LAST_MONTHS - 1, -12)
    ]
    latest, *others = years or [0]
    if len(others) < 2 or median(others) < LAST_MONTHS * ENOUGH_A_MONTH:
        return None
    return 100 * latest / median(others)
