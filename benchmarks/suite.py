"""The benchmark: every contestant on the same registers, checked, then shown.

    python -m benchmarks.suite --sizes 1 20

Sizes are in million spells. No time is printed when results differ; the exit status is then 1.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.checking import list_differences
from benchmarks.exports import write_csv, write_delivery
from benchmarks.field import TWENTY_MILLION, Contestant, list_contestants
from benchmarks.history import append_history
from benchmarks.inputs import Inputs
from benchmarks.machine import limit_cores, read_load
from benchmarks.marks import list_marks
from benchmarks.measurements import Measurement, Measurements
from benchmarks.plot import write_plot
from benchmarks.processes import Limits, run_contestant
from benchmarks.register import write_register
from benchmarks.startup import time_startup
from benchmarks.table import render_page

WARM_UP_SPELLS = 2_000
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """What to run.

    Attributes:
        sizes: numbers of spells.
        limits: how often each contestant is run.
        folder: where the registers are made.
        keep: the folder of the history, and of the results in it; None keeps nothing.
        seed: of the registers.
    """

    sizes: Sequence[int]
    limits: Limits
    folder: Path
    keep: Path | None
    seed: int = 1


def say(*sentences: str) -> None:
    """Tell how far the run is, beside its output."""
    print(*sentences, sep="\n", file=sys.stderr, flush=True)


def run_suite(settings: Settings, contestants: Sequence[Contestant]) -> int:
    """Run everyone at every size, check, show and keep; the exit status."""
    warm_up = prepare_register(settings.folder / "warm_up", WARM_UP_SPELLS, settings.seed)
    measured: list[Measurement] = []
    load = read_load()
    for spells in settings.sizes:
        inputs = prepare_register(settings.folder / f"{spells}", spells, settings.seed)
        with TemporaryDirectory(dir=settings.folder) as out:
            here = list(measure(inputs, warm_up, spells, contestants, Path(out), settings.limits))
            ran = [each.contestant for each in here if each.report]
            say("Comparing the results")
            differences = list(list_differences(ran, Path(out)))
        if differences:
            say("The results differ, so no times are shown.", *differences)
            return 1
        measured += here
    show(Measurements(measured), settings, load)
    return 1 if any(each.why_not == "did not finish" for each in measured) else 0


def prepare_register(folder: Path, spells: int, seed: int) -> Inputs:
    """Write the register in every form, unless it is there from an earlier run."""
    inputs, mark = Inputs(folder), folder / f"complete-{spells}-{seed}"
    if not mark.exists():
        say(f"Writing a register of {spells:,} spells")
        write_register(folder, spells, seed)
        if spells <= TWENTY_MILLION:
            write_csv(inputs)
            write_delivery(inputs)
        mark.touch()
    return inputs


def measure(
    inputs: Inputs,
    warm_up: Inputs,
    spells: int,
    contestants: Sequence[Contestant],
    out: Path,
    limits: Limits,
) -> Iterator[Measurement]:
    """Run each contestant at one size, one after another."""
    index_dates = pl.scan_parquet(inputs.cohort).select(pl.len()).collect().item()
    for each in contestants:
        report, why_not = None, ""
        if spells > each.largest:
            why_not = "not run at this size"
        elif not each.is_installed:
            why_not = "not installed"
        else:
            say(f"{spells:,} spells: {each.key}")
            report = run_contestant(each, inputs.folder, warm_up.folder, out, limits)
            why_not = "" if report else "did not finish"
        yield Measurement(each, spells, index_dates, report, why_not)


def show(measurements: Measurements, settings: Settings, load: float) -> None:
    """Print the page, and keep it with the plot and the history."""
    startup = time_startup()
    page = render_page(measurements, startup, list_marks(measurements, startup), load)
    print(page)
    if settings.keep:
        results = settings.keep / "results"
        results.mkdir(parents=True, exist_ok=True)
        (results / "table.md").write_text(page, encoding="utf-8")
        write_plot(results / "plot.svg", measurements)
        append_history(settings.keep / "history.csv", measurements)


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = partial(parser.add_argument)
    add("--sizes", type=float, nargs="+", default=[1, 20], help="in million spells")
    add("--contestants", nargs="+", help="names of those to run; all when left out")
    add(
        "--tasks",
        nargs="+",
        help="stock, panel, library, one_variant, variants, floor or copy; all when left out",
    )
    add("--repetitions", type=int, default=5, help="at most; the fastest counts")
    add("--seconds", type=float, default=20, help="after which no repetition begins")
    add("--longest", type=float, default=3600, help="seconds after which a contestant is stopped")
    add(
        "--cores", type=int, default=2, help="for every contestant, where the system can limit them"
    )
    add("--folder", type=Path, help="keeps the registers there for the next run")
    add("--discard", action="store_true", help="keep no table, plot and history")
    add("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main() -> int:
    """Read the command line and run."""
    asked = read_arguments()
    limit_cores(asked.cores)
    contestants = [
        each
        for each in list_contestants()
        if each.name in (asked.contestants or [each.name])
        and each.task in (asked.tasks or [each.task])
    ]
    with TemporaryDirectory() as folder:
        settings = Settings(
            sizes=[round(size * 1_000_000) for size in sorted(asked.sizes)],
            limits=Limits(asked.repetitions, asked.seconds, asked.longest),
            folder=(asked.folder or Path(folder)).resolve(),
            keep=None if asked.discard else HERE,
            seed=asked.seed,
        )
        return run_suite(settings, contestants)


if __name__ == "__main__":
    sys.exit(main())
