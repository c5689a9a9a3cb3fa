"""Section: overlaps and gaps between the rows of a person."""

from collections.abc import Iterator, Mapping

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.quality.figures import Figure
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.register_spells import LONGEST_GAP
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    tabulate,
)

OVERLAP, SHARED_DAY, NEXT_DAY = "overlap of more days", "overlap of one day", "0"
LONGER = f"{LONGEST_GAP + 1} and more"
NAMES = {
    -2: OVERLAP,
    -1: SHARED_DAY,
    **{days: str(days) for days in range(LONGEST_GAP + 1)},
    LONGEST_GAP + 1: LONGER,
}
ENOUGH_ROWS = 100


def inspect_gaps(inspection: Inspection) -> Section:
    """How the rows of a person and a benefit follow on one another."""
    statistics = [
        SectionNumber("rows", rows, benefit=benefit, item=days)
        for benefit in inspection.benefits
        for days, rows in hide(_count(inspection, benefit), inspection.below).items()
    ]
    limits = inspection.limits
    return Section(
        name="gaps",
        title="Overlaps and gaps",
        question="Do a person's rows follow on one another, or are last days read as they are not meant?",
        how="Each used row is compared with the rows of the same person and benefit before it: the free days "
        f"between them, 0 where it begins on the day after. Shares are of rows with a row before them, from "
        f"{ENOUGH_ROWS} such rows on. Judged are overlaps of one day by `overlaps_of_one_day` "
        f"({limits.overlaps_of_one_day.words} percent), longer ones by `longer_overlaps` "
        f"({limits.longer_overlaps.words} percent), and gaps of one day by `gaps_of_one_day` "
        f"({limits.gaps_of_one_day.words} percent).",
        findings=find_or_fine(
            _judge(inspection), "Few rows overlap, and no gap of one day stands out"
        ),
        statistics=tuple(statistics),
        tables=(
            tabulate(
                statistics,
                "Rows by the free days before them",
                {"item": "free days"},
                "benefit",
                is_long=True,
            ),
        ),
        figures=tuple(each for each in _draw(inspection, statistics) if each.shows_something),
    )


def _count(inspection: Inspection, benefit: str) -> Mapping[str, Cell]:
    steps = {days: Cell(rows, persons) for days, rows, persons in inspection.steps[benefit].rows()}
    return {name: steps.get(days, Cell(0, 0)) for days, name in NAMES.items()}


def _draw(inspection: Inspection, statistics: list[SectionNumber]) -> Iterator[Figure]:
    """Gaps from 1 day on; most rows follow on the one before, and would make all others invisible."""
    shown = [str(days) for days in range(1, LONGEST_GAP + 1)]
    for benefit in inspection.benefits:
        of_benefit = {each.item: each.value for each in statistics if each.benefit == benefit}
        yield Figure(
            "bars",
            f"{benefit.replace('_', ' ')}: rows by free days before",
            f"number of rows by the free days before them, from 1 to {LONGEST_GAP}",
            tuple(shown),
            tuple(of_benefit[days] for days in shown),
        )


def _judge(inspection: Inspection) -> Iterator[Finding]:
    limits = inspection.limits
    for benefit in inspection.benefits:
        cells = _count(inspection, benefit)
        rows = sum(cell.rows for cell in cells.values())
        if rows < ENOUGH_ROWS:
            continue
        for limit, name, what in (
            (
                limits.overlaps_of_one_day,
                SHARED_DAY,
                "begin on the last day of the row before; the end may be the first day after: "
                "`format: {end_is: first_day_after}`",
            ),
            (limits.longer_overlaps, OVERLAP, "overlap the row before by several days"),
            (
                limits.gaps_of_one_day,
                "1",
                "leave exactly one day free; last days may be a day short",
            ),
        ):
            judgement = limit.judge(share(cells[name].rows, rows))
            yield Finding(
                judgement, f"{limit.tell(judgement)} percent of the rows of {benefit} {what}"
            )
