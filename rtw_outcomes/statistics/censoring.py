"""Why persons are censored: the follow-up ended, or their observation did, and for what reason."""

from dataclasses import dataclass

import polars as pl

from rtw_outcomes.language.result_names import Role
from rtw_outcomes.language.vocabulary import EXITS
from rtw_outcomes.planning.plan import Plan
from rtw_outcomes.planning.tables import Tables

FOLLOW_UP, EXTRACT, DATA, OTHER = "end_of_follow_up", "end_of_extract", "end_of_data", "other"
REASONS = (FOLLOW_UP, EXTRACT, *EXITS, DATA, OTHER)


@dataclass(frozen=True)
class CensoringReasons:
    """The censored persons of an outcome.

    Attributes:
        column: the column of a table that says why each of them is censored.
        reasons: the reasons that there are, in a fixed order.
    """

    column: str
    reasons: tuple[str, ...]


def find_last_days(tables: Tables) -> pl.Series:
    """Why the observation of each index date ends: with the extract, or before it for a reason."""
    reason, exit_date = pl.col("censor_reason"), pl.col("censor_date")
    observed_to = pl.lit(tables.observed_to)
    before = exit_date <= observed_to
    return tables.cohort.select(
        pl.when(before & reason.is_null() & (exit_date < observed_to))
        .then(pl.lit(DATA))
        .when(before & reason.is_in(EXITS))
        .then(reason)
        .when(before & reason.is_not_null())
        .then(pl.lit(OTHER))
        .otherwise(pl.lit(EXTRACT))
    ).to_series()


def add_censoring(
    plan: Plan, table: pl.DataFrame, ends: pl.Series
) -> tuple[pl.DataFrame, dict[str, CensoringReasons]]:
    """The table with a column for each time to an event, which says why its persons are censored.

    A person whose follow-up is observed to its end is censored by that; another one by what ended the
    observation.

    Args:
        plan: what was computed.
        table: keys and results.
        ends: as `find_last_days` gives it, for each row.
    """
    columns, found = [], {}
    for planned in plan.outcomes:
        if not planned.is_time_to_event:
            continue
        status, happened = (table[planned.find(r).name] for r in (Role.STATUS, Role.HAPPENED))
        name = f"rtw::censored::{planned.outcome}"
        column = pl.select(
            pl.when(status.eq(0)).then(
                pl.when(happened.eq(0)).then(pl.lit(FOLLOW_UP)).otherwise(ends)
            )
        ).to_series()
        columns.append(column.alias(name))
        there = set(column.unique().to_list())
        found[planned.outcome] = CensoringReasons(name, tuple(r for r in REASONS if r in there))
    return pl.concat([table, pl.DataFrame(columns)], how="horizontal"), found
