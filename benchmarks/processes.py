"""Run each contestant in a process of its own, and take in what it reports."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.field import Contestant
from benchmarks.timing import Job, Report

ROOT = Path(__file__).parents[1]  # the benchmark is run from the tree, not installed


@dataclass(frozen=True)
class Limits:
    """How often a contestant is run: at most so often, and none anew after so many seconds."""

    repetitions: int
    seconds: float


def run_contestant(
    contestant: Contestant, register: Path, warm_up: Path, out: Path, limits: Limits
) -> Report | None:
    """Time a contestant and leave its results in `out`; None when it did not finish."""
    report = out / f"{contestant.key}.json"
    repetitions = 1 if contestant.is_check else limits.repetitions
    job = Job(
        module=contestant.module,
        options=contestant.options,
        folder=str(register),
        warm_up=str(warm_up),
        repetitions=repetitions,
        seconds=limits.seconds,
        results=str(locate_results(contestant, out)),
        report=str(report),
    )
    file = out / f"{contestant.key}.job.json"
    file.write_text(json.dumps(asdict(job)), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.timing", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"stopped with {done.returncode}"]
        print(f"{contestant.key} did not finish: {last[0]}", file=sys.stderr)
        return None
    return Report(**json.loads(report.read_text("utf-8")))


def locate_results(contestant: Contestant, out: Path) -> Path:
    """The file of a contestant's results."""
    return out / f"{contestant.key}.parquet"
