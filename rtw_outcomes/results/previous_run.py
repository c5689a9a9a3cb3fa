"""Whether the last run in a folder was of nearly the same persons: the two could be subtracted."""

from pathlib import Path

import polars as pl

OUTCOMES = "outcomes.parquet"
KEYS = ("person_id", "index_date")


def warn_of_difference(folder: Path, keys: pl.DataFrame, below: int) -> list[str]:
    """A warning when the last run in a folder differs from this one by few index dates.

    Numbers of two runs that differ by one person tell that person's values by subtraction.

    Args:
        folder: where the results of the last run are.
        keys: the person and the index date of each row of this run.
        below: the number of persons below which nothing is told.
    """
    old = _read_keys(folder / OUTCOMES)
    new = keys.select(KEYS)
    if old is None or old.schema != new.schema:
        return []
    differing = sum(
        one.join(other, on=KEYS, how="anti").height for one, other in ((old, new), (new, old))
    )
    if not 0 < differing < below:
        return []
    return [
        f"the last run in this folder was of other index dates, and fewer than {below} of them differ: "
        "whoever has the numbers of both can subtract them. Let only one of the two leave"
    ]


def _read_keys(path: Path) -> pl.DataFrame | None:
    """The keys of the last run; None where there is none that can be read."""
    if not path.is_file():
        return None
    try:
        return pl.read_parquet(path, columns=list(KEYS))
    except (pl.exceptions.PolarsError, OSError):
        return None
