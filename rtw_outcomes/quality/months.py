"""Section: started and ongoing spells by month and benefit, with the dates at which rules changed."""

from collections.abc import Iterator, Mapping

import polars as pl

from rtw_outcomes.quality.figures import Figure, Mark
from rtw_outcomes.quality.inspection import Inspection, month_of, name_month, number_month
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    Table,
    find_or_fine,
    hide,
    not_judged,
    tabulate,
)

STARTED, ONGOING = "started_spells", "ongoing_persons"
EMPTY_SHARE = 0.05  # of a usual month; a few rows that strayed into it do not fill a month


def inspect_months(inspection: Inspection) -> Section:
    """Started spells and persons in a spell, month by month."""
    statistics = [
        SectionNumber(name, count, benefit=benefit, month=name_month(month))
        for benefit in inspection.benefits
        for name, counts in (
            (STARTED, hide_started(inspection, benefit)),
            (ONGOING, _hide_ongoing(inspection, benefit)),
        )
        for month, count in counts.items()
    ]
    limit = inspection.limits.empty_months
    changes = inspection.rule_changes
    tables = [
        Table(
            "Changes of rules, as the pictures mark them",
            ("mark", "month", "change"),
            tuple(
                (name_mark(number), name_month(number_month(each.from_)), each.what)
                for number, each in enumerate(changes)
            ),
        )
    ]
    return Section(
        name="months",
        title="Started and ongoing spells by month",
        question="Does the register have rows for every month, and do they follow the rules of their time?",
        how="A spell here is a person's rows of one benefit without a free day between them. It is started in "
        "the month of its first day. Ongoing are the persons with any day in the month, rounded to "
        f"multiples of {inspection.below}, so that no difference of months tells a small number. A month is "
        f"empty with fewer than {EMPTY_SHARE:.0%} of the started spells of a usual month. Empty months "
        f"between others are judged by `empty_months` ({limit.words}).",
        findings=find_or_fine(_judge(inspection), "Every month of the extract has started spells"),
        statistics=tuple(statistics),
        tables=(
            *(tables if changes else ()),
            tabulate(
                statistics,
                "Spells by month",
                {"benefit": "benefit", "month": "month"},
                is_long=True,
            ),
        ),
        figures=tuple(_draw(inspection, statistics)),
    )


def name_mark(number: int) -> str:
    """The letter of a change of rules."""
    return chr(ord("a") + number % 26)


def hide_started(inspection: Inspection, benefit: str) -> Mapping[int, int | None]:
    """The started spells of a benefit by month; small numbers hidden.

    Together with those that started before the extract they are all spells, whose number other sections tell.
    """
    cells = {str(month): cell for month, cell in inspection.started[benefit].items()}
    before = {"before": inspection.started_before[benefit]}
    shown = hide(cells | before, inspection.below, spare="before")
    return {int(month): count for month, count in shown.items() if month in cells}


def find_empty(inspection: Inspection) -> list[int]:
    """The months of the extract with hardly any started spell; none where chance could empty a month."""
    if not inspection.is_judged_by_month:
        return []
    enough = EMPTY_SHARE * inspection.usual_month
    return [month for month, count in inspection.started_of_all.items() if count < enough]


def split_empty(inspection: Inspection) -> tuple[list[int], list[int], list[int]]:
    """The empty months at the beginning of the extract, between others, and at its end."""
    empty = find_empty(inspection)
    filled = [month for month in inspection.months if month not in set(empty)]
    if not filled:
        return [], [], []
    return (
        [month for month in empty if month < filled[0]],
        [month for month in empty if filled[0] < month < filled[-1]],
        [month for month in empty if month > filled[-1]],
    )


def name_months(months: list[int]) -> str:
    """Months for a sentence; of many only the first ones."""
    names = [name_month(month) for month in months]
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more


def _hide_ongoing(inspection: Inspection, benefit: str) -> Mapping[int, int | None]:
    below, spells = inspection.below, inspection.spells[benefit]
    if spells["person"].n_unique() < below:  # months without them would tell when they are there
        return dict.fromkeys(inspection.months)
    return {
        month: None if 0 < count < below else below * round(count / below)
        for month, count in _count_ongoing(inspection, spells).items()
    }


def _count_ongoing(inspection: Inspection, spells: pl.DataFrame) -> Mapping[int, int]:
    """The persons with any day in each month: spells that come and go, less a person's second one."""
    inside = spells.filter(
        (pl.col("end_date") >= inspection.first_day) & (pl.col("start_date") <= inspection.last_day)
    )
    first, last = month_of("start_date"), month_of("end_date")
    placed = inside.select(
        "person",
        first.clip(lower_bound=inspection.first_month).alias("first"),
        last.clip(upper_bound=inspection.months[-1]).alias("last"),
    )
    # Spells of a person are in order and apart, so two share a month only where one ends and the next begins.
    again = placed.filter(
        (pl.col("person") == pl.col("person").shift(1))
        & (pl.col("first") == pl.col("last").shift(1))
    )
    comes, goes, twice = (
        dict(frame[name].value_counts().iter_rows())
        for frame, name in ((placed, "first"), (placed, "last"), (again, "first"))
    )
    counts, ongoing = dict[int, int](), 0
    for month in inspection.months:
        ongoing += comes.get(month, 0)
        counts[month] = ongoing - twice.get(month, 0)
        ongoing -= goes.get(month, 0)
    return counts


def _draw(inspection: Inspection, statistics: list[SectionNumber]) -> Iterator[Figure]:
    marks = tuple(
        Mark(number_month(each.from_) - inspection.first_month, name_mark(number))
        for number, each in enumerate(inspection.rule_changes)
    )
    words = {STARTED: "spells started", ONGOING: "persons in a spell"}
    for benefit in inspection.benefits:
        for name, what in words.items():
            of_benefit = [
                each for each in statistics if (each.benefit, each.statistic) == (benefit, name)
            ]
            yield Figure(
                "line",
                f"{benefit.replace('_', ' ')}: {what}",
                f"{what} by month, from {of_benefit[0].month} to {of_benefit[-1].month}",
                tuple(
                    each.month[:4] if each.month.endswith("-01") or len(of_benefit) < 12 else ""
                    for each in of_benefit
                ),
                tuple(each.value for each in of_benefit),
                marks,
            )


def _judge(inspection: Inspection) -> Iterator[Finding]:
    if not inspection.is_judged_by_month:
        yield not_judged("Too few spells start in a month to judge months")
        return
    _, between, _ = split_empty(inspection)
    if between:
        judgement = inspection.limits.empty_months.judge(len(between))
        yield Finding(judgement, f"Hardly any spell starts in {name_months(between)}")
