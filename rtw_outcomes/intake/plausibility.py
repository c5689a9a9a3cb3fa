"""What a delivery means is asked for, where its numbers could mean two things; what is odd is told."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.canonical_column import OPEN_END, CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.overlaps import Overlaps
from rtw_outcomes.intake.validation import NamedRule
from rtw_outcomes.language.vocabulary import DEATH
from rtw_outcomes.planning.tables import Tables

# In a register with fewer rows, a month without any is no surprise, and neither is a shared day.
ROWS_TO_STOP = 1_000
SHARED_DAYS_TO_STOP = 10
MONTH, YEAR = timedelta(days=31), timedelta(days=366)


def check_units(
    database: Database,
    source: DeliveredTable,
    cells: Sequence[CanonicalColumn],
    tolerated: float,
) -> None:
    """Extents are in the unit that the register's profile says, as far as they show it, in each file.

    Where the study itself says the unit, there is nothing to ask.

    Raises:
        ContractError: in a column of percent all extents of a file are 1 or less, or more of them than is
            tolerated; or in a column of fractions most are above 1.
    """
    cell = next(each for each in cells if each.name == "extent")
    if source.said.extent_unit is not None or cell.constant is not None:
        return
    files = database.rows(
        "SELECT source_file, count(extent), count(*) FILTER (extent > 1), count(*) FILTER (extent > 100) "
        f"FROM validated_{source.key} WHERE extent > 0 GROUP BY source_file ORDER BY source_file"
    )
    for file, known, above_1, above_100 in files:
        place = source.name if len(files) == 1 else f"{source.name} ({source.part_names[file - 1]})"
        small = known - above_1
        if cell.factor == 1 and 100 * small > tolerated * known:
            of = (
                "no extent in it is" if not above_1 else f"{small} of {known} extents in it are not"
            )
            raise refuse(
                place,
                f"the column `{cell.called}` is one of percent, and {of} above 1",
                hint="Say the unit: `format: {extent_unit: fraction}` where 1 is full time, or "
                "`format: {extent_unit: percent}` where 1 is one percent. Files with different units are "
                "a list of sources, each with its own `format`",
            )
        if cell.factor > 1 and above_100 > known / 2:
            raise refuse(
                place,
                f"the column `{cell.called}` is one of fractions, and most extents in it are above 1",
                found=f"{above_100} of {count_words(known, 'extent')}",
                hint="Say the unit: `format: {extent_unit: percent}` where 100 is full time",
            )


def check_open_ends(
    database: Database, source: DeliveredTable, rules: Sequence[NamedRule], end: str = "end_date"
) -> None:
    """The study says what an empty cell in the column of ends means, where there is one.

    Raises:
        ContractError: it does not.
    """
    if source.format.open_end is not None:
        return
    number = [rule.name for rule in rules].index(f"missing_{end}")
    ((rows,),) = database.rows(f"SELECT count(*) FROM validated_{source.key} WHERE rule = {number}")
    if rows:
        raise refuse(
            source.name,
            f"{count_words(rows, 'row')} {agree(rows, 'has', 'have')} no end in the column "
            f"`{rules[number].column}`, which could mean two things",
            hint="Say which: `format: {open_end: ongoing}` where the absence goes on, to the end of the "
            "extract, or `format: {open_end: faulty}` where the end is not known",
        )


def check_last_days(source: DeliveredTable, overlaps: Overlaps) -> None:
    """The end of a row is its last day, as far as rows that follow one another show it.

    Raises:
        ContractError: rows mostly begin on the day on which the row before ends, so that the end may be
            the first day after the row; and nothing says which.
    """
    if source.format.end_is is not None:
        return
    shared, adjoining = overlaps.on_last_day, overlaps.day_after
    if shared >= SHARED_DAYS_TO_STOP and shared > adjoining:
        raise refuse(
            source.name,
            f"{count_words(shared, 'row')} begin on the day on which an earlier row of the same person and "
            f"benefit ends, and {adjoining} on the day after it. So the end could mean two things",
            hint="Say which: `format: {end_is: first_day_after}` where it is the first day without benefit, "
            "or `format: {end_is: last_day}`",
        )


def note_period(tables: Tables, place: str) -> Iterator[Note]:
    """A note where the extract is said to reach further than the register rows do.

    Days without rows count as days without absence.

    Raises:
        ContractError: a large register has no row in the last year of the extract.
    """
    ends = pl.col("end_date").filter(pl.col("end_date") < OPEN_END)
    looks = tables.scan_spells().select(
        rows=pl.len(),
        first=pl.col("start_date").min(),
        begun=pl.col("start_date").max(),
        last=ends.max(),
    )
    rows, first, begun, last = looks.collect(engine="streaming").row(0)
    after = tables.observed_to - max(begun, last or begun)
    if after > YEAR and rows >= ROWS_TO_STOP:
        raise refuse(
            place,
            "no register row lies in the last year of the extract, as `observed` has it. The days without "
            "rows would count as days without absence",
            hint="Let `observed.to` be the last day that the extract covers",
        )
    for key, gap, beyond in (
        ("observed.to", after, "after the last register row"),
        ("observed.from", first - tables.observed_from, "before the first register row"),
    ):
        if gap > MONTH:
            what = f"`{key}` is more than a month {beyond}; the days between count as days without absence"
            yield Note("observed_beyond_rows", what, 0)


def note_deaths(tables: Tables) -> Iterator[Note]:
    """Notes on register rows after a death, and on persons with several deaths."""
    deaths = (
        tables.cohort.lazy()
        .filter(pl.col("censor_reason") == DEATH)
        .select("person_id", died="censor_date")
        .unique()
    )
    several = deaths.group_by("person_id").len().filter(pl.col("len") > 1)
    after = (
        tables.scan_spells()
        .join(deaths.group_by("person_id").agg(pl.col("died").min()), on="person_id")
        .filter(pl.col("start_date") > pl.col("died"))
        .select("person_id")
        .unique()
    )
    counts = pl.collect_all([several.select(pl.len()), after.select(pl.len())], engine="streaming")
    with_several, with_rows = (int(each.item()) for each in counts)
    of = ("person of the cohort with", "persons of the cohort with")
    if with_several:
        what = f"{agree(with_several, *of)} deaths on several days"
        yield Note("several_deaths", what, with_several)
    if with_rows:
        what = f"{agree(with_rows, *of)} register rows that begin after the death"
        yield Note("rows_after_death", what, with_rows)
