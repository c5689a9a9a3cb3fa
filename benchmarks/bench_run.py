"""Time the main job on a synthetic register: whole process, and each stage by itself.

    python benchmarks/bench_run.py --spells 5000000 --index-dates 500000

Prints one Markdown table. Nothing is asserted: machines differ, and so do their moods.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from register import write_register

STAGES: dict[str, float] = {}


@contextmanager
def stage(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    STAGES[name] = time.perf_counter() - start


def time_process(folder: Path) -> None:
    """The command as a user runs it, in a process of its own for its memory."""
    command = [str(Path(sys.executable).with_name("rtw")), "run", str(folder / "study.yaml")]
    with stage("whole `rtw run`"):
        subprocess.run([*command, "--out", str(folder / "out")], check=True, capture_output=True)


def time_stages(folder: Path) -> None:
    """The same job, stage by stage, in this process."""
    from rtw_outcomes.contracts.results import check_results
    from rtw_outcomes.engines import duckdb
    from rtw_outcomes.intake.reading import read_delivery
    from rtw_outcomes.planner import plan_outcomes
    from rtw_outcomes.study import read_study

    with stage("read the study and plan"):
        study = read_study(folder / "study.yaml")
        plan = plan_outcomes(study.outcomes)
    with stage("read and judge the delivery"):
        intake = read_delivery(study)
    with stage("compute on DuckDB"):
        results = duckdb.run(plan, intake.tables)
    with stage("check the results' contract"):
        check_results(results, plan)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spells", type=int, default=5_000_000)
    parser.add_argument("--index-dates", type=int, default=500_000)
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_register(folder, sizes.spells, sizes.index_dates)
        time_process(folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
        time_stages(folder)
    print(
        f"{sizes.spells:,} spells, {sizes.index_dates:,} index dates, eight stock outcomes, "
        f"{os.cpu_count()} cores\n\n| stage | seconds |\n|---|---|"
    )
    for name, seconds in STAGES.items():
        print(f"| {name} | {seconds:.1f} |")
    print(f"\nPeak memory of the whole run: {peak:.1f} GiB")


if __name__ == "__main__":
    main()
