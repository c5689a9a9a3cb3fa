"""Person ids: whole numbers when all of them are, so that `7` in text meets 7 in a typed file."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from rtw_outcomes.intake.canonical_column import (
    FLOAT_TYPES,
    INTEGER_TYPES,
    MIXED,
    CanonicalColumn,
)
from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.delivered_table import DeliveredTable

PERSON_TYPES = {"BIGINT": pl.Int64(), "VARCHAR": pl.String()}
INTEGER_ID = "0|-?[1-9][0-9]{0,17}"


def with_whole_ids(
    database: Database, source: DeliveredTable, cells: Iterable[CanonicalColumn]
) -> list[CanonicalColumn]:
    """The cells, of which an id that is a float is read as a whole number, where all of them are.

    Statistical packages have floats for all numbers, and pandas has them as soon as one is missing.
    Floats that are not all whole keep their type, and the contract refuses it.
    """

    def read(cell: CanonicalColumn) -> CanonicalColumn:
        if cell.role != "id" or cell.type not in (*FLOAT_TYPES, MIXED):
            return cell
        if not database.are_whole(source, cell.delivered):
            return replace(cell, type="DOUBLE")
        return cell if cell.type == MIXED else replace(cell, type="BIGINT", is_whole=True)

    return [read(cell) for cell in cells]


def ids_are_whole(database: Database, table: str) -> bool:
    """Whether all ids of the good rows of a table are whole numbers, written as such."""
    if database.describe_table(table)["person_id"] in INTEGER_TYPES:
        return True
    ((others,),) = database.rows(
        f"SELECT count(*) FROM {table} WHERE rule IS NULL "
        f"AND NOT regexp_full_match(CAST(person_id AS VARCHAR), '{INTEGER_ID}')"
    )
    return not others


def person_type(whole: bool) -> str:
    """The type of the column in SQL."""
    return "BIGINT" if whole else "VARCHAR"
