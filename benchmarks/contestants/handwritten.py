"""What an analyst with DuckDB writes: one query per outcome, each from the rows to the result.

Nothing is shared between the queries, as when each is written for its own study: the times of the
eight are added up.
"""

from pathlib import Path

import duckdb
import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps

FOLDER = Path(__file__).with_name("handwritten_sql")
VIEWS = """
    CREATE VIEW spells AS FROM read_parquet('{spells}');
    CREATE VIEW cohort AS
        SELECT file_row_number AS row_id, * EXCLUDE (file_row_number)
        FROM read_parquet('{cohort}', file_row_number = true);
    SET VARIABLE observed_from = DATE '{first}';
    SET VARIABLE observed_to = DATE '{last}';
"""


def run(inputs: Inputs, laps: Laps, folder: str | None = None) -> pl.DataFrame:
    """Run every query of the folder, each in a database of its own."""
    views = VIEWS.format(
        spells=inputs.spells,
        cohort=inputs.cohort,
        first=inputs.observed_from,
        last=inputs.observed_to,
    )
    results = []
    for file in sorted(Path(folder or FOLDER).glob("*.sql")):
        query = file.read_text("utf-8")
        with duckdb.connect() as connection:
            laps.begin(file.stem)
            connection.execute(views)
            results.append(connection.sql(query).pl())
            laps.end()
    return pl.concat(results, how="horizontal")
