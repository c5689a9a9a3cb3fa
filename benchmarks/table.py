"""What was measured as a page of Markdown: a table per size, the stages of `rtw run`, the marks."""

from collections.abc import Iterable, Iterator

from benchmarks.machine import describe_machine, describe_versions
from benchmarks.marks import MEANT_FOR, Mark
from benchmarks.measurements import Measurement, Measurements

TASKS = {
    "stock": "stock 8",
    "panel": "panel of 12",
    "one_variant": "1 variant",
    "variants": "100 variants",
    "library": "library",
    "floor": "floor",
    "copy": "copy",
}
WORDS_OF_MARK = {True: "met", False: "not met", None: ""}


def render_page(
    measurements: Measurements, startup: dict[str, float], marks: Iterable[Mark], load: float
) -> str:
    """The whole page; `load` says how many processes wanted a core before there were any of ours."""
    lines = [
        "# Benchmark",
        "",
        f"{describe_machine()}; load {load:.1f} when the run began.",
        f"{describe_versions()}.",
        "",
        "Seconds are those of the fastest repetition, of so many. CPU seconds are those of all cores:",
        "where they are far below cores x seconds, others were using the computer, or one core did it.",
        "Growth is the cost per spell beside that at the size before: 1.00 is as dear. What each row",
        "is, and what its time holds, is in `benchmarks/README.md`.",
        "",
    ]
    for size in measurements.sizes:
        lines += _render_size(measurements, size)
    lines += ["## Starting", "", "| command | seconds |", "|---|--:|"]
    lines += [f"| `{name}` | {seconds:.3f} |" for name, seconds in startup.items()]
    lines += ["", *_render_marks(marks)]
    return "\n".join(lines) + "\n"


def _render_size(measurements: Measurements, size: int) -> Iterator[str]:
    here = [each for each in measurements if each.spells == size and not each.contestant.is_check]
    fastest = measurements.find_fastest_engine(size)
    yield f"## {size:,} spells, {here[0].index_dates:,} index dates"
    yield ""
    yield "| outcomes | contestant | file | seconds | of | CPU seconds | million spells/s | peak MiB | / faster engine, stock 8 | growth |"
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|--:|"
    yield from (_render_row(each, fastest, measurements.find_smaller(each)) for each in here)
    yield ""
    parts = [_render_parts(each) for each in here if each.report and len(each.report.parts) > 1]
    if parts:
        yield from (
            "Parts of the fastest repetition, in seconds (CPU seconds of all cores):",
            "",
            *parts,
            "",
        )


def _render_row(each: Measurement, fastest: float | None, smaller: Measurement | None) -> str:
    who = each.contestant
    cells = [TASKS[who.task], f"`{who.name}`", who.layout]
    if not each.report or not each.seconds or not each.spells_per_second:
        return f"| {' | '.join([*cells, each.why_not, '', '', '', '', '', ''])} |"
    cells += [f"{each.seconds:.2f}", str(len(each.report.seconds))]
    cells += [f"{each.report.cpu_seconds:.2f}"]
    cells += [f"{each.spells_per_second / 1e6:.2f}", f"{each.report.peak_mib:,.0f}"]
    cells += [f"{each.seconds / fastest:.2f}" if fastest else ""]
    before = smaller.spells_per_second if smaller else None
    cells += [f"{before / each.spells_per_second:.2f}" if before else ""]
    return f"| {' | '.join(cells)} |"


def _render_parts(each: Measurement) -> str:
    assert each.report
    parts = ", ".join(
        f"{name} {seconds:.2f} ({each.report.cpu_parts.get(name, 0):.2f})"
        for name, seconds in each.report.parts.items()
    )
    return f"- `{each.contestant.name}`: {parts}"


def _render_marks(marks: Iterable[Mark]) -> Iterator[str]:
    yield "## Marks"
    yield ""
    yield f"Meant for two cores and {MEANT_FOR:,} spells, and never asserted."
    yield ""
    yield "| mark | target | measured | at spells | |"
    yield "|---|--:|--:|--:|---|"
    for mark in marks:
        measured = "not measured" if mark.measured is None else f"{mark.measured:.2f}"
        size = f"{mark.spells:,}" if mark.spells else ""
        words = WORDS_OF_MARK[mark.is_met]
        yield f"| {mark.title} | {mark.target} | {measured} | {size} | {words} |"
