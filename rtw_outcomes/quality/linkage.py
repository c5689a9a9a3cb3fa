"""Section: how many persons of the cohort have register rows, by group."""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.quality.inspection import Inspection
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    find_or_fine,
    hide,
    not_judged,
    tabulate,
)
from rtw_outcomes.results.summary import name_group

ON_INDEX_DATE, OTHER_ROWS, NONE = "row_on_index_date", "other_rows_only", "no_rows"
ENOUGH_PERSONS = 20
DAY = re.compile(r"\b((?:19|20)\d\d)(-?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])([ T][\d:.]+)?\b")


def inspect_linkage(inspection: Inspection) -> Section:
    """Persons of the cohort with and without register rows, group by group."""
    groups = _count(inspection)
    totals = {group: _add(cells) for group, cells in groups.items()}
    shown = _hide(groups, inspection.below)
    statistics = [
        number
        for group, persons in hide(totals, inspection.below).items()
        for number in (
            SectionNumber("persons", persons, group=group),
            *(SectionNumber(name, some, group=group) for name, some in shown[group].items()),
            SectionNumber("percent_with_rows", _share_of_linked(shown[group]), group=group),
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
        f"Groups of fewer than {ENOUGH_PERSONS} persons are not judged.",
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
    named = {row: _name_group(row) for row in values.unique().iter_rows()}
    return pl.Series("group", [named[row] for row in values.iter_rows()], pl.String)


def _name_group(values: tuple[str | None, ...]) -> str:
    """A group in words; what would move the cursor of a screen is shown as its escape."""
    text = DAY.sub(r"\1-\3", name_group([value or "" for value in values]))
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


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


def _add(cells: Mapping[str, Cell]) -> Cell:
    persons = sum(cell.persons for cell in cells.values())
    return Cell(persons, persons)


def _hide(
    groups: Mapping[str, Mapping[str, Cell]], below: int
) -> Mapping[str, Mapping[str, int | None]]:
    """The persons of each group; all of a group whose total is hidden, as the account tells the cohort's."""
    totals = hide({group: _add(cells) for group, cells in groups.items()}, below)
    return {
        group: dict.fromkeys(cells) if totals[group] is None else hide(cells, below)
        for group, cells in groups.items()
    }


def _share_of_linked(shown: Mapping[str, int | None]) -> float | None:
    """The percent of persons with rows, where no number is hidden."""
    known = [count for count in shown.values() if count is not None]
    if len(known) < len(shown):
        return None
    return share(sum(known) - (shown[NONE] or 0), sum(known))


def _judge(inspection: Inspection, groups: Mapping[str, Mapping[str, Cell]]) -> Iterator[Finding]:
    limits, shares = inspection.limits, dict[str, float]()
    for group, cells in groups.items():
        persons = _add(cells).persons
        if persons < ENOUGH_PERSONS:
            continue
        shares[group] = percent = share(persons - cells[NONE].persons, persons)
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
        yield not_judged("Too few persons are in a group to judge the linkage")
