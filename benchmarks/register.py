"""Write a synthetic register of a given size in canonical columns, for timing only."""

import argparse
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

FIRST, LAST = date(2013, 1, 1), date(2020, 12, 31)
BENEFITS = np.array(["sickness_benefit", "rehabilitation_benefit", "disability_pension"])
SPELLS_A_PERSON = 10
STUDY = """\
study: benchmark
register: canonical
synthetic: true
observed: {{from: {first}, to: {last}}}
spells: spells.parquet
cohort: cohort.parquet
outcomes:
  - net_sick_days_12m
  - gross_sick_days_12m
  - full_rtw_28d
  - sustainable_rtw_3m
  - sustainable_full_rtw_3m
  - days_to_first_relapse
  - recurrence_12m
  - work_state_12m
by: [arm]
"""


def write_register(folder: Path, spells: int, index_dates: int, seed: int = 1) -> None:
    """Write spells.parquet (sorted by person), cohort.parquet and study.yaml."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    persons = max(spells // SPELLS_A_PERSON, index_dates)
    origin, days = np.datetime64(FIRST), (LAST - FIRST).days
    start = random.integers(0, days - 60, spells)
    length = np.minimum(random.lognormal(3.2, 1.0, spells).astype(int) + 1, 800)
    extent = random.choice([25.0, 50.0, 75.0, 100.0], spells, p=[0.08, 0.17, 0.05, 0.7])
    benefit = BENEFITS[random.choice(3, spells, p=[0.93, 0.05, 0.02])]
    rows = pl.DataFrame(
        {
            "person_id": random.integers(1, persons + 1, spells),
            "start_date": origin + start,
            "end_date": origin + np.minimum(start + length, days),
            "extent": extent,
            "benefit": benefit,
        },
        schema_overrides={"start_date": pl.Date, "end_date": pl.Date},
    ).sort("person_id", "start_date")
    rows.write_parquet(folder / "spells.parquet")
    # Half of the index dates fall on a day with a spell, so that there is something to return from.
    absent = (
        rows.sample(index_dates // 2, seed=seed)
        .unique("person_id")
        .select("person_id", pl.col("start_date").alias("index_date"))
    )
    others = pl.DataFrame(
        {
            "person_id": random.integers(1, persons + 1, index_dates - absent.height),
            "index_date": origin + random.integers(0, days - 400, index_dates - absent.height),
        },
        schema_overrides={"index_date": pl.Date},
    )
    cohort = pl.concat([absent, others]).unique(["person_id", "index_date"], maintain_order=True)
    arms = pl.Series("arm", random.choice(["control", "intervention"], cohort.height))
    cohort.with_columns(arms).write_parquet(folder / "cohort.parquet")
    (folder / "study.yaml").write_text(STUDY.format(first=FIRST, last=LAST), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spells", type=int, default=5_000_000)
    parser.add_argument("--index-dates", type=int, default=500_000)
    arguments = parser.parse_args()
    write_register(arguments.folder, arguments.spells, arguments.index_dates)
