"""What a delivery means is asked for, where its numbers could mean two things."""

from collections.abc import Sequence

from rtw_outcomes.errors import refuse
from rtw_outcomes.intake.account import agree, count_words
from rtw_outcomes.intake.canonical_column import CanonicalColumn
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable
from rtw_outcomes.intake.validation import NamedRule


def check_units(
    database: Database, source: DeliveredTable, cells: Sequence[CanonicalColumn]
) -> None:
    """Extents are in the unit that the register's profile says, as far as they show it.

    Where the study itself says the unit, there is nothing to ask.

    Raises:
        ContractError: all extents are 1 or less in a column of percent, or most are above 1 in a column
            of fractions.
    """
    cell = next(each for each in cells if each.name == "extent")
    if source.said.extent_unit is not None or cell.constant is not None:
        return
    ((known, above_1, above_100),) = database.rows(
        f"SELECT count(extent), count(*) FILTER (extent > 1), count(*) FILTER (extent > 100) "
        f"FROM validated_{source.key} WHERE extent > 0"
    )
    if known and cell.factor == 1 and not above_1:
        raise refuse(
            source.name,
            f"the column `{cell.called}` is one of percent, and no extent in it is above 1",
            hint="Say the unit: `format: {extent_unit: fraction}` where 1 is full time, or "
            "`format: {extent_unit: percent}` where 1 is one percent",
        )
    if cell.factor > 1 and above_100 > known / 2:
        raise refuse(
            source.name,
            f"the column `{cell.called}` is one of fractions, and most extents in it are above 1",
            found=f"{above_100} of {count_words(known, 'extent')}",
            hint="Say the unit: `format: {extent_unit: percent}` where 100 is full time",
        )


def check_open_ends(database: Database, source: DeliveredTable, rules: Sequence[NamedRule]) -> None:
    """The study says what an empty end means, where there is one.

    Raises:
        ContractError: it does not.
    """
    if source.format.open_end is not None:
        return
    number = [rule.name for rule in rules].index("missing_end_date")
    ((rows,),) = database.rows(f"SELECT count(*) FROM validated_{source.key} WHERE rule = {number}")
    if rows:
        raise refuse(
            source.name,
            f"{count_words(rows, 'row')} {agree(rows, 'has', 'have')} no end in the column "
            f"`{rules[number].column}`, which could mean two things",
            hint="Say which: `format: {open_end: ongoing}` where the absence goes on, to the end of the "
            "extract, or `format: {open_end: faulty}` where the end is not known",
        )
