"""The contracts of the tables that come in: pandera schemas, and the row rules that they hold.

The schemas are the one declaration. A row rule compares a column with another column or with a
value; a null passes, because a missing or unreadable cell has a rule of its own. Engines turn the
same rules into one counting query (see `intake/validation.py`), which a test holds against pandera.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from rtw_outcomes.intake.pandera_alone import pa

COMPARISONS = {
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}


@dataclass(frozen=True)
class RowRule:
    """A row is good when `column comparison other` holds; `other` is a column or a value.

    A row that breaks a rule with `is_design` is no fault: it only lies outside the extract.
    """

    name: str
    column: str
    comparison: str
    other: str | float | date
    reason: str
    is_design: bool = False


def spells_schema(observed_from: date, observed_to: date) -> pa.DataFrameSchema:
    """The register rows: dates in order, an extent in percent, and some day inside the extract."""
    return pa.DataFrameSchema(
        {
            "person_id": pa.Column(nullable=False),
            "start_date": pa.Column(pl.Date, nullable=False),
            "end_date": pa.Column(pl.Date, nullable=False),
            "extent": pa.Column(pl.Float64, nullable=False),
            "benefit": pa.Column(pl.String, nullable=False),
        },
        checks=[
            _check("extent_above_0", "extent", ">", 0.0, "the extent is 0 or less"),
            _check("extent_at_most_100", "extent", "<=", 100.0, "the extent is above full time"),
            _check(
                "dates_in_order", "start_date", "<=", "end_date", "the row ends before it starts"
            ),
            _check(
                "ends_in_extract",
                "end_date",
                ">=",
                observed_from,
                "the row ends before the extract begins",
                is_design=True,
            ),
            _check(
                "starts_in_extract",
                "start_date",
                "<=",
                observed_to,
                "the row starts after the extract ends",
                is_design=True,
            ),
        ],
    )


def cohort_schema(observed_from: date, observed_to: date) -> pa.DataFrameSchema:
    """The index dates: inside the extract, and inside the person's observation."""
    return pa.DataFrameSchema(
        {
            "person_id": pa.Column(nullable=False),
            "index_date": pa.Column(pl.Date, nullable=False),
            "entry_date": pa.Column(pl.Date, nullable=True),
            "censor_date": pa.Column(pl.Date, nullable=True),
            "censor_reason": pa.Column(pl.String, nullable=True),
        },
        checks=[
            _check(
                "index_not_before_extract",
                "index_date",
                ">=",
                observed_from,
                "the index date lies before the extract begins",
                is_design=True,
            ),
            _check(
                "index_not_after_extract",
                "index_date",
                "<=",
                observed_to,
                "the index date lies after the extract ends",
                is_design=True,
            ),
            _check(
                "entered_by_index",
                "entry_date",
                "<=",
                "index_date",
                "observation begins after the index date",
            ),
            _check(
                "censored_after_index",
                "censor_date",
                ">=",
                "index_date",
                "observation ends before the index date",
            ),
        ],
        unique=["person_id", "index_date"],
    )


def list_row_rules(schema: pa.DataFrameSchema) -> tuple[RowRule, ...]:
    """The comparisons that a schema declares, in their order."""
    return tuple(RowRule(**check.statistics) for check in schema.checks)


def list_key_columns(schema: pa.DataFrameSchema) -> tuple[str, ...]:
    """The columns in which every row must have a value."""
    return tuple(name for name, column in schema.columns.items() if not column.nullable)


def _check(
    name: str,
    column: str,
    comparison: str,
    other: str | float | date,
    reason: str,
    is_design: bool = False,
) -> pa.Check:
    def holds(data: Any) -> pl.LazyFrame:
        right = pl.col(other) if isinstance(other, str) else pl.lit(other)
        passes = COMPARISONS[comparison](pl.col(column), right)
        frame: pl.LazyFrame = data.lazyframe.select(passes.fill_null(True))
        return frame

    rule = {
        "name": name,
        "column": column,
        "comparison": comparison,
        "other": other,
        "reason": reason,
        "is_design": is_design,
    }
    return pa.Check(holds, name=name, error=name, statistics=rule)
