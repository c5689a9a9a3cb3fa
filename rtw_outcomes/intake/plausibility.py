"""What a delivery means is asked for, where its numbers could mean two things; what is odd is told."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import polars as pl

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import Note, agree, count_words
from rtw_outcomes.intake.canonical_column import OPEN_END, CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.overlaps import Overlaps
from rtw_outcomes.intake.validation import NamedRule
from rtw_outcomes.language.vocabulary import DEATH
from rtw_outcomes.planning.optimizer import DayRange
from rtw_outcomes.planning.tables import Tables

# In a register with fewer rows, a month without any is no surprise, and neither is a shared day.
ROWS_TO_STOP = 1_000
SHARED_DAYS_TO_STOP = 10

# Extents in percent look like hours of a week, or of a day, where hardly any is above the longest one, and a
# tenth of them are full time somewhere. Extents in quarters of full time never look so.
EXTENTS_TO_JUDGE, FULL_TO_STOP, LONGER_TO_GO_ON = 20, 0.1, 0.01
FULL_TIME = {
    48: (35, 35.5, 36, 36.25, 37, 37.5, 38, 38.25, 38.5, 38.75, 39, 39.5, 40, 42),
    12: (7, 7.2, 7.4, 7.5, 7.6, 7.7, 7.75, 7.8, 8),
}
MONTH, YEAR = timedelta(days=31), timedelta(days=366)


# What an empty cell in a column of ends can mean: that of an absence, an exit, or a residence.
OPEN_ENDS = {
    "end_date": (
        "end",
        "the absence goes on, to the end of the extract",
        "the end is not known",
    ),
    "date": ("date", "the person has not left", "the day of the exit is not known"),
    "to": ("end", "the person is still resident", "the day of the exit is not known"),
}


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
            tolerated, or they look like hours; or in a column of fractions most are above 1.
    """
    cell = next(each for each in cells if each.name == "extent")
    if source.said.extent_unit is not None or cell.constant is not None or cell.has_percent_sign:
        return
    looks = ["extent > 0", "extent > 1", "extent > 100"]
    for longest, full in FULL_TIME.items():
        looks += [f"extent > {longest}", f"extent IN ({', '.join(map(str, full))})"]
    counts_of = ", ".join(f"coalesce(sum(rows) FILTER ({look}), 0)::BIGINT" for look in looks)
    # Registers have few extents, so each is looked at once.
    files = database.rows(
        f"SELECT source_file, {counts_of} FROM (SELECT source_file, extent, count(*) AS rows "
        f"FROM validated_{source.key} WHERE extent > 0 GROUP BY ALL) "
        "GROUP BY source_file ORDER BY source_file"
    )
    for file, known, above_1, above_100, *counts in files:
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
        is_percent = cell.factor == 1 and cell.full_time is None and known >= EXTENTS_TO_JUDGE
        if is_percent and any(
            above <= LONGER_TO_GO_ON * known and full >= FULL_TO_STOP * known
            for above, full in zip(counts[::2], counts[1::2], strict=True)
        ):
            raise refuse(
                place,
                f"the column `{cell.called}` is one of percent, and the extents in it look like hours of work",
                found="full-time weeks or days, and hardly any extent that is longer than they can be",
                hint="Say the unit: `format: {extent_unit: {hours_of: COLUMN}}` with the column of the hours "
                "of full time, or `format: {extent_unit: percent}` where 100 is full time",
            )
        if cell.factor > 1 and above_100 > known / 2:
            raise refuse(
                place,
                f"the column `{cell.called}` is one of fractions, and most extents in it are above 1",
                found=f"{above_100} of {count_words(known, 'extent')}",
                hint="Say the unit: `format: {extent_unit: percent}` where 100 is full time, or "
                "`format: {extent_unit: {hours_of: COLUMN}}` with the column of the hours of full time",
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
        what, goes_on, is_unknown = OPEN_ENDS[end]
        raise refuse(
            source.name,
            f"{count_words(rows, 'row')} {agree(rows, 'has', 'have')} no {what} in the column "
            f"`{rules[number].column}`, which could mean two things",
            hint=f"Say which: `format: {{open_end: ongoing}}` where {goes_on}, or "
            f"`format: {{open_end: faulty}}` where {is_unknown}",
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


def note_period(tables: Tables, place: str, days: DayRange | None) -> Iterator[Note]:
    """A note where the extract is said to reach further than the register rows do.

    Days without rows count as days without absence. Those before the first row matter when an outcome looks
    at them.

    Args:
        tables: the tables that the engines work on.
        place: what the register is called.
        days: the first and the last day that the outcomes look at, counted from the index date.

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
    before = first - max(tables.observed_from, _find_first_day(tables, days))
    for key, gap, beyond in (
        ("observed.to", after, "after the last register row"),
        (
            "observed.from",
            before,
            "before the first register row, and outcomes look at days between",
        ),
    ):
        if gap > MONTH:
            what = f"`{key}` is more than a month {beyond}; the days between count as days without absence"
            yield Note("observed_beyond_rows", what, 0)


def _find_first_day(tables: Tables, days: DayRange | None) -> date:
    """The first day that the outcomes look at, of any person."""
    earliest = tables.cohort["index_date"].min()
    if days is None or not isinstance(earliest, date):
        return tables.observed_to
    observed = (tables.observed_to - tables.observed_from).days
    first = 0 if days[0] is None else (earliest - tables.observed_from).days + days[0]
    return tables.observed_from + timedelta(days=min(max(first, 0), observed))


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
        what = "deaths on several days"
        explanation = f"{agree(with_several, *of)} {what}"
        yield Note("several_deaths", explanation, with_several, f"{of[1]} {what}")
    if with_rows:
        what = "register rows that begin after the death"
        explanation = f"{agree(with_rows, *of)} {what}"
        yield Note("rows_after_death", explanation, with_rows, f"{of[1]} {what}")
