"""Who takes part: every contestant with its task, and the largest register that it is given."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from shutil import which
from typing import Any

from benchmarks.exports import PARQUET, TSV
from rtw_outcomes.engines.registry import BUILT_IN

FAST_ENGINES = tuple(name for name in BUILT_IN if name != "reference")
EVERY_SIZE, TWENTY_MILLION, FIVE_MILLION = 10**12, 20_000_000, 5_000_000
DATA_TABLE = ("Rscript", "-e", "library(data.table)")
SAMPLE = {"stock": 400, "panel": 400, "one_variant": 50, "variants": 50}


@dataclass(frozen=True)
class Contestant:
    """One way to one set of results.

    Attributes:
        name: who computes.
        task: what is computed; all contestants of a task must deliver the same.
        layout: which file of spells is read, `sorted` or `shuffled`.
        module: the module of `benchmarks.contestants` whose `run` it is.
        options: what `run` is called with besides the inputs.
        largest: so many spells at most; larger registers would take too long or too much memory.
        probe: a command that succeeds where everything is installed that it needs.
        is_check: whether it only checks the others: it sees a sample, and no time is taken.
    """

    name: str
    task: str
    module: str
    layout: str = "sorted"
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    largest: int = TWENTY_MILLION
    probe: tuple[str, ...] = ()
    is_check: bool = False

    @property
    def key(self) -> str:
        """What identifies it, also as the name of a file."""
        return f"{self.name}-{self.task}-{self.layout}"

    @property
    def is_installed(self) -> bool:
        """Whether everything is there that it needs besides the Python environment."""
        return not self.probe or (which(self.probe[0]) is not None and _succeeds(self.probe))


def list_contestants() -> Iterator[Contestant]:
    """Everyone, task by task; who comes first in a task is what the others are compared with."""
    for engine in FAST_ENGINES:
        yield _engine(engine, "stock", largest=EVERY_SIZE)
    for engine in FAST_ENGINES:
        yield _engine(engine, "stock", layout="shuffled", largest=EVERY_SIZE)
    yield Contestant("compiled", "stock", "compiled", largest=EVERY_SIZE)
    yield Contestant("handwritten_sql", "stock", "handwritten")
    yield Contestant("pandas_script", "stock", "pandas_script")
    for name, style in (("datatable_script", "by_group"), ("datatable_tuned", "tuned")):
        yield Contestant(name, "stock", "datatable", options={"style": style}, probe=DATA_TABLE)
    for engine in FAST_ENGINES:
        yield Contestant(f"rtw_run_{engine}", "stock", "whole_run", options={"engine": engine})
    yield _whole_run("rtw_run_tsv", "stock", "midas.yaml")
    yield _reference("stock")
    for engine in FAST_ENGINES:
        yield _engine(engine, "library", largest=FIVE_MILLION)
    yield _whole_run("rtw_run_library", "library", "library.yaml", largest=FIVE_MILLION)
    for task, largest in (
        ("panel", EVERY_SIZE),
        ("one_variant", TWENTY_MILLION),
        ("variants", TWENTY_MILLION),
    ):
        yield from (_engine(engine, task, largest=largest) for engine in FAST_ENGINES)
        yield _reference(task)
    for library in ("duckdb", "polars"):
        yield Contestant(f"floor_{library}", "floor", f"floor_{library}", largest=EVERY_SIZE)
    for name, file, library in (
        ("copy_parquet", PARQUET, "duckdb"),
        ("copy_tsv", TSV, "duckdb"),
        ("sink_parquet", PARQUET, "polars"),
    ):
        yield Contestant(name, "copy", "copy_file", options={"file": file, "library": library})


@cache
def _succeeds(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _engine(name: str, task: str, layout: str = "sorted", largest: int = EVERY_SIZE) -> Contestant:
    options = {"engine": name, "outcomes": task, "layout": layout}
    return Contestant(name, task, "engines", layout, options, largest)


def _reference(task: str) -> Contestant:
    """The slow engine on the first index dates: it says who is right."""
    options = {"engine": "reference", "outcomes": task, "sample": SAMPLE[task]}
    return Contestant("reference", task, "engines", "sorted", options, EVERY_SIZE, is_check=True)


def _whole_run(name: str, task: str, study: str, largest: int = TWENTY_MILLION) -> Contestant:
    options = {"engine": FAST_ENGINES[0], "study": study}
    return Contestant(name, task, "whole_run", options=options, largest=largest)
