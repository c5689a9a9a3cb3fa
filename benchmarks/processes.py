"""Run each contestant in a process of its own, and take in what it reports."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.field import Contestant
from benchmarks.timing import Job, Report

ROOT = Path(__file__).parents[1]  # the benchmark is run from the tree, not installed


@dataclass(frozen=True)
class Limits:
    """How often and how long a contestant is run.

    Attributes:
        repetitions: at most so many.
        seconds: after which no new repetition begins.
        longest: seconds after which its process is stopped.
    """

    repetitions: int
    seconds: float
    longest: float = 3_600


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
    fault = _run_process(command, limits.longest)
    if fault:
        print(f"{contestant.key} did not finish: {fault}", file=sys.stderr)
        return None
    return Report(**json.loads(report.read_text("utf-8")))


def _run_process(command: list[str], longest: float) -> str:
    """Run to the end, and say what went wrong; a process that is stopped takes its own with it."""
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            _, told = process.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"stopped after {longest:,.0f} seconds"
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode == 0:
        return ""
    return (told.strip().splitlines() or [f"exit status {process.returncode}"])[-1]


def locate_results(contestant: Contestant, out: Path) -> Path:
    """The file of a contestant's results."""
    return out / f"{contestant.key}.parquet"
