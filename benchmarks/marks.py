"""The marks that the engines are built for: each a ratio of two times of one run, and its target.

They are printed with what was measured and never asserted: computers differ, and so do their
moods. They are meant for two cores and 20 million spells.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.contestants.whole_run import READING
from benchmarks.field import FAST_ENGINES, FIVE_MILLION
from benchmarks.measurements import Measurements

MEANT_FOR, SMALL, LARGE = 20_000_000, 1_000_000, 100_000_000


@dataclass(frozen=True)
class Mark:
    """One ratio.

    Attributes:
        title: what is divided by what.
        target: as the issue sets it, such as `<= 1.5`; empty where a ratio is only shown.
        measured: the ratio; None when one of the two was not measured.
        spells: at which size.
    """

    title: str
    target: str
    measured: float | None
    spells: int

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None when there is nothing to say."""
        if self.measured is None or not self.target:
            return None
        sign, number = self.target.split()
        bound = float(number)
        return self.measured <= bound if sign == "<=" else self.measured >= bound


def list_marks(found: Measurements, startup: Mapping[str, float]) -> Iterator[Mark]:
    """Every mark, at 20 million spells or at the largest size that was measured below it."""
    at = max((size for size in found.sizes if size <= MEANT_FOR), default=0)

    def seconds(name: str, task: str = "stock", layout: str = "sorted", part: str | None = None):
        return found.find_seconds(name, task, at, layout, part)

    def mark(title: str, target: str, above: float | None, below: float | None) -> Mark:
        return Mark(title, target, _divide(above, below), at)

    polars, shuffled = seconds("polars"), seconds("polars", layout="shuffled")
    compiled = seconds("compiled")
    yield mark("polars, stock 8, sorted file / compiled single pass", "<= 1.5", polars, compiled)
    yield mark(
        "polars, stock 8, shuffled file / compiled single pass", "<= 2.5", shuffled, compiled
    )
    yield mark("polars, stock 8, shuffled file / sorted file", "", shuffled, polars)
    yield mark(
        "duckdb, stock 8 / its floor", "<= 4", seconds("duckdb"), seconds("floor_duckdb", "floor")
    )
    for engine in FAST_ENGINES:
        yield mark(
            f"{engine}, panel of 12 / stock 8", "<= 1.3", seconds(engine, "panel"), seconds(engine)
        )
    for engine in FAST_ENGINES:
        many, one = seconds(engine, "variants"), seconds(engine, "one_variant")
        yield mark(f"{engine}, 100 variants / 1 variant", "<= 4", many, one)
    fastest = found.find_fastest_engine(at)
    yield mark("pandas script / faster engine", ">= 12", seconds("pandas_script"), fastest)
    script = "datatable_script"
    yield mark("data.table script / faster engine", ">= 20", seconds(script), fastest)
    alone = seconds(script, part="compute")
    yield mark("data.table script without reading / faster engine", "", alone, fastest)
    tuned = seconds("datatable_tuned")
    yield mark("data.table script, tuned / faster engine", "", tuned, fastest)
    yield mark(
        "handwritten SQL, 8 queries / faster engine", "", seconds("handwritten_sql"), fastest
    )
    for engine in FAST_ENGINES:
        yield _growth_mark(engine, found)
    yield from _list_marks_of_runs(found, at)
    for command, beside, target in (
        ("rtw --help", "import typer", "<= 1.5"),
        ("rtw list", "rtw --help", "<= 5"),
        ("rtw show", "rtw --help", "<= 5"),
    ):
        ratio = _divide(startup.get(command), startup.get(beside))
        yield Mark(f"`{command}` / `{beside}`", target, ratio, 0)


def _list_marks_of_runs(found: Measurements, at: int) -> Iterator[Mark]:
    """Whole commands beside what their files cost a library that judges nothing, in CPU seconds."""

    def cpu(name: str, task: str = "stock", part: str | None = None, spells: int = at):
        return found.find_cpu(name, task, spells, part)

    floor = (cpu("sink_parquet", "copy"), cpu("compiled"))
    yield Mark(
        "`rtw run`, Parquet, stock 8 / Polars scan and sink and compiled single pass, CPU",
        "<= 3",
        _divide(cpu("rtw_run_polars"), sum(floor) if all(floor) else None),
        at,
    )
    for what, name, copy, target in (
        ("clean Parquet", "rtw_run_polars", "copy_parquet", "<= 1.2"),
        ("MiDAS tsv", "rtw_run_tsv", "copy_tsv", "<= 1.8"),
    ):
        ratio = _divide(cpu(name, part=READING), cpu(copy, "copy"))
        yield Mark(f"reading {what} / DuckDB `COPY` of that file, CPU", target, ratio, at)
    medium = max((size for size in found.sizes if size <= FIVE_MILLION), default=0)
    library = cpu("rtw_run_library", "library", spells=medium)
    ratio = _divide(library, cpu("rtw_run_polars", spells=medium))
    yield Mark("`rtw run`, library / stock 8, CPU", "<= 4", ratio, medium)
    for engine in FAST_ENGINES:
        report = found.find(engine, "library", SMALL)
        gib = report.peak_mib / 1024 if report else None
        yield Mark(f"{engine}, library, peak GiB", "<= 1", gib, SMALL)


def _growth_mark(engine: str, found: Measurements) -> Mark:
    small, large = (found.find_seconds(engine, "stock", size) for size in (SMALL, LARGE))
    ratio = _divide(large, small)
    per_row = ratio * SMALL / LARGE if ratio else None
    return Mark(f"{engine}, cost per row at 100 million / at 1 million", "<= 1.2", per_row, LARGE)


def _divide(above: float | None, below: float | None) -> float | None:
    return above / below if above and below else None
