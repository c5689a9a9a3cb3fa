"""Section: months in which far fewer or far more spells start than in the same months of other years."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from rtw_outcomes.intake.expectations import Judgement, LowerLimit, UpperLimit
from rtw_outcomes.quality.inspection import ENOUGH_A_MONTH, Inspection, name_month, number_month
from rtw_outcomes.quality.months import hide_started, name_months
from rtw_outcomes.quality.section import (
    BAD,
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    not_judged,
    tabulate,
)

MONTHS_AROUND = 3
CHANCE = 4  # times the square root of the usual number, which is what chance does to a count
FEWEST_YEARS = 2  # other years; with one alone it is not known which of the two is unusual


@dataclass(frozen=True)
class Break:
    """A month that is unlike the same month of other years."""

    benefit: str
    month: int
    judgement: Judgement
    is_low: bool
    usual: float
    percent: float


def inspect_breaks(inspection: Inspection) -> Section:
    """Months that are unlike the same months of other years."""
    breaks = [each for benefit in inspection.benefits for each in find_breaks(inspection, benefit)]
    limits, below = inspection.limits, inspection.below
    shown = {benefit: hide_started(inspection, benefit) for benefit in inspection.benefits}
    statistics = [
        SectionNumber(name, value, benefit=each.benefit, month=name_month(each.month), item=changed)
        for each in breaks
        for changed in [_name_change(inspection, each.month)]
        for count in [shown[each.benefit][each.month]]
        for name, value in (
            ("started_spells", count),
            ("usual_spells", None if count is None else below * round(each.usual / below)),
            ("percent_of_usual", None if count is None else round(each.percent)),
        )
    ]
    table = tabulate(
        statistics,
        "Months that are unlike others",
        {"benefit": "benefit", "month": "month", "item": "change of rules"},
    )
    return Section(
        name="breaks",
        title="Months that are unlike the same months of other years",
        question="Are rows missing in some month, or there twice?",
        how="The started spells of a benefit in a month are compared with the median of the same month in the "
        f"other years of the extract, where there are at least {FEWEST_YEARS} of them and the median is at "
        f"least {ENOUGH_A_MONTH}. A month is a break when it is below `low_month` ({limits.low_month.words} "
        f"percent of the median) or above `high_month` ({limits.high_month.words} percent), and the "
        f"difference is more than {CHANCE} times the square root of the median, so that it is not chance. "
        f"It is judged as `stop` only where it is as far from the median of the {MONTHS_AROUND} months before and "
        f"after it, too, for a rise or fall over years is no hole. "
        "Months before the first and after the last one with such spells are not judged here.",
        findings=find_or_fine(
            _judge(breaks, inspection), "No month is far from the same month of other years"
        ),
        statistics=tuple(statistics),
        tables=(table,) if statistics else (),
    )


def find_breaks(inspection: Inspection, benefit: str) -> Iterator[Break]:
    """The months of a benefit that are unlike others."""
    counts = {month: cell.rows for month, cell in inspection.started[benefit].items()}
    used = [month for month, count in counts.items() if count]
    for month in range(used[0], used[-1] + 1) if used else ():
        others = _list_others(month, counts, used)
        if len(others) < FEWEST_YEARS or median(others) < ENOUGH_A_MONTH:
            continue
        usual, count = median(others), counts[month]
        percent = 100 * count / usual
        limits, is_low = inspection.limits, count < usual
        limit = limits.low_month if is_low else limits.high_month
        judgement = limit.judge(percent)
        if judgement == "stop" and not _stands_out(month, counts, limit):
            judgement = "look"
        if judgement != "fine" and abs(count - usual) > CHANCE * math.sqrt(usual):
            yield Break(benefit, month, judgement, is_low, usual, percent)


def _stands_out(month: int, counts: Mapping[int, int], limit: LowerLimit | UpperLimit) -> bool:
    """Whether a month is unlike those around it, too; a rise or fall over years is no hole."""
    near = range(month - MONTHS_AROUND, month + MONTHS_AROUND + 1)
    around = median(counts[each] for each in near if each in counts and each != month)
    return around > 0 and limit.judge(100 * counts[month] / around) == "stop"


def _list_others(month: int, counts: Mapping[int, int], used: list[int]) -> list[int]:
    """The counts of the same month in other years, between the first and the last month in use."""
    return [
        count
        for other, count in counts.items()
        if other != month and (other - month) % 12 == 0 and used[0] <= other <= used[-1]
    ]


def _name_change(inspection: Inspection, month: int) -> str:
    """The change of rules in this month or the one before."""
    near = [
        each.what for each in inspection.rule_changes if month - number_month(each.from_) in (0, 1)
    ]
    return ", ".join(near)


def _judge(breaks: list[Break], inspection: Inspection) -> Iterator[Finding]:
    if not inspection.is_judged_by_month:
        yield not_judged("Too few spells start in a month to judge months")
    for judgement in BAD:
        for benefit in inspection.benefits:
            for is_low, words in ((True, "fewer"), (False, "more")):
                months = [
                    each.month
                    for each in breaks
                    if (each.judgement, each.benefit, each.is_low) == (judgement, benefit, is_low)
                ]
                if months:
                    yield Finding(
                        judgement,
                        f"Far {words} spells of {benefit} than usual start in {name_months(months)}",
                    )
