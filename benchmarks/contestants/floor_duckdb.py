"""The least that DuckDB can do: read the rows, join them to the cohort, keep those in the window.

All five columns of the rows that are needed are read and added up, so that none can be left out:
the sums of person, start, end and extent, and the greatest name of a benefit. The window of an
index date is [-5, 24 months): every day on which a stock outcome can turn. There are no spells,
no outcomes and no order, so this is no result, and every query on these tables costs more.
"""

import duckdb
import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps

QUERY = """
    WITH windows AS (
        SELECT person_id, index_date - 5 AS first_date, index_date + INTERVAL 24 MONTH AS end_date
        FROM read_parquet($cohort)
    )
    SELECT
        count(*) AS rows,
        sum(s.person_id)::BIGINT AS person_id,
        sum(s.start_date - DATE '1970-01-01')::BIGINT AS start_date,
        sum(s.end_date - DATE '1970-01-01')::BIGINT AS end_date,
        sum(s.extent_ppm)::BIGINT AS extent_ppm,
        count(*) FILTER (WHERE s.benefit = 'disability_pension') AS benefit
    FROM read_parquet($spells) AS s
    JOIN windows AS w ON s.person_id = w.person_id
    WHERE s.end_date >= w.first_date AND s.start_date < w.end_date
"""


def run(inputs: Inputs, laps: Laps) -> pl.DataFrame:
    """One row of sums, which the floor of Polars must equal."""
    laps.begin("read and add up")
    files = {"cohort": str(inputs.cohort), "spells": str(inputs.spells)}
    with duckdb.connect() as connection:
        return connection.sql(QUERY, params=files).pl()
