"""Person ids: whole numbers when all of them are, so that `7` in text meets 7 in a typed file."""

import polars as pl

from rtw_outcomes.intake.database import Database
from rtw_outcomes.intake.validation import INTEGER_TYPES

PERSON_TYPES = {"BIGINT": pl.Int64(), "VARCHAR": pl.String()}
INTEGER_ID = "0|-?[1-9][0-9]{0,17}"


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
