"""The history: one line per contestant and size of every run that is kept, appended to a CSV file."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import describe_machine, describe_versions, read_commit
from benchmarks.measurements import Measurements

COLUMNS = (
    *("date", "commit", "versions", "machine", "contestant", "task", "file"),
    *("spells", "index_dates", "seconds", "repetitions", "cpu_seconds", "peak_mib"),
)


def append_history(file: Path, measurements: Measurements) -> None:
    """Add what was measured; what is not there yet begins with the names of the columns."""
    is_new = not file.exists()
    run = (datetime.now(UTC).date(), read_commit(), describe_versions(), describe_machine())
    with file.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        for each in measurements:
            if each.report and not each.contestant.is_check:
                who = each.contestant
                size = (each.spells, each.index_dates)
                report = each.report
                times = (f"{each.seconds:.3f}", len(report.seconds), f"{report.cpu_seconds:.3f}")
                writer.writerow(
                    (*run, who.name, who.task, who.layout, *size, *times, round(report.peak_mib))
                )
