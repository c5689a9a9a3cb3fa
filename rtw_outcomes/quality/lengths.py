"""Section: lengths of spells, with the employer period marked."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.quality.figures import Figure, Mark
from rtw_outcomes.quality.inspection import Inspection, name_class
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    not_judged,
    tabulate,
)

# The first day of each class. Employer periods of 7, 14, 21 and 28 days end where a class ends.
FIRST_DAYS = (1, 8, 15, 22, 29, 43, 61, 91, 181, 366)
CLASSES = (
    *(f"{first}–{after - 1}" for first, after in pairwise(FIRST_DAYS)),
    f"{FIRST_DAYS[-1]} and more",
)
WITH_EMPLOYER_PERIOD = "sickness_benefit"  # the benefit that follows on an employer's sick pay
CUT = "reaches an end"
ENOUGH_SPELLS = 100


def inspect_lengths(inspection: Inspection) -> Section:
    """How long the spells of each benefit are, as the register has them."""
    statistics = [
        SectionNumber("spells", count, benefit=benefit, item=length)
        for benefit in inspection.benefits
        for length, count in _count(inspection, benefit).items()
    ]
    days = _longest_employer_period(inspection)
    limit = inspection.limits.short_spells
    known = (
        f"The employer period, {days} days in the extract, is marked for {WITH_EMPLOYER_PERIOD}. Where the "
        "register's first day is that of the benefit, spells of any length follow on it; where it is that of the "
        "absence, hardly any spell is as short. "
        f"The share of such spells is judged by `short_spells` ({limit.words} percent), from {ENOUGH_SPELLS} "
        "spells on."
        if days
        else "The profile and the study name no employer period for the extract, so none is marked."
    )
    return Section(
        name="lengths",
        title="Lengths of spells",
        question="Are spells as long as the rules allow, and do they begin where benefit begins?",
        how="The days from the first to the last of a person's rows of one benefit without a free day between "
        f"them. Spells that reach an end of the extract are counted apart, for they may be longer. {known}",
        findings=find_or_fine(
            _judge(inspection, days), "Spells have lengths on both sides of the employer period"
        )
        if days
        else (not_judged("No employer period is known, so lengths are not judged"),),
        statistics=tuple(statistics),
        tables=(
            tabulate(statistics, "Spells by their length in days", {"item": "days"}, "benefit"),
        ),
        figures=tuple(each for each in _draw(inspection, statistics, days) if each.shows_something),
    )


def _longest_employer_period(inspection: Inspection) -> int:
    """The days of the longest employer period in force on some day of the extract; 0 where none is known."""
    periods = inspection.loaded.employer_periods or ()
    ends = [after.from_ for after in periods[1:]] + [None]
    in_force = [
        period.days
        for period, end in zip(periods, ends, strict=False)
        if period.from_ <= inspection.last_day and (end is None or end > inspection.first_day)
    ]
    return max(in_force, default=0)


def _list_lengths(inspection: Inspection, benefit: str) -> pl.DataFrame:
    """Person and days of the spells that the extract shows from beginning to end."""
    start, end = pl.col("start_date"), pl.col("end_date")
    whole = (start > inspection.first_day) & (end < inspection.last_day)
    days = (end - start).dt.total_days() + 1
    return inspection.spells[benefit].filter(whole).select("person", days.alias("days"))


def _count(inspection: Inspection, benefit: str) -> Mapping[str, int | None]:
    lengths = _list_lengths(inspection, benefit)
    name = name_class(pl.col("days"), FIRST_DAYS, CLASSES)
    counts = lengths.group_by(name.alias("length")).agg(pl.len(), pl.col("person").n_unique())
    cells = {length: Cell(spells, persons) for length, spells, persons in counts.iter_rows()}
    shown = {each: cells.get(each, Cell(0, 0)) for each in CLASSES}
    return hide({**shown, CUT: _count_cut(inspection, benefit)}, inspection.below)


def _count_cut(inspection: Inspection, benefit: str) -> Cell:
    """The spells that reach an end of the extract.

    The section on both ends tells how many reach each of them. The sum would then tell how many reach both,
    so it is about as few persons as those.
    """
    spells = inspection.spells[benefit]
    first = pl.col("start_date") <= inspection.first_day
    last = pl.col("end_date") >= inspection.last_day
    cut, both = spells.filter(first | last), spells.filter(first & last)
    persons = both["person"].n_unique()
    is_few = 0 < persons < inspection.below
    return Cell(cut.height, persons if is_few else cut["person"].n_unique())


def _draw(inspection: Inspection, statistics: list[SectionNumber], days: int) -> Iterator[Figure]:
    after = next((place for place, first in enumerate(FIRST_DAYS) if first > days), 0)
    for benefit in inspection.benefits:
        marked = days and benefit == WITH_EMPLOYER_PERIOD
        yield Figure(
            "bars",
            f"{benefit.replace('_', ' ')}: spells by days",
            "number of spells in each class of lengths",
            tuple(map(str, FIRST_DAYS)),
            tuple(
                each.value for each in statistics if each.benefit == benefit and each.item != CUT
            ),
            (Mark(after, f"employer period: {days} days"),) if marked else (),
        )


def _judge(inspection: Inspection, days: int) -> Iterator[Finding]:
    if WITH_EMPLOYER_PERIOD not in inspection.benefits:
        return
    lengths = _list_lengths(inspection, WITH_EMPLOYER_PERIOD)
    if lengths.height < ENOUGH_SPELLS:
        yield not_judged(f"Too few spells of {WITH_EMPLOYER_PERIOD} to judge their lengths")
        return
    short = share(lengths.filter(pl.col("days") <= days).height, lengths.height)
    limit = inspection.limits.short_spells
    judgement = limit.judge(short)
    yield Finding(
        judgement,
        f"{limit.tell(judgement).capitalize()} percent of the spells of {WITH_EMPLOYER_PERIOD} are as short "
        f"as the employer period of {days} days: first days may be moved back over it already, and then the study "
        "says `employer_periods: []`",
    )
