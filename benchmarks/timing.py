"""Run one contestant in this process: time it, measure its memory, and save its results.

    python -m benchmarks.timing JOB.json

The suite starts one such process per contestant. Before the clock starts, everything is imported
and a tiny register is computed, so that neither imports nor compilation are in the times. The
clock runs from the files to the results in memory, part by part. Peak memory is read after the first
repetition, before anything is saved: it is that of one run, with the interpreter and imports.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.inputs import Inputs
from benchmarks.laps import Laps


@dataclass(frozen=True)
class Job:
    """What a process is asked to do.

    Attributes:
        module, options: the contestant.
        folder: where its register lies.
        warm_up: where the tiny register lies.
        repetitions: how often at most; no new one begins after `seconds`.
        seconds: see above.
        results, report: the files to write.
    """

    module: str
    options: dict[str, Any]
    folder: str
    warm_up: str
    repetitions: int
    seconds: float
    results: str
    report: str


@dataclass(frozen=True)
class Report:
    """What a process tells.

    Attributes:
        seconds: of each repetition.
        parts: seconds of the parts of the fastest one.
        cpu_parts: its CPU seconds, on all cores; other users of a computer change them less.
        peak_mib: peak memory.
    """

    seconds: list[float]
    parts: dict[str, float]
    cpu_parts: dict[str, float]
    peak_mib: float

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of all parts."""
        return sum(self.cpu_parts.values())


def run_job(job: Job) -> None:
    """Warm up, time, save."""
    run = import_module(f"benchmarks.contestants.{job.module}").run
    run(Inputs(Path(job.warm_up)), Laps(), **job.options)
    results, report = _repeat(lambda laps: run(Inputs(Path(job.folder)), laps, **job.options), job)
    frame = results if isinstance(results, pl.DataFrame) else pl.from_pandas(results)
    frame.write_parquet(job.results)
    Path(job.report).write_text(json.dumps(asdict(report)), encoding="utf-8")


def _repeat(run: Callable[[Laps], Any], job: Job) -> tuple[Any, Report]:
    runs: list[Laps] = []
    peak_mib, results = 0.0, None
    while len(runs) < job.repetitions and sum(laps.total for laps in runs) < job.seconds:
        results = None  # the last ones are not to be in memory beside the next ones
        laps = Laps()
        results = run(laps)
        laps.end()
        runs.append(laps)
        peak_mib = peak_mib or laps.peak_mib or read_peak_mib()
    best = min(runs, key=lambda laps: laps.total)
    seconds = [laps.total for laps in runs]
    return results, Report(seconds, best.seconds, best.cpu_parts, peak_mib)


def read_peak_mib() -> float:
    """The most memory that this process has held.

    Linux counts it for the process alone in its status file; what `getrusage` says may be that of
    the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text("ascii").splitlines()
        (kib,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        return int(kib) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    run_job(Job(**json.loads(Path(sys.argv[1]).read_text("utf-8"))))
