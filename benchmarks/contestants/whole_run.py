"""The main job as a whole: `rtw run` on a delivery, from reading and validating to the written files."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps
from rtw_outcomes import run_study

READING = "read and validate the delivery"
STAGES = {
    "Reading": READING,
    "Computing": "compute and check",
    "Writing": "summarise and write",
}


def run(inputs: Inputs, laps: Laps, engine: str, study: str = "study.yaml") -> pl.DataFrame:
    """Run the study and give what it wrote; its stages are named as they begin."""
    with TemporaryDirectory() as out:
        laps.begin("read the study")
        run_study(
            inputs.folder / study,
            Path(out),
            engine=engine,
            progress=lambda words: laps.begin(STAGES.get(words.split()[0], words)),
        )
        laps.end()
        return pl.read_parquet(Path(out) / "outcomes.parquet")
