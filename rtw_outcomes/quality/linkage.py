"""Section: how many persons of the cohort have register rows, by group."""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from rtw_outcomes.intake.account import share
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    tabulate,
)
from rtw_outcomes.results.disclosure import Cell
from rtw_outcomes.results.summary import name_group

ON_INDEX_DATE, OTHER_ROWS, NONE = "row_on_index_date", "other_rows_only", "no_rows"
DAY = re.compile(r"\b(\d{4}-\d{2})-\d{2}([ T][\d:.]+)?\b")


def inspect_linkage(inspection: Inspection) -> Section:
    """Persons of the cohort with and without register rows, group by group."""
    groups = _count(inspection)
    statistics = [
        number
        for group, cells in groups.items()
        for shown in [hide(cells, inspection.below)]
        for number in (
            SectionNumber("persons", _total(cells, shown), group=group),
            *(SectionNumber(name, persons, group=group) for name, persons in shown.items()),
            SectionNumber("percent_with_rows", _percent(cells, shown), group=group),
        )
    ]
    limits = inspection.limits
    by = ", ".join(inspection.loaded.study.by)
    return Section(
        name="linkage",
        title="Cohort and register",
        question="Do persons of the cohort have rows in the register, in all groups alike?",
        how="Persons of the cohort with a used row on an index date, with other used rows only, and without any. "
        f"The share of persons with rows is judged by `linked_persons` ({limits.linked_persons.words} percent), "
        f"its difference between groups by `linkage_difference` ({limits.linkage_difference.words} points). "
        "Groups with hidden numbers are not judged.",
        findings=find_or_fine(
            _judge(inspection, groups), "Persons of all groups are found in the register alike"
        ),
        statistics=tuple(statistics),
        tables=(tabulate(statistics, "Persons of the cohort", {"group": by or "group"}),),
    )


def name_groups(keys: pl.DataFrame, by: tuple[str, ...]) -> pl.Series:
    """The group of each row of the cohort, in words; days among its values are told as months."""
    if not by:
        return pl.Series("group", ["all"] * keys.height, pl.String)
    columns = [keys[name].cast(pl.String).alias(f"by_{place}") for place, name in enumerate(by)]
    values = pl.DataFrame(columns)
    named = {
        row: DAY.sub(r"\1", name_group([value or "" for value in row]))
        for row in values.unique().iter_rows()
    }
    return pl.Series("group", [named[row] for row in values.iter_rows()], pl.String)


def _count(inspection: Inspection) -> Mapping[str, Mapping[str, Cell]]:
    """Persons of each group by the rows that they have."""
    cohort, spells = inspection.intake.tables.cohort, inspection.intake.tables.scan_spells()
    index_dates = cohort.select("person_id", "index_date").with_row_index("place")
    rows = (
        spells.select("person_id", "start_date", "end_date")
        .join(index_dates.lazy(), on="person_id")
        .group_by("place")
        .agg(pl.col("index_date").is_between("start_date", "end_date").any().alias("on_it"))
        .collect(engine="streaming")
    )
    marked = index_dates.with_columns(
        name_groups(inspection.intake.keys, inspection.loaded.study.by)
    )
    persons = (
        marked.join(rows, on="place", how="left")
        .group_by("group", "person_id")
        .agg(pl.col("on_it").max())
    )
    state = (
        pl.when(pl.col("on_it"))
        .then(pl.lit(ON_INDEX_DATE))
        .when(pl.col("on_it").is_null())
        .then(pl.lit(NONE))
        .otherwise(pl.lit(OTHER_ROWS))
    )
    counts = {
        (group, name): count
        for group, name, count in persons.group_by("group", state.alias("state")).len().iter_rows()
    }
    return {
        group: {
            name: Cell(counts.get((group, name), 0), counts.get((group, name), 0))
            for name in (ON_INDEX_DATE, OTHER_ROWS, NONE)
        }
        for group in sorted(persons["group"].unique())
    }


def _total(cells: Mapping[str, Cell], shown: Mapping[str, int | None]) -> int | None:
    """The persons of a group, where its numbers are not all hidden."""
    is_told = any(shown[name] for name in shown)
    return sum(cell.persons for cell in cells.values()) if is_told else None


def _percent(cells: Mapping[str, Cell], shown: Mapping[str, int | None]) -> float | None:
    """The share of persons with rows, where no number is hidden."""
    if None in shown.values():
        return None
    persons = sum(cell.persons for cell in cells.values())
    return share(persons - cells[NONE].persons, persons)


def _judge(inspection: Inspection, groups: Mapping[str, Mapping[str, Cell]]) -> Iterator[Finding]:
    limits, shares = inspection.limits, dict[str, float]()
    for group, cells in groups.items():
        percent = _percent(cells, hide(cells, inspection.below))
        if percent is None:
            continue
        shares[group] = percent
        judgement = limits.linked_persons.judge(percent)
        yield Finding(
            judgement,
            f"{limits.linked_persons.tell(judgement).capitalize()} percent of the persons of the group "
            f"{group} have a row: are ids written alike in cohort and register",
        )
    if len(shares) > 1:
        difference = limits.linkage_difference
        judgement = difference.judge(max(shares.values()) - min(shares.values()))
        yield Finding(
            judgement,
            f"Shares of persons with rows differ between groups by {difference.tell(judgement)} percentage "
            "points",
        )
    if not shares:
        yield Finding("fine", "All groups have hidden numbers, so linkage is not judged")
