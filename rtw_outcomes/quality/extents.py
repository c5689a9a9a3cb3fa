"""Section: extents, on and off the steps of the register's profile."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from rtw_outcomes.disclosure.lone_counts import Cell
from rtw_outcomes.intake.account import share
from rtw_outcomes.intake.deduplication import Delivered
from rtw_outcomes.intake.profile import Profile
from rtw_outcomes.quality.codes import list_hidden_benefits
from rtw_outcomes.quality.inspection import Inspection, count_persons, name_class
from rtw_outcomes.quality.section import (
    Finding,
    Section,
    SectionNumber,
    Table,
    find_or_fine,
    hide,
    tabulate,
)

OFF = "other"
# Where no steps are known.
FIRSTS = (0, 25, 50, 75, 100)
CLASSES = ("below 25", "25 to below 50", "50 to below 75", "75 to below 100", "100")
MOST_OTHERS = 10  # other extents that are told by their value
DECIMALS = 4  # of percent; a fraction such as 0.1 is not exact


def inspect_extents(inspection: Inspection) -> Section:
    """The extents of the used rows."""
    statistics, tables, findings = list[SectionNumber](), list[Table](), list[Finding]()
    for delivered, profile in inspection.sources:
        counts = _count(inspection, delivered, profile)
        of_source = list(_list_numbers(inspection, delivered, profile, counts))
        statistics += of_source
        tables.append(
            tabulate(
                of_source, delivered.account.table, {"item": "percent of full time"}, "benefit"
            )
        )
        findings += _judge(inspection, delivered, profile, counts)
    limit = inspection.limits.off_steps
    return Section(
        name="extents",
        title="Extents",
        question="Are extents those that the register pays for, in the unit that the profile says?",
        how="The used rows of each benefit by their extent. Where the profile names the steps of extents "
        f"(`extent_steps`), rows off the steps are judged by `off_steps` ({limit.words} percent of the rows of "
        f"a source). The {MOST_OTHERS} most frequent extents off the steps are shown by their value, the rest as "
        f"`{OFF}`.",
        findings=find_or_fine(
            findings,
            "Nearly all extents are on the steps of the profile"
            if any(profile.extent_steps for _, profile in inspection.sources)
            else "The profile names no steps of extents, so they are not judged",
        ),
        statistics=tuple(statistics),
        tables=tuple(tables),
    )


def _count(
    inspection: Inspection, delivered: Delivered, profile: Profile
) -> Mapping[tuple[str, str], Cell]:
    """Used rows and persons by benefit and extent in words."""
    extent = pl.col("extent").round(DECIMALS)
    used = delivered.rows.filter(pl.col("rule").is_null())
    if profile.extent_steps:
        off = (
            used.filter(~extent.is_in(profile.extent_steps))
            .group_by(extent.alias("extent"))
            .agg(pl.len().alias("rows"))
            .sort("rows", "extent", descending=[True, False])
            .head(MOST_OTHERS)
            .collect(engine="streaming")["extent"]
        )
        told = sorted({*profile.extent_steps, *off})
        item = extent.replace_strict(
            told, [f"{each:g}" for each in told], default=OFF, return_dtype=pl.String
        )
    else:
        item = name_class(extent, FIRSTS, CLASSES)
    codes = inspection.meaning_of(profile)
    benefit = pl.col("code").replace_strict([*codes], [*codes.values()], return_dtype=pl.String)
    counts = (
        used.group_by(benefit.alias("benefit"), item.alias("item"))
        .agg(pl.len(), count_persons())
        .collect(engine="streaming")
    )
    return {(benefit, item): Cell(*numbers) for benefit, item, *numbers in counts.iter_rows()}


def _list_numbers(
    inspection: Inspection,
    delivered: Delivered,
    profile: Profile,
    counts: Mapping[tuple[str, str], Cell],
) -> Iterator[SectionNumber]:
    items = _order({item for _, item in counts}, profile)
    hidden = list_hidden_benefits(inspection, delivered, profile)
    for benefit in sorted({benefit for benefit, _ in counts}):
        cells = {item: counts.get((benefit, item), Cell(0, 0)) for item in items}
        shown = hide(cells, inspection.below)
        for item, rows in (dict.fromkeys(shown) if benefit in hidden else shown).items():
            yield SectionNumber(
                "rows", rows, source=delivered.account.table, benefit=benefit, item=item
            )


def _order(found: set[str], profile: Profile) -> Sequence[str]:
    """The extents in the order of their size, those of the profile also where no row has them."""
    if not profile.extent_steps:
        return CLASSES
    told = {*(f"{each:g}" for each in profile.extent_steps), *(found - {OFF})}
    return [*sorted(told, key=float), *(found & {OFF})]


def _judge(
    inspection: Inspection,
    delivered: Delivered,
    profile: Profile,
    counts: Mapping[tuple[str, str], Cell],
) -> Iterator[Finding]:
    if not profile.extent_steps:
        return
    steps = {f"{each:g}" for each in profile.extent_steps}
    off = sum(cell.rows for (_, item), cell in counts.items() if item not in steps)
    limit = inspection.limits.off_steps
    judgement = limit.judge(share(off, delivered.account.used))
    yield Finding(
        judgement,
        f"{limit.tell(judgement)} percent of the used rows of {delivered.account.table} have an extent off "
        f"the steps {', '.join(f'{each:g}' for each in profile.extent_steps)} percent",
    )
