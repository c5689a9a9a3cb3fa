"""The data.table script, in R. It times its own reading and computing, and tells its own memory."""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps
from benchmarks.persons import FIRST_DAY, LAST_DAY

# Threads that have nothing to do sleep. By default they spin, which on a computer with other users
# takes the core from the thread that they wait for, and makes the script several times slower.
SLEEP = {"OMP_WAIT_POLICY": "PASSIVE"}
SCRIPT = Path(__file__).with_name("datatable_script.R")


def run(inputs: Inputs, laps: Laps, style: str) -> pl.DataFrame:
    """Run the script and read the CSV file that it leaves."""
    with TemporaryDirectory() as folder:
        results, report = Path(folder) / "results.csv", Path(folder) / "report.json"
        files = [inputs.folder / "spells.csv", inputs.folder / "cohort.csv", results, report]
        words = (str(FIRST_DAY), str(LAST_DAY), style)
        command = ["Rscript", "--vanilla", SCRIPT, *files, *words]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | SLEEP)
        told = json.loads(report.read_text("utf-8"))
        laps.seconds = {"read": told["read"], "compute": told["compute"]}
        laps.cpu_seconds, laps.peak_mib = told["cpu"], told["peak_mib"]
        return pl.read_csv(results, infer_schema_length=None)
